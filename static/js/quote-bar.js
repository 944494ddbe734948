// Select words in a statement, and the bar appears under them, in the flow: mouse, touch, keyboard.
// It reads the address of the reply form from the statement's own "Answer" link.

const CONTEXT = 32; // characters kept on either side, to find the place again
const bar = document.getElementById("quote-bar");
let held = false; // a finger is on the bar: the selection may go, the bar must not
let timer;

const plain = text => text.replace(/\s+/g, " ");

function selectedBody(selection) {
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const node = selection.getRangeAt(0).commonAncestorContainer;
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  return element.closest(".statement-body");
}

function around(body, range) {
  const before = document.createRange();
  before.selectNodeContents(body);
  before.setEnd(range.startContainer, range.startOffset);
  const after = document.createRange();
  after.selectNodeContents(body);
  after.setStart(range.endContainer, range.endOffset);
  return { prefix: plain(before.toString()).slice(-CONTEXT), suffix: plain(after.toString()).slice(0, CONTEXT) };
}

// In the flow, after the paragraph in which the words end: no coordinates to keep, near the words
// even in a long statement, and next in the tab order.
function show(body, range) {
  let block = range.endContainer;
  while (block.parentNode !== body && block !== body) block = block.parentNode;
  if (block === body || block.nodeType !== Node.ELEMENT_NODE) body.append(bar);
  else block.after(bar);
  bar.hidden = false;
}

function offer() {
  if (held || bar.contains(document.activeElement)) return;
  if (!bar.hidden) hide(); // its own words are not among those selected
  const selection = document.getSelection();
  const body = selectedBody(selection);
  const statement = body?.closest(".statement[id]");
  const quote = plain(selection.toString()).trim();
  if (!quote || !statement?.querySelector(".answer")) return;
  const range = selection.getRangeAt(0);
  const { prefix, suffix } = around(body, range);
  const fields = bar.elements;
  fields.to.value = statement.id;
  fields.quote.value = quote;
  fields.prefix.value = prefix;
  fields.suffix.value = suffix;
  show(body, range);
}

function hide() {
  bar.hidden = true;
  held = false;
  document.body.append(bar); // so that a swap of the statement cannot take the bar with it
}

function leave() {
  document.getElementById(bar.elements.to.value)?.focus();
  document.getSelection().removeAllRanges();
  hide();
}

function enter(event) {
  event.preventDefault();
  bar.querySelector("button").focus();
}

function replyAddress(statement, kind) {
  const link = statement.querySelector(".answer");
  const address = new URL(link.getAttribute("hx-get") ?? link.href, location.href);
  const { quote, prefix, suffix } = bar.elements;
  for (const [name, value] of Object.entries({ kind, quote: quote.value, prefix: prefix.value, suffix: suffix.value })) {
    address.searchParams.set(name, value);
  }
  return { address, page: new URL(link.href) };
}

function answer(event) {
  event.preventDefault();
  const statement = document.getElementById(bar.elements.to.value);
  const slot = statement.querySelector(":scope > .reply-slot");
  const { address, page } = replyAddress(statement, event.submitter?.value ?? "objection");
  hide();
  if (slot && window.htmx) {
    window.htmx.ajax("GET", address.pathname + address.search, { source: slot, target: slot, swap: "innerHTML" });
  } else {
    page.search = address.search;
    location.assign(page);
  }
}

// -- sentence by sentence, for whoever has no mouse and no caret --------------------------------

function place(body, offset) {
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  let node = walker.nextNode();
  while (node && offset > node.length) {
    offset -= node.length;
    node = walker.nextNode();
  }
  return [node, offset];
}

function sentences(body) {
  const segments = new Intl.Segmenter(document.documentElement.lang || "en", { granularity: "sentence" });
  return [...segments.segment(body.textContent)].filter(s => s.segment.trim());
}

function selectSentence(statement) {
  hide();
  const body = statement.querySelector(":scope > .statement-body");
  const all = body ? sentences(body) : [];
  if (!all.length) return;
  const at = Number(statement.dataset.sentence ?? -1) + 1;
  const { segment, index } = all[at % all.length];
  statement.dataset.sentence = at % all.length;
  const start = index + segment.length - segment.trimStart().length;
  const end = index + segment.trimEnd().length;
  document.getSelection().setBaseAndExtent(...place(body, start), ...place(body, end));
}

if (bar) {
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, 200);
  });
  document.addEventListener("keydown", event => {
    if (bar.hidden) return;
    if (event.key === "Escape") leave();
    if (event.key === "Tab" && !event.shiftKey && !bar.contains(document.activeElement)) enter(event);
  });
  document.addEventListener("crux:quote-sentence", event => selectSentence(event.target));
  bar.addEventListener("pointerdown", () => { held = true; });
  bar.addEventListener("mousedown", event => event.preventDefault()); // keeps the words selected
  document.addEventListener("pointerup", () => setTimeout(() => { held = false; }, 400));
  bar.addEventListener("submit", answer);
}
