"""A debate as an outline to export: streams of what any reader of it may see, batch by batch.

What is hidden or withdrawn goes out as a tombstone, whoever asks: an export is passed on. No
connection is held between two batches, so that a slow download keeps nobody waiting; what is said
after the first one was read is left out.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db.models import Max, Model, Q, QuerySet

from accounts.models import User
from debate.formats import outline as told
from debate.models import (
    Debate,
    Drop,
    Link,
    Mark,
    MarkChange,
    Quotation,
    Reliance,
    Revision,
    Statement,
    Turn,
)
from debate.models.statements import CruxState, Kind

BATCH = 500
IMPORTED = "imported"
"""As in actions.labels: what the place a statement comes from calls it."""
UNREAD = ("body_html", "parent__body", "parent__body_html", "parent__source")
One = TypeVar("One")
Row = TypeVar("Row", bound=Model)
THERE = Q(hidden_at=None, withdrawn_at=None)


class Stream(Generic[One]):
    """Something to go through as often as one likes; each time it is read anew."""

    def __init__(self, read: Callable[[], Iterator[One]]) -> None:
        self.read = read

    def __iter__(self) -> Iterator[One]:
        return self.read()


@dataclass(slots=True)
class _Bounds:
    """What is there when an export begins: the highest ids, and the keys of people."""

    statement: int
    mark: int
    reliance: int
    keys: dict[int, str] = field(default_factory=dict)


def outline(debate: Debate, site: str = "") -> told.Outline:
    """The debate for a writer of a format; that it may be read, the caller has asked.

    A few queries now, and one to five for each 500 rows while it is gone through.
    """
    source = _Source(debate)
    return told.Outline(
        header=_header(debate, site),
        people=source.people,
        turns=Stream(source.turns),
        points=Stream(source.points),
        links=Stream(source.links),
        marks=Stream(source.marks),
        reliances=Stream(source.reliances),
        said=Stream(source.said),
    )


def _header(debate: Debate, site: str) -> told.Header:
    return told.Header(
        question=debate.question,
        background=debate.background,
        terms=tuple((term, meaning) for term, meaning in debate.terms),
        topics=tuple(debate.topics),
        state=debate.state,
        outcome=debate.outcome,
        bots=debate.bots,
        source=debate.source,
        slug=debate.slug,
        at=debate.created_at,
        address=f"{site}/d/{debate.slug}/" if site else "",
        licence=getattr(settings, "CONTENT_LICENCE", ""),
        counts={
            "points": debate.statement_count + debate.position_count + debate.crux_count,
            "turns": debate.turn_count,
        },
    )


class _Source:
    """Reads one debate."""

    def __init__(self, debate: Debate) -> None:
        self.debate = debate
        self.shown = Statement.objects.filter(THERE, debate=debate)
        telling = Mark.objects.filter(~Q(truth="") | ~Q(bears=""))
        self.marked = telling.filter(
            statement__debate=debate,
            statement__hidden_at=None,
            statement__withdrawn_at=None,
        )
        self.relied = Reliance.objects.filter(
            position__debate=debate,
            position__hidden_at=None,
            position__withdrawn_at=None,
            claim__hidden_at=None,
            claim__withdrawn_at=None,
        )
        everything = Statement.objects.filter(debate=debate)
        self.bounds = _Bounds(
            statement=_highest(everything),
            mark=_highest(self.marked),
            reliance=_highest(self.relied),
        )
        self.shown = self.shown.filter(pk__lte=self.bounds.statement)
        self.everything = everything.filter(pk__lte=self.bounds.statement)
        self.marked = self.marked.filter(pk__lte=self.bounds.mark)
        self.telling = telling.filter(pk__lte=self.bounds.mark)  # for statements that are known
        self.relied = self.relied.filter(pk__lte=self.bounds.reliance)
        ids = self.everything.order_by("pk").values_list("pk", flat=True)
        self.order = array("q", ids.iterator(chunk_size=1_000))
        self.people = self._people()

    # ---- people and turns
    def _people(self) -> list[told.Person]:
        """Who is named in it, in the order of their accounts."""
        drops = Drop.objects.filter(crux__in=self.shown.filter(kind=Kind.CRUX), taken_up_at=None)
        ids = {
            *self.shown.values_list("author", flat=True).distinct().order_by(),
            *self.marked.values_list("person", flat=True).distinct().order_by(),
            *self.relied.values_list("person", flat=True).distinct().order_by(),
            *drops.values_list("person", flat=True),
        }
        named = User.objects.filter(pk__in=ids)
        ids.update(named.exclude(owner=None).values_list("owner", flat=True))  # type: ignore[arg-type]  # none is None
        found = list(User.objects.filter(pk__in=ids).order_by("pk"))
        self.bounds.keys = {one.pk: f"p{number}" for number, one in enumerate(found, 1)}
        return [self._person(one) for one in found]

    def _person(self, one: User) -> told.Person:
        keys = self.bounds.keys
        return told.Person(
            key=keys[one.pk],
            name=one.shown_name,
            username="" if one.is_former else one.username,
            bot=one.is_bot,
            owner=keys.get(one.owner_id or 0, ""),
            left=one.is_former,
        )

    def turns(self) -> Iterator[told.Turn]:
        """The turns with what is left in them; those of which nothing is left name nobody."""
        turns = Turn.objects.filter(debate=self.debate).order_by("number")
        for some in _batches(turns, "number"):
            ids = [turn.pk for turn in some]
            full = set(self.everything.filter(turn__in=ids).values_list("turn", flat=True))
            left = set(self.shown.filter(turn__in=ids).values_list("turn", flat=True))
            for turn in some:
                if turn.pk in full:
                    named = self._key(turn.author_id) if turn.pk in left else ""
                    yield told.Turn(turn.number, named, turn.created_at)

    def _key(self, person: int) -> str:
        return self.bounds.keys.get(person, "")

    # ---- statements
    def points(self) -> Iterator[told.Point]:
        """In reading order."""
        return self._points("path")

    def said(self) -> Iterator[told.Point]:
        """In the order in which they were said."""
        return self._points("pk")

    def _points(self, order: str) -> Iterator[told.Point]:
        rows = self.everything.select_related("turn", "parent").defer(*UNREAD)
        for some in _batches(rows.order_by(order), order):
            beside = _Beside(some, self._left(some))
            for one in some:
                yield self._point(one, beside)

    def _left(self, some: Sequence[Statement]) -> set[int]:
        """Of the turns of what is gone, those of which something is left."""
        turns = {one.turn_id for one in some if one.is_gone and one.turn_id}
        if not turns:
            return set()
        found = self.shown.filter(turn__in=turns).values_list("turn", flat=True).distinct()
        return {turn for turn in found if turn}

    def _point(self, one: Statement, beside: _Beside) -> told.Point:
        placed: dict[str, Any] = {
            "key": one.label,
            "kind": one.kind,
            "on": one.on,
            "name": one.name,
            "parent": one.parent.label if one.parent else "",
            "at": one.created_at,
            "number": 1 + bisect_left(self.order, one.pk),
            "generated_by": one.generated_by,
        }
        turn = one.turn.number if one.turn else 0
        if one.is_gone:
            gone = "hidden" if one.hidden_at else "withdrawn"
            turn = 0 if one.turn_id in beside.left else turn
            placed["name"] = ""
            return told.Point(body="", gone=gone, turn=turn, **placed)
        note = dict(one.source)
        source_id = str(note.pop(IMPORTED, ""))
        return told.Point(
            body=one.body,
            person=self._key(one.author_id),
            turn=turn,
            edited=one.edited_at,
            quote=beside.quotes.get(one.quotation_id) if not _is_gone(one.parent) else None,
            revision=one.revision,
            wordings=beside.wordings(one),
            dropped=self._dropped(beside.drops.get(one.pk)),
            source_id="" if source_id == one.label else source_id,
            note=note,
            **placed,
        )

    def _dropped(self, drop: Drop | None) -> told.Dropped | None:
        if drop is None:
            return None
        return told.Dropped(self._key(drop.person_id), drop.reason, drop.dropped_at)

    # ---- marks and reliances
    def marks(self) -> Iterator[told.Mark]:
        """In the order of their statements."""
        rows = self.shown.only("pk", "kind", "ordinal", "path").order_by("path")
        for some in _batches(rows, "path"):
            labels = {one.pk: one.label for one in some}
            order = {one.pk: place for place, one in enumerate(some)}
            found = list(self.telling.filter(statement__in=labels))
            found.sort(key=lambda mark: (order[mark.statement_id], mark.pk))
            histories = self._histories([mark.pk for mark in found])
            quotes = _quotes(found)
            for mark in found:
                quote = quotes.get(mark.quotation_id)
                changes = histories.get(mark.pk, ())
                yield self._mark(mark, labels[mark.statement_id], quote, changes)

    def links(self) -> Iterator[told.Link]:
        """As they were set, between statements that are there."""
        # Both ends are of one debate. Asked whether the other one is shown as well, PostgreSQL may
        # try each statement with each, where it does not know yet how many there are.
        found = Link.objects.filter(
            statement__in=self.shown,
            to__hidden_at=None,
            to__withdrawn_at=None,
            to__lte=self.bounds.statement,
        )
        for some in _batches(found.select_related("statement", "to"), "pk"):
            for one in some:
                yield told.Link(
                    one.statement.label, one.to.label, one.kind, one.on, at=one.created_at
                )

    def _mark(
        self, mark: Mark, label: str, quote: told.Quote | None, changes: Sequence[told.Change]
    ) -> told.Mark:
        has_more = len(changes) > 1 or any(one.because for one in changes)
        return told.Mark(
            point=label,
            person=self._key(mark.person_id),
            truth=mark.truth,
            bears=mark.bears,
            quote=quote,
            at=mark.marked_at,
            revision=mark.revision,
            changes=tuple(changes) if has_more else (),
            note=mark.source,
        )

    def _histories(self, marks: Sequence[int]) -> dict[int, list[told.Change]]:
        found: dict[int, list[told.Change]] = {}
        rows = MarkChange.objects.filter(mark__in=marks, undone_at=None).order_by("pk")
        for one in rows.select_related("because"):
            cause = one.because
            because = cause.label if cause and not cause.is_gone else ""
            change = told.Change(one.truth, one.bears, one.changed_at, one.revision, because)
            found.setdefault(one.mark_id, []).append(change)
        return found

    def reliances(self) -> Iterator[told.Reliance]:
        """As they were declared."""
        for some in _batches(self.relied.select_related("position", "claim"), "pk"):
            for one in some:
                yield told.Reliance(
                    person=self._key(one.person_id),
                    position=one.position.label,
                    claim=one.claim.label,
                    words=one.words,
                    now=one.now,
                    otherwise=one.otherwise,
                    at=one.created_at,
                )


class _Beside:
    """What is read beside a batch of statements: passages that they quote, earlier wordings,
    drops; `left` as `_left`.
    """

    def __init__(self, some: Sequence[Statement], left: set[int]) -> None:
        self.left = left
        self.quotes = _quotes(some)
        edited = [one.pk for one in some if one.revision > 1 and not one.is_gone]
        self.kept: dict[int, list[told.Wording]] = {}
        found = Revision.objects.filter(statement__in=edited).order_by("number")
        for one in found.defer("body_html") if edited else ():
            wording = told.Wording(
                one.number, one.body, one.replaced_at, one.reason, one.generated_by
            )
            self.kept.setdefault(one.statement_id, []).append(wording)
        dropped = [one.pk for one in some if one.crux_state == CruxState.DROPPED]
        drops = Drop.objects.filter(crux__in=dropped, taken_up_at=None) if dropped else ()
        self.drops = {one.crux_id: one for one in drops}

    def wordings(self, one: Statement) -> tuple[told.Wording, ...]:
        """The earlier wordings of a statement."""
        return tuple(self.kept.get(one.pk, ()))


def _quotes(rows: Sequence[Statement | Mark]) -> dict[int | None, told.Quote]:
    """The passages that they quote, by id.

    Read by themselves: what is joined one to one refers back to its row, and of such circles
    many megabytes pass before Python looks for them.
    """
    ids = [one.quotation_id for one in rows if one.quotation_id]
    found = Quotation.objects.filter(pk__in=ids) if ids else ()
    return {
        one.pk: told.Quote(
            exact=one.exact,
            prefix=one.prefix,
            suffix=one.suffix,
            start=one.start,
            end=one.end,
            revision=one.revision,
        )
        for one in found
    }


def _is_gone(parent: Statement | None) -> bool:
    return parent is not None and parent.is_gone


def _highest(found: QuerySet[Any]) -> int:
    return found.order_by().aggregate(highest=Max("pk"))["highest"] or 0


def _batches(found: QuerySet[Row], by: str) -> Iterator[list[Row]]:
    """The rows in batches, each found behind the last one of the batch before."""
    last: Any = None
    while True:
        onwards = found if last is None else found.filter(**{f"{by}__gt": last})
        some = list(onwards.order_by(by)[:BATCH])
        if some:
            yield some
            last = getattr(some[-1], by)
        if len(some) < BATCH:
            return
