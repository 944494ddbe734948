"""Running locust in a process of its own, and telling what it found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.measure.report import PROJECT, table

LOCUSTFILE = PROJECT / "tests" / "load" / "locustfile.py"
EVERY = 10  # users a second, at most, until all are there
AFTERWARDS = 120  # seconds that locust has to come to its end
WORLD, FOUND = "load-world.json", "load-found.json"
HEAD = ("route", "", "requests", "a second", "p50", "p95", "p99", "failed")


class Broken(Exception):
    """locust has not run to its end; the message is its own."""


def run(
    site: str, folder: Path, *, users: int, seconds: int, think: float = 1.0
) -> dict[str, Any]:
    """Let so many users at the site for so long; `folder` holds the world, and what is found."""
    command = ["-m", "locust", "-f", str(LOCUSTFILE), "--headless", "--host", site]
    command += ["-u", str(users), "-r", str(min(EVERY, users)), "-t", f"{seconds}s"]
    command += ["--only-summary", "--loglevel", "WARNING", "--exit-code-on-error", "0"]
    return _found(command, folder, think, seconds + AFTERWARDS)


def once(site: str, folder: Path) -> dict[str, Any]:
    """Let a user of each kind do each thing, without thinking for long."""
    return _found(["-m", "tests.load.once", site], folder, 0.1, AFTERWARDS)


def _found(command: list[str], folder: Path, think: float, patience: float) -> dict[str, Any]:
    found = folder / FOUND
    found.unlink(missing_ok=True)
    env = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "LOAD_WORLD": str(folder / WORLD),
        "LOAD_FOUND": str(found),
        "LOAD_THINK": str(think),
    }
    done = subprocess.run(
        [sys.executable, *command],
        cwd=PROJECT,
        env=env,
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )
    if done.returncode or not found.exists():
        raise Broken(done.stderr[-2000:])
    told: dict[str, Any] = json.loads(found.read_text())
    return told


def told(found: Mapping[str, Any]) -> str:
    """What was found, as tables in Markdown. Times are in milliseconds."""
    streams = found["streams"]
    parts = [
        table(HEAD, [_row(row) for row in found["rows"] if row["requests"]]),
        f"Streams: {streams['opened']} opened, {streams['most']} at once.",
    ]
    if found["failures"]:
        rows = [(f["method"], f["route"], f["kind"][:120], f["times"]) for f in found["failures"]]
        parts.append(table(("failed", "route", "as", "times"), rows))
    else:
        parts.append("Nothing failed.")
    return "\n\n".join(parts)


def _row(row: Mapping[str, Any]) -> list[object]:
    times = [f"{time:.0f}" for time in row["times"]]
    a_second = f"{row['a_second']:.2f}"
    return [
        f"`{row['route']}`" if row["method"] else "pages and API",
        row["method"],
        row["requests"],
        a_second,
        *times,
        row["failures"],
    ]
