"""What people are told of: their inbox, and what of it a mail says, as they may read it now.

What is hidden or withdrawn, and what lies in a debate that is closed to them, is not there; of
decisions about their own words and reports only what was decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from debate import rules
from debate.models import Debate, Event, Following, ModerationAct, Notification, Statement
from debate.models.acts import Act
from debate.models.events import OF_HELD, OF_PROPOSALS, EventKind
from debate.models.following import DECISIONS, SILENT, Reason
from debate.models.statements import Kind
from debate.selectors import following, listings
from debate.selectors.audiences import ABOUT_PERSON, silences
from debate.selectors.events import BY_NOBODY
from debate.selectors.listings import Cut, Part
from debate.text import plain

WORDS = 200
DEBATES = 20
APPEALABLE = (
    EventKind.STATEMENT_HIDDEN,
    EventKind.STATEMENT_RETYPED,
    EventKind.STATEMENT_MOVED,
    EventKind.STATEMENT_SPLIT,
    EventKind.STATEMENT_LINKED,
    EventKind.STATEMENT_MERGED,
    EventKind.STATEMENT_LOCKED,
    EventKind.PERSON_SUSPENDED,
)
ABOUT = ("event__actor__owner", "event__statement__parent", "debate", "act__appeal")


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification as its person may know it now: what happened, why they are told, where.

    `event` and `debate` are None of an act that is in no debate.
    """

    pk: int
    row: Notification
    event: Event | None
    debate: Debate | None
    happened_at: datetime
    actor: User | None
    sentence: str
    because: str
    address: str
    words: str

    @property
    def is_unread(self) -> bool:
        """Whether it waits in the inbox."""
        return self.row.read_at is None


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of the inbox; `debates` are those with something unread: each with how much."""

    part: Part[Notice]
    debates: list[tuple[Debate, int]]


def inbox(person: User, cut: Cut, *, unread: bool = True, debate: str = "") -> Inbox:
    """What waits for the person, or all, the newest first; of one debate or of any. 4 queries."""
    unread_ones = of(person).filter(read_at=None, debate__isnull=False)
    waiting = unread_ones.order_by().values_list("debate")
    counted = dict(waiting.annotate(n=Count("pk")).order_by("-n", "debate")[:DEBATES])
    there = Debate.objects.in_bulk(list(counted))
    debates = [(there[pk], number) for pk, number in counted.items()]
    return Inbox(listed(person, cut, unread=unread, debate=debate), debates)


def listed(person: User, cut: Cut, *, unread: bool = False, debate: str = "") -> Part[Notice]:
    """As `inbox`, the rows alone. 2 queries; 2 more for each page of which nothing may be told."""
    found = of(person).select_related(*ABOUT)
    if unread:
        found = found.filter(read_at=None)
    if debate:
        found = found.filter(debate__slug=debate)
    part = listings.portion(found, "-id", cut)
    told = notices(part.rows, person)
    backwards = cut.before is not None
    while not told and (part.has_previous if backwards else part.has_next):  # all of it is gone
        beyond = part.rows[0 if backwards else -1].pk
        cut = Cut(cut.limit, before=beyond) if backwards else Cut(cut.limit, after=beyond)
        part = listings.portion(found, "-id", cut)
        told = notices(part.rows, person)
    return Part(told, bool(told) and part.has_next, bool(told) and part.has_previous)


def some(person: User, ids: Collection[int]) -> list[Notice]:
    """Of these notifications those that the person may read now, by debate. 3 queries.

    Without what they have read or muted meanwhile.
    """
    found = of(person).filter(pk__in=ids, read_at=None).select_related(*ABOUT)
    muted = list(Following.objects.filter(person=person, level__in=SILENT))
    rows = [
        row
        for row in found.order_by("debate", "pk")
        if row.event is None or not any(silences(one, row.event) for one in muted)
    ]
    return notices(rows, person)


def of(person: User) -> QuerySet[Notification]:
    """The person's notifications of what they may know: `rules.may_read_text`, as a filter."""
    here = Debate.objects.visible_to(person).values("pk")
    found = Notification.objects.filter(Q(debate__in=here) | Q(debate=None), person=person)
    if rules.may_moderate(person):
        return found
    there = Q(event__statement__hidden_at=None, event__statement__withdrawn_at=None)
    own = Q(event__statement__author=person)
    return found.filter(Q(reason__in=DECISIONS) | Q(event__statement=None) | there | own)


def notices(rows: Sequence[Notification], person: User) -> list[Notice]:
    """What the rows, which are theirs to know, say. One query where they tell of positions."""
    named = _named(rows)
    made = []
    for row in rows:
        if row.event is None or row.debate is None:
            made.append(_in_no_debate(row))
            continue
        on = named.get(row.event.data.get("position", 0))
        if on is None or rules.may_read_text(on, person):
            made.append(notice(row, row.event, row.debate, named, person))
    return made


def _in_no_debate(row: Notification) -> Notice:
    """What is told of a suspension from the whole site, or of a debate that was not opened."""
    if row.act is None:
        sentence, address = _other(EventKind.HELD_REFUSED), reverse("debate:held-list")
    else:
        sentence = _of_suspension(row, row.act)
        address = reverse("debate:act-detail", args=[row.act.pk])
    return Notice(
        pk=row.pk,
        row=row,
        event=None,
        debate=None,
        happened_at=row.made_at,
        actor=None,
        sentence=sentence,
        because=_because(row, None, None),
        address=address,
        words="",
    )


def _of_suspension(row: Notification, act: ModerationAct) -> str:
    """That it began, that it was undone, or that it stands though they appealed."""
    if act.act == Act.UNDO:
        return _("Your suspension from the whole site was ended")
    appeal = getattr(act, "appeal", None)
    if appeal and appeal.decided_at and appeal.decided_at <= row.made_at:
        return _("Your appeal was looked at: what was done stands")
    return _("You are suspended from the whole site; you can appeal")


def _named(rows: Iterable[Notification]) -> dict[int, Statement]:
    """The positions and reasons that events name beside their statement."""
    data = [row.event.data for row in rows if row.event]
    ids = {pk for one in data for pk in (one.get("position"), one.get("because")) if pk}
    return Statement.objects.defer("body", "body_html", "source").in_bulk(ids) if ids else {}


def notice(
    row: Notification, event: Event, debate: Debate, named: dict[int, Statement], person: User
) -> Notice:
    """One of them in words."""
    statement = event.statement
    readable = statement is not None and rules.may_read_text(statement, person)
    unnamed = event.kind in BY_NOBODY or row.reason in DECISIONS
    actor = None if unnamed and event.kind not in ABOUT_PERSON else event.actor
    words = plain.plain(statement.body_html) if statement is not None and readable else ""
    return Notice(
        pk=row.pk,
        row=row,
        event=event,
        debate=debate,
        happened_at=event.created_at,
        actor=actor,
        sentence=_sentence(row, event, actor, named),
        because=_because(row, statement, actor),
        address=_address(row, event, debate),
        words=following.short(words, WORDS),
    )


def _because(row: Notification, statement: Statement | None, actor: User | None) -> str:
    if row.reason == Reason.PERSON and actor is not None:
        return _("because you follow %(who)s") % {"who": actor.told_name}
    if row.reason == Reason.RELIED and statement is not None and statement.kind == Kind.CRUX:
        return _("because somebody relies on your crux")
    return _("because %(reason)s") % {"reason": Reason(row.reason).label}


def _address(row: Notification, event: Event, debate: Debate) -> str:
    """The page of a proposal or act, where one can appeal; a statement's; the debate's people."""
    if event.kind in OF_PROPOSALS:
        return reverse("debate:proposal-detail", args=[event.data["proposal"]])
    if (act := event.data.get("act")) and row.reason == Reason.DECISION:
        return reverse("debate:act-detail", args=[act])
    if event.statement_id is not None:
        return reverse("debate:statement-detail", args=[event.statement_id])
    if event.kind in OF_HELD:
        return reverse("debate:held-list")
    page = "participation-list" if row.reason == Reason.DECISION else "debate-detail"
    return reverse(f"debate:{page}", args=[debate.slug])


# ---- in words
def _sentence(
    row: Notification, event: Event, actor: User | None, named: dict[int, Statement]
) -> str:
    statement = event.statement
    if event.kind == EventKind.STATEMENT_PUBLISHED and statement is not None:
        return published(statement, by=actor)
    said: dict[str, Any] = {
        "who": _who(actor),
        "label": statement.label if statement else "",
        "words": "",
    }
    if because := named.get(event.data.get("because") or 0):
        said["words"] = because.label
    if event.kind == EventKind.REPORT_DISMISSED:
        return _("%(label)s, which you reported, stays as it is") % said
    if row.reason == Reason.REPORT:
        return _("%(label)s, which you reported, was hidden") % said
    if event.kind in OF_PROPOSALS:
        return _proposing(EventKind(event.kind), is_crux=event.data["proposes"] == "crux") % said
    told = _other(event.kind) % said
    if row.reason == Reason.DECISION and event.kind in APPEALABLE and "act" in event.data:
        return _("%(told)s; you can appeal") % {"told": told}
    return told


def published(statement: Statement, *, by: User | None) -> str:
    """Who said it, and what it does to what; the statement comes with its parent."""
    said = {
        "who": _who(by),
        "label": statement.label,
        "parent": statement.parent.label if statement.parent else "",
        "name": statement.name,
    }
    return _does(Kind(statement.kind)) % said


def _who(actor: User | None) -> str:
    return actor.told_name if actor else _("Somebody")


def _does(kind: Kind) -> str:
    return {
        Kind.POSITION: _("%(who)s takes a position, %(label)s: %(name)s"),
        Kind.CRUX: _("%(who)s puts forward a crux, %(label)s: %(name)s"),
        Kind.SUPPORT: _("%(who)s supports %(parent)s with %(label)s"),
        Kind.OBJECTION: _("%(who)s objects to %(parent)s with %(label)s"),
        Kind.QUESTION: _("%(who)s asks about %(parent)s in %(label)s"),
        Kind.ANSWER: _("%(who)s answers %(parent)s with %(label)s"),
        Kind.CLARIFICATION: _("%(who)s clarifies %(parent)s with %(label)s"),
        Kind.CONCESSION: _("%(who)s concedes %(parent)s in %(label)s"),
        Kind.REMARK: _("%(who)s remarks on %(parent)s in %(label)s"),
    }[kind]


def _proposing(kind: EventKind, *, is_crux: bool) -> str:
    if is_crux:
        return {
            EventKind.PROPOSAL_MADE: _("%(who)s proposes a crux"),
            EventKind.PROPOSAL_ACCEPTED: _("%(who)s accepted a crux that was proposed: %(label)s"),
            EventKind.PROPOSAL_REFUSED: _("%(who)s refused a crux that was proposed"),
            EventKind.PROPOSAL_WITHDRAWN: _("%(who)s withdrew a crux that was proposed"),
            EventKind.PROPOSAL_OUTDATED: _("A crux that was proposed is outdated"),
        }[kind]
    return {
        EventKind.PROPOSAL_MADE: _("%(who)s proposes a change to %(label)s"),
        EventKind.PROPOSAL_ACCEPTED: _("%(who)s accepted a change that was proposed to %(label)s"),
        EventKind.PROPOSAL_REFUSED: _("%(who)s refused a change that was proposed to %(label)s"),
        EventKind.PROPOSAL_WITHDRAWN: _("%(who)s withdrew a change proposed to %(label)s"),
        EventKind.PROPOSAL_OUTDATED: _("A change that was proposed to %(label)s is outdated"),
    }[kind]


def _other(kind: str) -> str:
    return {
        EventKind.DEBATE_STARTED: _("%(who)s started this debate"),
        EventKind.DEBATE_CLOSED: _("%(who)s closed this debate"),
        EventKind.DEBATE_REOPENED: _("%(who)s reopened this debate"),
        EventKind.DEBATE_ARCHIVED: _("%(who)s archived this debate"),
        EventKind.STATEMENT_EDITED: _("%(who)s edited %(label)s"),
        EventKind.STATEMENT_HIDDEN: _("%(label)s was hidden"),
        EventKind.STATEMENT_RESTORED: _("%(label)s is shown again"),
        EventKind.STATEMENT_RETYPED: _("%(label)s was given another kind"),
        EventKind.STATEMENT_MOVED: _("%(label)s was moved"),
        EventKind.STATEMENT_SPLIT: _("%(label)s was split into two statements"),
        EventKind.STATEMENT_REJOINED: _("%(label)s is one statement again"),
        EventKind.STATEMENT_LINKED: _("%(label)s was linked to another statement"),
        EventKind.STATEMENT_UNLINKED: _("A link of %(label)s was removed"),
        EventKind.STATEMENT_MERGED: _("%(label)s was merged with one that says the same"),
        EventKind.STATEMENT_UNMERGED: _("%(label)s is merged with no other any more"),
        EventKind.STATEMENT_LOCKED: _("%(label)s was locked"),
        EventKind.STATEMENT_UNLOCKED: _("%(label)s was unlocked"),
        EventKind.APPEAL_UPHELD: _("Your appeal was looked at: what was done stands"),
        EventKind.APPEAL_OVERTURNED: _("Your appeal was looked at: what was done is undone"),
        EventKind.MARK_SET: _("%(who)s changed their mind on %(label)s because of %(words)s"),
        EventKind.RELIANCE_DECLARED: _("%(who)s relies on %(label)s"),
        EventKind.CRUX_DROPPED: _("%(who)s dropped %(label)s"),
        EventKind.CRUX_TAKEN_UP: _("%(who)s took up %(label)s again"),
        EventKind.CRUX_SETTLED: _("%(label)s is settled"),
        EventKind.CRUX_REOPENED: _("%(label)s is live again"),
        EventKind.FACILITATOR_NAMED: _("%(who)s made you a facilitator"),
        EventKind.FACILITATOR_ENDED: _("%(who)s ended your role as facilitator"),
        EventKind.PARTICIPANT_ADDED: _("%(who)s added you to this debate"),
        EventKind.PARTICIPANT_REMOVED: _("%(who)s removed you from this debate"),
        EventKind.PERSON_SUSPENDED: _("%(who)s suspended you in this debate"),
        EventKind.HELD_RELEASED: _("What you sent, and what was held, is published"),
        EventKind.HELD_REFUSED: _("What you sent, and what was held, is not published"),
        EventKind.PERSON_READMITTED: _("%(who)s ended your suspension in this debate"),
    }[EventKind(kind)]
