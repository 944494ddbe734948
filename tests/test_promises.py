"""docs/promises.md names every proof, and only tests and rows of docs/proofs.md that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.prove import rows
from tests.test_house import PROJECT, name_of

PAGE = PROJECT / "docs" / "promises.md"
SECTIONS = {"A": 10, "B": 10, "C": 7, "D": 9, "E": 5, "F": 17, "G": 5, "H": 6}
PATH = re.compile(r"tests/[\w/.]+")
BROWSER, PROVE = "tests/browser/", "tests/prove/"


@dataclass(frozen=True)
class Line:
    """A promise, what shows it, the rows that have its figures, and what is not shown."""

    number: str
    promise: str
    shown: str
    rows: str
    lacking: str

    @property
    def files(self) -> list[str]:
        return PATH.findall(self.shown)

    @property
    def names(self) -> list[str]:
        """The rows of docs/proofs.md."""
        told = self.rows.split(" · ")
        return [name for name in told if not name.startswith("every run")]


def lines() -> Iterator[Line]:
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[1] not in ("promise", "---"):
            yield Line(*cells)


LINES = list(lines())


def test_every_promise_stands_there_once_and_in_its_order() -> None:
    wanted = [f"{name}{n}" for name, many in SECTIONS.items() for n in range(1, many + 1)]
    assert [one.number for one in LINES if one.number] == wanted


@pytest.mark.parametrize("line", LINES, ids=lambda one: one.number or one.promise[:30])
def test_what_shows_a_promise_is_there_and_run_by_what_is_said(line: Line) -> None:
    assert line.promise.endswith(".") and line.rows
    assert [path for path in line.files if not (PROJECT / path).exists()] == []
    for command in re.findall(r"`([^`]+)`", line.shown):
        target = {True: "browser"}.get(BROWSER in command, "test")
        target = "prove" if PROVE in command else target
        known = (f"make {target} ARGS=", "make check", "make browser")
        assert command.startswith(known), command
    is_run_each_time = "make test" in line.shown or "make browser" in line.shown
    assert ("every run" in line.rows) == (is_run_each_time or "make check" in line.shown)


@pytest.mark.parametrize("line", LINES, ids=lambda one: one.number or one.promise[:30])
def test_the_rows_of_a_promise_are_written_by_its_proofs(line: Line) -> None:
    for name in line.names:
        file = rows.writer_of(name)
        assert file, f"{name}: no proof calls `note` with this name"
        assert name_of(file) in line.files, f"{name} is written by {name_of(file)}"


def test_every_proof_is_named_with_all_its_rows() -> None:
    """A new proof belongs to a promise, or into the section 'And besides'."""
    told = {name for line in LINES for name in line.names}
    missing = [
        (name_of(file), like.pattern)
        for like, file in rows.written()
        if not any(like.fullmatch(name) for name in told)
    ]
    assert len(rows.written()) > 50
    assert missing == []


def test_what_was_found_was_found_by_proofs_that_there_are() -> None:
    found = rows.read()
    assert len(found) > 30
    assert [name for name in found if not rows.writer_of(name)] == []
    assert all(row.date.startswith("20") for row in found.values())
