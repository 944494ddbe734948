// Times in the reader's zone: the one they chose, else the browser's. Pages say UTC, for many of
// them are kept for all readers; what is drawn in somebody's zone already is marked data-zoned.

const root = document.documentElement;
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const zone = root.dataset.zone || here;
const language = root.lang === "en" ? "en-GB" : root.lang;
const DAY = { day: "numeric", month: "short", year: "numeric" };
const CLOCK = { ...DAY, hour: "2-digit", minute: "2-digit" };

function format(options) {
  try {
    return new Intl.DateTimeFormat(language, { ...options, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat(language, options); // a zone that this browser does not know
  }
}

const day = format(DAY);
const clock = format(CLOCK);
const whole = format({ ...CLOCK, timeZoneName: "short" });

function tell(time) {
  const moment = new Date(time.dateTime);
  if (Number.isNaN(moment.getTime()) || time.closest("[data-zoned]")) return;
  const told = (time.textContent.includes(":") ? clock : day).format(moment);
  if (time.textContent !== told) time.textContent = told;
  time.title = whole.format(moment);
}

function tellAll(within) {
  if (within.matches?.("time[datetime*=T]")) tell(within);
  for (const time of within.querySelectorAll?.("time[datetime*=T]") ?? []) tell(time);
}

tellAll(document);
new MutationObserver(changes => {
  for (const change of changes) for (const node of change.addedNodes) tellAll(node);
}).observe(document.body, { childList: true, subtree: true });

// The page that asks for the zone offers the browser's.
const offer = document.querySelector("[data-zone-here]");
const choice = offer && document.getElementById(offer.dataset.zoneHere);
if (choice?.querySelector(`option[value="${CSS.escape(here)}"]`)) {
  const button = offer.querySelector("button");
  button.textContent = here.replaceAll("_", " ");
  button.addEventListener("click", () => {
    choice.value = here;
    choice.focus();
  });
  offer.hidden = false;
}
