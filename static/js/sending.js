// Sending a form: once, with word of what happened, and with focus where reading goes on.

const PATIENCE = 15000; // after this a form that got no answer may be sent again
const announcer = document.getElementById("announcer");
let focused = null; // what had focus before a swap took it away
let left = null; // the id of what that stood in
let goesOn = false; // whether a link at the end of a list gives way to what follows
const pressed = new WeakMap(); // by form, the button that it was last sent by

/** Have a sentence read out. */
export function say(text) {
  announcer.textContent = "";
  setTimeout(() => { announcer.textContent = text; }, 50);
}

// -- once ---------------------------------------------------------------------------------------

function release(form) {
  form.removeAttribute("aria-busy");
}

document.addEventListener("submit", event => {
  const form = event.target;
  if (form.method === "get" || form.method === "dialog") return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  pressed.set(form, event.submitter);
  form.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), PATIENCE);
}, { capture: true });

document.addEventListener("htmx:afterRequest", event => {
  const form = event.detail.requestConfig.elt.closest("form");
  if (form) release(form);
});

// htmx forgets which button it was when focus moves before the request goes.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const button = detail.triggeringEvent?.submitter;
  if (button?.name && detail.elt.matches("form")) detail.parameters[button.name] = button.value;
});

addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(release));

// -- what went wrong ------------------------------------------------------------------------------

function failure(reason) {
  const notice = document.getElementById("send-failed").content.firstElementChild.cloneNode(true);
  const lines = [...notice.querySelectorAll("[data-when]")];
  const shown = lines.find(line => line.dataset.when.split(" ").includes(String(reason))) ?? lines.at(-1);
  lines.filter(line => line !== shown).forEach(line => line.remove());
  return notice;
}

/** Have htmx ask for something from a script; what goes wrong is said here, beside its source. */
export const ask = (verb, path, how) => window.htmx.ajax(verb, path, how).catch(() => {});

// What a script asked for is asked for once more: its element is neither form, button nor link.
function again({ elt, requestConfig, etc }) {
  const form = elt.closest("form");
  const { verb, path, target, parameters } = requestConfig;
  const button = elt.matches("a, button") ? elt : form && pressed.get(form);
  if (button?.isConnected) button.click();
  else if (form?.isConnected) form.requestSubmit();
  else ask(verb, path, { source: elt, target, swap: etc.swapOverride, values: parameters });
}

function withdraw(holder) {
  const after = holder.nextElementSibling;
  [...holder.querySelectorAll(".send-failed"), ...(after?.matches(".send-failed") ? [after] : [])].forEach(notice => notice.remove());
}

function complain(failed, reason, sentence = "") {
  if (failed.elt.matches("[data-search]")) return; // nobody is taken from typing; Enter asks for a page of its own
  const holder = failed.elt.closest("form, .statement") ?? document.getElementById("notices");
  withdraw(holder);
  const notice = failure(reason);
  if (sentence) notice.querySelector("[data-when]").prepend(`${sentence} `);
  notice.querySelector("[data-retry]").addEventListener("click", () => {
    notice.remove();
    again(failed);
  });
  const before = holder.matches("form") ? holder.querySelector(".field, .composer-foot") : null;
  if (before) before.before(notice);
  else if (holder.matches("form")) holder.after(notice);
  else holder.append(notice);
  notice.focus();
}

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, event => complain(event.detail, "unreachable"));
}
document.addEventListener("htmx:responseError", event => {
  const { xhr } = event.detail;
  const isSentence = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain");
  const tells = isSentence && [403, 429].includes(xhr.status);
  complain(event.detail, tells ? "refused" : xhr.status, tells ? xhr.responseText : "");
});
document.addEventListener("htmx:beforeRequest", event => {
  const form = event.detail.elt.closest("form");
  if (form) withdraw(form);
});

// -- focus and word of what is new ----------------------------------------------------------------

document.addEventListener("htmx:beforeSwap", event => {
  const element = document.activeElement;
  const { requestConfig, target } = event.detail;
  left = requestConfig.elt.closest("#tray, .statement, li[id], #answer")?.id ?? element?.closest("[data-stay]")?.dataset.stay ?? null;
  goesOn = target.matches(".more");
  const holder = element?.closest("[id]");
  const { name, value, dataset } = element ?? {};
  focused = holder && name ? { holder: holder.id, name, value, key: dataset.key } : null;
});

function refocus({ target }) {
  if (document.activeElement !== document.body) return;
  const fields = [...document.getElementById(focused?.holder)?.querySelectorAll("[name]") ?? []];
  // A mark's button changes its value once it is chosen; its key stays.
  const same = f => f.name === focused.name && (focused.key ? f.dataset.key === focused.key : f.value === focused.value);
  const kept = fields.find(same) ?? stay();
  if (kept) kept.focus();
  else if (goesOn) goOn(target);
}

// Reading goes on at the first of what has come; nothing scrolls, since it may stand above.
function goOn(root) {
  const first = root.querySelector(".node > .statement, li[id]");
  if (first && !first.hasAttribute("tabindex")) first.tabIndex = -1;
  first?.focus({ preventScroll: true });
}

// What was pressed is gone with what it did: reading goes on where it stood.
function stay() {
  const holder = left && document.getElementById(left);
  if (!holder) return null;
  if (holder.id === "tray") return holder.querySelector("summary, button, a") ?? document.getElementById("main");
  if (!holder.hasAttribute("tabindex")) holder.tabIndex = -1;
  return holder;
}

// What is wrong is asked first, since an objection cannot do without it.
function firstField(own) {
  const open = own("[name=kind][value=objection]:checked") && !own("[name=on]:checked");
  return (open ? own("[name=on]") : null) ?? own("textarea[name=body]") ?? own("textarea") ?? own("button[type=submit]");
}

function arrive(root) {
  const own = selector => (root.matches?.(selector) ? root : root.querySelector?.(selector));
  const word = own("[data-announce]");
  if (word) {
    say(word.dataset.announce);
    word.removeAttribute("data-announce");
  }
  const slot = root.closest?.(".reply-slot");
  const problem = (slot ?? root).querySelector(".notice-error[role=alert]");
  const more = root.matches?.(".continued") ? own(".statement") : null;
  const next = own("[data-focus]") ?? problem ?? (slot ? firstField(own) : null) ?? more;
  if (!next) return;
  if (slot) root.scrollIntoView({ block: "nearest" }); // all of a form, not its first field only
  next.removeAttribute("data-focus");
  if (next.tabIndex < 0) next.tabIndex = -1;
  next.focus();
}

document.addEventListener("htmx:load", event => arrive(event.detail.elt));
document.addEventListener("htmx:afterSettle", refocus);

// Who points at a chip goes on writing; who moves by keys stays where they are.
document.addEventListener("click", event => {
  if (event.detail === 0 || !event.target.matches?.("[data-point] .chip input")) return;
  const root = event.target.closest("[data-point]");
  const needsMore = root.querySelector("[value=objection]:checked") && !root.querySelector(".on :checked");
  const body = root.querySelector("textarea[name^=body]");
  if (!needsMore && !body.value) setTimeout(() => body.focus());
});
