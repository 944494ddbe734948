"""Two web hosts, two workers, PgBouncer, a replica and a proxy: each is killed or cut off in turn.

Writers post by tokens, each until it is acknowledged, and then look at once for what they wrote;
visitors read; streams listen. `HOSTS_ONLY="proxy killed,replica cut off"` takes these turns alone,
and writes no row.
"""

from __future__ import annotations

import http.client
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest

from tests.prove import hosts
from tests.prove.asking import Asker, Listener, Visitor, Writer
from tests.prove.conftest import Noted
from tests.prove.hosts import Hosts, address

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(bool(hosts.missing()), reason=hosts.missing() or "all is there"),
]

WRITERS, VISITORS, STREAMS = 4, 2, 4
AT_MOST = {"primary killed for 4 s": 10.0, "primary cut off 4 s": 9.0}  # of errors; else 5
UNREAD = 4
"""Errors of all readers without the primary: what was under way when the proxy saw that nobody is
ready. Then they read on from the replica."""
BACK = 60.0  # seconds in which all must go on, at the worst
LAG = 5.0
SETTLE = 1.0
SLUG = "hosts"
PEOPLE = """
import json
from accounts import actions as accounts
from accounts.models import User
from debate.actions import statements
from debate.models import Statement
there = Statement.objects.filter(debate__slug="%(slug)s", kind="position").first()
EXEMPT = {"standing": "exempt", "is_standing_set": True}
made = []
for n in range(%(writers)d):
    person = User.objects.create_user(f"w{n}", f"w{n}@example.org", None, **EXEMPT)
    key = accounts.create_token(person, by=person, name="p", scopes=["read", "write"])[1]
    own = statements.reply(there, by=person, kind="remark", body="Here I write.")
    made.append({"key": key, "parent": own.pk})
print(json.dumps(made))
"""
CHECK = """
from debate.actions import statuses
from debate.models import Debate, Statement
wrong = [s.pk for s in Statement.objects.filter(body__startswith="Written as")
         if s.status != statuses.status_of(statuses.facts_of(s.pk))]
print("WRONG", len(wrong))
"""
ONLY = [name for name in os.environ.get("HOSTS_ONLY", "").split(",") if name]
STORED = "SELECT body, id FROM debate_statement WHERE body LIKE 'Written as %'"
BEHIND = f"""
    SELECT d.event_count - coalesce(a.event, 0) FROM debate_debate d
    LEFT JOIN debate_analysis a ON a.debate_id = d.id WHERE d.slug = '{SLUG}'
"""
LEFT_OVER = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"
REVIVED = 420.0  # seconds: jobs of a killed worker are looked for every five minutes


@dataclass
class Story:
    """The hosts, and who asks them."""

    hosts: Hosts
    writers: list[Writer]
    visitors: list[Visitor]
    listeners: list[Listener]

    @property
    def all(self) -> list[Asker]:
        return [*self.writers, *self.visitors, *self.listeners]

    def turn(self, fault: Callable[[], object], mend: Callable[[], object] | None) -> Turn:
        """Let something go wrong, mend what nobody else does, and wait until all go on."""
        time.sleep(SETTLE)
        asking: list[Asker] = [*self.writers, *self.visitors]
        for one in asking:
            one.longest, one.errors = 0.0, []
        fault()
        if mend is not None:
            mend()
        begun = time.monotonic()
        while not all(one.last > begun + 0.2 for one in asking):
            if time.monotonic() > begun + BACK:
                pytest.fail(f"{[one.errors[-1:] for one in asking]}\n{self.hosts.said()}")
            time.sleep(0.02)
        time.sleep(SETTLE)
        errors = [at for one in asking for at, _ in one.errors]
        span = max(errors) - min(errors) if errors else 0.0
        unread = sum(len(one.errors) for one in self.visitors)
        return Turn(len(errors), unread, span, max(one.longest for one in asking))


@dataclass
class Turn:
    """What one fault did: errors and those of readers, their span, the longest wait."""

    errors: int
    unread: int
    span: float  # seconds
    longest: float

    def __str__(self) -> str:
        if not self.errors:
            return f"no error, {self.longest:.1f} s"
        errors = f"{self.errors} errors ({self.unread} of readers)"
        return f"{errors} within {self.span:.1f} s, {self.longest:.1f} s"


@pytest.fixture
def story() -> Iterator[Story]:
    over, quiet = threading.Event(), threading.Event()
    with hosts.running() as there:
        there.manage("fill", "--statements", "100", "--slug", SLUG, "-v", "0")
        said = there.manage("shell", "-v", "0", "-c", PEOPLE % {"slug": SLUG, "writers": WRITERS})
        page = f"/d/{SLUG}/"
        made = Story(
            there,
            [Writer(there.net, quiet, **one) for one in json.loads(said.splitlines()[-1])],
            [Visitor(there.net, quiet, path=page) for _ in range(VISITORS)],
            [Listener(there.net, over, path=f"{page}live/") for _ in range(STREAMS)],
        )
        ready(there)
        for one in made.all:
            one.start()
        try:
            yield made
        finally:
            quiet.set()
            over.set()
            for one in made.all:
                one.join(30)


def ready(there: Hosts) -> None:
    """Wait until both web hosts answer."""
    found: list[str] = []

    def ask() -> None:
        there.net.enter("out")
        until = time.monotonic() + 120
        for web in ("web1", "web2"):
            while time.monotonic() < until:
                site = http.client.HTTPConnection(address(web), 8000, timeout=2)
                try:
                    site.request("GET", "/readyz", headers={"Host": hosts.NAME})
                    if site.getresponse().status == 200:
                        found.append(web)
                        break
                except (OSError, http.client.HTTPException):
                    pass
                finally:
                    site.close()
                time.sleep(0.2)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == ["web1", "web2"], there.said()


def test_a_host_that_falls_takes_nothing_with_it(story: Story, note: Noted) -> None:
    there = story.hosts
    net = there.net
    web, pool, worker = there.web["web1"], there.pool["web2"], there.worker["web1"]
    turns: dict[str, tuple[Callable[[], object], Callable[[], object] | None]] = {
        "web server killed": (web.kill, None),
        "web server again": (web.start, None),
        "PgBouncer killed": (pool.kill, None),
        "PgBouncer again": (pool.start, None),
        "worker killed": (worker.kill, None),
        "replica killed": (there.db2.kill, None),
        "replica again": (there.db2.again, None),
        "replica 5 s behind": (lambda: lag(there), None),
        "primary killed for 4 s": (lambda: away(there), None),
        "web host cut off": (lambda: net.cut("web2"), None),
        "web host joined": (lambda: net.join("web2"), None),
        "replica cut off": (lambda: net.cut("db2"), None),
        "replica joined": (lambda: net.join("db2"), None),
        "primary cut off 4 s": (lambda: cut_for(net, "db1", 4), None),
        "proxy killed": (there.proxy.kill, there.proxy.start),
    }
    found = {}
    for name, (fault, mend) in turns.items():
        if ONLY and name not in ONLY:
            continue
        found[name] = story.turn(fault, mend)
        print(f"{name}: {found[name]}", flush=True)
    calm(story)
    heard, worked = streams(story), jobs(story)
    acknowledged = {words: pk for one in story.writers for words, pk in one.ledger.items()}
    there_are = stored(story)
    assert {words: there_are.get(words) for words in acknowledged} == acknowledged
    assert [words for one in story.writers for words in one.missed] == []
    told = "; ".join(f"{name}: {turn}" for name, turn in found.items())
    print(told)
    promoted = promote(story)
    print(promoted)
    assert not [name for name, one in found.items() if one.span > AT_MOST.get(name, 5.0)], told
    assert all(one.unread <= UNREAD for name, one in found.items() if "primary" in name), told
    if ONLY:
        return
    note(
        "two web hosts, each part killed or cut off",
        f"{len(acknowledged)} replies acknowledged, 0 lost, 0 doubled, 0 missed by who wrote "
        f"them; {heard} events on each of {STREAMS} streams, none lost or twice; {worked}. "
        f"Errors, and the longest that anybody waited: {told}",
    )
    note("two web hosts, the replica promoted", promoted)


def lag(there: Hosts) -> None:
    """Let the replica fall behind by five seconds, and catch up."""
    there.db2.ask("SELECT pg_wal_replay_pause()")
    time.sleep(LAG)
    there.db2.ask("SELECT pg_wal_replay_resume()")


def away(there: Hosts) -> None:
    """Kill the primary, and start it again after four seconds."""
    there.db1.kill()
    time.sleep(4)
    there.db1.again()


def cut_for(net: hosts.Net, host: str, seconds: float) -> None:
    net.cut(host)
    time.sleep(seconds)
    net.join(host)


def calm(story: Story) -> None:
    """Let the writers and visitors end, each after an answer."""
    for one in (*story.writers, *story.visitors):
        one.stop.set()
    for one in (*story.writers, *story.visitors):
        one.join(60)


def stored(story: Story) -> dict[str, int]:
    """What the primary has of what was written; nothing twice, and nothing half."""
    with psycopg.connect(story.hosts.db1.dsn) as connection:
        rows = connection.execute(STORED).fetchall()
    assert len(dict(rows)) == len(rows), "a reply was stored twice"
    assert "WRONG 0" in story.hosts.manage("shell", "-v", "0", "-c", CHECK)
    return dict(rows)


def streams(story: Story) -> int:
    """Wait for all streams to have all events, in order; says how many each has heard."""
    last = story.hosts.db1.ask(f"SELECT event_count FROM debate_debate WHERE slug = '{SLUG}'")
    until = time.monotonic() + 30
    while not all(one.heard and one.heard[-1] == last for one in story.listeners):
        heard = [(one.heard[-1:], one.errors[-1:]) for one in story.listeners]
        assert time.monotonic() < until, (last, heard)
        time.sleep(0.1)
    shown = {tuple(one.heard) for one in story.listeners}
    assert len(shown) == 1, "streams differ"
    [numbers] = shown
    assert list(numbers) == sorted(set(numbers)), "twice, or in disorder"
    with psycopg.connect(story.hosts.db1.dsn) as connection:
        there = connection.execute(
            "SELECT e.number FROM debate_event e JOIN debate_debate d ON d.id = e.debate_id "
            "WHERE d.slug = %s AND e.kind = 'statement.published' ORDER BY 1",
            [SLUG],
        ).fetchall()
    assert {number for (number,) in there} <= set(numbers), "lost"
    return len(numbers)


def jobs(story: Story) -> str:
    """Wait until the debate is worked out as it is now, and no job of a killed worker is left."""
    begun = time.monotonic()
    while story.hosts.db1.ask(BEHIND):
        assert time.monotonic() < begun + BACK, "nobody works the debate out"
        time.sleep(0.2)
    fresh = time.monotonic() - begun
    left = story.hosts.db1.ask(LEFT_OVER)
    while story.hosts.db1.ask(LEFT_OVER):
        assert time.monotonic() < begun + REVIVED, "a job is left with a killed worker"
        time.sleep(1)
    again = sum(one.restarts for one in story.hosts.processes())
    return (
        f"the debate worked out {fresh:.1f} s after the last write, by the other worker; {left} "
        f"jobs taken over; {again} processes ended with the primary and were started again"
    )


def promote(story: Story) -> str:
    """Lose the primary for good: its replica takes its place and address."""
    there = story.hosts
    before = stored(story)
    there.db1.kill()
    there.net.cut("db1")
    begun = time.monotonic()
    assert there.db2.ask("SELECT pg_promote()")
    there.net.move("db2")
    with psycopg.connect(there.db2.dsn) as connection:
        kept: dict[str, int] = dict(connection.execute(STORED).fetchall())
    assert not [words for words in before if words not in kept], "the replica had not got all"
    writer = Writer(there.net, threading.Event(), key=story.writers[0].key)
    writer.parent, writer.ledger = story.writers[0].parent, dict(story.writers[0].ledger)
    known = len(writer.ledger)
    writer.start()
    while len(writer.ledger) < known + 3:
        assert time.monotonic() < begun + BACK, writer.errors[-1:]
        time.sleep(0.05)
    took = time.monotonic() - begun
    writer.stop.set()
    writer.join(30)
    assert writer.missed == []
    return (
        f"{len(before)} replies, all on the promoted replica; with its address moved there, "
        f"writing went on {took:.1f} s after the primary was lost, no process restarted"
    )
