"""The review queue: everything that waits for a moderator, the oldest first.

A kind of item is a `Source`. What its acts do, `actions.reviewing.DECISIONS` says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Value
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from accounts.models import User
from debate.models import Debate, FirstStatement, Held, HeldPoint, Report, Statement
from debate.models.debates import Visibility
from debate.models.holding import FirstState, HeldState, Why
from debate.models.moderation import ReportReason, ReportState
from debate.selectors import patterns, records
from debate.selectors.records import Record
from debate.text import plain

PAGE = 20
SIBLINGS = 3
WORDS = 240
OF_STATEMENT = ("debate", "author__owner", "parent__author__owner", "quotation")


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to decide: the act, the word on its button, its key, the reason if none is said.

    `default` empty: one has to be given, or none is needed.
    """

    act: str
    word: str | Promise
    key: str
    default: str | Promise = ""


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
class Brief:
    """Something said near what is judged: its label, who said it, how it begins."""

    statement: Statement
    words: str


@dataclass(frozen=True, slots=True)
class Said:
    """What is judged: its words, the passage it answers, what it answers and what else did."""

    kind: str
    word: str
    name: str
    body: str
    quote: str
    parent: Brief | None
    beside: list[Brief] = field(default_factory=list)
    statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """Something that waits for a moderator, with what is needed to judge it.

    `lines` explain it. `alone`: in a private debate that is not the viewer's, without context.
    """

    kind: str
    pk: int
    opened_at: datetime
    title: str
    debate: Debate
    author: User
    said: list[Said]
    choices: Sequence[Choice]
    lines: list[str] = field(default_factory=list)
    note: str = ""
    reporter: User | None = None
    record: Record | None = None
    alone: bool = False

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.kind}:{self.pk}"


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of item: its name, what waits of it, how the reasons are called, how rows are read.

    `waiting` has the moment an item was opened as `opened`; `debate` and `author` are where it has
    them, and `why` what `Wanted.why` compares.
    """

    word: str | Promise
    waiting: Callable[[], QuerySet[Any]]
    load: Callable[[Sequence[int]], list[Item]]
    debate: str
    author: str
    why: str = ""
    whys: Sequence[tuple[str, str | Promise]] = ()


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

    2 queries, and one for each kind on the page; 2 more for what is told of all of them, and one
    where a debate is private.
    """
    wanted = wanted or Wanted()
    counts = _counts()
    first = (page - 1) * PAGE
    keys = list(_keys(wanted)[first : first + PAGE + 1])
    items = _items(keys[:PAGE])
    unseen = _unseen(items, viewer)
    items = [_placed(one, one.debate.pk in unseen) for one in items]
    return Queue(
        _with_records(_with_siblings(items)),
        counts,
        sum(one.waiting for one in counts) if wanted.is_all else 0,
        page,
        len(keys) > PAGE,
    )


def _counts() -> list[Waiting]:
    """How many wait of each kind. One query."""
    parts = [
        source.waiting().annotate(kind=Value(kind)).order_by().values("kind")
        .annotate(n=Count("pk"), since=Min("opened")).values_list("kind", "n", "since")
        for kind, source in SOURCES.items()
    ]  # fmt: skip
    found = {kind: (n, since) for kind, n, since in parts[0].union(*parts[1:], all=True)}
    none = (0, None)
    return [Waiting(kind, one.word, *found.get(kind, none)) for kind, one in SOURCES.items()]


def _keys(wanted: Wanted) -> QuerySet[Any, tuple[str, datetime, int]]:
    """The kinds and ids of what is asked for, the oldest first."""
    parts = [
        _narrowed(source, wanted).annotate(kind=Value(kind)).order_by()
        .values_list("kind", "opened", "pk")
        for kind, source in SOURCES.items() if wanted.kind in ("", kind)
    ]  # fmt: skip
    found: QuerySet[Any, tuple[str, datetime, int]] = parts[0].union(*parts[1:], all=True)
    return found.order_by("opened", "kind", "pk")


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


def _items(keys: Sequence[tuple[str, datetime, int]]) -> list[Item]:
    """The items of these keys, in their order."""
    made: dict[str, Item] = {}
    for kind, source in SOURCES.items():
        ids = [pk for of, _, pk in keys if of == kind]
        made |= {one.key: one for one in source.load(ids)} if ids else {}
    return [made[key] for kind, _, pk in keys if (key := f"{kind}:{pk}") in made]


def _unseen(items: Sequence[Item], viewer: User) -> set[int]:
    """The private debates of these that are not the viewer's. One query, none where none is."""
    private = {one.debate.pk for one in items if one.debate.visibility == Visibility.PRIVATE}
    if not private:
        return private
    seen = Debate.objects.visible_to(viewer).filter(pk__in=private)
    return private - set(seen.values_list("pk", flat=True))


def _placed(item: Item, is_unseen: bool) -> Item:
    """Without its context where the debate is private and not the viewer's."""
    if not is_unseen:
        return item
    return replace(item, alone=True, said=[replace(one, parent=None) for one in item.said])


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
    return replace(said, beside=[brief(one) for one in near[:SIBLINGS]])


def _with_records(items: list[Item]) -> list[Item]:
    """With what is known of their authors. One query."""
    known = records.records({one.author.pk for one in items}) if items else {}
    return [replace(one, record=known.get(one.author.pk)) for one in items]


# ---- what is said
def brief(statement: Statement) -> Brief:
    """A statement in short; what is gone without its words."""
    return Brief(statement, "" if statement.is_gone else first_words(statement.body_html))


def first_words(html: str) -> str:
    """The first words of a text."""
    text = " ".join(plain.plain(html).split())
    return text if len(text) <= WORDS else f"{text[:WORDS].rstrip()} …"


def _said(one: Statement) -> Said:
    return Said(
        kind=one.kind,
        word=one.get_kind_display(),
        name=one.name,
        body=one.body,
        quote=one.quotation.exact if one.quotation else "",
        parent=brief(one.parent) if one.parent else None,
        statement=one,
    )


# ---- the kinds
def _reports() -> QuerySet[Any]:
    return Report.objects.filter(state=ReportState.OPEN).annotate(opened=F("created_at"))


def _load_reports(ids: Sequence[int]) -> list[Item]:
    about = [f"statement__{part}" for part in OF_STATEMENT]
    found = patterns.annotated(Report.objects.filter(pk__in=ids))
    return [
        Item(
            "report", one.pk, one.created_at, one.get_reason_display(), one.statement.debate,
            one.statement.author, [_said(one.statement)], OF_REPORTS,
            patterns.lines(one), one.note, one.reporter,
        )
        for one in found.select_related("reporter", *about)
    ]  # fmt: skip


def _held() -> QuerySet[Any]:
    found = Held.objects.filter(state=HeldState.WAITS)
    return found.exclude(debate__visibility=Visibility.PRIVATE).annotate(opened=F("made_at"))


def _load_held(ids: Sequence[int]) -> list[Item]:
    about = ("held__debate", "held__author__owner", "parent__author__owner")
    points: dict[int, list[HeldPoint]] = {}
    for point in HeldPoint.objects.filter(held__in=ids).select_related(*about):
        points.setdefault(point.held_id, []).append(point)
    return [_held_item(of[0].held, of) for of in points.values()]


def _held_item(held: Held, points: Sequence[HeldPoint]) -> Item:
    said = [
        Said(
            point.kind, point.get_kind_display(), point.name, point.body, point.quote,
            brief(point.parent) if point.parent else None,
        )
        for point in points
    ]  # fmt: skip
    return Item(
        "held", held.pk, held.made_at, held.get_why_display(), held.debate, held.author, said,
        OF_HELD, [_found(held)] if held.why == Why.WORD else [],
    )  # fmt: skip


def _found(held: Held) -> str:
    return gettext("It says “%(words)s”.") % {"words": held.about}


def _firsts() -> QuerySet[Any]:
    there = FirstStatement.objects.filter(
        state=FirstState.WAITS, statement__hidden_at=None, statement__withdrawn_at=None
    )
    private = Q(statement__debate__visibility=Visibility.PRIVATE)
    return there.exclude(private).annotate(opened=F("made_at"))


def _load_firsts(ids: Sequence[int]) -> list[Item]:
    about = [f"statement__{part}" for part in OF_STATEMENT]
    found = FirstStatement.objects.filter(pk__in=ids).select_related(*about)
    return [
        Item(
            "first", one.pk, one.made_at, str(FIRST), one.statement.debate,
            one.statement.author, [_said(one.statement)], OF_FIRSTS,
        )
        for one in found
    ]  # fmt: skip


FIRST = gettext_lazy("Published, among the first of a new person")
OF_REPORTS = (
    Choice("hide", gettext_lazy("Hide it"), "h", gettext_lazy("It breaks the rules of debate.")),
    Choice("dismiss", gettext_lazy("Dismiss the report"), "d", gettext_lazy("It is allowed.")),
)
OF_HELD = (
    Choice("release", gettext_lazy("Publish it"), "p"),
    Choice("refuse", gettext_lazy("Do not publish it"), "n", gettext_lazy("It cannot stand so.")),
)
OF_FIRSTS = (
    Choice("seen", gettext_lazy("It is fine"), "f"),
    Choice("hide", gettext_lazy("Hide it"), "h", gettext_lazy("It breaks the rules of debate.")),
)
SOURCES: dict[str, Source] = {
    "report": Source(
        gettext_lazy("Reports"), _reports, _load_reports, "statement__debate",
        "statement__author", "reason", ReportReason.choices,
    ),
    "held": Source(
        gettext_lazy("Held statements"), _held, _load_held, "debate", "author", "why", Why.choices,
    ),
    "first": Source(
        gettext_lazy("First statements"), _firsts, _load_firsts, "statement__debate", "author",
    ),
}  # fmt: skip
"""What comes into the queue, by kind, in the order of the filters."""


def default_reason(kind: str, act: str) -> str:
    """The reason that is given where a moderator gives none; empty where there is none."""
    choices = {"report": OF_REPORTS, "held": OF_HELD, "first": OF_FIRSTS}.get(kind, ())
    return next((str(one.default) for one in choices if one.act == act), "")
