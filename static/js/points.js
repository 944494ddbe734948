// Points are stored while they are written, so that no tab, device or failure loses one. The tray
// shows what waits to be published as one turn.

import { ask, say as announce } from "./sending.js";
import { token } from "./token.js";
import { word } from "./words.js";

const DELAY = 700; // after the last key
const LONGEST = 4000; // however long somebody goes on typing
const RETRY = 5000;
const HEADER = "Crux-Version";
const states = new WeakMap();
let line = Promise.resolve(); // one at a time, so that the tray shown is the newest

const inputs = root => [...root.querySelectorAll("input[name], textarea[name]")];
const plainName = (root, name) => name.endsWith(`-${root.dataset.point}`) ? name.slice(0, -root.dataset.point.length - 1) : name;
const field = (root, name) => inputs(root).find(input => plainName(root, input.name) === name);
const value = (root, name) => field(root, name)?.value ?? "";
const isStored = root => Number(value(root, "version")) > 0;
const isBlank = root => !value(root, "body").trim() && !value(root, "quote").trim();
const isNothing = root => isBlank(root) && !isStored(root);

function stateOf(root) {
  if (!states.has(root)) states.set(root, { timer: null, flight: null, dirty: false, stopped: false, told: "" });
  return states.get(root);
}

function say(root, text) {
  const place = root.querySelector("[data-saved]");
  if (place) place.textContent = text;
}

// Read out as well, but not again with every try.
function tell(root, text) {
  const state = stateOf(root);
  say(root, text);
  if (state.told !== text) announce(text);
  state.told = text;
}

function content(root) {
  const body = new URLSearchParams();
  for (const input of inputs(root)) {
    if (input.type === "radio" && !input.checked) continue;
    body.set(plainName(root, input.name), input.value);
  }
  body.set("key", root.dataset.point);
  body.set("csrfmiddlewaretoken", token(root.closest("form").elements.csrfmiddlewaretoken.value));
  return body;
}

// -- storing --------------------------------------------------------------------------------------

function later(root, delay = DELAY) {
  const state = stateOf(root);
  if (!state.dirty) state.since = Date.now();
  state.dirty = true;
  clearTimeout(state.timer);
  state.timer = setTimeout(() => store(root), Math.min(delay, Math.max(0, state.since + LONGEST - Date.now())));
}

async function store(root, keepalive = false) {
  const state = stateOf(root);
  clearTimeout(state.timer);
  while (state.flight) await state.flight;
  if (!state.dirty || state.stopped || !root.isConnected || isNothing(root)) return;
  state.dirty = false;
  line = line.then(() => send(root, keepalive)).catch(() => failed(root, word("not-saved")));
  state.flight = line.finally(() => { state.flight = null; });
  await state.flight;
}

async function send(root, keepalive) {
  const sent = content(root);
  let answer;
  try {
    answer = await fetch(root.dataset.save, { method: "POST", body: sent, keepalive, headers: { "HX-Request": "true" }, redirect: "error" });
  } catch {
    return failed(root, word("not-saved-offline"));
  }
  if (answer.ok) return stored(root, sent, answer);
  if (answer.status === 409) return overtaken(root, answer);
  if (answer.status === 422) return tell(root, await answer.text());
  const signedOut = answer.status === 401 || answer.status === 403;
  return failed(root, word(signedOut ? "not-saved-signed-out" : "not-saved-kept"));
}

function failed(root, text) {
  tell(root, text);
  stateOf(root).dirty = false;
  later(root, RETRY);
}

async function stored(root, sent, answer) {
  const html = await answer.text();
  field(root, "version").value = answer.headers.get(HEADER);
  for (const input of inputs(root)) {
    const was = sent.get(plainName(root, input.name));
    if (input.matches("textarea")) input.defaultValue = was; // nothing to ask on leaving
  }
  say(root, word("saved"));
  stateOf(root).told = "";
  root.dispatchEvent(new CustomEvent("crux:stored", { bubbles: true }));
  showTray(html);
}

async function overtaken(root, answer) {
  const state = stateOf(root);
  state.stopped = true;
  root.querySelector(".overtaken")?.remove();
  const notice = document.createRange().createContextualFragment(await answer.text()).firstElementChild;
  const version = answer.headers.get(HEADER);
  root.querySelector(".kinds").before(notice);
  choices(root, notice, version);
  notice.focus();
}

function choices(root, notice, version) {
  const go = text => {
    if (text !== null) field(root, "body").value = text;
    field(root, "version").value = version;
    notice.remove();
    stateOf(root).stopped = false;
    field(root, "body").focus();
    later(root, 0);
  };
  const offer = (selector, text) => {
    const button = notice.querySelector(selector);
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => go(text));
  };
  offer("[data-keep-mine]", null);
  const theirs = notice.querySelector(".theirs");
  offer("[data-take-theirs]", theirs && (theirs.matches("[data-empty]") ? "" : theirs.textContent));
}

async function settle(roots) {
  for (const root of roots) await store(root);
}

const pointOf = target => target.closest?.("[data-point]");
const points = () => [...document.querySelectorAll("[data-point]")];

for (const name of ["input", "change"]) {
  document.addEventListener(name, event => {
    const root = pointOf(event.target);
    if (!root || !event.target.name) return;
    say(root, "");
    later(root);
  });
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") points().forEach(root => store(root, true));
});
addEventListener("online", () => points().forEach(root => store(root)));

// A passage chosen with a kind is a point already, before a word is written.
document.addEventListener("htmx:load", event => {
  const root = event.detail.elt;
  if (!root.matches?.("[data-point]") || !value(root, "quote") || isStored(root)) return;
  stateOf(root).dirty = true;
  store(root);
});

// -- before anything is sent, what is typed has been stored ---------------------------------------

const busy = root => stateOf(root).flight || (stateOf(root).dirty && !isNothing(root));

document.addEventListener("htmx:confirm", event => {
  const { elt, issueRequest } = event.detail;
  if (elt.matches(".answer") && focusOpen(document.querySelector(elt.getAttribute("hx-target")))) {
    event.preventDefault();
    return;
  }
  if (!elt.dataset.point || !busy(elt)) return; // a preview stores nothing
  event.preventDefault();
  const state = stateOf(elt);
  clearTimeout(state.timer);
  state.dirty = false; // this request carries what is typed, and stores it
  Promise.resolve(state.flight).then(() => issueRequest(true));
});

document.addEventListener("submit", event => {
  const form = event.target;
  if (!form.matches("[data-turn], [data-forget-drafts]") || event.submitter?.hasAttribute("hx-post")) return;
  const waiting = points().filter(busy);
  if (!waiting.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = event.submitter?.value;
  settle(waiting).then(() => {
    const now = form.isConnected ? form : document.querySelector("#tray form");
    const same = [...now?.querySelectorAll("button[name=then]") ?? []].find(b => b.value === button);
    now?.removeAttribute("aria-busy"); // sending.js has seen it go already
    const unsaved = points().find(root => stateOf(root).stopped || busy(root));
    if (unsaved) hold(unsaved);
    else now?.requestSubmit(same);
  });
}, { capture: true });

// Neither published nor logged out: on to the point that is not stored, and why.
function hold(root) {
  (root.querySelector(".overtaken") ?? field(root, "body")).focus();
  announce(stateOf(root).told || word("not-saved"));
}

// -- the tray -------------------------------------------------------------------------------------

function showTray(html) {
  const old = document.getElementById("tray");
  const made = document.createRange().createContextualFragment(html).querySelector("#tray");
  if (!old || !made) return;
  const list = made.querySelector("details");
  if (list) list.open = old.querySelector("details")?.open ?? false;
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(made);
  window.htmx?.process(made);
  if (held) alike(made, held)?.focus({ preventScroll: true });
}

// What had focus in the tray that was there before, else what comes first.
function alike(tray, held) {
  const all = [...tray.querySelectorAll("summary, a, button")];
  const same = e => e.tagName === held.tagName && e.value === held.value && e.getAttribute("href") === held.getAttribute("href");
  return all.find(same) ?? all[0];
}

function focusOpen(slot) {
  const open = slot?.querySelector("[data-point]");
  const place = open && (field(open, "body") ?? open.querySelector("textarea"));
  place?.focus();
  return Boolean(place);
}

function edit(event, link) {
  const open = document.getElementById(`composer-${link.dataset.editPoint}`);
  const parent = link.closest(".tray-point").querySelector("a[href^='/s/']").getAttribute("href").split("/")[2];
  const slot = document.getElementById(`statement-${parent}-reply`);
  const list = document.querySelector("#tray details");
  if (list && (open || slot)) list.open = false; // it would cover what is edited
  if (open) {
    event.preventDefault();
    field(open, "body").focus();
  } else if (slot && window.htmx) {
    event.preventDefault();
    const under = slot.closest("#answer") ? "page" : slot.parentElement.nextElementSibling?.matches("details, ol") ? "list" : "leaf";
    ask("GET", `/s/${parent}/reply/?under=${under}`, { source: slot, target: slot, swap: "innerHTML" });
  }
}

let wasOpen = false;
document.addEventListener("click", event => {
  const link = event.target.closest?.("[data-edit-point]");
  if (link) edit(event, link);
});

// The page of one's turn shows what is stored: it is asked for once all is.
document.addEventListener("click", event => {
  const link = event.target.closest?.("#tray a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const waiting = points().filter(busy);
  if (!waiting.length) return;
  event.preventDefault();
  settle(waiting).then(() => location.assign(link.href));
});
document.addEventListener("htmx:beforeSwap", () => {
  wasOpen = document.querySelector("#tray details")?.open ?? false;
});
document.addEventListener("htmx:afterSettle", () => {
  const list = document.querySelector("#tray details");
  if (list && wasOpen) list.open = true;
});
document.addEventListener("htmx:afterRequest", event => {
  const [verb, key] = (event.detail.elt.value ?? "").split?.(":") ?? [];
  if (event.detail.successful && verb === "drop" && event.detail.elt.closest("#tray")) document.getElementById(`composer-${key}`)?.remove();
});

points().forEach(root => {
  const notice = root.querySelector(".overtaken");
  if (!notice) return;
  stateOf(root).stopped = true;
  choices(root, notice, value(root, "version"));
});
