// Nothing typed is lost: the text of a form with data-draft (and of every composer) is kept in this
// tab's storage until the form has been accepted, or the server has stored its point (points.js).
// Leaving the page with text that is nowhere else asks first.

const FORMS = ".composer, form[data-draft]";
const PREFIX = "crux-draft:";
const SENT = "crux-sent";
let kindChosen = new URLSearchParams(location.search).has("kind"); // just now, so not the draft's

function storage(action) {
  try {
    return action(sessionStorage);
  } catch {
    return null; // no storage: the warning on leaving is what is left
  }
}

const pathOf = form => PREFIX + new URL(form.dataset.save ?? form.action, location.href).pathname;
const keyOf = form => pathOf(form) + (form.dataset.point ? `#${form.dataset.point}` : "");
const versionOf = form => form.querySelector("[name^=version]");
const texts = form => [...form.querySelectorAll("textarea[name], input[type=text][name], input:not([type])[name]")];
const initial = form => texts(form).map(field => field.defaultValue);
const typed = form => texts(form).map(field => field.value);
const isDirty = form => texts(form).some(field => field.value !== field.defaultValue);
const load = key => JSON.parse(storage(s => s.getItem(key)) ?? "null");
const forget = key => storage(s => s.removeItem(key));

function keep(form) {
  const key = keyOf(form);
  if (!isDirty(form)) return;
  const radios = [...form.querySelectorAll("input[type=radio]:checked")].map(r => [r.name, r.value]);
  const known = load(key)?.base;
  const base = known?.length === texts(form).length ? known : initial(form); // fields may have been added
  storage(s => s.setItem(key, JSON.stringify({ base, texts: typed(form), radios, version: versionOf(form)?.value })));
}

function choose(form, [name, value]) {
  const radio = [...form.querySelectorAll("input[type=radio]")].find(r => r.name.split("-")[0] === name.split("-")[0] && r.value === value);
  if (radio) radio.checked = true;
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function fill(form, draft) {
  texts(form).forEach((field, i) => { field.value = draft.texts[i] ?? field.value; });
  if (!kindChosen) draft.radios.forEach(radio => choose(form, radio));
}

function restore(form) {
  if (form.dataset.point) return restorePoint(form);
  const draft = load(keyOf(form));
  // Another text than the one the draft grew from: the server's word wins.
  if (!draft || !same(draft.base, typed(form)) || same(draft.texts, typed(form))) return;
  fill(form, draft);
  offerToDiscard(form);
}

// What the server did not get before the page went: stored as soon as it is back in a form.
function restorePoint(form) {
  const version = versionOf(form);
  const keys = storage(s => Object.keys(s).filter(key => key.startsWith(`${pathOf(form)}#`))) ?? [];
  const isFresh = !Number(version.value) && typed(form).every(text => !text.trim());
  const key = isFresh ? keys.find(k => !document.querySelector(`[data-point="${k.split("#")[1]}"]`)) : keyOf(form);
  const draft = key && load(key);
  if (!draft) return;
  if (key !== keyOf(form)) forget(key); // another form's: this one keeps it from now on
  // The words answered are a field in some forms only; what comes last is there in all.
  draft.texts = typed(form).map((text, i, all) => draft.texts.at(i - all.length) ?? text);
  const isThere = same(draft.texts, typed(form)); // in a form that was refused
  if (isThere && form.querySelector(".overtaken")) return; // whose words stay is not chosen yet
  if (!isThere) fill(form, draft);
  if (!isThere && !isFresh) version.value = draft.version; // so that a newer one is not overwritten unseen
  texts(form).forEach((field, i) => {
    field.defaultValue = ""; // leaving asks, until it is stored
    field.value = draft.texts[i];
  });
  form.querySelector("textarea").dispatchEvent(new Event("input", { bubbles: true }));
}

function offerToDiscard(form) {
  const notice = document.getElementById("draft-restored")?.content.firstElementChild.cloneNode(true);
  if (!notice) return;
  notice.querySelector("[data-discard]").addEventListener("click", () => {
    forget(keyOf(form));
    form.reset();
    notice.remove();
    texts(form)[0]?.focus();
  });
  texts(form)[0]?.closest(".field")?.before(notice);
}

// -- a form sent by the browser itself: on the next page, was it taken? --------------------------

function noteSent(form) {
  const from = location.href.split("#")[0];
  storage(s => s.setItem(SENT, JSON.stringify({ key: keyOf(form), from })));
}

function settle() {
  const { key, from } = load(SENT) ?? {};
  forget(SENT);
  // Sure only on the page that followed at once, and not on one that says that something failed or
  // that asks who one is.
  if (!key || document.referrer !== from || document.body.dataset.page) return;
  const [entry] = performance.getEntriesByType("navigation");
  const cameBack = [...document.querySelectorAll(FORMS)].some(form => keyOf(form) === key && same(typed(form), load(key)?.texts));
  if (entry?.type === "navigate" && !cameBack) forget(key);
}

document.addEventListener("input", event => {
  const form = event.target.closest?.(FORMS);
  if (form) keep(form);
});

// On logging out: the next person at this tab is not shown what the last one was writing.
function forgetAll() {
  storage(s => Object.keys(s).filter(key => key.startsWith(PREFIX)).forEach(key => s.removeItem(key)));
}

document.addEventListener("submit", event => {
  if (event.target.matches("[data-forget-drafts]")) forgetAll();
  if (event.target.matches("[data-again]")) noteSent(event.target); // its words are in the form they came from
  if (!event.target.matches(FORMS)) return;
  keep(event.target);
  if (!event.target.hasAttribute("hx-post")) noteSent(event.target);
  event.target.dataset.left = "";
});

// Before the swap, for what is swapped in may hold a fresh form of the same address.
for (const name of ["htmx:beforeSwap", "htmx:afterRequest"]) {
  document.addEventListener(name, event => {
    const { requestConfig, xhr } = event.detail;
    const form = requestConfig.elt; // detail.elt is another one once the form has been swapped out
    if (!form.matches(FORMS)) return;
    if (xhr.getResponseHeader("HX-Redirect")?.includes("?next=")) return; // to sign in: the draft is for afterwards
    if (xhr.status >= 200 && xhr.status < 400) forget(keyOf(form));
    else delete form.dataset.left;
  });
}

document.addEventListener("htmx:beforeRequest", event => {
  kindChosen = /[?&]kind=/.test(event.detail.requestConfig.path);
});

document.addEventListener("htmx:load", event => {
  const { elt } = event.detail;
  if (elt.matches?.(FORMS)) restore(elt);
  elt.querySelectorAll?.(FORMS).forEach(restore);
});

document.addEventListener("crux:stored", event => {
  forget(keyOf(event.target));
  keep(event.target); // what was typed meanwhile
});

addEventListener("beforeunload", event => {
  const unsent = [...document.querySelectorAll(FORMS)].some(form => isDirty(form) && !("left" in form.dataset));
  if (unsent) event.preventDefault();
});

addEventListener("pageshow", () => {
  document.querySelectorAll(FORMS).forEach(form => { delete form.dataset.left; });
});

settle();
document.querySelectorAll(FORMS).forEach(restore);
