// What is folded, and how dense a thread is: by depth, by line, all; remembered for the page while
// the tab is open.

const KEY = `crux-folds ${location.pathname}`;
const view = () => document.querySelector(".view.thread");
const branches = () => [...(view()?.querySelectorAll("details.branch[id]") ?? [])];

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function store(changes) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...stored(), ...changes }));
  } catch {
    // Kept for this page only.
  }
}

// How many levels a branch is below the first one of its tree.
function levelOf(branch) {
  let level = 1;
  for (let at = branch.parentElement.closest("details.branch"); at; at = at.parentElement.closest("details.branch")) level += 1;
  return level;
}

// "1", "2" or "3" levels of replies are shown; "" shows all.
function showLevels(levels) {
  for (const branch of branches()) branch.open = !levels || levelOf(branch) < Number(levels);
}

function press(levels) {
  for (const button of document.querySelectorAll("[data-levels]")) {
    button.setAttribute("aria-pressed", String(button.dataset.levels === levels));
  }
}

function restore() {
  const { folded = {}, levels, density } = stored();
  document.querySelectorAll("[data-level-tools]").forEach(tools => { tools.hidden = false; });
  if (levels !== undefined) {
    showLevels(levels);
    press(levels);
  }
  for (const branch of branches()) if (branch.id in folded) branch.open = !folded[branch.id];
  const choice = view()?.querySelector(`input[name=density][value="${density}"]`);
  if (choice) choice.checked = true;
}

document.addEventListener("click", event => {
  const button = event.target.closest("[data-levels]");
  if (!button) return;
  showLevels(button.dataset.levels);
  press(button.dataset.levels);
  store({ levels: button.dataset.levels, folded: {} });
});

document.addEventListener("change", event => {
  if (event.target.name === "density" && view()?.contains(event.target)) store({ density: event.target.value });
});

document.addEventListener("toggle", event => {
  const branch = event.target;
  if (!branch.matches?.("details.branch[id]") || !view()?.contains(branch)) return;
  store({ folded: { ...stored().folded, [branch.id]: !branch.open } });
}, true);

// An address that names a statement is not left folded away.
function unfold() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  for (let at = target && target.closest("details:not([open])"); at; at = at.parentElement.closest("details:not([open])")) at.open = true;
}

restore();
unfold();
addEventListener("hashchange", unfold);
