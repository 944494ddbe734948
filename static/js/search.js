// The search box: "/" leads to it, arrows go through what is found, Escape closes the list.

const box = document.querySelector("[data-search]");
const link = document.querySelector("[data-search-link]");
const list = document.getElementById("quick");
const form = list?.closest("form");

document.addEventListener("crux:search", () => {
  if (box?.checkVisibility()) box.focus();
  else link?.click();
});

const places = () => [box, ...list.querySelectorAll("a")];

function step(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by || list.hidden) return;
  event.preventDefault();
  const all = places();
  all[Math.min(all.length - 1, Math.max(0, all.indexOf(document.activeElement) + by))].focus();
}

function close() {
  list.hidden = true;
}

function show() {
  list.hidden = !list.childElementCount || !form.contains(document.activeElement);
}

if (form) {
  list.addEventListener("htmx:afterSwap", show);
  box.addEventListener("focus", show);
  form.addEventListener("keydown", step);
  form.addEventListener("keydown", event => {
    if (event.key !== "Escape" || list.hidden) return;
    event.preventDefault(); // the words stay
    box.focus();
    close();
  });
  form.addEventListener("focusout", event => {
    if (!form.contains(event.relatedTarget)) close();
  });
}
