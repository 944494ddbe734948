"""What a debate has for one person: what to ask, what awaits them, marks to look at again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from accounts.models import User
from debate.models import Debate, Mark, Statement
from debate.models.debates import State
from debate.models.marks import Truth
from debate.models.statements import AUTHOR_AGREES
from debate.reasoning import asking
from debate.reasoning.graph import Floats
from debate.rules import Viewer
from debate.selectors import analysis, gathering, listings, points, verdicts
from debate.selectors.analysis import Parts
from debate.selectors.gathering import Gathered
from debate.selectors.heads import Head
from debate.selectors.points import ME, Asked, Found, OpenPoint
from debate.selectors.rows import Row

QUESTIONS, OPEN, AGAIN = 3, 10, 10
"""How many of each are shown."""
LOOKED_AT = 200
"""How many of a person's open points are put in order; the rest waits."""


@dataclass(slots=True)
class Yours:
    """The page. `more_open`, `more_again`: whether there is more than is shown.

    Without a person there is the head alone.
    """

    head: Head
    parts: Parts | None = None
    questions: list[Row] = field(default_factory=list)
    marked: int = 0
    open: list[OpenPoint] = field(default_factory=list)
    more_open: bool = False
    again: list[Row] = field(default_factory=list)
    more_again: bool = False


def yours(debate: Debate, viewer: Viewer) -> Yours:
    """What there is for the viewer. At most 19 queries; for visitors those of the head."""
    if not isinstance(viewer, User):
        return Yours(gathering.gather(debate, viewer).head)
    parts = analysis.parts(debate, "next", "open")
    ids = _ids(debate, viewer, parts)
    waiting = ids.waiting[:OPEN]
    shown = [*ids.questions, *(one.id for one in waiting), *ids.again[:AGAIN]]
    gathered = gathering.gather(debate, viewer, shown, beside=[one.parent for one in waiting])
    return Yours(
        head=gathered.head,
        parts=parts,
        questions=[gathered.row(pk) for pk in ids.questions],
        marked=ids.marked,
        open=[_point(one, gathered) for one in waiting],
        more_open=len(ids.waiting) > OPEN,
        again=[gathered.row(pk) for pk in ids.again[:AGAIN]],
        more_again=len(ids.again) > AGAIN,
    )


def listed(debate: Debate, person: User) -> dict[str, list[Statement]]:
    """The same for programs: `questions`, `open` and `again`, as lists have them. 9 queries."""
    ids = _ids(debate, person, analysis.parts(debate, "next", "open"))
    waiting = [one.id for one in ids.waiting[:OPEN]]
    parts = {"questions": ids.questions, "open": waiting, "again": ids.again[:AGAIN]}
    said = listings.by_ids(debate, [pk for part in parts.values() for pk in part])
    known = {one.pk: one for one in said}
    return {name: [known[pk] for pk in part] for name, part in parts.items()}


class _Ids(NamedTuple):
    """What there is for a person, by ids; a statement is in one part only."""

    questions: list[int]
    marked: int
    waiting: list[Found]
    again: list[int]


def _ids(debate: Debate, person: User, parts: Parts) -> _Ids:
    """What there is for a person. 4 queries."""
    questions, marked = _questions(debate, person, parts.found.get("next") or [])
    waiting = _waiting(debate, person, parts.found.get("open") or [])
    asked = {*questions}
    waiting = [one for one in waiting if one.id not in asked]
    shown = [*questions, *(one.id for one in waiting[:OPEN])]
    stale = verdicts.own(person, stale=True).filter(statement__debate=debate)
    again = stale.exclude(statement__in=shown).values_list("statement", flat=True)
    return _Ids(questions, marked, waiting, list(again[: AGAIN + 1]))


def _point(one: Found, gathered: Gathered) -> OpenPoint:
    return OpenPoint(gathered.row(one.id), gathered.answered(one.parent))


def _waiting(debate: Debate, person: User, ranked: Sequence[Mapping[str, Any]]) -> list[Found]:
    """What awaits a person, the most pressing first; what is not ranked yet last. One query."""
    found = points.find(debate, person, Asked(awaits=ME), most=LOOKED_AT)
    place = {one["statement"]: place for place, one in enumerate(ranked)}
    return sorted(found, key=lambda one: place.get(one.id, len(place)))


def _questions(
    debate: Debate, person: User, told: Sequence[Mapping[str, Any]]
) -> tuple[list[int], int]:
    """What to ask a person about, and how many of what there is to ask they have answered.

    The order is the same until they answer one more. 2 queries.
    """
    given = Mark.objects.filter(person=person, statement__in=[one["statement"] for one in told])
    marks = dict(given.exclude(truth=Truth.NONE).values_list("statement", "truth"))
    left = _left(debate, person, [one for one in told if one["statement"] not in marks])
    if not left or debate.state == State.ARCHIVED:
        return [], len(marks)
    rng = np.random.default_rng((person.pk, len(marks)))
    worths = _worths(left, _likely(told, marks))
    asked = asking.order(worths, np.arange(len(left)), rng)
    return [left[place]["statement"] for place in asked[:QUESTIONS].tolist()], len(marks)


def _left(
    debate: Debate, person: User, told: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Those that are there to be marked, by somebody else than their author. One query."""
    there = debate.statements.filter(pk__in=[one["statement"] for one in told])
    rows = there.filter(hidden_at=None, withdrawn_at=None).values_list("pk", "author", "kind")
    own = {pk for pk, author, kind in rows if author == person.pk and kind in AUTHOR_AGREES}
    known = {pk for pk, _, _ in rows} - own
    return [one for one in told if one["statement"] in known]


def _likely(told: Sequence[Mapping[str, Any]], marks: Mapping[int, str]) -> float:
    """How likely the person is on the first side, by these marks; one half where that is open."""
    sure = [
        (one["rates"], marks[one["statement"]] == Truth.AGREE)
        for one in told
        if one["rates"] and marks.get(one["statement"]) in (Truth.AGREE, Truth.DISAGREE)
    ]
    if not sure:
        return 0.5
    rates, agrees = zip(*sure, strict=True)
    return asking.likely(np.array(rates).T, np.array(agrees))


def _worths(left: Sequence[Mapping[str, Any]], likely: float) -> Floats:
    """What an answer to each would tell, of this person too."""
    of_anybody = np.array([one["of_anybody"] for one in left])
    if not left[0]["rates"]:
        return of_anybody
    rates, sure = (
        np.array([one["rates"] for one in left]).T,
        np.array([one["sure"] for one in left]),
    )
    return np.asarray(of_anybody + asking.told(rates, sure, likely))
