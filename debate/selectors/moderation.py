"""What moderators need to judge a statement, and what everybody may read of what they did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from debate import grammar
from debate.models import Debate, ModerationAct, Report, Statement
from debate.models.moderation import Act, ReportState
from debate.rules import Viewer
from debate.selectors.rows import Reading, Row, row, short_date
from debate.text import plain

PAGE = 50
LINE = 12
REPLIES = 20
EARLIER = 10
FIRST_WORDS = 280


# ---- the public log
@dataclass(frozen=True, slots=True)
class Entry:
    """An act as everybody reads it. Without `question` and `slug` where the debate is unlisted."""

    id: int
    act: str
    word: str
    statement: int
    label: str
    question: str
    slug: str
    moderator: str
    reason: str
    when: datetime
    day: str


@dataclass(frozen=True, slots=True)
class Log:
    """A page of the log, newest first; `older` is where the next one begins, if there is one."""

    entries: list[Entry]
    older: int | None


def log(viewer: Viewer, *, act: str = "", before: int | None = None) -> Log:
    """The acts that the viewer may know of, from below the id `before`, of one kind or of all.

    One query. Acts in private debates are for their people; an unlisted debate is not named.
    """
    acts = _acts().filter(statement__debate__in=Debate.objects.visible_to(viewer))
    if act in Act.values:
        acts = acts.filter(act=act)
    if before is not None:
        acts = acts.filter(pk__lt=before)
    named = Debate.objects.listed_for(viewer).filter(pk=OuterRef("statement__debate"))
    found = list(acts.annotate(is_named=Exists(named))[: PAGE + 1])
    entries = [_entry(one, named=one.is_named) for one in found[:PAGE]]
    return Log(entries, entries[-1].id if len(found) > PAGE else None)


def _acts() -> QuerySet[ModerationAct]:
    """The acts without any words of the statements they are about."""
    return (
        ModerationAct.objects.order_by("-pk")
        .select_related("statement__debate", "moderator")
        .only(
            "act",
            "reason",
            "created_at",
            "statement__kind",
            "statement__ordinal",
            "statement__debate__question",
            "statement__debate__slug",
            "moderator__name",
            "moderator__username",
        )
    )


def _entry(act: ModerationAct, *, named: bool) -> Entry:
    debate = act.statement.debate
    return Entry(
        id=act.pk,
        act=act.act,
        word=act.get_act_display(),
        statement=act.statement_id,
        label=act.statement.label,
        question=debate.question if named else "",
        slug=debate.slug if named else "",
        moderator=act.moderator.shown_name,
        reason=act.reason,
        when=act.created_at,
        day=short_date(act.created_at),
    )


# ---- for moderators
@dataclass(frozen=True, slots=True)
class Queue:
    """How many reports wait, and since when."""

    waiting: int
    since: datetime | None


def queue() -> Queue:
    """The reports that wait for a moderator. One query."""
    waiting = Report.objects.filter(state=ReportState.OPEN)
    counted = waiting.aggregate(n=Count("pk"), since=Min("created_at"))
    return Queue(counted["n"], counted["since"])


def in_reach(viewer: Viewer) -> QuerySet[Statement]:
    """The statements a moderator can look at: of private debates only what was reported there."""
    reported = Report.objects.filter(statement=OuterRef("pk"))
    of_seen = Q(debate__in=Debate.objects.visible_to(viewer))
    return Statement.objects.filter(of_seen | Exists(reported))


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
