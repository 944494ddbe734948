// Single keys for the moderators' queue. Everything works without; they can be switched off.

const KEY = "crux-queue-keys";
const panel = document.getElementById("queue-keys");
const choice = document.querySelector("[data-queue-keys]");
const items = [...document.querySelectorAll(".queue-item")];

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

let on = stored() !== "off";
if (panel && items.length) panel.hidden = false;
if (choice) {
  choice.checked = on;
  choice.addEventListener("change", () => {
    on = choice.checked;
    try {
      localStorage.setItem(KEY, on ? "on" : "off");
    } catch {
      // Kept for this page only.
    }
  });
}

const current = () => document.activeElement?.closest(".queue-item");

function step(by) {
  const at = items.indexOf(current());
  const to = items[at < 0 ? 0 : Math.min(items.length - 1, Math.max(0, at + by))];
  to?.focus({ preventScroll: true });
  to?.scrollIntoView({ block: "start" });
}

const MOVES = {
  j: () => step(1),
  k: () => step(-1),
  x: () => current()?.querySelector('[name="item"]')?.click(),
  w: () => current()?.querySelector("[data-reason]")?.focus(),
  o: () => current()?.querySelector("[data-open]")?.click(),
};

document.addEventListener("keydown", event => {
  if (!on || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) {
    if (event.key === "Escape") current()?.focus();
    return;
  }
  const button = current()?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  const move = MOVES[event.key];
  if (!button && !move) return;
  event.preventDefault();
  (button ? () => button.click() : move)();
});

// A decision reloads the page: the next item is where one was.
if (items.length && !location.hash) items[0].focus({ preventScroll: true });
