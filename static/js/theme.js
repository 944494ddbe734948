// Dark or light: the person's choice, before the first paint; without one, what the system says.
(() => {
  const KEY = "crux-theme";
  const system = matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  function remember(theme) {
    try {
      if (theme) localStorage.setItem(KEY, theme);
      else localStorage.removeItem(KEY);
    } catch {
      // A browser that keeps nothing still shows the theme on this page.
    }
  }

  const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";

  function show(theme) {
    if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(isDark()));
    }
  }

  function toggle() {
    const theme = isDark() ? "light" : "dark";
    remember((theme === "dark") === system.matches ? null : theme);
    show(theme);
  }

  show(chosen());
  document.addEventListener("DOMContentLoaded", () => show(chosen()));
  document.addEventListener("click", event => {
    if (event.target.closest("[data-theme-toggle]")) toggle();
  });
  addEventListener("storage", event => {
    if (event.key === KEY) show(event.newValue);
  });
  system.addEventListener("change", () => show(chosen()));
})();
