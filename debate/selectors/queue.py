"""The review queue: everything that waits for a moderator, the oldest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

from django.db.models import Count, Min, Q, QuerySet, Value
from django.utils import timezone
from django.utils.functional import Promise

from accounts.models import User
from debate import rules
from debate.models import Debate, ReasonTemplate, SavedFilter, Statement
from debate.models.debates import Visibility
from debate.selectors import items as of_items
from debate.selectors import records
from debate.selectors.items import Item, Said, Source
from debate.selectors.sources import SOURCES

PAGE = 20
SIBLINGS = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the queue is asked for; everything may be empty."""

    kind: str = ""
    why: str = ""
    debate: str = ""
    person: str = ""
    days: int = 0

    @property
    def is_all(self) -> bool:
        """Whether nothing narrows it."""
        return self == Wanted()


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many of a kind wait, and since when."""

    kind: str
    word: str | Promise
    waiting: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue, and what waits in all by kind."""

    items: list[Item]
    counts: list[Waiting]
    found: int
    page: int
    has_next: bool

    @property
    def waiting(self) -> int:
        """How many items wait, whatever is asked for."""
        return sum(one.waiting for one in self.counts)

    @property
    def since(self) -> datetime | None:
        """Since when the oldest waits."""
        return min((one.since for one in self.counts if one.since), default=None)


def queue(viewer: User, wanted: Wanted | None = None, page: int = 1) -> Queue:
    """A page of what waits, the oldest first; the viewer is a moderator.

    One query, and one for each kind on the page; 2 more for what is told of all of them, and one
    where a debate is private.
    """
    wanted = wanted or Wanted()
    counts, keys = _found(wanted, page * PAGE + 1)
    keys = keys[(page - 1) * PAGE :]
    items = _items(keys[:PAGE])
    unseen = _unseen(items, viewer)
    items = [_placed(one, one.debate is not None and one.debate.pk in unseen) for one in items]
    _note_looks(items, viewer)
    return Queue(
        _with_records(_with_siblings(items)),
        counts,
        sum(one.waiting for one in counts) if wanted.is_all else 0,
        page,
        len(keys) > PAGE,
    )


Key: TypeAlias = tuple[str, datetime, int]
"""The kind of an item, since when it waits, and its id."""


def _found(wanted: Wanted, most: int) -> tuple[list[Waiting], list[Key]]:
    """How many wait of each kind, and the keys of what is asked for, the oldest first. One query.

    As a union it takes the oldest of each kind; so a page costs by what comes before it.
    """
    counts = [_count(kind, source) for kind, source in SOURCES.items()]
    asked = [
        _narrowed(source, wanted).annotate(of_kind=Value(kind), is_sum=Value(0))
        .order_by("opened", "pk").values_list("of_kind", "opened", "pk", "is_sum")[:most]
        for kind, source in SOURCES.items() if wanted.kind in ("", kind)
    ]  # fmt: skip
    rows = list(counts[0].union(*counts[1:], *asked, all=True))
    sums = {kind: (number, since) for kind, since, number, is_sum in rows if is_sum}
    keys = [(kind, opened, pk) for kind, opened, pk, is_sum in rows if not is_sum]
    keys.sort(key=lambda one: (one[1], one[0], one[2]))
    none = (0, None)
    waiting = [Waiting(kind, one.word, *sums.get(kind, none)) for kind, one in SOURCES.items()]
    return waiting, keys[:most]


def _count(kind: str, source: Source) -> QuerySet[Any, Any]:
    found = source.waiting().annotate(of_kind=Value(kind)).order_by().values("of_kind")
    summed = found.annotate(n=Count("pk"), since=Min("opened"), is_sum=Value(1))
    rows: QuerySet[Any, Any] = summed.values_list("of_kind", "since", "n", "is_sum")
    return rows


class Kept(NamedTuple):
    """A reason to choose, or a narrowing of the queue that was saved: `text` is its query."""

    is_filter: int
    pk: int
    name: str
    text: str


def kept(viewer: User) -> tuple[list[Kept], list[Kept]]:
    """The reasons to choose, and the viewer's saved narrowings, by name. One query."""
    reasons = ReasonTemplate.objects.order_by().values_list(Value(0), "pk", "name", "text")
    own = SavedFilter.objects.filter(owner=viewer).order_by()
    both = reasons.union(own.values_list(Value(1), "pk", "name", "query"), all=True)
    rows = [Kept(*row) for row in both.order_by("name")]
    return [one for one in rows if not one.is_filter], [one for one in rows if one.is_filter]


def _narrowed(source: Source, wanted: Wanted) -> QuerySet[Any]:
    found = source.waiting()
    if wanted.why:
        is_known = wanted.why in {value for value, _ in source.whys}
        found = found.filter(Q(**{source.why: wanted.why})) if is_known else found.none()
    if wanted.debate:
        found = found.filter(Q(**{f"{source.debate}__slug": wanted.debate}))
    if wanted.person:
        found = found.filter(Q(**{f"{source.author}__username": wanted.person}))
    if wanted.days:
        found = found.filter(opened__lte=timezone.now() - timedelta(days=wanted.days))
    return found


def _items(keys: Sequence[Key]) -> list[Item]:
    """The items of these keys, in their order."""
    made: dict[str, Item] = {}
    for kind, source in SOURCES.items():
        ids = [pk for of, _, pk in keys if of == kind]
        made |= {one.key: one for one in source.load(ids)} if ids else {}
    return [made[key] for kind, _, pk in keys if (key := f"{kind}:{pk}") in made]


def _unseen(items: Sequence[Item], viewer: User) -> set[int]:
    """The private debates of these that are not the viewer's. One query, none where none is."""
    debates = [one.debate for one in items if one.debate is not None]
    private = {one.pk for one in debates if one.visibility == Visibility.PRIVATE}
    if not private:
        return private
    seen = Debate.objects.visible_to(viewer).filter(pk__in=private)
    return private - set(seen.values_list("pk", flat=True))


def _placed(item: Item, is_unseen: bool) -> Item:
    """Without its context, and the debate's name, where it is private and not the viewer's."""
    if not is_unseen:
        return item
    said = [replace(one, parent=None) for one in item.said]
    return replace(item, alone=True, debate=None, said=said)


def _note_looks(items: Sequence[Item], viewer: User) -> None:
    """Note that a moderator is shown words that are gone: of what somebody appeals about."""
    for item in items:
        for said in item.said:
            if said.statement is not None:
                rules.may_read_text(said.statement, viewer)


def _with_siblings(items: list[Item]) -> list[Item]:
    """With what else was said to the same. One query."""
    parents = {said.parent.statement.pk for one in items for said in one.said if said.parent}
    beside = records.beside(parents, SIBLINGS + 1) if parents else {}
    return [replace(one, said=[_beside(said, beside) for said in one.said]) for one in items]


def _beside(said: Said, beside: Mapping[int, list[Statement]]) -> Said:
    if said.parent is None:
        return said
    others = beside.get(said.parent.statement.pk, [])
    near = [one for one in others if said.statement is None or one.pk != said.statement.pk]
    return replace(said, beside=[of_items.brief(one) for one in near[:SIBLINGS]])


def _with_records(items: list[Item]) -> list[Item]:
    """With what is known of their authors. One query."""
    known = records.records({one.author.pk for one in items}) if items else {}
    return [replace(one, record=known.get(one.author.pk)) for one in items]
