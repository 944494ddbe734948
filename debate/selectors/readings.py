"""What rows need beside their statements, read for a whole page at once."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import User
from debate.models import Debate, Statement
from debate.models.debates import State
from debate.rules import Viewer
from debate.selectors import loading, marks, reliances, sides, visits
from debate.selectors.reliances import Rests
from debate.selectors.rows import Reading


def with_sides(
    debate: Debate,
    statements: Sequence[Statement],
    viewer: Viewer,
    positions: Sequence[Statement] | None = None,
) -> Reading:
    """As `read`, with the sides of a debate; one query more, two where no positions are given."""
    people = {statement.author_id for statement in statements} | {viewer.pk or 0}
    if positions is None:
        held = sides.of_debate(debate.pk, people)
    else:
        held = sides.sides(positions, people)
    reading = read(debate, statements, viewer, held.letters)
    reading.sides = held
    return reading


def read(
    debate: Debate, statements: Sequence[Statement], viewer: Viewer, letters: dict[int, str]
) -> Reading:
    """What the rows of these statements of a debate need.

    2 queries, one more for who is signed in. The statements are as `loading` reads them.
    """
    ids = [statement.pk for statement in statements]
    reading = Reading(
        viewer,
        letters,
        is_archived=debate.state == State.ARCHIVED,
        takes_answers=debate.state == State.OPEN and not debate.is_locked,
        on_page=set(ids),
        locked=set(debate.locked),
    )
    for quoting in loading.quotings(ids):
        reading.quotations.setdefault(quoting.quotation.statement_id, []).append(quoting.quotation)
        reading.quoting[quoting.quotation.pk] = quoting
    reading.rests = reliances.rests(debate.pk, ids) if statements else Rests()
    for statement in statements:
        beside = vars(statement)
        reading.granted[statement.pk] = beside.get("granters") or []
        reading.links[statement.pk] = beside.get("links") or []
        reading.before_edit[statement.pk] = tuple(beside.get("older_marks") or (0, 0))
    if isinstance(viewer, User):
        reading.marks = marks.own_marks(viewer, ids)
        reading.since = visits.of(debate).since
    return reading
