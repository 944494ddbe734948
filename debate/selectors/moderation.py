"""What moderators need to judge a statement, and what everybody may read of what they did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from debate import grammar, moderating
from debate.models import Debate, ModerationAct, Report, Statement
from debate.models.acts import Act
from debate.models.moderation import ReportState
from debate.rules import Viewer
from debate.selectors import listings
from debate.selectors.listings import Cut, Part
from debate.selectors.rows import Reading, Row, row, short_date
from debate.text import plain

PAGE = 50
LINE = 12
REPLIES = 20
EARLIER = 10
FIRST_WORDS = 280
UPHELD = ReportState.UPHELD


# ---- the public log
@dataclass(frozen=True, slots=True)
class Entry:
    """An act as everybody reads it. Without `question` and `slug` where the debate is unlisted.

    `statement` is None where it is about a person (`person`), about the debate as a whole, or
    about a part that is one with its whole again. `reason` is empty where it is internal.
    `undone`: whether it holds no more; `undoes`: the act that it took back.
    """

    id: int
    act: str
    word: str
    statement: int | None
    label: str
    other: str
    person: str
    question: str
    slug: str
    moderator: str
    reason: str
    when: datetime
    day: str
    undone: bool
    undoes: int | None
    is_sitewide: bool = False

    @property
    def leads_to(self) -> int | None:
        """The statement's id, which leads to its debate: None where that is not named."""
        return self.statement if self.slug else None


@dataclass(frozen=True, slots=True)
class Log:
    """A page of the log, newest first; `older` is where the next one begins, if there is one."""

    entries: list[Entry]
    older: int | None


@dataclass(frozen=True, slots=True)
class Sought:
    """Which acts of the log; everything may be empty. Of days, both ends are within."""

    act: str = ""
    debate: str = ""
    moderator: str = ""
    since: date | None = None
    until: date | None = None


def log(
    viewer: Viewer, sought: Sought | None = None, *, before: int | None = None, most: int = PAGE
) -> Log:
    """The acts that the viewer may know of, from below the id `before`.

    One query. Acts in private debates are for their people; an unlisted debate is not named, nor
    found by its address.
    """
    seen = Q(debate=None) | Q(debate__in=Debate.objects.visible_to(viewer))
    acts = _sought(_acts().filter(seen), sought or Sought(), viewer)
    if before is not None:
        acts = acts.filter(pk__lt=before)
    named = Debate.objects.listed_for(viewer).filter(pk=OuterRef("debate"))
    found = list(acts.annotate(is_named=Exists(named))[: most + 1])
    entries = [entry(one, viewer, named=one.is_named) for one in found[:most]]
    return Log(entries, entries[-1].id if len(found) > most else None)


def _sought(
    acts: QuerySet[ModerationAct], sought: Sought, viewer: Viewer
) -> QuerySet[ModerationAct]:
    if sought.act in Act.values:
        acts = acts.filter(act=sought.act)
    if sought.debate:
        acts = acts.filter(debate__in=Debate.objects.listed_for(viewer).filter(slug=sought.debate))
    if sought.moderator:
        acts = acts.filter(moderator__username=sought.moderator)
    if sought.since:
        acts = acts.filter(created_at__gte=_start(sought.since))
    if sought.until and sought.until < date.max:
        acts = acts.filter(created_at__lt=_start(sought.until) + timedelta(days=1))
    return acts


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _acts() -> QuerySet[ModerationAct]:
    """The acts without any words of the statements they are about."""
    undone = ModerationAct.objects.filter(undoes=OuterRef("pk"))
    return (
        ModerationAct.objects.order_by("-pk")
        .annotate(is_undone=Exists(undone))
        .select_related("debate", "moderator", "person", "other", "undoes")
        .defer("before", "after", "other__body", "other__body_html", "other__source")
    )


def entry(act: ModerationAct, viewer: Viewer, *, named: bool) -> Entry:
    """An act, read by `_acts`, as the viewer may know it. No query."""
    debate, about = act.debate, act.undoes or act
    return Entry(
        id=act.pk,
        act=act.act,
        word=act.get_act_display(),
        statement=act.statement_id,
        label=act.label,
        other=act.other.label if act.other else "",
        person=act.person.shown_name if act.person and about.act == Act.SUSPEND else "",
        question=debate.question if named and debate else "",
        slug=debate.slug if named and debate else "",
        moderator=act.moderator.shown_name,
        reason=act.reason if moderating.may_read_reason(act, viewer) else "",
        when=act.created_at,
        day=short_date(act.created_at),
        undone=vars(act)["is_undone"],
        undoes=act.undoes_id,
        is_sitewide=act.debate_id is None,
    )


# ---- for who has reported something
@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report of one's own, and why it was decided so, as the log has it."""

    report: Report
    reason: str


def own_reports(person: User, cut: Cut) -> Part[OwnReport]:
    """What the person has reported, in debates that they may see, the newest first. 2 queries."""
    seen = Debate.objects.visible_to(person)
    mine = Report.objects.filter(reporter=person, statement__debate__in=seen)
    part = listings.portion(mine.select_related("statement__debate"), "-id", cut)
    hides = ModerationAct.objects.filter(
        act=Act.HIDE,
        is_internal=False,
        statement__in=[one.statement_id for one in part.rows],
    )
    why = dict(hides.order_by("pk").values_list("statement", "reason"))
    rows = [
        OwnReport(one, why.get(one.statement_id, "") if one.state == UPHELD else "")
        for one in part.rows
    ]
    return Part(rows, part.has_next, part.has_previous)


# ---- for moderators
def in_reach(viewer: Viewer) -> QuerySet[Statement]:
    """The statements a moderator can look at: of private debates only what was reported there."""
    reported = Report.objects.filter(statement=OuterRef("pk"))
    of_seen = Q(debate__in=Debate.objects.visible_to(viewer))
    return Statement.objects.filter(of_seen | Exists(reported))


def acts_in_reach(viewer: Viewer) -> Q:
    """The acts a moderator can look at: on statements in reach, in debates they see, site-wide."""
    of_seen = Q(debate=None) | Q(debate__in=Debate.objects.visible_to(viewer))
    return Q(statement__in=in_reach(viewer)) | Q(statement=None) & of_seen


def placed(rows: QuerySet[Any], debate: str, viewer: Viewer) -> QuerySet[Any]:
    """The rows with `is_seen`: whether the viewer sees the debate that `debate` leads to."""
    seen = Debate.objects.visible_to(viewer).filter(pk=OuterRef(debate))
    found: QuerySet[Any] = rows.annotate(is_seen=Exists(seen))
    return found


@dataclass(frozen=True, slots=True)
class Brief:
    """A statement near the one that is judged: its row, and the first of its words."""

    row: Row
    words: str


@dataclass(frozen=True, slots=True)
class Case:
    """A statement in its context, as a moderator judges it.

    `alone` where it is in a private debate that is not theirs: then there is no context. `line`
    leads to it from the root down, `skipped` of it left out after the first; of `replies` the
    first 20 of `reply_count`; `earlier` are acts on other statements of the same author.
    """

    debate: Debate
    row: Row
    alone: bool
    line: list[Brief]
    skipped: int
    replies: list[Brief]
    reply_count: int
    reports: list[Report]
    acts: list[ModerationAct]
    earlier: list[ModerationAct]


def case(statement: Statement, viewer: Viewer) -> Case:
    """All that one needs to judge a statement; the viewer is a moderator. At most 7 queries."""
    alone = not Debate.objects.visible_to(viewer).filter(pk=statement.debate_id).exists()
    above = [] if alone else grammar.ancestor_ids(statement)
    led = above if len(above) <= LINE else [above[0], *above[1 - LINE :]]
    line = list(_statements().filter(pk__in=led).order_by("depth")) if led else []
    replies = _statements().filter(parent=statement).order_by("pk")[:REPLIES]
    reading = Reading(viewer)
    if statement.quotation:
        reading.quotations[statement.quotation.statement_id] = [statement.quotation]
    acts = ModerationAct.objects.select_related("moderator", "statement")
    others = acts.filter(statement__author=statement.author_id).exclude(statement=statement)
    others = others.filter(statement__in=in_reach(viewer))
    return Case(
        debate=statement.debate,
        row=row(statement, line[-1] if line else None, reading),
        alone=alone,
        line=_briefs(line, reading),
        skipped=len(above) - len(led),
        replies=[] if alone else _briefs(list(replies), reading),
        reply_count=statement.reply_count,
        reports=list(statement.reports.select_related("reporter").order_by("-pk")[:REPLIES]),
        acts=list(acts.filter(statement=statement)),
        earlier=list(others[:EARLIER]),
    )


def _statements() -> QuerySet[Statement]:
    return Statement.objects.select_related("author__owner", "quotation", "debate")


def _briefs(statements: Sequence[Statement], reading: Reading) -> list[Brief]:
    """Rows with their first words; quotations between them stay out."""
    return [Brief(row(one, None, reading), _first_words(one)) for one in statements]


def _first_words(statement: Statement) -> str:
    text = " ".join(plain.plain(statement.body_html).split())
    return text if len(text) <= FIRST_WORDS else f"{text[:FIRST_WORDS].rstrip()} …"
