"""An acknowledged write survives `kill -9` of the database, and the site comes back by itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.postgres import Cluster
from tests.prove.conftest import PROJECT, Noted

pytestmark = pytest.mark.prove

KILLS = 20
WRITERS = 4
BACK_WITHIN = 10.0
PORT = 8377
SITE = f"http://127.0.0.1:{PORT}"
TOKEN = """
from accounts import actions
from accounts.models import User
person = User.objects.create_user("writer", "writer@example.org", "correct horse")
print("KEY", actions.create_token(person, by=person, name="proof", scopes=["write"])[1])
"""
CHECK = """
from debate.actions import statuses
from debate.models import Statement
wrong = [s.pk for s in Statement.objects.all()
         if s.status != statuses.status_of(statuses.facts_of(s.pk))]
print("WRONG", len(wrong))
"""


class Writer(threading.Thread):
    """Publishes replies one after another, each until it is acknowledged; keeps a ledger."""

    def __init__(self, key: str, parent: int) -> None:
        super().__init__(daemon=True)
        self.key, self.parent = key, parent
        self.ledger: dict[str, int] = {}
        self.refused = 0
        self.last = time.monotonic()
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            words = f"Written as {uuid.uuid4().hex}."
            while words not in self.ledger:
                try:
                    self.ledger[words] = post(self.key, self.parent, words)
                    self.last = time.monotonic()
                except (OSError, urllib.error.HTTPError):
                    self.refused += 1
                    time.sleep(0.05)


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
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "config.launch", "--port", str(PORT)]
    with (tmp_path / "output").open("w") as output:
        site = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            wait_for(lambda: urllib.request.urlopen(f"{SITE}/healthz", timeout=5), 300)
            yield tmp_path
        finally:
            site.send_signal(signal.SIGINT)
            site.wait(60)


def wait_for(what: object, seconds: float) -> None:
    """Call `what` until it raises no OSError."""
    until = time.monotonic() + seconds
    while True:
        try:
            what()  # type: ignore[operator]  # any callable
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def shell(home: Path, script: str) -> str:
    """What a script prints inside the site."""
    environment = {**os.environ, "CRUX_HOME": str(home), "DEBUG": "1"}
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", script]
    return subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    ).stdout


def test_an_acknowledged_reply_survives_twenty_kills(home: Path, note: Noted) -> None:
    cluster = Cluster(home / "cluster")
    key = shell(home, TOKEN).split("KEY ")[1].split()[0]
    with psycopg.connect(cluster.dsn) as connection:
        found = connection.execute("SELECT min(id) FROM debate_statement").fetchone()
    assert found
    writers = [Writer(key, found[0]) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    back = [kill_and_wait(cluster, writers) for _ in range(KILLS)]
    for writer in writers:
        writer.stop.set()
    for writer in writers:
        writer.join(60)
    acknowledged = {words: pk for writer in writers for words, pk in writer.ledger.items()}
    with psycopg.connect(cluster.dsn) as connection:
        stored = connection.execute(
            "SELECT body, id FROM debate_statement WHERE body LIKE 'Written as %'"
        ).fetchall()
        connection.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
        connection.execute(
            "SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_am a ON a.oid = c.relam "
            "WHERE a.amname = 'btree' AND c.relname LIKE 'debate_%%' AND c.relkind = 'i'"
        )
    assert len(acknowledged) > KILLS
    assert dict(stored) == acknowledged
    assert len(stored) == len(acknowledged), "a retried reply was stored twice"
    assert "WRONG 0" in shell(home, CHECK)
    assert max(back) <= BACK_WITHIN
    refused = sum(writer.refused for writer in writers)
    note(
        "kill -9 of PostgreSQL under writes",
        f"{KILLS} kills, {len(acknowledged)} replies acknowledged, 0 lost, 0 doubled, {refused} "
        f"tries refused meanwhile; back after {max(back):.1f} s at most; indexes clean",
    )


def kill_and_wait(cluster: Cluster, writers: list[Writer]) -> float:
    """Kill the postmaster while writes go on; returns the seconds until all writers go on."""
    time.sleep(1)
    postmaster = cluster.postmaster()
    assert postmaster
    os.kill(postmaster, signal.SIGKILL)
    killed = time.monotonic()
    while not all(writer.last > killed + 0.2 for writer in writers):
        assert time.monotonic() < killed + 60, "the site does not come back"
        time.sleep(0.05)
    return time.monotonic() - killed
