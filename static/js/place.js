// Where one is in a thread: links to what is not on the page, and the way back to where one was.

const ANCHOR = /^#statement-(\d+)(?:-.*)?$/;

// A link to a statement that this page does not show leads to the thread around it.
function seek() {
  const found = location.hash.match(ANCHOR);
  if (!found || !document.querySelector(".view.thread") || document.getElementById(`statement-${found[1]}`)) return;
  const query = new URLSearchParams(location.search);
  if (query.get("at") === found[1]) return;
  location.replace(`?at=${found[1]}#statement-${found[1]}`);
}

seek();
addEventListener("hashchange", seek);

document.addEventListener("click", event => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  // What is here already needs no other page.
  if (link.matches("[data-first-new]") && document.querySelector(link.hash)) {
    event.preventDefault();
    toNew(document.querySelector(link.hash));
    return;
  }
  // Back to the thread one came from is back in history: scrolled, folded and sorted as it was.
  if (link.matches("[data-back]") && document.referrer) {
    const from = new URL(document.referrer);
    if (from.origin !== location.origin || from.pathname !== link.pathname) return;
    goBack(event, link.pathname);
  }
});

// In another tab nothing is behind this page, and the link leads there itself.
function goBack(event, path) {
  const known = window.navigation;
  const before = known?.entries().slice(0, known.currentEntry.index).findLast(one => new URL(one.url).pathname === path);
  if (known ? !before : history.length < 2) return;
  event.preventDefault();
  if (known) known.traverseTo(before.key);
  else history.back();
}

function toNew(statement) {
  for (let at = statement.closest("details:not([open])"); at; at = at.parentElement.closest("details:not([open])")) at.open = true;
  statement.tabIndex = -1;
  statement.focus({ preventScroll: true });
  statement.scrollIntoView({ block: "center" });
}

// The next new statement behind the one that has focus; the first one again after the last.
document.addEventListener("crux:next-new", () => {
  const all = [...document.querySelectorAll(".statement[data-new]")];
  const here = document.activeElement?.closest(".statement, .line-step");
  const next = all.find(one => !here || here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  if (next ?? all[0]) toNew(next ?? all[0]);
  else document.querySelector("[data-first-new]")?.click();
});
