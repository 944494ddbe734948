"""Full disks: reads go on, writes are told to wait, and room is all that it takes to go on."""

from __future__ import annotations

import http.client
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.prove.conftest import PROJECT, Noted
from tests.prove.ledger import AGAIN, Writer, back
from tests.prove.processes import Keeper, answers, until
from tests.prove.small_disk import HTTPS, MOST, RESERVE, Disk, disk
from tests.streams import Site

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts small disks"),
]

FULL = float(os.environ.get("CRUX_FULL", "30"))  # seconds
NORMAL_WITHIN = 10.0
PORT = 8391
SIZE = "64m"  # of each disk
PEOPLE = """
from accounts import actions
from accounts.models import User
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
EXEMPT = {"standing": "exempt", "is_standing_set": True}
for n in range(4):
    one = User.objects.create_user(f"w{n}", f"w{n}@example.org", "horse", **EXEMPT)
    print("KEY", actions.create_token(one, by=one, name="proof", scopes=["write", "mark"])[1])
client = Client()
client.force_login(one, backend="accounts.reading.Accounts")
print("SESSION", client.cookies["sessionid"].value)
from debate.models import Statement, Debate
print("SLUG", Debate.objects.first().slug)
for s in Statement.objects.filter(kind="support")[:4]:
    print("CLAIM", s.pk)
"""
CHECK = """
from debate.models import Debate, Statement
from tests.oracle import check_all
from tests.prove.ledger import indexes_are_whole
for debate in Debate.objects.all():
    check_all(debate)
indexes_are_whole()
for pk, body in Statement.objects.filter(body__startswith="Written as").values_list("pk", "body"):
    print("STORED", pk, body)
"""


@dataclass
class Reading:
    """Somebody who reads pages all the time."""

    addresses: list[str]
    session: str
    found: list[tuple[float, str, int]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        number = 0
        while not self.over.wait(0.1):
            address = self.addresses[number % len(self.addresses)]
            cookie = {"Cookie": f"sessionid={self.session}"} if number % 2 else {}
            number += 1
            self.found.append((time.monotonic(), address, get(address, cookie)))

    def statuses(self, since: float, to: float) -> Counter[int]:
        return Counter(status for at, _, status in self.found if since < at < to)


def get(address: str, headers: dict[str, str]) -> int:
    try:
        line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)
        line.request("GET", address, headers={**HTTPS, **headers})
        answer = line.getresponse()
        answer.read()
        line.close()
    except (OSError, http.client.HTTPException):
        return 0
    return answer.status


@dataclass
class Place:
    """A site on small disks, with people who write and read."""

    disk: Disk
    keeper: Keeper
    writers: list[Writer]
    reading: Reading

    def check(self) -> int:
        """Fail where anything acknowledged is lost, doubled or half; gives how many there were."""
        for one in self.writers:
            one.over.set()
        for one in self.writers:
            one.join(60)
        said = self.disk.manage("shell", "-v", "0", "-c", CHECK)
        lines = [line.split(" ", 2) for line in said.splitlines() if line.startswith("STORED")]
        stored = {body: int(pk) for _, pk, body in lines}
        acknowledged = {words: pk for one in self.writers for words, pk in one.replies.items()}
        assert stored == acknowledged
        assert len(lines) == len(stored)
        return len(stored)


@contextmanager
def place(tmp_path: Path) -> Iterator[Place]:
    with disk(SIZE) as made:
        made.manage("migrate", "-v", "0")
        made.manage("seed")
        if not (PROJECT / "staticfiles" / "staticfiles.json").exists():
            made.manage("collectstatic", "--noinput", "-v", "0")
        told = made.manage("shell", "-v", "0", "-c", PEOPLE).split()
        named = [(told[n], told[n + 1]) for n in range(0, len(told), 2)]
        keys = [value for name, value in named if name == "KEY"]
        claims = [int(value) for name, value in named if name == "CLAIM"]
        known = dict(named)
        serve = [sys.executable, "-m", "config.serve", "--port", str(PORT)]
        environment = made.environment()
        keeper = Keeper(made.inside(*serve, log="log/site"), log=tmp_path / "log", **environment)
        reading = Reading([f"/d/{known['SLUG']}/", "/", "/search/?q=lend"], known["SESSION"])
        site = Site(PORT)
        writers = [Writer(site, key, None, claims, 0.6, more=HTTPS) for key in keys]
        try:
            until(lambda: answers(PORT), 120)
            threading.Thread(target=reading.run, daemon=True).start()
            for one in writers:
                one.start()
            back(writers, time.monotonic())
            yield Place(made, keeper, writers, reading)
        finally:
            reading.over.set()
            for one in writers:
                one.over.set()
            keeper.stop()


def statuses(writers: list[Writer]) -> Counter[int]:
    return sum((Counter(one.statuses) for one in writers), Counter[int]())


def test_the_disk_of_the_database_is_full(note: Noted, tmp_path: Path) -> None:
    with place(tmp_path) as site:
        used = site.disk.used("data")
        reads, writes, took, written = _fill(site, "data")
        starts = site.keeper.starts
    note(
        "disk of the database full",
        f"{SIZE}, {used / 1e6:.0f} MB used before; {FULL:.0f} s full: reads {told(reads)}, "
        f"writes {told(writes)}; all write again {took:.1f} s after there was room, by "
        f"themselves; {written} replies acknowledged, 0 lost, 0 doubled; trees, counters and "
        "indexes whole",
    )
    assert (starts, set(reads), set(writes)) == (1, {200}, {503})
    assert took <= NORMAL_WITHIN


def test_the_log_of_the_database_has_no_room_at_all(note: Noted, tmp_path: Path) -> None:
    """As where something else goes on filling the disk: PostgreSQL cannot start."""
    with place(tmp_path) as site:
        reads, writes, took, written = _fill(site, "wal", then=_use_up_the_log)
        starts = site.keeper.starts
    note(
        "write-ahead log without room",
        f"on a disk of its own of {SIZE}; PostgreSQL stops and cannot start for {FULL:.0f} s: "
        f"reads {told(reads)}, writes {told(writes)}; all write again {took:.1f} s after "
        f"there was room, by themselves; {written} replies acknowledged, 0 lost, 0 "
        "doubled; trees, counters and indexes whole",
    )
    assert starts == 1
    assert set(reads) | set(writes) <= {200, 503}
    assert reads[503] and writes[503], "there was room"
    assert took <= NORMAL_WITHIN


@pytest.mark.parametrize("which", ["log", "temp"])
def test_the_disk_of_logs_or_of_uploads_is_full(which: str, note: Noted, tmp_path: Path) -> None:
    with place(tmp_path) as site:
        long: list[int] = []

        def upload(_: Disk) -> None:
            long.append(_upload(site.writers[0].key))

        upload(site.disk)  # with the first one it is decided where such files go
        long.clear()
        reads, writes, took, written = _fill(site, which, then=upload)
        long.append(_upload(site.writers[0].key))
        assert site.keeper.starts == 1
    note(
        f"disk for {'logs' if which == 'log' else 'long uploads'} full",
        f"{SIZE}, {FULL:.0f} s full: reads {told(reads)}, writes refused "
        f"{told(writes) or 'never'}; a file of 5 MB {long[0]}, with room again {long[1]}; "
        f"{written} replies acknowledged, 0 lost",
    )
    assert set(reads) == {200}
    assert not writes
    assert long[1] in (201, 202)
    assert long[0] == (503 if which == "temp" else long[1])
    assert took <= NORMAL_WITHIN


def _fill(
    site: Place, which: str, then: Callable[[Disk], None] = lambda disk: None
) -> tuple[Counter[int], Counter[int], float, int]:
    """Fill a disk for a while; gives reads and refused writes meanwhile, how soon all write
    again, and how many replies were acknowledged."""
    before = statuses(site.writers)
    began = time.monotonic()
    site.disk.fill(which)
    left = [site.disk.left(which)]
    then(site.disk)
    site.disk.fill(which)  # what was held of earlier uploads may have been given back
    time.sleep(FULL)
    left.append(site.disk.left(which))
    freed = time.monotonic()
    site.disk.free(which)
    took = back(site.writers, freed)
    written = site.check()
    assert max(left) < RESERVE * 10**6, "it was not full"
    return site.reading.statuses(began, freed), statuses(site.writers) - before, took, written


def told(found: Counter[int]) -> str:
    return ", ".join(f"{number} times {status}" for status, number in sorted(found.items()))


def _upload(key: str) -> int:
    """The status of bringing in a file that is longer than what is kept in memory."""
    body = json.dumps({"format": "exchange", "text": "Ann: So it is.\n" * 330_000})
    headers = {**HTTPS, "Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    line.request("POST", "/api/v1/imports/", body, headers)
    return line.getresponse().status


def _use_up_the_log(place: Disk) -> None:
    """Begin new segments of the write-ahead log, as archiving does, until there is no room."""
    for _ in range(MOST):
        try:
            with psycopg.connect(place.dsn, autocommit=True) as connection:
                connection.execute("SELECT pg_switch_wal()")
                connection.execute(
                    "SELECT pg_logical_emit_message(false, 'proof', repeat('x', 99))"
                )
        except psycopg.Error:
            return
        time.sleep(AGAIN)
