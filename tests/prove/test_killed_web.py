"""An acknowledged write survives `kill -9` of web processes; no thread is left half written."""

from __future__ import annotations

import os
import random
import signal
import statistics
import time
from pathlib import Path

import pytest

from tests.prove import ledger
from tests.prove.conftest import Noted
from tests.prove.processes import Keeper, in_public, until, web

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

KILLS = int(os.environ.get("CRUX_KILLS", "100"))
WRITERS, EACH = 32, 2.0  # 64 writes a second while it serves
BACK_WITHIN = 5.0
PROCESSES = 2


def one_of_two(keeper: Keeper) -> None:
    os.kill(random.choice(keeper.children()), signal.SIGKILL)


def both(keeper: Keeper) -> None:
    for pid in keeper.children():
        os.kill(pid, signal.SIGKILL)


def everything(keeper: Keeper) -> None:
    """The supervisor too; the keeper then kills its children, as systemd and containers do."""
    keeper.kill()


WAYS = (one_of_two, both, one_of_two, both, everything)


def test_what_was_acknowledged_survives_kills_of_the_web_processes(
    transactional_db: None, note: Noted, tmp_path: Path
) -> None:
    claims = [one.pk for one in ledger.debates(8)]
    found: dict[str, list[float]] = {way.__name__: [] for way in WAYS}
    with web(tmp_path / "log", workers=PROCESSES, told=in_public()) as (site, keeper):
        began = time.monotonic()
        with ledger.writing(site, claims, WRITERS, EACH) as writers:
            for number in range(KILLS):
                until(lambda: len(keeper.children()) == PROCESSES, 30)
                time.sleep(1 + 2 * random.random())
                way = WAYS[number % len(WAYS)]
                killed = time.monotonic()
                way(keeper)
                found[way.__name__].append(ledger.back(writers, killed))
        took = time.monotonic() - began
    replies, marks = ledger.check(writers)
    failed = sum(one.failed for one in writers)
    worst = max(map(max, found.values()))
    note(
        "kill -9 of web processes under writes",
        f"{KILLS} kills ({', '.join(f'{len(times)} of {name}' for name, times in found.items())}) "
        f"under {(replies + marks) / took:.0f} writes a second by {WRITERS} people: {replies} "
        f"replies and {marks} marks acknowledged, 0 lost, 0 doubled, {failed} tries failed "
        "meanwhile; trees, statuses, counters and indexes whole; back after "
        f"{statistics.median(t for times in found.values() for t in times):.1f} s, "
        f"{worst:.1f} at most",
    )
    assert worst <= BACK_WITHIN, found
