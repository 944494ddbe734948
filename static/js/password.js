// A new password can be read while it is typed: it is asked for once.

import { word } from "./words.js";

for (const field of document.querySelectorAll('input[autocomplete="new-password"]')) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "linkish";
  button.setAttribute("aria-controls", field.id);
  const show = (isShown) => {
    field.type = isShown ? "text" : "password";
    button.textContent = word(isShown ? "hide-password" : "show-password");
  };
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false)); // browsers offer to keep passwords only
  show(false);
  field.after(button);
}
