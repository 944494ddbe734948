"""An acknowledged write survives `kill -9` of web processes; no thread is left half written.

They are two, each at a port of its own, as the units of deploy/ start them: one process that
answers and one that stands by. Half of the writers go to each, and to no other while it is away,
which a proxy would do.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.prove import ledger
from tests.prove.conftest import Noted
from tests.prove.processes import Keeper, in_public, web

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

KILLS = int(os.environ.get("CRUX_KILLS", "100"))
WRITERS, EACH = 32, 2.0  # 64 writes a second while it serves
RATE = 50
SETTLES, MEASURED = 1.0, 2.0  # seconds
BACK_WITHIN = 5.0


def one_of_two(kept: Sequence[Keeper]) -> None:
    random.choice(kept).kill_answering()


def both(kept: Sequence[Keeper]) -> None:
    for one in kept:
        one.kill_answering()


def one_with_what_stands_by(kept: Sequence[Keeper]) -> None:
    random.choice(kept).kill()


WAYS = (one_of_two, both, one_with_what_stands_by)


def test_what_was_acknowledged_survives_kills_of_the_web_processes(
    transactional_db: None, note: Noted, tmp_path: Path
) -> None:
    claims = [one.pk for one in ledger.debates(8)]
    found: dict[str, list[float]] = {way.__name__: [] for way in WAYS}
    rates: list[float] = []
    told = in_public()
    with (
        web(tmp_path / "one", told=told) as (one, first),
        web(tmp_path / "two", told=told) as (two, second),
        ledger.writing(one, claims, WRITERS // 2, EACH) as some,
        ledger.writing(two, claims, WRITERS // 2, EACH) as others,
    ):
        writers = [*some, *others]
        for number in range(KILLS):
            time.sleep(SETTLES)
            rates.append(ledger.rate(writers, MEASURED + random.random()))
            way = WAYS[number % len(WAYS)]
            killed = time.monotonic()
            way((first, second))
            found[way.__name__].append(ledger.back(writers, killed))
    replies, marks = ledger.check(writers)
    rate, failed = statistics.mean(rates), sum(writer.failed for writer in writers)
    back = ", ".join(
        f"of {name.replace('_', ' ')} {statistics.median(times):.1f} s in the median, "
        f"{max(times):.1f} at most"
        for name, times in found.items()
    )
    note(
        "kill -9 of web processes under writes",
        f"{KILLS} kills, each under {rate:.0f} writes a second by {WRITERS} people: {replies} "
        f"replies and {marks} marks acknowledged, 0 lost, 0 doubled, {failed} tries failed "
        f"meanwhile; trees, statuses, counters and indexes whole; back after kills {back}",
    )
    assert max(map(max, found.values())) <= BACK_WITHIN, found
    assert rate >= RATE
