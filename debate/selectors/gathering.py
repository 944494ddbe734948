"""Statements for a page in any order, each beside what it answers, under the debate's head.

The Thread reads index ranges of the tree; the other views find ids first, in an order of their
own, and all they show is gathered here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from debate import rules
from debate.models import Debate, Statement
from debate.models.statements import Kind
from debate.reasoning.sides import FIRST
from debate.rules import Viewer
from debate.selectors import cruxes, heads, loading, readings, reliances, sides
from debate.selectors.cruxes import Hinge
from debate.selectors.heads import Head
from debate.selectors.rows import Person, Reading, Row, person, row
from debate.text import plain

ROOTS = FIRST
"""The reasoning tells sides and cruxes of at least as many positions as the head reads."""
EXCERPT = 110


@dataclass(frozen=True, slots=True)
class Answered:
    """What a point answers, in a line; without name, author and words where it is gone.

    `own` is what the viewer wrote.
    """

    label: str
    kind: str
    word: str
    name: str
    author: Person | None
    href: str
    words: str
    gone: str
    own: bool


@dataclass(slots=True)
class Gathered:
    """The head of a debate, and the statements that a page shows or points to."""

    head: Head
    known: dict[int, Statement]
    reading: Reading
    hinges: dict[int, Hinge]

    def row(self, pk: int) -> Row:
        """A statement of the page as a row."""
        one = self.known[pk]
        made = row(one, self.known.get(one.parent_id or 0), self.reading)
        made.hinge = self.hinges.get(pk) if made.kind == Kind.CRUX else None
        return made

    def answered(self, pk: int | None) -> Answered | None:
        """What a statement of the page answers; None for a root."""
        one = self.known.get(pk or 0)
        if one is None:
            return None
        shown = rules.may_read_text(one, self.reading.viewer)
        here = f"#statement-{one.pk}" if one.pk in self.reading.on_page else f"/s/{one.pk}/"
        return Answered(
            label=one.label,
            kind=one.kind,
            word=str(Kind(one.kind).label),
            name=one.name if shown else "",
            author=person(one.author, self.reading.letters) if shown else None,
            href=here,
            words=plain.excerpt(one.body_html, EXCERPT) if shown else "",
            gone="" if not one.is_gone else "hidden" if one.hidden_at else "withdrawn",
            own=one.author_id == self.reading.viewer.pk,
        )


def gather(
    debate: Debate,
    viewer: Viewer,
    shown: Sequence[int] = (),
    *,
    beside: Collection[int | None] = (),
    people: Collection[int] = (),
) -> Gathered:
    """The statements with the ids `shown`, those `beside` them, and the debate's head.

    `people` are looked up among the sides too. At most 11 queries, however many there are.
    """
    wanted = [*shown, *(pk for pk in beside if pk)]
    found = loading.statements(loading.WITH_ROOTS, [wanted, debate.pk, ROOTS])
    known = {one.pk: one for one in found}
    positions = [one for one in found if one.kind == Kind.POSITION]
    held = sides.sides(positions, {one.author_id for one in found} | set(people))
    reading = _reading(debate, viewer, [known[pk] for pk in shown if pk in known], held)
    double = reading.rests.double
    claims = [
        one
        for one in found
        if one.pk in double or (one.kind == Kind.CRUX and one.pk in reading.on_page)
    ]
    claims.sort(key=lambda one: (one.kind != Kind.CRUX, bytes(one.path)))
    hinges = cruxes.hinges(debate.pk, held.sides, viewer, claims, double)
    by_claim = {hinge.claim.pk: hinge for hinge in hinges}
    return Gathered(heads.head(debate, held, hinges, viewer), known, reading, by_claim)


def _reading(
    debate: Debate, viewer: Viewer, shown: Sequence[Statement], held: sides.Sides
) -> Reading:
    if shown:
        return readings.read(debate, shown, viewer, held.letters)
    return Reading(viewer, held.letters, rests=reliances.rests(debate.pk, ()))
