"""An acknowledged write survives `kill -9` of web processes; no thread is left half written.

They are two, each at a port of its own, as the units of deploy/ start them: one process that
answers and one that stands by. Before them is the proxy as deploy/Caddyfile has it, and people
write through that.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.prove import caddy, ledger
from tests.prove.conftest import Noted
from tests.prove.processes import Keeper, answers, in_public, until, web

pytestmark = [
    pytest.mark.prove,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not caddy.program(), reason="needs caddy"),
]

KILLS = int(os.environ.get("CRUX_KILLS", "100"))
WRITERS, EACH = 32, 2.0  # 64 writes a second while it serves
RATE = 50
SETTLES, MEASURED = 1.0, 2.0  # seconds
BACK_WITHIN = 5.0


@dataclass(frozen=True)
class Way:
    """What is killed at a time, and how long the site and its processes were away each time."""

    name: str
    kill: Callable[[Keeper], None]
    is_of_both: bool = False
    site: list[float] = field(default_factory=list)  # seconds
    processes: list[float] = field(default_factory=list)

    def strike(self, kept: Sequence[Keeper]) -> None:
        for one in kept if self.is_of_both else [random.choice(kept)]:
            self.kill(one)

    def __str__(self) -> str:
        return (
            f"{self.name} {statistics.median(self.site):.1f} s in the median and "
            f"{max(self.site):.1f} at most, the processes themselves "
            f"{statistics.median(self.processes):.1f} and {max(self.processes):.1f}"
        )


def ways() -> list[Way]:
    return [
        Way("what answers of one", Keeper.kill_answering),
        Way("what answers of both", Keeper.kill_answering, is_of_both=True),
        Way("one with what stands by", Keeper.kill),
        Way("both with what stands by", Keeper.kill, is_of_both=True),
    ]


def test_what_was_acknowledged_survives_kills_of_the_web_processes(
    transactional_db: None, note: Noted, tmp_path: Path
) -> None:
    claims = [one.pk for one in ledger.debates(8)]
    killing = ways()
    rates: list[float] = []
    told = {**in_public(), "ALLOWED_HOSTS": "127.0.0.1,localhost"}
    with (
        web(tmp_path / "one", told=told) as (one, first),
        web(tmp_path / "two", told=told) as (two, second),
        caddy.before([one, two], tmp_path / "caddy") as site,
        ledger.writing(site, claims, WRITERS, EACH) as writers,
    ):
        for number in range(KILLS):
            time.sleep(SETTLES)
            rates.append(ledger.rate(writers, MEASURED + random.random()))
            way = killing[number % len(killing)]
            killed = time.monotonic()
            way.strike((first, second))
            way.site.append(ledger.back(writers, killed))
            until(lambda: answers(one.port) and answers(two.port), 30)
            way.processes.append(time.monotonic() - killed)
    replies, marks = ledger.check(writers)
    rate, failed = statistics.mean(rates), sum(writer.failed for writer in writers)
    note(
        "kill -9 of web processes under writes",
        f"{KILLS} kills, each under {rate:.0f} writes a second by {WRITERS} people through the "
        f"proxy: {replies} replies and {marks} marks acknowledged, 0 lost, 0 doubled, {failed} "
        "tries failed meanwhile; trees, statuses, counters and indexes whole; everybody writes "
        f"again after kills of {'; of '.join(map(str, killing))}",
    )
    assert max(max(way.site) for way in killing) <= BACK_WITHIN, killing
    assert rate >= RATE
