// The Map at hand: zoom by buttons, keys and wheel, and moving it by dragging. Without this file the
// buttons are links, and the frame scrolls.

const STEPS = [25, 33, 50, 67, 75, 90, 100, 125, 150, 200];
const FAR = 5; // pixels that a finger or mouse may slip in a click
const frame = document.querySelector("[data-map]");
const drawing = frame?.querySelector("svg");
const own = drawing && { width: drawing.viewBox.baseVal.width, height: drawing.viewBox.baseVal.height };

const percent = () => (drawing.getBoundingClientRect().width / own.width) * 100;

// What is at `x`, `y` of the frame stays there; the middle, where nothing is said.
function zoomTo(wanted, x = frame.clientWidth / 2, y = frame.clientHeight / 2) {
  const before = percent();
  const [left, top] = [frame.scrollLeft + x, frame.scrollTop + y];
  drawing.setAttribute("width", (own.width * wanted) / 100);
  drawing.setAttribute("height", (own.height * wanted) / 100);
  frame.scrollTo({ left: (left * wanted) / before - x, top: (top * wanted) / before - y, behavior: "instant" });
}

const next = () => STEPS.find(step => step > percent() + 1) ?? STEPS.at(-1);
const last = () => STEPS.findLast(step => step < percent() - 1) ?? STEPS[0];
const ways = {
  in: () => zoomTo(next()),
  out: () => zoomTo(last()),
  one: () => zoomTo(100),
  fit: () => zoomTo((frame.clientWidth / own.width) * 100),
};
const KEYS = { "+": "in", "=": "in", "-": "out", "−": "out", 0: "one" };

function byKey(event) {
  const way = KEYS[event.key];
  if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  ways[way]();
}

function byWheel(event) {
  if (!event.ctrlKey) return; // turning it scrolls; with Ctrl, or by pinching a touchpad, it zooms
  event.preventDefault();
  const box = frame.getBoundingClientRect();
  const wanted = Math.min(200, Math.max(10, percent() * Math.exp(-event.deltaY / 300)));
  zoomTo(wanted, event.clientX - box.left, event.clientY - box.top);
}

// A mouse takes hold of the map anywhere, on cards too; a click is one that has not moved.
function hold(event) {
  if (event.pointerType !== "mouse" || event.button !== 0) return;
  const from = { x: event.clientX, y: event.clientY, left: frame.scrollLeft, top: frame.scrollTop };
  const drag = move => {
    const [x, y] = [move.clientX - from.x, move.clientY - from.y];
    if (Math.hypot(x, y) > FAR) frame.dataset.grabbed = "";
    if ("grabbed" in frame.dataset) frame.scrollTo({ left: from.left - x, top: from.top - y, behavior: "instant" });
  };
  const drop = () => {
    removeEventListener("pointermove", drag);
    setTimeout(() => delete frame.dataset.grabbed); // after the click, which must not follow the link
  };
  addEventListener("pointermove", drag);
  addEventListener("pointerup", drop, { once: true });
  addEventListener("pointercancel", drop, { once: true });
}

if (drawing) {
  frame.addEventListener("keydown", byKey);
  frame.addEventListener("wheel", byWheel, { passive: false });
  frame.addEventListener("pointerdown", hold);
  frame.addEventListener("dragstart", event => event.preventDefault());
  frame.addEventListener("click", event => "grabbed" in frame.dataset && event.preventDefault(), true);
  document.addEventListener("click", event => {
    const tool = event.target.closest("[data-zoom]");
    if (!tool || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    ways[tool.dataset.zoom]();
  });
}

document.querySelector('a[href="#outline"]')?.addEventListener("click", () => {
  document.getElementById("outline").open = true;
});
