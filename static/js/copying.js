// A statement as a quotation in Markdown, with its author and a link; or the link alone.
// The words of what is said afterwards stand on the announcer.

const announcer = document.getElementById("announcer");
const SHOWN = 3000;
let hiding;

function tell(text) {
  announcer.textContent = "";
  announcer.classList.replace("vh", "toast");
  setTimeout(() => { announcer.textContent = text; }, 50); // so that the same words are read out again
  clearTimeout(hiding);
  hiding = setTimeout(() => announcer.classList.replace("toast", "vh"), SHOWN);
}

async function copy(text, told) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copiedByHand(text)) return tell(announcer.dataset.notCopied);
  }
  tell(told);
}

// Where the page is not served safely, there is no clipboard but this one.
function copiedByHand(text) {
  const held = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "vh";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  held?.focus({ preventScroll: true });
  return done;
}

// What is selected in the statement, else all of it.
function words(body) {
  const selection = getSelection();
  const chosen = body.contains(selection.anchorNode) && body.contains(selection.focusNode) ? selection.toString() : "";
  return (chosen.trim() || body.innerText.trim() || body.textContent.trim()).replace(/\n{3,}/g, "\n\n");
}

function quotation(statement) {
  const body = statement.querySelector(":scope > .statement-body");
  const head = statement.querySelector(":scope > .statement-head") ?? statement.closest(".tree")?.querySelector(".band");
  const link = head?.querySelector("a.when");
  if (!body || !link || statement.matches(".gone, .withdrawn")) return null;
  const lines = words(body).split("\n").map(line => `> ${line}`.trimEnd());
  const name = head.querySelector(".who-name")?.textContent ?? "";
  const bot = head.querySelector(".who [data-bot]") ? " (bot)" : "";
  const label = link.textContent.split("·").at(-1).trim();
  return `${lines.join("\n")}\n\n— [${name}${bot}, ${label}](${link.href})\n`;
}

function copyQuotation(statement) {
  const text = statement && quotation(statement);
  if (text) copy(text, announcer.dataset.copied);
}

for (const button of document.querySelectorAll("[data-copy-quotation], [data-copy-link]")) button.hidden = false;

document.addEventListener("click", event => {
  if (event.target.closest("[data-copy-quotation]")) copyQuotation(document.querySelector(".statement.focused"));
  const link = event.target.closest("[data-copy-link]");
  if (link) copy(link.dataset.copyLink, announcer.dataset.linkCopied);
});
document.addEventListener("crux:copy-quotation", event => copyQuotation(event.target.closest(".statement")));
