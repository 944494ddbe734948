"""The promises of the API under load: events in order, requests done once, no edit lost."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db.models import QuerySet

from accounts import actions
from accounts.models import User
from debate.models import Debate, Event, Statement
from tests import factories
from tests.prove.conftest import Noted
from tests.prove.test_live import server
from tests.streams import Site, reading

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

WRITERS, READERS, SECONDS = 64, 8, 60
ROUNDS, PARALLEL = 200, 50
RACES = 1000
LATER = (429, 503)
JSON = {"Content-Type": "application/json"}
Answer = tuple[int, dict[str, str], Any]


@pytest.fixture
def site(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("ADDRESS_WRITES", "10000000")
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    monkeypatch.setattr("accounts.rules.TOKENS_PER_ACCOUNT", 100)  # each may send 120 a minute
    with server() as (found, _):
        yield found


@dataclass
class Caller:
    """A program with one token; it waits where it is told to come again."""

    site: Site
    key: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        sent = None if body is None else json.dumps(body)
        given = {"Authorization": f"Bearer {self.key}", **JSON, **headers}
        while True:
            line = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
            line.request(method, f"/api/v1/{path}", sent, given)
            got = line.getresponse()
            found = json.loads(got.read() or b"null")
            line.close()
            if got.status not in LATER:
                return got.status, {n.lower(): v for n, v in got.getheaders()}, found
            time.sleep(min(5, int(got.headers["Retry-After"])))


def keys(person: User, number: int) -> list[str]:
    scopes = ["read", "write", "mark", "moderate"]
    made = (
        actions.create_token(person, by=person, name="p", scopes=scopes) for _ in range(number)
    )
    return [key for _, key in made]


# ---- events
@dataclass
class Following:
    """Who writes, and who reads it all, until it is over."""

    site: Site
    keys: list[str]
    claims: list[Statement]
    stop: threading.Event = field(default_factory=threading.Event)
    over: float = 0.0

    def write(self, number: int) -> int:
        caller, done = Caller(self.site, self.keys[number]), 0
        while not self.stop.is_set():
            claim = self.claims[(number + done) % len(self.claims)]
            mark = {"truth": ("agree", "unsure")[done // len(self.claims) % 2]}
            status, _, said = caller.ask("PUT", f"statements/{claim.pk}/mark/", mark)
            assert status == 200, said
            done += 1
        return done

    def ends(self) -> bool:
        return self.over > 0 and time.monotonic() > self.over + 8

    def poll(self, number: int) -> list[int]:
        caller = Caller(self.site, self.keys[number])
        got: list[int] = []
        while not self.ends():
            last = got[-1] if got else 0
            _, _, page = caller.ask("GET", f"events/?limit=100&after={last}")
            got += [row["place"] for row in page["results"]]
            if not page["results"]:
                time.sleep(0.1)
        return got

    def listen(self) -> list[int]:
        async def story() -> list[int]:
            async with reading(self.site, "", at="/api/v1/events/", last=0) as reader:
                while not self.ends():
                    await asyncio.sleep(0.2)
                return reader.ids

        return asyncio.run(story())


def test_every_reader_sees_every_event_once_and_in_order(site: Site, note: Noted) -> None:
    people = [factories.UserFactory.create() for _ in range(WRITERS)]
    claims = [factories.SupportFactory.create() for _ in range(8)]
    all_of_it = Following(site, [keys(person, 1)[0] for person in people], claims)
    with ThreadPoolExecutor(WRITERS + READERS) as pool:
        readers = [pool.submit(all_of_it.poll, n) for n in range(READERS // 2)]
        readers += [pool.submit(all_of_it.listen) for _ in range(READERS // 2)]
        writers = [pool.submit(all_of_it.write, number) for number in range(WRITERS)]
        time.sleep(SECONDS)
        all_of_it.stop.set()
        try:
            acts = sum(writer.result() for writer in writers)
        finally:
            all_of_it.over = time.monotonic()
        seen = [reader.result() for reader in readers]
    whole = [place or 0 for place in _in_order().values_list("place", flat=True)]
    assert acts >= len(whole) * 0.9
    assert len(whole) > WRITERS
    assert all(one == whole for one in seen), [len(one) for one in (whole, *seen)]
    for claim in claims:
        numbers = list(_in_order().filter(debate=claim.debate_id).values_list("number", flat=True))
        assert numbers == sorted(numbers)
    note(
        "64 writers and 8 readers of all events",
        f"{len(whole)} events of {len(claims)} debates in {SECONDS} s; 4 readers ask, 4 listen: "
        "each saw every event once, in order",
    )


def _in_order() -> QuerySet[Event]:
    return Event.objects.order_by("place")


# ---- once
def test_fifty_identical_posts_make_one_row(site: Site, claim: Statement, note: Noted) -> None:
    person = factories.UserFactory.create()
    callers = [Caller(site, key) for key in keys(person, PARALLEL)]
    with ThreadPoolExecutor(PARALLEL) as pool:
        for turn in range(ROUNDS):
            told = _fifty(pool, callers, claim, f"Said once, {turn}.")
            statuses = Counter(status for status, _, _ in told)
            assert statuses == {201: PARALLEL}
            assert len({json.dumps(body, sort_keys=True) for _, _, body in told}) == 1
            assert Statement.objects.filter(body=f"Said once, {turn}.").count() == 1
    note(
        "identical POSTs at once, with one key",
        f"{ROUNDS} rounds of {PARALLEL}: {ROUNDS} rows, one answer a round",
    )


def _fifty(
    pool: ThreadPoolExecutor, callers: Sequence[Caller], claim: Statement, words: str
) -> list[Answer]:
    said = {"kind": "remark", "body": words}
    path, key = f"statements/{claim.pk}/replies/", {"Idempotency-Key": words}
    asked = [pool.submit(caller.ask, "POST", path, said, **key) for caller in callers]
    return [one.result() for one in asked]


# ---- edits
def test_of_two_editors_none_loses_words_unseen(
    site: Site, debate: Debate, alice: User, note: Noted
) -> None:
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    own = factories.SupportFactory.create(parent=debate.statements.earliest("id"), author=alice)
    callers = [Caller(site, key) for key in keys(alice, 40)]
    found: Counter[tuple[int, int]] = Counter()
    kept = []
    with ThreadPoolExecutor(2) as pool:
        for race in range(RACES):
            path = f"statements/{own.pk}/" if race % 2 else f"debates/{debate.slug}/"
            pair = callers[2 * race % 40 : 2 * race % 40 + 2]
            _, headers, before = pair[0].ask("GET", path)
            tag = {"If-Match": headers["etag"]}
            edits = [_edit(before, f"Race {race}, {side}?") for side in "ab"]
            asked = [
                pool.submit(caller.ask, "PATCH", path, edit, **tag)
                for caller, edit in zip(pair, edits, strict=True)
            ]
            statuses = [one.result()[0] for one in asked]
            found[min(statuses), max(statuses)] += 1
            kept += [e for e, status in zip(edits, statuses, strict=True) if status == 200]
    assert found == {(200, 412): RACES}
    first = own.body
    own.refresh_from_db()
    earlier = own.revisions.order_by("-number").values_list("body", flat=True)
    assert [own.body, *earlier] == [*_bodies(kept), first]
    note(
        "races of two editors",
        f"{RACES} races with If-Match, half of a statement, half of a debate: one done, the other "
        "told with 412, each time; 0 lost unseen",
    )


def _bodies(edits: Sequence[dict[str, Any]]) -> list[str]:
    """What the statement was made to say, the newest first."""
    return [edit["body"] for edit in reversed(edits) if "body" in edit]


def _edit(before: dict[str, Any], words: str) -> dict[str, Any]:
    if "revision" in before:
        return {"body": words, "revision": before["revision"]}
    return {"question": words}
