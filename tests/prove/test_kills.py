"""An acknowledged write survives `kill -9` of the database, and the site comes back by itself."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.postgres import Cluster, DatabaseUnavailable
from tests.prove import ledger
from tests.prove.conftest import PROJECT, Noted
from tests.prove.ledger import Writer
from tests.prove.processes import LOOK, environment, in_public, web, workers

pytestmark = pytest.mark.prove

KILLS = int(os.environ.get("CRUX_KILLS", "20"))
RATE = 50  # writes a second
WRITERS, EACH = 32, 1.7  # 54 writes a second
DEBATES = 16  # one writes at a time in each
SETTLES, MEASURED = 5.0, 3.0  # seconds
BACK_WITHIN = 10.0
PROCESSES = 2
PEOPLE = f"""
from django.core.management import call_command
from accounts import actions
from accounts.models import User
from debate.models import Statement
EXEMPT = {{"standing": "exempt", "is_standing_set": True}}
for n in range({WRITERS}):
    one = User.objects.create_user(f"w{{n}}", f"w{{n}}@example.org", None, **EXEMPT)
    print("KEY", actions.create_token(one, by=one, name="proof", scopes=["write", "mark"])[1])
for n in range({DEBATES}):
    call_command("fill", statements=30, slug=f"proof-{{n}}", verbosity=0)
claims = Statement.objects.filter(kind="support", debate__slug__startswith="proof-")
for s in claims.order_by("debate", "pk").distinct("debate"):
    print("CLAIM", s.pk)
"""
CHECK = """
from debate.models import Debate, Mark, Statement
from tests.oracle import check_all
from tests.prove.ledger import indexes_are_whole
for debate in Debate.objects.all():
    check_all(debate)
indexes_are_whole()
for pk, body in Statement.objects.filter(body__startswith="Written as").values_list("pk", "body"):
    print("STORED", pk, body)
marks = Mark.objects.filter(person__is_standing_set=True)
for mark in marks.values_list("person__username", "statement", "truth"):
    print("MARK", *mark)
"""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A PostgreSQL that nobody else uses, with the site's tables."""
    made = Cluster(tmp_path / "cluster")
    try:
        with made.running():
            manage(made, "migrate", "--verbosity", "0")
            yield made
    finally:
        made.remove()


def manage(cluster: Cluster, *command: str) -> str:
    """What a command prints that uses this database."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=PROJECT,
        env=environment({"DATABASE_URL": cluster.dsn}),
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def shell(cluster: Cluster, script: str) -> str:
    """What a script prints inside the site."""
    return manage(cluster, "shell", "-v", "0", "-c", script)


@contextmanager
def kept_going(cluster: Cluster) -> Iterator[None]:
    """Start the database again where it has ended, as systemd and containers do."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK):
            if not cluster.postmaster():
                with suppress(DatabaseUnavailable):
                    cluster.ensure()

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()


def words(said: str) -> list[list[str]]:
    """The words of its lines; what comes after the third stays together."""
    return [line.split(" ", 3) for line in said.splitlines()]


def test_what_is_acknowledged_survives_twenty_kills(
    cluster: Cluster, tmp_path: Path, note: Noted
) -> None:
    told = words(shell(cluster, PEOPLE))
    claims = [int(line[1]) for line in told if line[0] == "CLAIM"]
    keys = [line[1] for line in told if line[0] == "KEY"]
    assert len(claims) == DEBATES
    public = in_public() | {"DATABASE_URL": cluster.dsn}
    with (
        kept_going(cluster),
        web(tmp_path / "log", workers=PROCESSES, told=public) as (site, keeper),
        workers(tmp_path / "worker", 1, **public),
    ):
        writers = [
            Writer(site, key, None, [*claims[n % DEBATES :], *claims[: n % DEBATES]], 1 / EACH)
            for n, key in enumerate(keys)
        ]
        for writer in writers:
            writer.start()
            time.sleep(1 / EACH / WRITERS)
        kills = [kill_and_wait(cluster, writers) for _ in range(KILLS)]
        for writer in writers:
            writer.over.set()
        for writer in writers:
            writer.join(60)
        assert keeper.starts == 1
    rate, back = statistics.mean(one.rate for one in kills), max(one.back for one in kills)
    replies, marks = check(cluster, writers)
    failed = sum(writer.failed for writer in writers)
    note(
        "kill -9 of PostgreSQL under writes",
        f"{KILLS} kills, each under {rate:.0f} writes a second by {WRITERS} people: "
        f"{replies} replies and {marks} marks acknowledged, 0 lost, 0 doubled, {failed} tries "
        f"failed meanwhile; back after {back:.1f} s at most; trees, statuses, counters and "
        "indexes whole",
    )
    assert back <= BACK_WITHIN
    assert rate >= RATE


def check(cluster: Cluster, writers: list[Writer]) -> tuple[int, int]:
    """Fail where anything acknowledged is missing, doubled or half; gives replies and marks."""
    assert not any(one.is_alive() for one in writers), "a writer still waits"
    found = words(shell(cluster, CHECK))
    stored = [(" ".join(line[2:]), int(line[1])) for line in found if line[0] == "STORED"]
    replies = {words: pk for one in writers for words, pk in one.replies.items()}
    assert len(stored) == len(replies), "lost or doubled"
    assert dict(stored) == replies
    marked = {(line[1], int(line[2])): line[3] for line in found if line[0] == "MARK"}
    assert marked == {
        (f"w{number}", claim): truth
        for number, one in enumerate(writers)
        for claim, truth in one.marks.items()
    }
    return len(replies), sum(one.done for one in writers) - len(replies)


@dataclass(frozen=True)
class Kill:
    """The writes a second before it, and the seconds after it until all writers went on."""

    rate: float
    back: float


def kill_and_wait(cluster: Cluster, writers: list[Writer]) -> Kill:
    """Kill the postmaster while writes go on."""
    time.sleep(SETTLES)
    rate = ledger.rate(writers, MEASURED)
    postmaster = cluster.postmaster()
    assert postmaster
    os.kill(postmaster, signal.SIGKILL)
    return Kill(rate, ledger.back(writers, time.monotonic()))
