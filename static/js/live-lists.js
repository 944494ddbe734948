// News in the views that are lists, and in the Map: Exchange, Open points, History. What is new is fetched as the
// list has it now, and put where it belongs. `address` is null on a page that has no place for it.

import { word } from "./words.js";

const published = change => change.kind === "statement.published";
const asked = name => new URLSearchParams(location.search).get(name);
const isHere = node => Boolean(node.id && document.getElementById(node.id));

const exchange = {
  what: "new-points",
  counts: published,
  key: change => change.statement,
  address() {
    const turns = document.querySelectorAll(".exchange > .turn");
    const isLast = document.querySelector(".exchange > .row:last-of-type.hint");
    return turns.length && isLast ? `?from=${turns[turns.length - 1].id.split("-")[1]}` : null;
  },
  put(found) {
    const turns = [...found.querySelectorAll(".turn")].filter(turn => !isHere(turn));
    const end = document.querySelector(".exchange > .row:last-of-type");
    end.before(...turns);
    end.replaceWith([...found.children].findLast(one => one.matches(".row")) ?? end);
    return turns;
  },
};

const open = {
  what: "new-open-points",
  counts: change => published(change) && ["objection", "question"].includes(change.of),
  key: change => change.statement,
  address: () => (asked("after") ? null : location.search || "?"),
  put(found, wanted) {
    const come = new Set(wanted.map(change => `statement-${change.statement}`));
    const statement = node => node.querySelector(".statement");
    const nodes = [...found.querySelectorAll(".node")].filter(node => come.has(statement(node).id) && !isHere(statement(node)));
    if (!nodes.length) return [];
    document.querySelector(".open-points > .empty")?.remove();
    const there = document.getElementById("live-new") ?? made();
    there.querySelector("ol").append(...nodes);
    return nodes;
  },
};

function made() {
  const section = document.createElement("section");
  section.className = "turn";
  section.id = "live-new";
  section.setAttribute("aria-labelledby", "live-new-name");
  section.innerHTML = '<header class="group-head"><h2 id="live-new-name"></h2></header><ol class="replies flat"></ol>';
  section.querySelector("h2").textContent = word("new-heading");
  const head = document.querySelector(".open-points > .tools") ?? document.querySelector(".open-points > .lede");
  head.after(section);
  return section;
}

const history = {
  what: "new-events",
  counts: change => !asked("by") && (!asked("kind") || asked("kind") === change.kind), // a change names nobody
  key: change => change.number,
  address: () => (asked("before") ? null : location.search || "?"),
  first: () => document.querySelector(".history > .tools > a:last-child").href, // the newest
  put(found) {
    const lines = [...found.querySelectorAll(".happened > li")];
    const fresh = lines.filter(line => !isHere(line));
    if (fresh.length === lines.length) document.querySelectorAll(".history > :is(.day, .more, .empty)").forEach(old => old.remove());
    else lines.filter(isHere).forEach(line => line.remove());
    for (const day of [...found.querySelectorAll(".day")].reverse()) {
      const known = [...document.querySelectorAll(".history > .day")].find(one => dayOf(one) === dayOf(day));
      if (known) known.querySelector(".happened").prepend(...day.querySelectorAll("li"));
      else if (day.querySelector("li")) document.querySelector(".history > :is(.tools, .day)").after(day);
    }
    const more = document.querySelector(".history > .more") ? null : found.querySelector(".more");
    if (more && fresh.length === lines.length) document.querySelector(".history").append(more);
    return fresh;
  },
};

const dayOf = day => day.querySelector("time").dateTime;

// A map is drawn anew as a whole.
const map = {
  what: "new-points",
  counts: published,
  key: change => change.statement,
  address: () => null,
  first: () => location.pathname + location.search,
};

export const lists = { exchange, open, history, map };
