"""Statements of a debate that one looks for: by kind, status, side, person, without bots.

Who wrote what is gone is told to nobody by a filter either: by side and by person it is not found,
and hiding bots leaves it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Q, QuerySet, When
from django.db.models.expressions import RawSQL

from accounts.models import Kind as AccountKind
from debate import rules
from debate.models import Debate, Statement
from debate.models.statements import Status
from debate.rules import Viewer
from debate.selectors import loading, readings
from debate.selectors.orders import OLDEST, Order
from debate.selectors.rows import Row, row
from debate.selectors.sides import HOLDERS, Sides, letter

PAGE = 30
COUNTED = 300
OPENNESS = Case(
    When(status=Status.OPEN, then=0), When(status=Status.ASKED_ABOUT, then=1), default=2
)
HELD_BY = f"""
    SELECT h.person_id FROM ({HOLDERS.replace("%(debates)s", "%s")}) h WHERE h.position_id = (
        SELECT id FROM debate_statement WHERE debate_id = %s AND parent_id IS NULL
            AND kind = 'position' ORDER BY path OFFSET %s LIMIT 1)
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; an empty word asks for nothing. `side` is a letter, `person` a name."""

    kind: str = ""
    status: str = ""
    side: str = ""
    person: str = ""
    bots: str = ""

    def __bool__(self) -> bool:
        return any((self.kind, self.status, self.side, self.person, self.bots))


@dataclass(frozen=True, slots=True)
class Match:
    """A statement that was looked for, and the line it stands in, unless that was just told."""

    row: Row
    line: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Matches:
    """A page of what was found; `more` continues behind it. `count` is None on later pages."""

    found: list[Match]
    more: int | None
    count: int | None
    sides: Sides

    @property
    def number(self) -> str:
        """How many there are, '300+' where there are more."""
        count = self.count or 0
        return f"{COUNTED}+" if count > COUNTED else str(count)


def matches(
    debate: Debate, viewer: Viewer, wanted: Wanted, order: Order = OLDEST, after: int | None = None
) -> Matches:
    """What the viewer looks for, in the order, from the beginning or behind a statement.

    At most 8 queries, one more for who is signed in. Raises Statement.DoesNotExist where `after`
    is not of this debate.
    """
    found = _found(debate, viewer, wanted)
    count = found[: COUNTED + 1].count() if after is None else None
    if after is not None:
        found = _behind(found, Statement.objects.get(debate=debate, pk=after), order)
    ids = list(found.order_by(*order.fields).values_list("pk", flat=True)[: PAGE + 1])
    shown = _by_ids(ids[:PAGE])
    known = {one.pk for one in shown}
    above = {pk for one in shown for pk in (one.root_id, one.parent_id) if pk} - known
    lines = _by_ids(sorted(above))
    reading = readings.with_sides(debate, [*shown, *lines], viewer)
    reading.on_page = known
    by_id = {one.pk: one for one in (*shown, *lines)}
    rows = {pk: row(one, by_id.get(one.parent_id or 0), reading) for pk, one in by_id.items()}
    for one in shown:
        rows[one.pk].goes_on = one.reply_count > 0
    more = ids[PAGE - 1] if len(ids) > PAGE else None
    return Matches(
        _in_line([rows[one.pk] for one in shown], rows),
        more,
        count,
        reading.sides or Sides([], {}),
    )


def _found(debate: Debate, viewer: Viewer, wanted: Wanted) -> QuerySet[Statement]:
    found = Statement.objects.filter(debate=debate).annotate(openness=OPENNESS)
    readable = rules.readable_by(viewer)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.status:
        found = found.filter(status=wanted.status)
    if wanted.person:
        named = Q(author__username__iexact=wanted.person) | Q(author__name__iexact=wanted.person)
        found = found.filter(readable, named)
    if wanted.side:
        which = next((i for i in range(26) if letter(i) == wanted.side), -1)
        params = ([debate.pk], [debate.pk], debate.pk, max(which, 0))
        found = found.filter(readable, author__in=RawSQL(HELD_BY, params))
    if wanted.bots == "hide":
        found = found.exclude(readable & Q(author__kind=AccountKind.BOT))
    return found


def _behind(found: QuerySet[Statement], after: Statement, order: Order) -> QuerySet[Statement]:
    """What comes behind a statement in the order."""
    if order is OLDEST:
        return found.filter(path__gt=bytes(after.path))
    later, alike = Q(), Q()
    for field, value in zip(order.fields, order.key(after, after.reply_count), strict=True):
        name, step = field.lstrip("-"), "lt" if field.startswith("-") else "gt"
        later |= alike & Q(**{f"{name}__{step}": abs(value)})
        alike &= Q(**{name: abs(value)})
    return found.filter(later)


def _by_ids(ids: Sequence[int]) -> list[Statement]:
    """These statements in this order. One query."""
    if not ids:
        return []
    found = {one.pk: one for one in loading.statements(loading.BY_IDS, [list(ids)])}
    return [found[pk] for pk in ids if pk in found]


def _in_line(shown: Sequence[Row], rows: dict[int, Row]) -> list[Match]:
    """Each with root and parent, unless the row before is its parent or answers the same."""
    made = []
    before: Row | None = None
    for one in shown:
        parent = one.statement.parent_id
        told = before is not None and parent in (before.id, before.statement.parent_id)
        line = {} if told else dict.fromkeys(pk for pk in (one.statement.root_id, parent) if pk)
        made.append(Match(one, [rows[pk] for pk in line if pk in rows]))
        before = one
    return made
