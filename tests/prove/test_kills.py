"""An acknowledged write survives `kill -9` of the database, and the site comes back by itself."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.postgres import Cluster
from tests.prove import ledger
from tests.prove.conftest import PROJECT, Noted
from tests.prove.ledger import Writer
from tests.prove.processes import answers, until
from tests.streams import Site

pytestmark = pytest.mark.prove

KILLS = int(os.environ.get("CRUX_KILLS", "20"))
RATE = 50  # writes a second
WRITERS, EACH = 32, 1.7  # 54 writes a second
DEBATES = 16  # one writes at a time in each
SETTLES, MEASURED = 5.0, 3.0  # seconds
BACK_WITHIN = 10.0
PORT = 8377
PEOPLE = f"""
from django.core.management import call_command
from accounts import actions
from accounts.models import User
from debate.models import Statement
for n in range({WRITERS}):
    one = User.objects.create_user(f"w{{n}}", f"w{{n}}@example.org", None, standing="exempt")
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
marks = Mark.objects.filter(person__email__endswith="@example.org", person__standing="exempt")
for mark in marks.values_list("person__username", "statement", "truth"):
    print("MARK", *mark)
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A site of its own, as `make run` serves it."""
    environment = {**os.environ, "CRUX_HOME": str(tmp_path), "DEBUG": "1"}
    environment |= {"ADDRESS_WRITES": "10000000", "LOG_LEVEL": "ERROR"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "config.launch", "--port", str(PORT)]
    with (tmp_path / "output").open("w") as output:
        site = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            until(lambda: answers(PORT), 600)
            yield tmp_path
        finally:
            site.send_signal(signal.SIGINT)
            site.wait(60)


def shell(home: Path, script: str) -> str:
    """What a script prints inside the site."""
    environment = {**os.environ, "CRUX_HOME": str(home), "DEBUG": "1"}
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", script]
    return subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    ).stdout


def words(said: str) -> list[list[str]]:
    """The words of its lines; what comes after the third stays together."""
    return [line.split(" ", 3) for line in said.splitlines()]


def test_what_is_acknowledged_survives_twenty_kills(home: Path, note: Noted) -> None:
    cluster = Cluster(home / "cluster")
    told = words(shell(home, PEOPLE))
    claims = [int(line[1]) for line in told if line[0] == "CLAIM"]
    keys = [line[1] for line in told if line[0] == "KEY"]
    assert len(claims) == DEBATES
    writers = [
        Writer(Site(PORT), key, None, [*claims[n % DEBATES :], *claims[: n % DEBATES]], 1 / EACH)
        for n, key in enumerate(keys)
    ]
    for writer in writers:
        writer.start()
        time.sleep(1 / EACH / WRITERS)
    kills = [kill_and_wait(cluster, writers) for _ in range(KILLS)]
    rate, back = statistics.mean(one.rate for one in kills), max(one.back for one in kills)
    for writer in writers:
        writer.over.set()
    for writer in writers:
        writer.join(60)
    replies, marks = check(home, writers)
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


def check(home: Path, writers: list[Writer]) -> tuple[int, int]:
    """Fail where anything acknowledged is missing, doubled or half; gives replies and marks."""
    assert not any(one.is_alive() for one in writers), "a writer still waits"
    found = words(shell(home, CHECK))
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
    before = sum(one.done for one in writers)
    time.sleep(MEASURED)
    rate = (sum(one.done for one in writers) - before) / MEASURED
    postmaster = cluster.postmaster()
    assert postmaster
    os.kill(postmaster, signal.SIGKILL)
    return Kill(rate, ledger.back(writers, time.monotonic()))
