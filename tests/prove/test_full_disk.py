"""Full disks: reads go on, writes are told to wait, and room is all that it takes to go on."""

from __future__ import annotations

import http.client
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.prove.conftest import PROJECT, Noted
from tests.prove.ledger import AGAIN, Writer, back
from tests.prove.processes import Keeper, answers, until
from tests.prove.small_disk import HTTPS, Disk, disk
from tests.streams import Site

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts small disks"),
]

FULL = float(os.environ.get("CRUX_FULL", "30"))  # seconds
NORMAL_WITHIN = 10.0
PORT = 8391
PEOPLE = """
from accounts import actions
from accounts.models import User
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
for n in range(4):
    one = User.objects.create_user(f"w{n}", f"w{n}@example.org", "horse", standing="exempt")
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
def place(tmp_path: Path, sizes: dict[str, str]) -> Iterator[Place]:
    with disk(sizes) as made:
        made.manage("migrate", "-v", "0")
        made.manage("seed")
        if not (PROJECT / "staticfiles" / "staticfiles.json").exists():
            made.manage("collectstatic", "--noinput", "-v", "0")
        told = made.manage("shell", "-v", "0", "-c", PEOPLE).split()
        named = [(told[n], told[n + 1]) for n in range(0, len(told), 2)]
        keys = [value for name, value in named if name == "KEY"]
        claims = [int(value) for name, value in named if name == "CLAIM"]
        known = dict(named)
        serve = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(PORT)]
        serve += ["--lifespan", "off", "--no-proxy-headers"]
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
    with place(tmp_path, {"data": "220m", "log": "16m", "temp": "16m"}) as site:
        before = statuses(site.writers)
        began = time.monotonic()
        site.disk.fill("data")
        _use_up_the_log(site.disk)
        full = time.monotonic()
        time.sleep(FULL)
        freed = time.monotonic()
        site.disk.free("data")
        took = back(site.writers, freed)
        written = site.check()
        reads = site.reading.statuses(began, freed)
        writes = statuses(site.writers) - before
        starts = site.keeper.starts
        log = site.disk.seen("data/cluster/log").read_text(errors="replace")
    print(reads, writes, took, log[-3000:])
    panics = log.count("PANIC")
    note(
        "disk of the database full",
        f"{FULL:.0f} s full, write-ahead log too, {panics} panics: reads {dict(reads)}, writes "
        f"refused {dict(writes)}; all write again {took:.1f} s after there was room, by "
        f"themselves; {written} replies acknowledged, 0 lost; indexes whole",
    )
    assert starts == 1
    assert set(writes) == {503}
    assert set(reads) == {200}
    assert took <= NORMAL_WITHIN
    assert full


def _use_up_the_log(place: Disk) -> None:
    """Begin new segments of the write-ahead log, as archiving does, until there is no room."""
    for _ in range(20):
        try:
            with psycopg.connect(place.dsn, autocommit=True) as connection:
                connection.execute("SELECT pg_switch_wal()")
                connection.execute(
                    "SELECT pg_logical_emit_message(false, 'proof', repeat('x', 99))"
                )
        except psycopg.Error:
            return
        time.sleep(AGAIN)
