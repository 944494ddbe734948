// News of a debate, put in place without moving what is read and without touching what is written.
// New points wait behind a pill until they are asked for; marks and margins change where they stand.

import { listen } from "./live-feed.js";
import { lists } from "./live-lists.js";
import { say } from "./sending.js";
import { word } from "./words.js";

const root = document.getElementById("live");
const view = lists[root?.dataset.scope];
const pill = root?.querySelector(".live-pill");
const GATHER = 400; // changes that come together are fetched together
const SPREAD = 1500; // and not by everybody at the same moment
const MOST = 50; // statements in one request
const QUIET = 10000; // between announcements
const HEAD = 10000; // between looks at the debate's counts
const SOON = 400; // within which readers fetch where the debate stands: that is small, and seldom
const NAMED = 5; // points elsewhere that are named

const fresh = new Map(); // what is new: statements by id, events by number, with what their change said
const stale = new Set(); // ids of statements on the page whose marks or margin have changed
const whole = new Set(); // and of those that are gone, or back
let timer = null;
let headDue = false; // whether the counts and what it turns on may have changed
let headSeen = -HEAD;
let headTimer = null;
let announced = 0;
let saying = null;

const article = id => document.querySelector(`.statement#statement-${id}`);
const list = id => document.getElementById(`statement-${id}-replies`);
const branch = id => document.getElementById(`statement-${id}-branch`);
const isCut = id => Boolean(article(id)?.parentElement.querySelector(":scope > .continue"));
const fits = id => Boolean(article(id)) && !isCut(id) && Boolean(list(id) ?? branch(id));

function placeOf(id) {
  if (article(id).matches(".focused")) return "page";
  return list(id) ? "list" : "leaf";
}

// -- what has come -------------------------------------------------------------------------------

const REDRAWN = new Set([
  "hidden", "withdrawn", "restored", "retyped", "split", "rejoined", "linked", "unlinked", "merged", "unmerged",
].map(verb => `statement.${verb}`));

function take(change) {
  const { kind, statement, parent } = change;
  headDue = Boolean(document.getElementById("debate-facts"));
  if (view ? view.counts(change) : kind === "statement.published") {
    if (!article(statement)) fresh.set(view ? view.key(change) : statement, change);
  }
  if (parent && article(parent)) {
    stale.add(parent);
    if (above(parent)) stale.add(above(parent)); // a question on it may be answered now
  }
  if (kind !== "statement.published" && statement && article(statement)) {
    if (REDRAWN.has(kind)) whole.add(statement);
    if (kind === "statement.edited") tellEdited(statement);
    stale.add(statement);
  }
  later();
}

function above(id) {
  const node = article(id).closest(".node")?.parentElement.closest(".node, .tree");
  return Number(node?.querySelector(".statement[id]")?.id.split("-")[1] ?? 0);
}

function later() {
  timer ??= setTimeout(settle, GATHER + Math.random() * SPREAD);
}

async function settle() {
  timer = null;
  count();
  const turned = [...whole].filter(id => article(id) && !isBusy(article(id))).slice(0, MOST);
  turned.forEach(id => whole.delete(id));
  if (turned.length) {
    const come = await rows({ whole: turned });
    if (come) come.forEach(turn);
    else putAllOff(whole, turned);
  }
  const there = [...stale].filter(article);
  const [asked, rest] = [there.slice(0, MOST), there.slice(MOST)];
  stale.clear();
  rest.forEach(id => stale.add(id));
  const places = Object.groupBy?.(asked, placeOf) ?? grouped(asked);
  if (headDue && Date.now() - headSeen >= HEAD) {
    places.head = [root.dataset.scope];
    headDue = false;
    headSeen = Date.now();
  } else if (headDue) {
    afterwards();
  }
  if (asked.length || places.head) {
    const come = await rows(places);
    if (come) renew(come);
    else {
      headDue ||= Boolean(places.head);
      putAllOff(stale, asked);
    }
  }
  if (rest.length) later();
}

// What could not be fetched is asked for once more, not at once.
function putAllOff(where, ids) {
  ids.forEach(id => where.add(id));
  afterwards();
}

function afterwards() {
  headTimer ??= setTimeout(() => { headTimer = null; later(); }, HEAD);
}

function grouped(ids) {
  const found = {};
  for (const id of ids) (found[placeOf(id)] ??= []).push(id);
  return found;
}

const rows = places => parts(`rows/?${Object.entries(places).map(([place, ids]) => `${place}=${ids.join(",")}`).join("&")}`);

// The debate stands otherwise: what the head says of that.
function stand() {
  setTimeout(async () => renew(await parts("standing/") ?? []), Math.random() * SOON);
}

async function parts(address) {
  try {
    const answer = await fetch(`${root.dataset.at}${address}`, { headers: { "HX-Request": "true" }, cache: "no-store" });
    if (!answer.ok) return null;
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    return [...holder.content.children];
  } catch {
    return null;
  }
}

// -- in place ------------------------------------------------------------------------------------

// Whether somebody is at work in it: typing, choosing, or being told what they did.
function isBusy(element) {
  return element.contains(document.activeElement) || Boolean(element.querySelector(".mark-note, .composer, [aria-busy=true]"));
}

// What is read stays where it is on the screen, whatever changes its height above.
function held(change) {
  const own = document.activeElement?.closest(".composer, .statement");
  const seen = [...document.querySelectorAll(".statement")].find(s => s.getBoundingClientRect().bottom > 0);
  const kept = own && own.getBoundingClientRect().bottom > 0 ? own : seen;
  const before = kept?.getBoundingClientRect().top;
  document.documentElement.classList.add("live-holds");
  change();
  if (kept?.isConnected) scrollBy({ top: kept.getBoundingClientRect().top - before, behavior: "instant" });
  requestAnimationFrame(() => document.documentElement.classList.remove("live-holds"));
}

function renew(parts) {
  held(() => parts.forEach(part => {
    const there = document.getElementById(part.id);
    if (!there) return;
    if (isBusy(there)) return putOff(part.id);
    there.replaceWith(part);
    window.htmx?.process(part);
  }));
}

function putOff(id) {
  if (id.startsWith("debate-")) headDue = true;
  else stale.add(Number(id.split("-")[1]));
}

// Once nobody is at work there any more, what was put off is fetched.
for (const name of ["focusout", "click"]) {
  document.addEventListener(name, () => (stale.size || whole.size) && later());
}

function turn(node) {
  const part = node.querySelector(".statement");
  const there = document.getElementById(part.id);
  const id = Number(part.id.split("-")[1]);
  if (!there) return;
  if (isBusy(there)) return void whole.add(id);
  if (there.matches(".focused")) return goneHere(there, part);
  held(() => there.replaceWith(part));
  window.htmx?.process(part);
  stale.add(id);
}

// On its own page all around it stays, but not the words of what is gone.
function goneHere(there, part) {
  if (!part.matches(".gone, .withdrawn")) return;
  there.querySelector(":scope > .quote")?.remove();
  there.querySelector(":scope > .statement-body")?.replaceWith(part.querySelector(".statement-body") ?? "");
}

// A form opened under a leaf brings the leaf's first list. Where there is one by now, the reply goes into that.
function joinList(event) {
  const { target, fragment } = event.detail;
  const there = target.querySelector(":scope > .replies");
  const come = fragment.querySelector(".branch > .replies");
  if (!there || !come) return;
  target.open = true;
  event.detail.target = there.appendChild(document.createElement("li"));
  fragment.replaceChildren(...come.children);
}

// The next page has what came to this one meanwhile once more: what is here moves to its place there,
// or stays under what it answers where the page is a list of what was looked for.
function keepOne(event) {
  if (!event.target.matches?.(".continued, .matched")) return;
  for (const one of event.target.querySelectorAll(".statement[id]")) {
    const here = [...document.querySelectorAll(`.statement#${one.id}`)].find(other => other !== one);
    if (!here || !one.isConnected) continue;
    if (event.target.matches(".matched")) one.closest(".node").remove();
    else one.closest(".node").replaceWith(here.closest(".node"));
  }
}

document.addEventListener("htmx:oobBeforeSwap", joinList);
document.addEventListener("htmx:afterSwap", keepOne);

function tellEdited(id) {
  const head = document.getElementById(`statement-${id}-head`);
  if (!head || head.querySelector(".live-edited")) return;
  const link = document.createElement("a");
  link.className = "when live-edited";
  link.href = `/s/${id}/#revisions`;
  link.textContent = word("edited-show");
  held(() => head.append(link));
}

// -- new points ----------------------------------------------------------------------------------

function waiting() {
  for (const [key, { statement }] of fresh) if (article(statement)) fresh.delete(key); // one's own, by now
  if (view) return [...fresh.values()];
  const isWhole = root.dataset.scope === "thread";
  const known = id => fits(id) || (fresh.has(id) && known(fresh.get(id).parent));
  return [...fresh.values()].filter(change => isWhole || (change.parent && known(change.parent)));
}

const said = n => word(view?.what ?? "new-points", { n });

function count() {
  const n = waiting().length;
  pill.hidden = n === 0;
  if (!n) pill.textContent = ""; // the same number is news again
  if (!n || pill.textContent === said(n)) return;
  pill.textContent = said(n);
  clearTimeout(saying);
  saying = setTimeout(announce, Math.max(0, announced + QUIET - Date.now()));
}

function announce() {
  if (pill.hidden) return;
  announced = Date.now();
  say(`${pill.textContent}.`);
}

async function showListed() {
  const address = view.address();
  const wanted = waiting();
  let found = null;
  if (address === null && view.first) return location.assign(view.first());
  if (address !== null) {
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, cache: "no-store" });
      if (!answer.ok) throw new Error(answer.status);
      found = document.createElement("template");
      found.innerHTML = await answer.text();
      lost(false);
    } catch {
      return lost(true);
    }
  }
  const isWriting = isWritingNow();
  let put = [];
  const place = () => { put = found ? view.put(found.content, wanted) : []; };
  if (isWriting) held(place);
  else place();
  put.forEach(node => window.htmx?.process(node));
  wanted.forEach(change => fresh.delete(view.key(change)));
  const here = change => !change.statement || article(change.statement);
  tellElsewhere(view === lists.history ? [] : wanted.filter(change => !here(change)));
  count();
  return arrive(put[0], isWriting);
}

const isWritingNow = () => Boolean(document.activeElement?.closest("[data-point], .composer, #tray"));

// Nobody who writes is taken away from it.
function arrive(first, isWriting) {
  const target = first?.querySelector(".statement") ?? first ?? document.querySelector(".live-elsewhere");
  if (isWriting || !target) return;
  if (target.tabIndex < 0) target.tabIndex = -1;
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
}

async function show() {
  if (view) return showListed();
  const isWriting = isWritingNow();
  const wanted = waiting().sort((a, b) => a.statement - b.statement);
  const asked = wanted.slice(0, MOST);
  const parts = await rows({ whole: asked.map(change => change.statement) });
  if (!parts || (asked.length && !parts.length)) return lost(true);
  lost(false);
  const elsewhere = [];
  let first = null;
  const put = () => parts.forEach(node => {
    const id = Number(node.querySelector(".statement").id.split("-")[1]);
    const change = fresh.get(id);
    fresh.delete(id);
    if (!change || article(id)) return;
    if (insert(node, Number(node.dataset.parent))) first ??= node;
    else elsewhere.push(change);
  });
  if (isWriting) held(put);
  else put();
  asked.forEach(change => fresh.delete(change.statement)); // not there any more
  tellElsewhere(elsewhere);
  count();
  return arrive(first, isWriting);
}

function insert(node, parent) {
  if (!parent || !fits(parent)) return false;
  const there = list(parent) ?? opened(parent);
  node.querySelector(".statement").dataset.new = "";
  there.append(node);
  const holder = there.closest("details.branch");
  if (holder) holder.open = true;
  window.htmx?.process(node);
  return true;
}

// The first reply to a leaf makes its list, with the fold of its own.
function opened(parent) {
  const details = document.createElement("details");
  const label = article(parent).querySelector(".statement-head .when")?.textContent.split("·").at(-1).trim() ?? "";
  details.className = "branch";
  details.open = true;
  details.id = `statement-${parent}-branch`;
  details.innerHTML = '<summary><span class="branch-open vh"></span><span class="branch-shut"></span></summary><ol class="replies"></ol>';
  details.querySelector(".branch-open").textContent = word("fold", { label });
  details.querySelector(".branch-shut").textContent = word("folded");
  details.querySelector(".replies").id = `statement-${parent}-replies`;
  branch(parent).replaceWith(details);
  stale.add(parent); // its forms answer into a list from now on
  later();
  return details.querySelector(".replies");
}

function tellElsewhere(changes) {
  document.querySelector(".live-elsewhere")?.remove();
  if (!changes.length) return;
  const line = document.createElement("p");
  line.className = "notice live-elsewhere";
  line.tabIndex = -1;
  line.append(`${word("new-elsewhere")} `);
  changes.slice(0, NAMED).forEach((change, i) => {
    const link = document.createElement("a");
    link.href = `/s/${change.statement}/`;
    link.textContent = change.label;
    line.append(i ? ", " : "", link);
  });
  if (changes.length > NAMED) line.append(` ${word("and-more", { n: changes.length - NAMED })}`);
  root.after(line);
}

function lost(isLost) {
  root.toggleAttribute("data-lost", isLost);
}

if (root) {
  pill.addEventListener("pointerdown", event => event.preventDefault()); // who writes goes on writing
  pill.addEventListener("mousedown", event => event.preventDefault());
  pill.addEventListener("click", show);
  document.addEventListener("htmx:afterSettle", () => fresh.size && count());
  const where = document.getElementById("debate-where");
  listen(root.dataset.at, Number(root.dataset.events), take, lost, where ? Number(where.dataset.standing) : null, stand);
}
