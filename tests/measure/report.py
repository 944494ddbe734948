"""Tables in Markdown, and the places for them in docs/benchmarks.md."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
BENCHMARKS = PROJECT / "docs" / "benchmarks.md"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table; the words of a cell must fit a line."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def stamp() -> str:
    """When, of which commit, and on what machine something was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    busy = os.getloadavg()[2]
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit()}, {os.cpu_count()} cores, "
        f"{memory:.0f} GiB; load of the last quarter of an hour {busy:.1f}"
    )


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def put(name: str, text: str, file: Path = BENCHMARKS) -> None:
    """Put the text between the file's two comments of this name, in place of what is there."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, _, rest = file.read_text().partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise LookupError(f"{file.name} has no place named {name}.")
    file.write_text(f"{before}{begin}{text.strip()}\n{end}{after}")
