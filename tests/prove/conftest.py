"""Proofs are long, run by hand (`make prove`), and write what they found into docs/proofs.md."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import chromium, said, seed, visit, watch
from tests.prove import rows
from tests.prove.rows import Row

__all__ = ["chromium", "said", "seed", "visit", "watch"]  # fixtures

PROJECT = Path(__file__).resolve().parents[2]

KEY = secrets.token_urlsafe(50)
Noted = Callable[[str, str], None]
PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep with the test whether it passed, which its fixtures are not told."""
    report = yield
    if report.when == "call":
        item.stash[PASSED] = report.passed
    return report


@pytest.fixture(scope="session", autouse=True)
def clean_up_when_told_to_end() -> None:
    """Let SIGTERM end a proof as Ctrl-C does, so that it stops what it has started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(autouse=True)
def a_key_of_its_own(settings: Any) -> None:
    """Sign with a key that nobody knows: processes that are served in public refuse another."""
    settings.SECRET_KEY = KEY


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Iterator[Noted]:
    """Call with a proof's name and what it found: written at its end, unless it has failed."""
    found: dict[str, str] = {}
    yield found.__setitem__
    if request.node.stash.get(PASSED, False):
        rows.write({**rows.read(), **{name: _row(what) for name, what in found.items()}})
    else:
        print(found)


def _row(what: str) -> Row:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{os.cpu_count()} cores, {memory:.0f} GiB"
    return Row(what, f"{datetime.now(UTC):%Y-%m-%d}", _commit(), machine)


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "–"
