// Select words in a statement, and the bar appears under them, in the flow: mouse, touch, keyboard.
// Each of its buttons begins a point on these words, or marks them.

import { ask } from "./sending.js";

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

// What can be said of a statement depends on whose it is and what kind of statement.
function allowed(statement) {
  const { kind } = statement.dataset;
  const own = "own" in statement.dataset;
  const isClaim = kind !== "question" && kind !== "concession";
  return {
    answer: kind === "question",
    concession: !own && kind !== "question",
    clarification: own || isUnderOwn(statement),
    agree: !own && isClaim,
    disagree: !own && isClaim,
  };
}

function isUnderOwn(statement) {
  if (document.querySelector(".line-step[data-own]")) return true;
  for (let holder = statement.closest(".node")?.parentElement; holder; holder = holder.parentElement) {
    if (holder.querySelector(":scope > .statement[data-own]")) return true;
  }
  return false;
}

function fit(statement) {
  const can = allowed(statement);
  let digit = 0;
  for (const button of bar.querySelectorAll("button")) {
    button.hidden = can[button.value] === false;
    if (button.hidden) continue;
    digit += 1;
    const key = button.querySelector("kbd") ?? button.appendChild(document.createElement("kbd"));
    key.textContent = digit;
    button.setAttribute("aria-keyshortcuts", digit);
  }
}

// Half a word is never meant: the ends move out to the edges of the words they are in. What is
// gained is put to the text of the selection, which knows where blocks end.
function snap(range, text) {
  const words = new Intl.Segmenter(document.documentElement.lang || "en", { granularity: "word" });
  const wordAt = (node, offset) => {
    const word = node.nodeType === Node.TEXT_NODE && offset >= 0 && words.segment(node.data).containing(offset);
    return word && word.isWordLike ? word : null;
  };
  const { startContainer, startOffset, endContainer, endOffset } = range;
  const first = wordAt(startContainer, startOffset);
  const last = wordAt(endContainer, endOffset - 1);
  if (first) range.setStart(startContainer, first.index);
  if (last) range.setEnd(endContainer, last.index + last.segment.length);
  const before = first ? startContainer.data.slice(first.index, startOffset) : "";
  const after = last ? endContainer.data.slice(endOffset, last.index + last.segment.length) : "";
  return before + text + after;
}

function offer() {
  if (held || bar.contains(document.activeElement)) return;
  if (!bar.hidden) hide(); // its own words are not among those selected
  const selection = document.getSelection();
  const body = selectedBody(selection);
  const statement = body?.closest(".statement[id]");
  if (!selection.toString().trim() || !statement?.querySelector(".answer")) return;
  const range = selection.getRangeAt(0).cloneRange();
  const quote = plain(snap(range, selection.toString())).trim();
  const { prefix, suffix } = around(body, range);
  const fields = bar.elements;
  fields.to.value = statement.id;
  fields.quote.value = quote;
  fields.prefix.value = prefix;
  fields.suffix.value = suffix;
  fit(statement);
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
  bar.querySelector("button:not([hidden])").focus();
}

function press(event) {
  const button = [...bar.querySelectorAll("button:not([hidden])")].find(b => b.ariaKeyShortcuts === event.key);
  if (!button || event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  if (!event.repeat) button.click();
}

function choose(event) {
  event.preventDefault();
  event.stopImmediatePropagation(); // the bar itself is sent nowhere
  const act = event.submitter?.value ?? "objection";
  const statement = document.getElementById(bar.elements.to.value);
  const { quote, prefix, suffix } = bar.elements;
  const words = { quote: quote.value, prefix: prefix.value, suffix: suffix.value };
  hide();
  if (act === "agree" || act === "disagree") mark(statement, { truth: act, ...words });
  else answer(statement, { kind: act, ...words });
}

function mark(statement, values) {
  const foot = statement.querySelector(":scope > .statement-foot");
  const form = foot.querySelector(".mark-form");
  const under = form.elements.under?.value ?? "";
  const token = bar.elements.csrfmiddlewaretoken.value;
  ask("POST", form.getAttribute("action"), {
    source: foot, target: foot, swap: "outerHTML", values: { ...values, under, csrfmiddlewaretoken: token },
  });
}

// One more point under the statement, beside those that are open there already.
function answer(statement, values) {
  const link = statement.querySelector(".answer");
  const address = new URL(link.getAttribute("hx-get") ?? link.href, location.href);
  for (const [name, value] of Object.entries(values)) address.searchParams.set(name, value);
  const slot = document.getElementById(`${statement.id}-reply`);
  slot.querySelectorAll("[data-point]").forEach(point => {
    const texts = [...point.querySelectorAll("textarea, [name=quote]")];
    if (texts.every(text => !text.value.trim())) point.remove();
  });
  ask("GET", address.pathname + address.search, { source: slot, target: slot, swap: "beforeend show:none" });
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
    if (!event.ctrlKey && !event.metaKey && !event.altKey) press(event);
    if (event.key === "Tab" && !event.shiftKey && !bar.contains(document.activeElement)) enter(event);
  });
  document.addEventListener("crux:quote-sentence", event => selectSentence(event.target));
  bar.addEventListener("pointerdown", () => { held = true; });
  bar.addEventListener("mousedown", event => event.preventDefault()); // keeps the words selected
  document.addEventListener("pointerup", () => setTimeout(() => { held = false; }, 400));
  bar.addEventListener("submit", choose);
}
