// A quotation and the passage it quotes light up together, whichever is pointed at or focused.

let lit = [];

function dim() {
  lit.forEach(element => element.classList.remove("lit"));
  lit = [];
}

// Where a quotation leads, or which passage this is: "statement-5-q1".
function anchorOf(target) {
  const quote = target.closest?.(".quote a, .quote")?.closest(".quote");
  if (quote) return quote.querySelector("a[href*='#']")?.hash.slice(1);
  const passage = target.closest?.("[data-span]");
  const statement = passage?.closest("[id^=statement-]:is(.statement, .line-step)");
  return statement && `${statement.id}-q${passage.dataset.span}`;
}

function light(event) {
  dim();
  const anchor = anchorOf(event.target);
  if (!anchor) return;
  const [, id, number] = anchor.match(/^(statement-\d+)-q(\d+)$/) ?? [];
  if (!id) return;
  lit = [
    ...document.querySelectorAll(`#${id} mark[data-span="${number}"]`),
    ...document.querySelectorAll(`.quote a[href$="#${anchor}"]`),
  ].filter(element => element.matches(".quote a") || element.closest(".statement, .line-step").id === id);
  lit.forEach(element => element.classList.add("lit"));
}

document.addEventListener("pointerover", light);
document.addEventListener("focusin", light);
