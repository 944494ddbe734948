"""Lists for programs: pages cut by a key, so that what comes in between moves nothing.

Each list takes a fixed number of queries, whatever is in it; a page that continues the order of
the thread takes one more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from accounts.models import Kind as AccountKind
from accounts.models import User
from debate import rules
from debate.models import Debate, Drop, Mark, Reliance, Revision, Statement, Turn
from debate.models.statements import Kind
from debate.rules import Viewer
from debate.selectors import marks, sides, verdicts
from debate.selectors.cruxes import drops
from debate.selectors.sides import Side, Stances

RELIANCES = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUOTED = ("id", "author", "revision", "hidden_at", "withdrawn_at")

Row = TypeVar("Row")
M = TypeVar("M", bound=Model)


class NoSuchPlace(LookupError):
    """The list has no row where the page should begin."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Which page: at most so many rows, after or before the row with this key."""

    limit: int
    after: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """A page of a list, and whether there is more on either side."""

    rows: list[Row]
    has_next: bool
    has_previous: bool


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A turn with the statements of it that the viewer may read; its author is told where any."""

    turn: Turn
    statements: list[Statement]


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a statement; an earlier one knows how it was replaced."""

    number: int
    body: str
    body_html: str
    generated_by: str
    replaced: Revision | None = None


@dataclass(slots=True)
class CruxRow:
    """What a debate turns on: a claim, how each side marks it, who relies on it or dropped it."""

    claim: Statement
    is_double: bool
    sides: list[Side] = field(default_factory=list)
    stances: Stances = field(default_factory=dict)
    reliances: list[Reliance] = field(default_factory=list)
    dropped: Drop | None = None


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A mark, looked over, and the first position that its person holds, where there is one."""

    mark: Mark
    position: int | None


def statements(
    debate: Debate,
    viewer: Viewer,
    cut: Cut,
    *,
    newest: bool = False,
    author: str = "",
    bots: str = "",
    **fields: Any,
) -> Part[Statement]:
    """Statements in the order of the thread, or the newest first; the cut's key is an id.

    `fields` must be equal; an author is found only where the viewer may know who it is, and
    so it is with bots, which 'hide' leaves out.
    3 queries, one more to continue in the order of the thread. Raises NoSuchPlace.
    """
    found = _statements().filter(debate=debate, **fields)
    if author:
        found = found.filter(rules.readable_by(viewer), author__username=author)
    if bots == "hide":
        found = found.exclude(rules.readable_by(viewer) & Q(author__kind=AccountKind.BOT))
    if newest:
        part = portion(found, "-id", cut)
    else:
        part = portion(found, "path", cut, at=_path_of(debate, cut))
    return Part(_prepared(part.rows, debate), part.has_next, part.has_previous)


def statement(pk: int, viewer: Viewer) -> Statement:
    """One statement as the lists have it; raises Statement.DoesNotExist. At most 3 queries."""
    seen = Debate.objects.visible_to(viewer).filter(pk=OuterRef("debate"))
    found = _statements().select_related("debate").filter(Exists(seen)).get(pk=pk)
    return _prepared([found], found.debate)[0]


def by_ids(debate: Debate | None, ids: Sequence[int]) -> list[Statement]:
    """The statements with these ids, in their order; of a debate, if one is given. 3 queries."""
    within = Q(debate=debate) if debate else Q()
    found = {row.pk: row for row in _statements().filter(within, pk__in=ids)}
    return _prepared([found[pk] for pk in ids if pk in found], debate)


def seen(ids: Sequence[int], viewer: Viewer) -> list[Statement]:
    """Those of the statements with these ids whose debates exist for the viewer. 3 queries."""
    visible = Debate.objects.visible_to(viewer).filter(pk=OuterRef("debate"))
    return _prepared(_statements().filter(Exists(visible), pk__in=ids))


def positions(debate: Debate) -> list[Statement]:
    """The positions of a debate in their order. 2 queries."""
    found = _statements().filter(debate=debate, kind=Kind.POSITION).order_by("path")
    return _prepared(found, debate)


def turns(debate: Debate, viewer: Viewer, cut: Cut) -> Part[TurnRow]:
    """The turns in order; the cut's key is the number. 2 queries."""
    part = portion(debate.turns.select_related("author__owner"), "number", cut)
    said: dict[int, list[Statement]] = defaultdict(list)
    found = Statement.objects.filter(turn__in=[turn.pk for turn in part.rows]).order_by("id")
    for statement in found.filter(rules.readable_by(viewer)).only("id", "kind", "ordinal", "turn"):
        said[statement.turn_id or 0].append(statement)
    rows = [TurnRow(turn, said[turn.pk]) for turn in part.rows]
    return Part(rows, part.has_next, part.has_previous)


def wordings(of: Statement, viewer: Viewer, cut: Cut) -> Part[Wording]:
    """Every wording that the viewer may read, the newest first; the key is its number. One query.

    Revision n has the n-th wording, and says how the wording after it came about.
    """
    if not rules.may_read_text(of, viewer):
        return Part([], False, False)
    top, low = _numbers(of.revision, cut)
    found = of.revisions.filter(number__range=(low, top)).select_related("replaced_by__owner")
    kept = {row.number: row for row in found}
    rows = [_wording(of, number, kept) for number in range(top, low, -1)]
    return Part(rows, bool(rows) and low > 0, bool(rows) and top < of.revision)


def _numbers(newest: int, cut: Cut) -> tuple[int, int]:
    """The highest number on the page, and the one below its lowest."""
    if cut.before is not None:
        low = min(cut.before, newest)
        return min(low + cut.limit, newest), low
    top = newest if cut.after is None else min(max(cut.after - 1, 0), newest)
    return top, max(top - cut.limit, 0)


def _wording(of: Statement, number: int, kept: Mapping[int, Revision]) -> Wording:
    cause = kept.get(number - 1)
    generated_by = cause.generated_by if cause else of.generated_by
    old = kept.get(number)
    if old is None:
        return Wording(number, of.body, of.body_html, generated_by)
    return Wording(number, old.body, old.body_html, generated_by, old)


def marks_by(person: User, cut: Cut, *, stale: bool = False) -> Part[Mark]:
    """A person's marks, or the stale ones, the latest first. One query.

    The cut's key is a mark's time in microseconds: nobody marks twice in one.
    """
    found = verdicts.own(person, stale=stale)
    key = cut.before if cut.after is None else cut.after
    return portion(found, "-marked_at", cut, at=None if key is None else _time_of(key))


def key_of(mark: Mark) -> int:
    """The key of a mark in `marks_by`."""
    return (mark.marked_at - EPOCH) // timedelta(microseconds=1)


def _time_of(key: int) -> datetime:
    try:
        return EPOCH + timedelta(microseconds=key)
    except OverflowError as error:
        raise NoSuchPlace from error


def marks_of(statement: Statement, viewer: Viewer, cut: Cut) -> Part[MarkRow]:
    """Who marks a statement how, in the order they came; the cut's key is an id. 3 queries.

    Nobody where the statement is gone from the viewer's sight.
    """
    if not rules.may_read_text(statement, viewer):
        return Part([], False, False)
    found = marks.looked_over(statement.marks.filter(marks.ANSWERED))
    part = portion(found.select_related("person__owner"), "id", cut)
    positions = statement.debate.statements.filter(kind=Kind.POSITION).order_by("path")
    held = sides.sides(list(positions), {mark.person_id for mark in part.rows})
    rows = [MarkRow(m, held.holding.get(m.person_id, [None])[0]) for m in part.rows]
    return Part(rows, part.has_next, part.has_previous)


def cruxes(debate: Debate, viewer: Viewer, cut: Cut) -> Part[CruxRow]:
    """The cruxes, and other claims that are double cruxes, in the order of publication.

    The cut's key is an id. What is gone comes without stances and reliances. 8 queries, one more
    where a crux is dropped.
    """
    double = set(sides.double_cruxes(debate.pk))
    turned_on = Q(kind=Kind.CRUX) | Q(pk__in=double)
    part = portion(_statements().filter(turned_on, debate=debate), "id", cut)
    rows = _cruxes(debate, viewer, _prepared(part.rows, debate), double)
    return Part(rows, part.has_next, part.has_previous)


def crux(claim: Statement, viewer: Viewer) -> CruxRow:
    """One claim, as `statement` has it, as what the debate turns on. At most 6 queries."""
    double = set(sides.double_cruxes(claim.debate_id))
    return _cruxes(claim.debate, viewer, [claim], double)[0]


def _cruxes(
    debate: Debate, viewer: Viewer, claims: Sequence[Statement], double: Set[int]
) -> list[CruxRow]:
    shown = [claim.pk for claim in claims if rules.may_read_text(claim, viewer)]
    positions = debate.statements.filter(kind=Kind.POSITION).order_by("path")
    held = sides.sides(list(positions), ()).sides
    marked = sides.stances(shown, debate.pk)
    relied, dropped = relied_on(shown), drops(claims)
    return [
        CruxRow(
            claim,
            claim.pk in double,
            held,
            marked.get(claim.pk, {}),
            relied[claim.pk],
            dropped.get(claim.pk),
        )
        if claim.pk in shown
        else CruxRow(claim, is_double=False)
        for claim in claims
    ]


def reliances(claim: Statement, viewer: Viewer, cut: Cut) -> Part[Reliance]:
    """Who relies on a claim for a position they hold; the cut's key is an id. One query.

    On what is gone from the viewer's sight nobody is said to rely.
    """
    found = Reliance.objects.filter(claim=claim).by_holders()
    if not rules.may_read_text(claim, viewer):
        found = found.none()
    return portion(found.select_related("person__owner", "position"), "id", cut)


def chosen(found: QuerySet[Statement], order: str, cut: Cut) -> Part[Statement]:
    """A page of these statements, by their ids in this order. 4 queries."""
    part = portion(_statements().filter(pk__in=found.values("pk")), order, cut)
    return Part(_prepared(part.rows), part.has_next, part.has_previous)


def relied_on(claims: Collection[int]) -> dict[int, list[Reliance]]:
    """Per claim, its first reliances; only those for a position that its person holds."""
    place = Window(RowNumber(), partition_by=F("claim"), order_by=F("id").asc())
    found = Reliance.objects.filter(claim__in=claims).by_holders().annotate(place=place)
    found = found.filter(place__lte=RELIANCES).select_related("person__owner", "position")
    by_claim: dict[int, list[Reliance]] = defaultdict(list)
    for reliance in found.order_by("claim", "id"):
        by_claim[reliance.claim_id].append(reliance)
    return by_claim


def turn_number(statement: Statement) -> int | None:
    """The number of a statement's turn: as its list has read it, else the turn's own."""
    if "turn_number" in statement.__dict__:
        number: int | None = statement.__dict__["turn_number"]
        return number
    return statement.turn.number if statement.turn else None


def marks_before_edit(statement: Statement) -> int:
    """How many marks of a statement from these lists are older than its newest wording."""
    number: int = statement.__dict__["before_edit"]
    return number


def _statements() -> QuerySet[Statement]:
    """Statements as one row each; the parent's text only where a quotation may have moved.

    Marks are counted only where there was an edit that some may be older than.
    """
    moved = When(quotation__revision__lt=F("parent__revision"), then=F("parent__body_html"))
    edited = When(revision__gt=1, then=_older_marks())
    return Statement.objects.select_related("quotation").annotate(
        turn_number=F("turn__number"),
        parent_text=Case(moved, default=None, output_field=TextField()),
        before_edit=Coalesce(Case(edited, default=0, output_field=IntegerField()), 0),
    )


def _older_marks() -> Subquery:
    """The number of marks of a statement that were made on an earlier wording."""
    mine = Mark.objects.filter(statement=OuterRef("pk"), revision__lt=OuterRef("revision"))
    given = mine.exclude(truth="", bears="").order_by()
    return Subquery(given.values("statement").annotate(n=Count("pk")).values("n"))


def _prepared(found: Iterable[Statement], debate: Debate | None = None) -> list[Statement]:
    """The rows with debate, author, and the parent where they quote it. At most 3 queries.

    A thousand rows have few authors and few quotations: reading these once is cheaper than with
    every row.
    """
    made = list(found)
    authors = User.objects.select_related("owner").in_bulk({row.author_id for row in made})
    of = {debate.pk: debate} if debate else Debate.objects.in_bulk({r.debate_id for r in made})
    quoting = {row.parent_id for row in made if row.quotation_id}
    quoted = Statement.objects.only(*QUOTED).in_bulk(quoting)
    for row in made:
        row.debate, row.author = of[row.debate_id], authors[row.author_id]
        if row.quotation_id and row.parent_id:
            row.parent = _with_text(quoted[row.parent_id], row.__dict__["parent_text"])
    return made


def _with_text(parent: Statement, text: str | None) -> Statement:
    if text is not None:
        parent.body_html = text
    return parent


def _path_of(debate: Debate, cut: Cut) -> bytes | None:
    key = cut.before if cut.after is None else cut.after
    if key is None:
        return None
    path = Statement.objects.filter(debate=debate, pk=key).values_list("path", flat=True).first()
    if path is None:
        raise NoSuchPlace
    return bytes(path)


def portion(found: QuerySet[M], order: str, cut: Cut, at: Any = None) -> Part[M]:
    """One page of `found` in this order of a unique field; `at` is the key as the field has it."""
    name, falls = order.lstrip("-"), order.startswith("-")
    backwards = cut.before is not None
    key = cut.before if backwards else cut.after
    if key is not None:
        beyond = "lt" if backwards != falls else "gt"
        found = found.filter(**{f"{name}__{beyond}": key if at is None else at})
    ordered = found.order_by(name if backwards == falls else f"-{name}")
    rows = list(ordered[: cut.limit + 1])
    more, rows = len(rows) > cut.limit, rows[: cut.limit]
    if backwards:
        rows.reverse()
        return Part(rows, bool(rows), more)
    return Part(rows, more, key is not None and bool(rows))
