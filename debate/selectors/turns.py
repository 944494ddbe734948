"""The Exchange of a debate: its turns in order, each point beside what it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from debate import rules
from debate.models import Debate
from debate.rules import Viewer
from debate.selectors import gathering, sides
from debate.selectors.gathering import Answered, Gathered
from debate.selectors.heads import Head
from debate.selectors.rows import Person, Quote, Row, short_date

PAGE = 50
PLACE = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,18}))?")

FIND = """
    SELECT s.id, s.parent_id, t.number, t.created_at, answered.number FROM (
        SELECT id, number, created_at FROM debate_turn
        WHERE debate_id = %(debate)s AND number {reached} %(number)s
        ORDER BY number {order} LIMIT %(most)s + 1
    ) t
    JOIN debate_statement s ON s.turn_id = t.id
    LEFT JOIN debate_statement p ON p.id = s.parent_id
    LEFT JOIN debate_turn answered ON answered.id = p.turn_id
    WHERE (t.number, s.id) {beyond} (%(number)s, %(statement)s)
        AND (s.hidden_at IS NULL AND s.withdrawn_at IS NULL
            OR %(reads_all)s OR s.author_id = %(viewer)s
            OR NOT EXISTS (SELECT FROM debate_statement o WHERE o.turn_id = t.id
                AND o.hidden_at IS NULL AND o.withdrawn_at IS NULL))
    ORDER BY t.number {order}, s.id {order} LIMIT %(most)s
"""
"""What is gone stands only in turns of which nothing is left: others would name its author."""
ONWARDS = FIND.format(reached=">=", beyond=">", order="ASC")
BACK = FIND.format(reached="<=", beyond="<", order="DESC")


class Place(NamedTuple):
    """Between two statements: behind one of a turn, or before the first of it (0)."""

    turn: int
    statement: int = 0

    def __str__(self) -> str:
        return f"{self.turn}.{self.statement}" if self.statement else str(self.turn)


@dataclass(slots=True)
class Point:
    """Statements of one turn to the same words: what they answer, its turn, the words quoted."""

    to: Answered | None
    turn: int | None
    quote: Quote | None
    rows: list[Row]


@dataclass(slots=True)
class Turn:
    """A turn, or as much of it as a page holds; without author where nothing of it is left."""

    number: int
    author: Person | None
    when: str
    when_iso: str
    points: list[Point] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many statements of it are shown."""
        return sum(len(point.rows) for point in self.points)


@dataclass(slots=True)
class Exchange:
    """A page of turns; `earlier` and `later` are where the pages beside it end and begin."""

    head: Head
    turns: list[Turn]
    earlier: Place | None
    later: Place | None


class _Found(NamedTuple):
    id: int
    parent: int | None
    turn: int
    when: datetime
    answered: int | None


def place(text: str) -> Place:
    """A place as addresses have it: '4', or '4.17' behind statement 17; raises ValueError."""
    found = PLACE.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no place in an exchange")
    return Place(int(found[1]), int(found[2] or 0))


def exchange(
    debate: Debate, viewer: Viewer, *, start: Place | None = None, before: Place | None = None
) -> Exchange:
    """Turns from the place `start` on, or those that lead up to `before`; at most 50 statements.

    A page ends between two turns, unless one turn alone does not fit. At most 12 queries.
    """
    at = before or start or Place(0)
    found = _found(debate, viewer, at, back=before is not None)
    kept, rest = _cut(found)
    first, last = kept[:1], kept[-1:]
    if before is None:
        earlier = at if start and (at.turn > 1 or at.statement) else None
        later = _between(last[0], rest[0]) if rest else None
        earlier = _before(first[0], at) if earlier and first else earlier
    else:
        kept.reverse()
        later = Place(at.turn, max(at.statement - 1, 0))
        earlier = _start_of(last[0], rest[0]) if rest else None
    shown = [one.id for one in kept]
    gathered = gathering.gather(debate, viewer, shown, beside={one.parent for one in kept})
    return Exchange(gathered.head, _turns(kept, gathered), earlier, later)


def _found(debate: Debate, viewer: Viewer, at: Place, *, back: bool) -> list[_Found]:
    params = {
        "debate": debate.pk,
        "number": at.turn,
        "statement": at.statement,
        "most": PAGE + 1,
        "reads_all": rules.may_moderate(viewer),
        "viewer": viewer.pk,
    }
    return [_Found(*found) for found in sides.rows(BACK if back else ONWARDS, params)]


def _cut(found: Sequence[_Found]) -> tuple[list[_Found], list[_Found]]:
    """The statements of the page, and what did not fit; a turn is cut only if it is the first."""
    if len(found) <= PAGE:
        return list(found), []
    at = PAGE
    if found[0].turn != found[PAGE].turn:
        at = next(i for i, one in enumerate(found) if one.turn == found[PAGE].turn)
    return list(found[:at]), list(found[at:])


def _between(last: _Found, following: _Found) -> Place:
    """Where the next page begins."""
    return Place(last.turn, last.id) if last.turn == following.turn else Place(following.turn)


def _before(first: _Found, start: Place) -> Place:
    """Where the page before one ends that begins with `first`."""
    inside = start.statement and first.turn == start.turn
    return Place(first.turn, first.id) if inside else Place(first.turn)


def _start_of(first: _Found, preceding: _Found) -> Place:
    """Where the page ends that comes before one found backwards."""
    return Place(first.turn, first.id if first.turn == preceding.turn else 0)


def _turns(found: Iterable[_Found], gathered: Gathered) -> list[Turn]:
    return [_turn(list(said), gathered) for _, said in groupby(found, lambda one: one.turn)]


def _turn(said: Sequence[_Found], gathered: Gathered) -> Turn:
    rows = {one.id: gathered.row(one.id) for one in said}
    author = next((shown.author for shown in rows.values() if shown.author), None)
    when = said[0].when
    turn = Turn(said[0].turn, author, short_date(when), when.isoformat(timespec="seconds"))
    for one in said:
        _add(turn, one, rows[one.id], gathered)
    return turn


def _add(turn: Turn, one: _Found, shown: Row, gathered: Gathered) -> None:
    """Put a row where it answers the same words as the one before it, else beside its own."""
    quote, shown.quote = shown.quote, None
    last = turn.points[-1] if turn.points else None
    if last and last.rows[0].statement.parent_id == one.parent and _same(last.quote, quote):
        last.rows.append(shown)
        return
    to = gathered.answered(one.parent)
    answered = one.answered if to and to.author else None  # a turn would name its author
    turn.points.append(Point(to, answered, quote, [shown]))


def _same(one: Quote | None, other: Quote | None) -> bool:
    return (one and one.text) == (other and other.text)
