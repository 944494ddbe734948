"""Many at the same thing: lost races, deadlocks, counters, and more people than connections."""

from __future__ import annotations

import http.client
import os
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from debate.models import Debate, Event, Mark, Statement
from tests.losing import losing
from tests.oracle import check_all
from tests.prove import ledger
from tests.prove.conftest import Noted
from tests.prove.ledger import Writer
from tests.prove.processes import address, in_public, web
from tests.streams import HTTPS, Site

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

LOST = int(os.environ.get("CRUX_LOST", "2000"))
WRITERS, PER_TOKEN = 8, 100
CODES = ["40P01", "40001", "23505"]
DEADLOCKS = int(os.environ.get("CRUX_DEADLOCKS", "40"))
CLIENTS, TOGGLES = 64, int(os.environ.get("CRUX_TOGGLES", "200"))
CROWD, HELD = 300, float(os.environ.get("CRUX_HELD", "30"))
TOLD_WITHIN, NORMAL_WITHIN = 2.0, 5.0


# ---- races
def test_two_thousand_requests_that_each_lose_three_races(
    transactional_db: None, note: Noted, tmp_path: Path
) -> None:
    [claim] = ledger.debates(1)
    found: Counter[int] = Counter()
    before = Event.objects.count()
    with web(tmp_path / "log", told=in_public()) as (site, _), losing(CODES, 3, writers=WRITERS):
        each = LOST // WRITERS
        keys = ledger.people(WRITERS * (each // PER_TOKEN + 1))

        def say(number: int) -> None:
            for turn in range(each):
                person, key = keys[number + WRITERS * (turn // PER_TOKEN)]
                writer = Writer(site, key, person, [claim.pk], 1)
                sent = {"kind": "remark", "body": f"By writer {number}, the {turn}th."}
                keyed = f"{number} {turn}" if turn % 2 else ""
                at = f"statements/{claim.pk}/replies/"
                status, _, _ = writer._send("POST", at, sent, keyed)
                found[status] += 1

        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(say, range(WRITERS)))
    said = list(Statement.objects.filter(body__startswith="By writer").values_list("body"))
    assert found == {201: LOST}
    assert len(said) == len(set(said)) == LOST
    assert Event.objects.count() == before + LOST
    check_all(Debate.objects.get(pk=claim.debate_id))
    note(
        "requests that lose races",
        f"{LOST:,} replies by {WRITERS} writers, half of them without a key, each failed by "
        "PostgreSQL three times (40P01, 40001, 23505): all 201, none twice, counters right",
    )


def test_deadlocks_are_met_by_doing_it_again(
    transactional_db: None, note: Noted, tmp_path: Path
) -> None:
    """Another session holds an account and wants the debate; a reply has them the other way."""
    [claim] = ledger.debates(1)
    [(person, key)] = ledger.people(1)
    statuses: Counter[int] = Counter()
    deadlocks = 0
    with (
        web(tmp_path / "log", told=in_public()) as (site, _),
        psycopg.connect(address(), autocommit=True) as other,
    ):
        other.execute("SET deadlock_timeout = '20s'")  # so that it is the site's that fails
        writer = Writer(site, key, person, [claim.pk], 1)
        before = _deadlocks(other)
        for turn in range(DEADLOCKS):
            sent = {"kind": "remark", "body": f"The {turn}th."}
            at = f"statements/{claim.pk}/replies/"
            with ThreadPoolExecutor(1) as pool:
                other.execute("BEGIN")
                other.execute("SELECT 1 FROM accounts_user WHERE id = %s FOR UPDATE", [person.pk])
                asked = pool.submit(writer._send, "POST", at, sent, "")
                time.sleep(0.5)  # it has the debate, and waits for the account
                debate = [claim.debate_id]
                other.execute("SELECT 1 FROM debate_debate WHERE id = %s FOR UPDATE", debate)
                other.execute("COMMIT")
                statuses[asked.result()[0]] += 1
        time.sleep(1)
        deadlocks = _deadlocks(other) - before
    assert statuses == {201: DEADLOCKS}
    assert deadlocks >= DEADLOCKS * 0.9
    assert Statement.objects.filter(body__endswith="th.").count() == DEADLOCKS
    check_all(Debate.objects.get(pk=claim.debate_id))
    note(
        "deadlocks",
        f"{deadlocks} in {DEADLOCKS} replies, the site's transaction failed each time: all 201, "
        "none twice",
    )


def _deadlocks(other: psycopg.Connection[Any]) -> int:
    found = other.execute(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    ).fetchone()
    return int(found[0]) if found else 0


# ---- counters
def test_counters_do_not_drift(transactional_db: None, note: Noted, tmp_path: Path) -> None:
    claims = ledger.debates(4)
    with web(tmp_path / "log", told=in_public()) as (site, _):
        writers = [
            Writer(site, key, one, [claim.pk for claim in claims], 1)
            for one, key in ledger.people(CLIENTS)
        ]

        def toggle(writer: Writer) -> None:
            for turn in range(TOGGLES):
                claim = writer.claims[turn % len(writer.claims)]
                truth = ("agree", None, "disagree", "unsure")[turn // len(writer.claims) % 4]
                writer.ask("PUT", f"statements/{claim}/mark/", {"truth": truth})

        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(toggle, writers))
    for claim in claims:
        check_all(Debate.objects.get(pk=claim.debate_id))
    counted = Mark.objects.filter(statement__in=claims).count()
    note(
        "counters under toggling",
        f"{CLIENTS} clients, {TOGGLES} toggles each on {len(claims)} claims ({counted} marks): "
        "every counter as its rows, drift 0",
    )


# ---- connections
@contextmanager
def all_connections_held() -> Iterator[None]:
    """Let nobody read the sessions or the debates, so that each request keeps its connection."""
    with psycopg.connect(address()) as other:
        other.execute("LOCK TABLE debate_debate, debate_statement IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()


def test_more_people_than_connections(transactional_db: None, note: Noted, tmp_path: Path) -> None:
    [claim] = ledger.debates(1)
    slug = Debate.objects.get(pk=claim.debate_id).slug
    over = threading.Event()
    told: list[tuple[float, int, str | None, float]] = []
    with web(tmp_path / "log", told=in_public()) as (site, _):
        asking = [
            threading.Thread(target=_ask, args=(site, slug, told, over)) for _ in range(CROWD)
        ]
        with all_connections_held():
            for one in asking:
                one.start()
            time.sleep(HELD)
            released = time.monotonic()
        time.sleep(NORMAL_WITHIN + 5)
        over.set()
        for one in asking:
            one.join(60)
    waited = [one for one in told if one[0] < released and one[1] == 503]
    then = [one for one in told if one[0] - one[3] > released + NORMAL_WITHIN]
    late = [one for one in then if one[1] != 200]
    after = [one for one in told if one[0] > released and one[1] == 200]
    times = sorted(one[3] for one in waited)
    p99 = statistics.quantiles(times, n=100)[-1]
    first = min(one[0] for one in after) - released
    note(
        "no free connection",
        f"all 16 connections held for {HELD:.0f} s, {CROWD} clients: {len(waited)} answers 503 "
        f"with Retry-After {waited[0][2]}, after {statistics.median(times):.2f} s in the median, "
        f"{p99:.2f} at p99; the first page {first:.2f} s after their release, and from "
        f"{NORMAL_WITHIN:.0f} s after it on {len(late)} failures in {len(then)} answers",
    )
    assert {one[1] for one in told} == {200, 503}
    assert all(one[2] and float(one[2]) <= TOLD_WITHIN for one in waited)
    assert first <= NORMAL_WITHIN
    assert not late
    assert len(then) >= CROWD
    assert p99 <= TOLD_WITHIN, times[-20:]


def _ask(
    site: Site, slug: str, told: list[tuple[float, int, str | None, float]], over: threading.Event
) -> None:
    """Read a page over and over; what was not answered at all has the status 0."""
    while not over.is_set():
        line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        began = time.monotonic()
        status, again = 0, None
        with suppress(OSError, http.client.HTTPException):
            line.request("GET", f"/d/{slug}/open/", headers=HTTPS)
            got = line.getresponse()
            got.read()
            status, again = got.status, got.headers.get("Retry-After")
        line.close()
        now = time.monotonic()
        told.append((now, status, again, now - began))
        over.wait(2.0)
