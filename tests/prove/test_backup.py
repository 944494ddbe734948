"""A backup of a large site that people write to, and its restore: time, memory, nothing lost."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.backups import archive, restoring, tables
from config.backups.manifest import NotRestored
from config.postgres import Cluster
from config.postgres.clients import Server
from tests.prove.conftest import PROJECT, Noted
from tests.prove.processes import answers, until

pytestmark = pytest.mark.prove

PORT = 8377
SITE = f"http://127.0.0.1:{PORT}"
TOKEN = """
from accounts import actions
from accounts.models import User
person = User.objects.create_user("writer", "writer@example.org", "correct horse")
for n in range(%(writers)d):
    print("KEY", actions.create_token(person, by=person, name=f"{n}", scopes=["write"])[1])
"""

STATEMENTS = int(os.environ.get("CRUX_STATEMENTS", "100000"))
LARGE = 100_000
WRITERS, PACE = 4, 0.6  # seconds between two of a writer: a token has 120 requests a minute
MINUTES = 15.0  # for a gigabyte
MEMORY = 200.0  # MB, of each process
GIGABYTE = 1e9
PUBLISH = """
from accounts.models import User
from debate.actions import statements
from debate.models import Debate, Event, Statement
parent = Statement.objects.order_by("pk")[0]
before = Event.objects.filter(debate=parent.debate).order_by("-number")[0].number
said = statements.reply(parent, by=User.objects.get(username="writer"), kind="remark", body="So.")
print("NUMBERS", Event.objects.get(statement=said).number - before)
from django.contrib.auth import authenticate
print("SIGNED IN", authenticate(username="writer", password="correct horse") is not None)
counted = Statement.objects.exclude(kind__in=["position", "crux"])
print("COUNTED", all(d.statement_count == counted.filter(debate=d).count()
    for d in Debate.objects.all()))
"""


EXEMPT = """
from accounts.models import User
User.objects.filter(username="writer").update(standing="exempt", is_standing_set=True)
"""


class Writer(threading.Thread):
    """Publishes replies at a steady pace, each until it is acknowledged; keeps a ledger."""

    def __init__(self, key: str, parent: int) -> None:
        super().__init__(daemon=True)
        self.key, self.parent = key, parent
        self.ledger: dict[str, int] = {}
        self.refused: Counter[str] = Counter()
        self.last = time.monotonic()
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            words = f"Written as {uuid.uuid4().hex}."
            while words not in self.ledger:
                try:
                    self.ledger[words] = post(self.key, self.parent, words)
                    self.last = time.monotonic()
                except OSError as error:  # HTTPError too
                    self.refused[str(error)] += 1
                    time.sleep(0.05)
            self.stop.wait(PACE)


def post(key: str, parent: int, words: str) -> int:
    """Publish a remark under the words as Idempotency-Key; returns the id of the 201."""
    request = urllib.request.Request(
        f"{SITE}/api/v1/statements/{parent}/replies/",
        data=json.dumps({"kind": "remark", "body": words}).encode(),
        headers={
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": words,
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return int(json.load(answer)["id"])


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


@pytest.fixture(autouse=True)
def without_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """One address and one person write what many would."""
    monkeypatch.setenv("ADDRESS_WRITES", "1000000")


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path) -> Iterator[None]:
    """Remove the site's cluster, once the site is stopped."""
    yield
    Cluster(tmp_path / "cluster").remove()


def measured(folder: Path, *command: str) -> tuple[float, float]:
    """Seconds that a command of the site takes, and the memory in MB of it or of a child."""
    environment = {**os.environ, "CRUX_HOME": str(folder), "DEBUG": "1"}
    environment.pop("DATABASE_URL", None)
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", *command], cwd=PROJECT, env=environment
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return time.monotonic() - begun, used.ru_maxrss / 1024


def test_a_large_site_is_backed_up_under_writes_and_restored(
    home: Path, tmp_path_factory: pytest.TempPathFactory, note: Noted
) -> None:
    measured(home, "fill", "--statements", str(STATEMENTS))
    keys = re.findall(r"KEY (\S+)", shell(home, TOKEN % {"writers": WRITERS}))
    shell(home, EXEMPT)
    with Server.at(Cluster(home / "cluster").dsn).connection() as opened:
        [parent] = opened.execute("SELECT min(id) FROM debate_statement").fetchone() or [0]
    writers = [Writer(key, parent) for key in keys]
    for writer in writers:
        writer.start()
    time.sleep(2)
    before = dict(pair for writer in writers for pair in writer.ledger.copy().items())
    path = tmp_path_factory.mktemp("backup") / "large.backup"
    backing, memory = measured(home, "backup", str(path))
    during = sum(len(writer.ledger) for writer in writers) - len(before)
    for writer in writers:
        writer.stop.set()
    for writer in writers:
        writer.join(60)
    refused = sum((writer.refused for writer in writers), Counter())
    acknowledged = dict(pair for writer in writers for pair in writer.ledger.items())
    assert before
    assert during
    assert not refused, refused
    other = tmp_path_factory.mktemp("restored")
    cluster = Cluster(other / "cluster")
    try:
        with cluster.running() as dsn:
            restoring_took, needed = measured(other, "restore", str(path))
            with archive.opened(path) as (_, told), Server.at(dsn).connection() as opened:
                assert tables.snapshot(opened).sums == told.snapshot.sums
                said = "SELECT body, id FROM debate_statement WHERE body LIKE 'Written as %'"
                restored = dict(opened.execute(said).fetchall())
            words = shell(other, PUBLISH)
    finally:
        cluster.remove()
    size = told.database_bytes / GIGABYTE
    pace = {"backup": backing / 60 / size, "restore": restoring_took / 60 / size}
    note(
        "backup under writes, and restore",
        f"{STATEMENTS:,} statements, {size:.2f} GB, {path.stat().st_size / GIGABYTE:.2f} GB of "
        f"backup: made in {backing:.0f} s ({pace['backup']:.1f} min/GB, {memory:.0f} MB) while "
        f"{during} replies were acknowledged, none refused; restored in {restoring_took:.0f} s "
        f"({pace['restore']:.1f} min/GB, {needed:.0f} MB), {len(told.snapshot.sums)} tables with "
        f"their checksums, {len(before)} of {len(before)} replies from before it there",
    )
    assert before.items() <= restored.items() <= acknowledged.items()
    assert "NUMBERS 1" in words
    assert "SIGNED IN True" in words
    assert "COUNTED True" in words
    if STATEMENTS >= LARGE:  # the start of a process says nothing of a gigabyte
        assert max(pace.values()) <= MINUTES
    assert max(memory, needed) <= MEMORY
    with pytest.raises(NotRestored):
        flipped(path)


def flipped(path: Path) -> None:
    """Flip a bit in the middle of the file, and read it through."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))
    restoring.look(path)
