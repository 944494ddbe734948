// Single keys for reading and answering. They can be switched off in the list that "?" opens.

const KEY = "crux-keys";
const list = document.getElementById("key-list");
const opener = document.querySelector("[data-keys-open]");
const choices = document.querySelectorAll("[data-keys-on]"); // in the list, and on the help page

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

let keysOn = stored() !== "off";

function switchKeys(on) {
  keysOn = on;
  for (const choice of choices) choice.checked = on;
  try {
    localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    // Kept for this page only.
  }
}

const visible = () => [...document.querySelectorAll(".statement[id]")].filter(s => s.checkVisibility());
const current = () => document.activeElement?.closest(".statement") ?? document.querySelector(":target")?.closest(".statement");

function go(statement) {
  if (!statement) return;
  if (!statement.hasAttribute("tabindex")) statement.tabIndex = -1;
  statement.focus({ preventScroll: true });
  statement.scrollIntoView({ block: "center" });
}

function step(by) {
  const all = visible();
  const at = all.indexOf(current());
  go(all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]);
}

function parent() {
  const node = current()?.closest(".node");
  const holder = node?.parentElement.closest(".node, .tree");
  if (holder) return go(holder.querySelector(".statement[id]"));
  (node?.querySelector(":scope > .point-to a[href]") ?? node?.closest(".point")?.querySelector(".point-to a[href]"))?.click();
}

const press = selector => current()?.querySelector(selector)?.click();
const mark = value => () => press(`.marks [data-key="${value}"]`);

function fold() {
  const branch = current()?.parentElement.querySelector(":scope > details.branch");
  if (branch) branch.open = !branch.open;
}

function quote() {
  current()?.dispatchEvent(new CustomEvent("crux:quote-sentence", { bubbles: true }));
}

// While words are selected, numbers say what one does to them.
const view = number => () => document.querySelector("#quote-bar:not([hidden])") ?? document.querySelectorAll(".tabs a")[number - 1]?.click();

const KEYS = {
  1: view(1),
  2: view(2),
  3: view(3),
  4: view(4),
  5: view(5),
  6: view(6),
  7: view(7),
  8: view(8),
  9: view(9),
  j: () => step(1),
  k: () => step(-1),
  u: parent,
  x: fold,
  r: () => press(".answer"),
  q: quote,
  a: mark("a"),
  s: mark("s"),
  d: mark("d"),
  b: mark("b"),
  n: mark("n"),
  g: mark("g"),
  c: () => current()?.dispatchEvent(new CustomEvent("crux:copy-quotation", { bubbles: true })),
  t: () => (document.querySelector("#tray button[value=publish]") ?? document.querySelector("#tray a"))?.focus(),
  ">": () => document.dispatchEvent(new CustomEvent("crux:next-new")),
  "/": () => document.dispatchEvent(new CustomEvent("crux:search")),
  "?": () => list.showModal(),
};

const isWriting = element => element.closest("input:not([type=radio], [type=checkbox]), textarea, select, dialog[open]") !== null || element.isContentEditable;

// Out of a form and back to what it answers; a number answers "What is wrong with it?".
function inForm(event) {
  const composer = event.target.closest(".composer");
  if (!composer || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") go(composer.closest(".statement") ?? document.querySelector(".statement.focused"));
  if (!keysOn || event.target.name?.split("-")[0] !== "on") return;
  const radio = composer.querySelectorAll(".on input")[event.key - 1];
  if (!radio) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  radio.click();
  composer.querySelector("textarea[name^=body]").focus();
}

document.addEventListener("keydown", inForm);
document.addEventListener("keydown", event => {
  if (!keysOn || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isWriting(event.target)) return;
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  if (event.repeat && !"jk".includes(event.key)) return; // held, it would mark and clear by turns
  action();
});

for (const choice of choices) {
  choice.checked = keysOn;
  choice.addEventListener("change", () => switchKeys(choice.checked));
  choice.closest("[data-keys-choice]").hidden = false;
}

// Without the list, and in a new tab, the link leads to the help.
opener?.addEventListener("click", event => {
  if (!list || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  list.showModal();
});
