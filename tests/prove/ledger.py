"""Writers with a ledger of what was acknowledged, and what must be true of it afterwards."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from accounts import actions
from accounts.models import User
from debate.models import Debate, Mark, Statement
from tests import factories
from tests.oracle import check_all
from tests.streams import HTTPS, Site

AGAIN = 0.25  # seconds before what failed is sent again: more often takes the cores from starts
TRUTHS = ("agree", "unsure", "disagree")


@dataclass
class Writer(threading.Thread):
    """Replies and marks by turns, each sent until it is acknowledged, at a steady pace.

    A reply is sent again under its Idempotency-Key; a mark is the same however often it is set.
    """

    site: Site
    key: str
    person: User | None
    claims: Sequence[int]
    pace: float
    replies: dict[str, int] = field(default_factory=dict)
    marks: dict[int, str] = field(default_factory=dict)
    done: int = 0
    failed: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    last: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)
    more: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.line: http.client.HTTPConnection | None = None

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        due = time.monotonic()
        while not self.over.is_set():
            self._reply() if self.done % 2 else self._mark()
            self.done += 1
            due = max(due + self.pace, time.monotonic() - 1)  # no rush after a break
            self.over.wait(max(0.0, due - time.monotonic()))

    def _reply(self) -> None:
        own = [*self.replies.values()][-3:]
        choice = [*self.claims, *own]
        parent = choice[self.done // 2 % len(choice)]
        words = f"Written as {uuid.uuid4().hex}."
        sent = {"kind": ("remark", "question")[self.done // 2 % 2], "body": words}
        found = self.ask("POST", f"statements/{parent}/replies/", sent, words)
        self.replies[words] = int(found["id"])

    def _mark(self) -> None:
        claim = self.claims[self.done // 2 % len(self.claims)]
        truth = TRUTHS[self.done // (2 * len(self.claims)) % 3]
        self.ask("PUT", f"statements/{claim}/mark/", {"truth": truth})
        self.marks[claim] = truth

    def ask(self, method: str, path: str, sent: Any, key: str = "") -> Any:
        """Send it until it is acknowledged; gives the answer."""
        while True:
            try:
                status, wait, found = self._send(method, path, sent, key)
            except (OSError, http.client.HTTPException):
                self.line = None
                status, wait = 0, 0.0
            if status in (200, 201):
                self.last = time.monotonic()
                return found
            self.failed += 1
            self.statuses[status] = self.statuses.get(status, 0) + 1
            assert status in (0, 429, 502, 503), (status, found)
            time.sleep(min(wait, 2.0) or AGAIN)

    def _send(self, method: str, path: str, sent: Any, key: str) -> tuple[int, float, Any]:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        headers |= HTTPS | dict(self.more)
        if key:
            headers["Idempotency-Key"] = key
        if self.line is None:
            self.line = self.site.line(timeout=20)
        self.line.request(method, f"/api/v1/{path}", json.dumps(sent), headers)
        got = self.line.getresponse()
        body = got.read()
        if got.will_close:
            self.line = None
        wait = float(got.headers.get("Retry-After", 0))
        return got.status, wait, json.loads(body) if body[:1] == b"{" else body


def people(number: int) -> list[tuple[User, str]]:
    """So many people whom nothing but their token limits, each with its key."""
    made = [
        factories.UserFactory.create(standing="exempt", is_standing_set=True)
        for _ in range(number)
    ]
    scopes = ["read", "write", "mark"]
    return [
        (one, actions.create_token(one, by=one, name="proof", scopes=scopes)[1]) for one in made
    ]


def debates(number: int) -> list[Statement]:
    """A claim in each of so many debates, all made by the usual actions."""
    made = []
    for _ in range(number):
        position = factories.PositionFactory.create()
        made.append(factories.SupportFactory.create(parent=position))
    return made


@contextmanager
def writing(
    site: Site, claims: Sequence[int], writers: int, each: float
) -> Iterator[list[Writer]]:
    """Let so many write, each so often a second, until the end of the block; then wait for all.

    Each goes through the claims in an order of its own: else all would write in one debate at a
    time, where one waits for the other.
    """
    found = [
        Writer(site, key, one, random.sample(claims, len(claims)), 1 / each)
        for one, key in people(writers)
    ]
    for number, one in enumerate(found):
        threading.Timer(number / writers / each, one.start).start()
    time.sleep(1 / each + 0.2)
    try:
        yield found
    finally:
        for one in found:
            one.over.set()
        for one in found:
            one.join(60)


def rate(writers: Sequence[Writer], seconds: float) -> float:
    """How many writes a second are acknowledged, by so many seconds."""
    before = sum(one.done for one in writers)
    time.sleep(seconds)
    return (sum(one.done for one in writers) - before) / seconds


def back(writers: Sequence[Writer], since: float, within: float = 60) -> float:
    """Wait until every one has had something acknowledged; gives the seconds since the fault."""
    while not all(one.last > since + 0.05 for one in writers):
        assert time.monotonic() < since + within, "the site does not come back"
        time.sleep(0.02)
    return max(one.last for one in writers) - since


def check(writers: Sequence[Writer]) -> tuple[int, int]:
    """Fail where anything acknowledged is missing, doubled or half; gives replies and marks."""
    assert not any(one.is_alive() for one in writers), "a writer still waits"
    stored = Statement.objects.filter(body__startswith="Written as ").values_list("body", "pk")
    replies = {words: pk for one in writers for words, pk in one.replies.items()}
    assert len(stored) == len(replies), "lost or doubled"
    assert dict(stored) == replies
    for one in writers:
        marks = Mark.objects.filter(person=one.person, statement__in=one.marks)
        assert dict(marks.values_list("statement", "truth")) == one.marks
    for debate in Debate.objects.all():
        check_all(debate)
    indexes_are_whole()
    return len(replies), sum(one.done for one in writers) - len(replies)


def indexes_are_whole() -> None:
    """Fail where an index and its table differ (amcheck)."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
        cursor.execute(
            "SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_am a ON a.oid = c.relam "
            "WHERE a.amname = 'btree' AND c.relname LIKE 'debate_%%' AND c.relkind = 'i'"
        )
        assert cursor.rowcount > 50
