"""What people and bots do to a site; run by `python -m tests.load`, or by locust itself.

locust makes the standard library wait its own way as soon as it is imported: so nothing else may
import this file. LOAD_WORLD names the file of accounts and debates, LOAD_FOUND where to write
what was found; LOAD_THINK shortens the time that people think.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import random
import re
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from locust import events, task
from locust.contrib.fasthttp import FastHttpUser, FastResponse
from locust.env import Environment
from locust.stats import StatsEntry

from tests.load.pages import Delays, form

WORLD: dict[str, Any] = json.loads(Path(os.environ["LOAD_WORLD"]).read_text())
THINK = float(os.environ.get("LOAD_THINK", "1"))
DEBATES = WORLD["debates"]
SHARES = (1, 3, 1)[: len(DEBATES)]
"""How often each debate is chosen: the one in the middle most."""
CSRF = "c" * 32
FORM = "application/x-www-form-urlencoded"
SIGNED_IN = 0.5  # of those who only read
MARKED = re.compile(r'action="/s/(\d+)/mark/"')
MADE = re.compile(r"/s/(\d+)/$|#statement-(\d+)$")
ARRIVALS = ("SSE", "a statement, from its sending to its arrival")
STREAM_TIMEOUT = 60  # seconds; a stream shows a sign of life every fifteen
WORDS = (
    "a shelf keeps what readers return late because nobody waits and the desk sees no reason to "
    "ask again while every copy costs the town less than the letters about it would"
).split()

numbers = itertools.count()
keys = itertools.cycle(WORLD["bots"])
members = itertools.cycle(WORLD["members"])
open_streams = {"now": 0, "most": 0, "opened": 0}


def told(milliseconds: float) -> None:
    """Count a delay as locust counts requests."""
    note(*ARRIVALS, milliseconds)


def note(
    kind: str, name: str, milliseconds: float, size: int = 0, error: Exception | None = None
) -> None:
    """Count what locust's own client has not done."""
    events.request.fire(
        request_type=kind,
        name=name,
        response_time=milliseconds,
        response_length=size,
        exception=error,
        context={},
    )


delays = Delays(told)


class Someone(FastHttpUser):
    """An address of its own, which the proxy would tell; a session or token, or neither."""

    abstract = True
    thinks = (2.0, 8.0)  # seconds

    def on_start(self) -> None:
        """Take an address, and the next account."""
        number = next(numbers)
        self.headers = {
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
            "Referer": str(self.host).replace("http:", "https:") + "/",
        }
        self.enter()

    def enter(self) -> None:
        """Sign in, where one does."""
        self.headers["Cookie"] = f"csrftoken={CSRF}; sessionid={next(members)}"

    def wait_time(self) -> float:
        """Think; a little, or longer."""
        return random.uniform(*self.thinks) * THINK

    def get(self, path: str, name: str, **headers: str) -> FastResponse:
        """Read a page; statistics are by route."""
        answer: FastResponse = self.client.get(
            path, name=name, headers={**self.headers, **headers}
        )
        return answer

    def post(self, path: str, fields: list[tuple[str, str]], name: str, **headers: str) -> str:
        """Send a form; gives where it leads, or what is put in its place; empty if refused."""
        sent = {**self.headers, **headers, "Content-Type": FORM}
        with self.client.post(
            path,
            data=urlencode(fields),
            name=name,
            headers=sent,
            allow_redirects=False,
            catch_response=True,
        ) as answer:
            if answer.status_code not in (200, 302):
                answer.failure(f"{answer.status_code}")
                return ""
            return str((answer.headers or {}).get("location") or answer.text or "")


def some_debate() -> dict[str, Any]:
    """One of the debates."""
    found: dict[str, Any] = random.choices(DEBATES, SHARES)[0]
    return found


def some_words() -> str:
    """A sentence without meaning that nobody has said before."""
    said = " ".join(random.choices(WORDS, k=random.randint(12, 40)))
    return f"{said.capitalize()} ({uuid.uuid4().hex[:8]})."


class Reader(Someone):
    """Looks around: most people, half of them signed in."""

    weight = 50

    def enter(self) -> None:
        """Sign in, or not."""
        if random.random() < SIGNED_IN:
            super().enter()

    @task(3)
    def home(self) -> None:
        """The home page."""
        self.get("/", "/")

    @task(6)
    def thread(self) -> None:
        """The first page of a debate."""
        self.get(f"/d/{some_debate()['slug']}/", "/d/<slug>/")

    @task(3)
    def deep_link(self) -> None:
        """A statement deep inside, where it stands."""
        debate = some_debate()
        pk = random.choice(debate["deep"])
        self.get(f"/d/{debate['slug']}/?at={pk}", "/d/<slug>/?at=<pk>")

    @task(2)
    def statement(self) -> None:
        """A page of one statement."""
        pk = random.choice(some_debate()["claims"])["pk"]
        self.get(f"/s/{pk}/", "/s/<pk>/")

    @task(2)
    def exchange(self) -> None:
        """A debate as a conversation."""
        self.get(f"/d/{some_debate()['slug']}/exchange/", "/d/<slug>/exchange/")

    @task(2)
    def standing(self) -> None:
        """Where a debate stands."""
        self.get(f"/d/{some_debate()['slug']}/standing/", "/d/<slug>/standing/")

    @task(2)
    def search(self) -> None:
        """Two words of what somebody said."""
        words = random.choice(some_debate()["claims"])["words"].split()[:2]
        self.get(f"/search/?{urlencode({'q': ' '.join(words)})}", "/search/")


class Writer(Someone):
    """Answers with a quotation, a point at a time or several as a turn."""

    weight = 10
    thinks = (15.0, 45.0)

    @task(3)
    def reply(self) -> None:
        """Open the form under a statement, and publish what one has to say."""
        self.written(random.choice(some_debate()["claims"]), "publish")

    @task(1)
    def turn(self) -> None:
        """Gather two points, look them over, and publish them together."""
        debate = some_debate()
        for claim in random.sample(debate["claims"], 2):
            self.written(claim, "keep")
        at = f"/d/{debate['slug']}/turn/"
        page = self.get(at, "/d/<slug>/turn/")
        if not page.text:
            return
        sent = time.monotonic()
        fields = [*form(page.text, at), ("then", "publish")]
        self.published(self.post(at, fields, "/d/<slug>/turn/ (publish)"), sent)

    def written(self, claim: dict[str, Any], then: str) -> None:
        """Fill in the form that answers a claim, and press a button of it."""
        at = f"/s/{claim['pk']}/reply/"
        query = urlencode({"quote": claim["words"], "kind": "remark"})
        page = self.get(f"{at}?{query}", "/s/<pk>/reply/")
        if not page.text:
            return
        fields = [(k, v) for k, v in form(page.text, at) if k not in ("body", "quote", "kind")]
        fields += [("kind", "remark"), ("quote", claim["words"]), ("body", some_words())]
        sent = time.monotonic()
        led = self.post(at, [*fields, ("then", then)], f"/s/<pk>/reply/ ({then})")
        if then == "publish":
            self.published(led, sent)

    def published(self, led: str, sent: float) -> None:
        """Follow to what was published."""
        if found := MADE.search(led):
            delays.say(int(found[1] or found[2]), sent)
            is_page = found[1] is not None
            self.get(led.partition("#")[0], "/s/<pk>/" if is_page else "/d/<slug>/")


class Marker(Someone):
    """Says of what others said whether it is so, by the buttons of the page."""

    weight = 15
    thinks = (3.0, 10.0)

    @task
    def mark(self) -> None:
        """Read a page, and press a few buttons of it."""
        page = self.get(f"/d/{some_debate()['slug']}/", "/d/<slug>/").text or ""
        buttons = sorted(set(MARKED.findall(page)))
        for pk in random.sample(buttons, min(3, len(buttons))):
            at = f"/s/{pk}/mark/"
            verdict = random.choice(("agree", "unsure", "disagree"))
            fields = [*form(page, at), ("verdict", verdict)]
            self.post(at, fields, "/s/<pk>/mark/", **{"HX-Request": "true"})
            time.sleep(self.wait_time())


class Listener(Someone):
    """Has a debate open: its page, and its stream for a while."""

    weight = 20
    stays = (30.0, 120.0)  # seconds

    @task
    def listen(self) -> None:
        """Open a page and its stream; hear what is said meanwhile."""
        debate = some_debate()
        self.get(f"/d/{debate['slug']}/", "/d/<slug>/")
        where = urlsplit(str(self.host))
        connection = http.client.HTTPConnection(
            str(where.hostname), where.port or 80, timeout=STREAM_TIMEOUT
        )
        begun = time.monotonic()
        try:
            connection.request("GET", f"/d/{debate['slug']}/live/", headers=self.headers)
            answer = connection.getresponse()
            ok = answer.status == http.client.OK
            error = None if ok else http.client.HTTPException(f"{answer.status}")
            took = (time.monotonic() - begun) * 1000
            note("SSE", "/d/<slug>/live/ (opening)", took, error=error)
            if ok:
                self.hear(answer, begun + random.uniform(*self.stays) * THINK)
        except (OSError, http.client.HTTPException) as broken:
            note("SSE", "/d/<slug>/live/ (reading)", 0, error=broken)
        finally:
            connection.close()

    def hear(self, stream: http.client.HTTPResponse, until: float) -> None:
        """Read until then; a stream that ends before is an error."""
        open_streams["now"] += 1
        open_streams["opened"] += 1
        open_streams["most"] = max(open_streams["most"], open_streams["now"])
        try:
            while time.monotonic() < until:
                line = stream.readline()
                if not line:
                    raise http.client.HTTPException("The stream has ended.")
                if line.startswith(b"data: "):
                    news = json.loads(line[6:])
                    if news.get("kind") == "statement.published":
                        delays.hear(news["statement"], time.monotonic())
        finally:
            open_streams["now"] -= 1


class Bot(Someone):
    """Follows a debate by its events, reads what it knows only if it is new, and answers."""

    weight = 5
    thinks = (1.0, 5.0)

    def enter(self) -> None:
        """Take a token, and a debate to follow."""
        self.headers["Authorization"] = f"Bearer {next(keys)}"
        self.debate = some_debate()
        self.last = 0
        self.tags: dict[int, str] = {}

    @task(6)
    def follow(self) -> None:
        """The events behind the last one."""
        path = f"/api/v1/debates/{self.debate['slug']}/events/"
        name = "/api/v1/debates/<slug>/events/?after=<n>"
        answer = self.get(f"{path}?after={self.last}&limit=100", name)
        if answer.status_code == http.client.OK:
            found = json.loads(answer.text or "{}")["results"]
            self.last = max([self.last, *(event["number"] for event in found)])

    @task(4)
    def look_again(self) -> None:
        """A statement, if it is another than last time."""
        pk = random.choice(self.debate["claims"][:5])["pk"]
        known = {"If-None-Match": self.tags[pk]} if pk in self.tags else {}
        name = "/api/v1/statements/<pk>/" + (" (If-None-Match)" if known else "")
        answer = self.get(f"/api/v1/statements/{pk}/", name, **known)
        if answer.status_code == http.client.OK:
            self.tags[pk] = str(answer.headers["etag"])  # type: ignore[index]  # an answer has some

    @task(2)
    def look_around(self) -> None:
        """Fifty statements."""
        path = f"/api/v1/debates/{self.debate['slug']}/statements/"
        self.get(path, "/api/v1/debates/<slug>/statements/")

    @task(1)
    def reply(self) -> None:
        """An answer; now and then it is sent twice, under one key."""
        claim = random.choice(self.debate["claims"])
        said = {"kind": "remark", "body": some_words(), "quote": claim["words"]}
        said["generated_by"] = "model"
        key = uuid.uuid4().hex
        sent = time.monotonic()
        made = self.said(claim["pk"], said, key)
        if made:
            delays.say(made, sent)
            if random.random() < 0.2 and self.said(claim["pk"], said, key) != made:
                note("API", "sent twice", 0, error=ValueError("It was published twice."))

    def said(self, pk: int, said: dict[str, Any], key: str) -> int:
        """Send it; gives the id of the statement, 0 if it is refused."""
        headers = {**self.headers, "Idempotency-Key": key, "Content-Type": "application/json"}
        name = "/api/v1/statements/<pk>/replies/"
        answer = self.client.post(
            f"/api/v1/statements/{pk}/replies/", data=json.dumps(said), name=name, headers=headers
        )
        return int(json.loads(answer.text or "{}").get("id", 0))


def write(environment: Environment, **kwargs: Any) -> None:
    """Write down what was found."""
    stats = environment.stats
    entries = sorted(stats.entries.values(), key=lambda one: one.name)
    pages = StatsEntry(stats, "all", "")
    for one in entries:
        if one.method in ("GET", "POST"):
            pages.extend(one)
    rows = [
        {
            "method": one.method or "",
            "route": one.name,
            "requests": one.num_requests,
            "failures": one.num_failures,
            "a_second": one.total_rps,
            "times": [one.get_response_time_percentile(share) for share in (0.5, 0.95, 0.99)],
        }
        for one in (*entries, pages)
    ]
    failures = [
        {"method": one.method, "route": one.name, "kind": str(one.error), "times": one.occurrences}
        for one in stats.errors.values()
    ]
    found = {"rows": rows, "failures": failures, "streams": open_streams}
    with contextlib.suppress(KeyError):
        Path(os.environ["LOAD_FOUND"]).write_text(json.dumps(found))


events.quitting.add_listener(write)
