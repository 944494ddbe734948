"""The release before runs on the new tables: its own tests of every door, on our database.

Which one it is says CRUX_PREVIOUS (a tag or a commit), else the latest tag.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from psycopg.sql import SQL, Identifier

from config.postgres.clients import Server
from tests.prove.conftest import PROJECT, Noted

pytestmark = pytest.mark.prove

DOORS = "tests/test_doors*.py"
LONGEST = 900  # seconds
LEAST = 50  # tests


def previous() -> str:
    """The release before, or a skip where there is none yet."""
    if given := os.environ.get("CRUX_PREVIOUS"):
        return given
    command = ["git", "describe", "--tags", "--abbrev=0"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("no release yet: name a commit in CRUX_PREVIOUS")
    return done.stdout.strip()


def unpacked(revision: str, folder: Path) -> Path:
    """Its tree, in a folder of its own."""
    archive = subprocess.run(
        ["git", "archive", "--format=tar", revision], cwd=PROJECT, capture_output=True, check=True
    )
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
    return folder


def test_the_release_before_runs_on_the_new_tables(
    server: str, tmp_path: Path, note: Noted
) -> None:
    revision = previous()
    tree = unpacked(revision, tmp_path / "before")
    place = f"{os.getpid()}before"
    name = f"test_crux_{place}"  # as its tests call their database
    environment = {**os.environ, "DEBUG": "1", "CRUX_TEST_RUN": place}
    with Server.at(server).connection(autocommit=True) as root:
        root.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            address, _, rest = server.partition("?")
            there = f"{address.rpartition('/')[0]}/{name}?{rest}"
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "-v", "0"],
                cwd=PROJECT,
                env={**environment, "DATABASE_URL": there},
                check=True,
            )
            doors = sorted(path.relative_to(tree) for path in tree.glob(DOORS))
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-q", "--reuse-db", "--tb=short", *doors],
                cwd=tree,
                env={**environment, "DATABASE_URL": server},
                capture_output=True,
                text=True,
                timeout=LONGEST,
                check=False,
            )
        finally:
            drop = SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name))
            root.execute(drop)
    print(done.stdout[-6000:], done.stderr[-2000:])
    counts = {kind: int(n) for n, kind in re.findall(r"(\d+) (passed|failed|error)", done.stdout)}
    failed, run = sum(counts.values()) - counts.get("passed", 0), sum(counts.values())
    reasons = Counter(re.findall(r"^E +django\.db\.utils\.(.+)$", done.stdout, re.MULTILINE))
    told = f"{revision}: of its {run} tests of all doors {failed} fail"
    told += "".join(f"; {count} by {why}" for why, count in reasons.most_common(3))
    print(told)
    note("the release before on the new tables", told)
    assert run > LEAST, "its tests did not run"
    assert failed == 0, told
