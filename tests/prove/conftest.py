"""Proofs are long, run by hand (`make prove`), and write what they found into docs/proofs.md."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import chromium, said, seed, visit, watch

__all__ = ["chromium", "said", "seed", "visit", "watch"]  # fixtures

PROJECT = Path(__file__).resolve().parents[2]
PROOFS = PROJECT / "docs" / "proofs.md"
HEAD = """# Proofs

What `make prove` found when it was last run. A row is written by the proof itself.

| proof | found | date | commit | machine |
|---|---|---|---|---|
"""

KEY = secrets.token_urlsafe(50)
Noted = Callable[[str, str], None]


@pytest.fixture(scope="session", autouse=True)
def clean_up_when_told_to_end() -> None:
    """Let SIGTERM end a proof as Ctrl-C does, so that it stops what it has started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(autouse=True)
def a_key_of_its_own(settings: Any) -> None:
    """Sign with a key that nobody knows: processes that are served in public refuse another."""
    settings.SECRET_KEY = KEY


@pytest.fixture(scope="session")
def note() -> Iterator[Noted]:
    """Call with a proof's name and what it found; the rows are written at the end."""
    found: dict[str, str] = {}
    yield found.__setitem__
    rows = {**_rows(), **{name: _row(name, what) for name, what in found.items()}}
    PROOFS.write_text(HEAD + "".join(f"{rows[name]}\n" for name in sorted(rows)))


def _rows() -> dict[str, str]:
    lines = PROOFS.read_text().splitlines() if PROOFS.exists() else []
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| proof")]
    return {row.split("|")[1].strip(): row for row in rows}


def _row(name: str, what: str) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{os.cpu_count()} cores, {memory:.0f} GiB"
    return f"| {name} | {what} | {datetime.now(UTC):%Y-%m-%d} | {_commit()} | {machine} |"


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "–"
