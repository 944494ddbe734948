// Small manners of the page.

// The menu closes as menus do: on Escape, on a click elsewhere, when focus leaves it.

const openMenu = () => document.querySelector("details:is(.menu, .follow)[open]");

document.addEventListener("click", event => {
  const menu = openMenu();
  if (menu && !menu.contains(event.target)) menu.open = false;
});

document.addEventListener("focusin", event => {
  const menu = openMenu();
  if (menu && !menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", event => {
  const menu = openMenu();
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// A quiet line goes when it is told to; its neighbours stay.
document.addEventListener("click", event => {
  const closer = event.target.closest("[data-dismiss]");
  if (!closer) return;
  event.preventDefault();
  closer.closest(closer.dataset.dismiss)?.remove();
});

// A table too wide for its column scrolls; keys can scroll it only if it can have focus.
function reach(root) {
  for (const table of root.querySelectorAll(".statement-body table, .prose table")) {
    if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
  }
}

reach(document);
document.addEventListener("htmx:load", event => reach(event.detail.elt));
