"""The rows of docs/proofs.md: how they are kept, and which proof writes which of them.

The names are read in the source of the proofs, which takes no proof to be run. Called by itself
(`python -m tests.prove.rows`), it writes what is there in the form that is in use now.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
PROOFS = PROJECT / "docs" / "proofs.md"
HEAD = """# Proofs

What `make prove` found when it was last run. A row is written by the proof itself; which promise
it shows, says [promises.md](promises.md).

| proof | found | command | date | commit | machine |
|---|---|---|---|---|---|
"""
Name = re.Pattern[str]


@dataclass(frozen=True)
class Row:
    """What a proof found, when, of which commit, on what machine."""

    found: str
    date: str
    commit: str
    machine: str

    def told(self, name: str) -> str:
        """The row as it stands in the page."""
        file = writer_of(name)
        command = f"`make prove ARGS={file.relative_to(PROJECT)}`" if file else "–"
        return (
            f"| {name} | {self.found} | {command} | {self.date} | {self.commit} | {self.machine} |"
        )


# ---- the page
def read() -> dict[str, Row]:
    """The rows that there are, by name; the command is worked out anew when they are written."""
    lines = PROOFS.read_text().splitlines() if PROOFS.exists() else []
    rows = (line for line in lines if line.startswith("| ") and not line.startswith("| proof"))
    cells = ([cell.strip() for cell in row.strip("|").split("|")] for row in rows)
    return {name: Row(found, *rest[-3:]) for name, found, *rest in cells}


def write(rows: Mapping[str, Row]) -> None:
    """Write the page."""
    PROOFS.write_text(HEAD + "".join(f"{rows[name].told(name)}\n" for name in sorted(rows)))


# ---- the proofs
@cache
def written() -> tuple[tuple[Name, Path], ...]:
    """Each name that a proof gives to `note`, as what it must look like, and the proof's file."""
    files = sorted(HERE.glob("test_*.py"))
    return tuple((name, file) for file in files for name in _of(ast.parse(file.read_text())))


def writer_of(name: str) -> Path | None:
    """The file of the proof that writes this row; None where there is none any more."""
    return next((file for like, file in written() if like.fullmatch(name)), None)


def _of(tree: ast.Module) -> Iterator[Name]:
    for function in (one for one in tree.body if isinstance(one, ast.FunctionDef)):
        said = {
            target.id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "note":
                first = node.args[0]
                yield _like(said.get(first.id, first) if isinstance(first, ast.Name) else first)


def _like(node: ast.expr) -> Name:
    """What a string looks like whose parts are worked out, which stand for anything."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    told = [re.escape(str(one.value)) if isinstance(one, ast.Constant) else ".+" for one in parts]
    return re.compile("".join(told))


if __name__ == "__main__":
    write(read())
