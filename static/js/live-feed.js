// What happens in a debate, as it happens: by a stream, or by asking where streams do not pass.
// Nothing is asked for while the page is out of sight, so that hidden tabs hold no connection.

const EVERY = 20000; // between questions
const AGAIN = 6; // questions after which the stream is tried once more
const FAILURES = 2; // of a stream that never opened

// `take` is called with each change, in order and once; `lost` with whether anything is heard.
// `standing` is the number by which the page shows how the debate stands, null where it does not;
// `stand` is called when there is a newer one.
export function listen(at, after, take, lost, standing, stand) {
  let last = after;
  let known = standing;
  let source = null;
  let timer = null;
  let failures = 0;
  let asked = 0;
  let isOver = false;

  function got(change) {
    if (change.number <= last) return;
    last = change.number;
    take(change);
  }

  function stood(number) {
    if (known === null || number <= known) return;
    known = number;
    stand();
  }

  function stream() {
    stop();
    source = new EventSource(`${at}live/?after=${last}${known === null ? "" : `&standing=${known}`}`);
    source.addEventListener("standing", event => stood(JSON.parse(event.data).standing));
    source.addEventListener("change", event => got(JSON.parse(event.data)));
    source.addEventListener("open", () => {
      failures = 0;
      lost(false);
    });
    source.addEventListener("error", () => {
      failures += 1;
      if (source.readyState === EventSource.CLOSED || failures >= FAILURES) later();
    });
  }

  // The browser comes back by itself after a cut, and says what it had last.
  function later(delay = EVERY) {
    stop();
    asked = 0;
    if (!isOver) timer = setTimeout(ask, delay);
  }

  async function ask() {
    timer = null;
    try {
      const answer = await fetch(`${at}changes/?after=${last}`, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.status === 404) return end();
      if (!answer.ok) throw new Error(answer.status);
      const { changes, last: seen, more, standing: now } = await answer.json();
      changes.forEach(got);
      stood(now);
      last = Math.max(last, seen);
      lost(false);
      asked += 1;
      if (document.hidden) return null;
      if (asked >= AGAIN) return again();
      timer = setTimeout(ask, more ? 0 : EVERY);
    } catch {
      lost(true);
      timer = setTimeout(ask, EVERY);
    }
    return null;
  }

  function again() {
    failures = 0;
    stream();
  }

  function end() {
    isOver = true;
    stop();
    lost(true);
  }

  function stop() {
    source?.close();
    source = null;
    clearTimeout(timer);
    timer = null;
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) stop();
    else if (!isOver && !source && !timer) again();
  });
  addEventListener("pagehide", stop);
  addEventListener("pageshow", event => {
    if (event.persisted && !isOver && !document.hidden) again();
  });
  if (!document.hidden) stream();
}
