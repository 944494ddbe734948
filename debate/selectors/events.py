"""The history of a debate: its events, without what a viewer may not know of them.

An event names nobody where its statement is gone from the viewer's sight: of most kinds the actor
is then the author, and marks on it are nobody's business either. Whose act settled a crux is never
told: it may have been the withdrawal of a position.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts import moments
from accounts.models import User
from debate import rules
from debate.models import Debate, Event, Participation, Revision, Rewording, Statement, Suspension
from debate.models.events import CONFIDENTIAL, INTERNAL, EventKind
from debate.models.statements import Kind
from debate.rules import Viewer
from debate.selectors import gathering, listings, phrases
from debate.selectors.gathering import Gathered
from debate.selectors.heads import Head
from debate.selectors.listings import Cut, Part
from debate.selectors.phrases import Told
from debate.selectors.rows import Person, person

PAGE = 50
BY_NOBODY = (EventKind.CRUX_SETTLED, EventKind.CRUX_REOPENED, EventKind.PROPOSAL_OUTDATED)
BY_MODERATORS = (EventKind.STATEMENT_HIDDEN, EventKind.STATEMENT_RESTORED, *CONFIDENTIAL)
RELIANCES = (
    EventKind.RELIANCE_DECLARED,
    EventKind.RELIANCE_CHANGED,
    EventKind.RELIANCE_RELEASED,
)
OWN_DATA = (
    *("truth", "bears", "undone", "because", "revision", "position", "fields"),
    *("proposal", "proposes"),
    *("act", "to", "kind", "on"),
)
REWORDING = (
    EventKind.DEBATE_CHANGED,
    EventKind.DEBATE_CLOSED,
    EventKind.DEBATE_REOPENED,
    EventKind.DEBATE_ARCHIVED,
    EventKind.STATEMENT_RENAMED,
)
"""Kinds that may have changed words of the debate, or a name."""
OF_STATEMENT = ("kind", "ordinal", "author", "hidden_at", "withdrawn_at")
OF_PARENT = ("parent__kind", "parent__ordinal")


@dataclass(frozen=True, slots=True)
class Line:
    """An event as a line of the page: '{who} edited {what} (said more plainly): {link}'.

    Without a person it is somebody, unless the phrase tells only what became of the statement.
    """

    number: int
    icon: str
    person: Person | None
    phrase: str
    statement: Statement | None
    link: tuple[str, str] | None
    time: str
    when_iso: str
    generated_by: str
    before: Sequence[Rewording]


@dataclass(frozen=True, slots=True)
class Day:
    """The events of one day, in the reader's zone."""

    name: str
    iso: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class History:
    """A page of the history, newest first; `older` is the number that the next one is below."""

    head: Head
    days: list[Day]
    older: int | None


def known_to(debate: Debate, viewer: Viewer, *, kind: str = "", by: str = "") -> QuerySet[Event]:
    """The events that the viewer may know of, of one kind or all, by one person or all.

    By a person are only those events that name them.
    """
    found = debate.events.select_related("actor__owner")
    if not rules.may_moderate(viewer):
        found = found.exclude(kind__in=CONFIDENTIAL)
        taking_part = Participation.objects.filter(debate=debate, person=viewer.pk)
        found = found.filter(~Q(kind__in=INTERNAL) | Exists(taking_part))
    if kind:
        found = found.filter(kind=kind)
    return found.filter(_names(debate, viewer), actor__username=by) if by else found


def everywhere(viewer: Viewer) -> QuerySet[Event]:
    """The events of all debates that a list may show the viewer, those that have a place."""
    found = Event.objects.filter(debate__in=Debate.objects.listed_for(viewer), place__gt=0)
    if rules.may_moderate(viewer):
        return found
    taking_part = Participation.objects.filter(debate=OuterRef("debate"), person=viewer.pk)
    within = ~Q(kind__in=INTERNAL) | Exists(taking_part)
    return found.exclude(kind__in=CONFIDENTIAL).filter(within)


def _names(debate: Debate, viewer: Viewer) -> Q:
    """The events that name their actor, as `_actor` does."""
    if rules.may_moderate(viewer):
        return ~Q(kind__in=BY_NOBODY)
    gone = ~Q(hidden_at=None, withdrawn_at=None) & ~Q(author=viewer.pk)
    positions = debate.statements.filter(gone, kind=Kind.POSITION).values("pk")
    there = Q(statement=None) | Q(statement__hidden_at=None, statement__withdrawn_at=None)
    there |= Q(statement__author=viewer.pk)
    rests = Q(kind__in=RELIANCES, data__position__in=list(positions.values_list("pk", flat=True)))
    return ~Q(kind__in=BY_NOBODY) & ~rests & (there | Q(kind__in=BY_MODERATORS))


def told(found: Sequence[Event], viewer: Viewer) -> list[Told]:
    """What the viewer may know of these events.

    2 queries; 2 more where some are about people, and one where words of the debate were changed.
    """
    ids = {pk for event in found for pk in (event.statement_id, *_mentioned(event)) if pk}
    found_of = Statement.objects.select_related("parent").only(*OF_STATEMENT, *OF_PARENT)
    named = found_of.in_bulk(ids)
    reasons, before = _reasons(found), _before(found)
    people = {event.data["person"] for event in found if "person" in event.data}
    if not people:
        return [_told(event, named, reasons, before, viewer) for event in found]
    persons = User.objects.select_related("owner").in_bulk(people)
    why = _why(found)
    return [
        _told_of(event, persons, why) or _told(event, named, reasons, before, viewer)
        for event in found
    ]


def _before(found: Iterable[Event]) -> dict[int, list[Rewording]]:
    """What stood there before these events, by event."""
    changes = [event.pk for event in found if event.kind in REWORDING]
    if not changes:
        return {}
    kept: dict[int, list[Rewording]] = {}
    for one in Rewording.objects.filter(event__in=changes).order_by("pk"):
        kept.setdefault(one.event_id, []).append(one)
    return kept


def _why(found: Iterable[Event]) -> dict[int, str]:
    """Why people were suspended, by the suspension."""
    of = {e.data["suspension"] for e in found if e.kind == EventKind.PERSON_SUSPENDED}
    return dict(Suspension.objects.filter(pk__in=of).values_list("pk", "reason"))


def _told_of(event: Event, persons: Mapping[int, User], why: Mapping[int, str]) -> Told | None:
    """An event about a person; None for others."""
    if "person" not in event.data:
        return None
    is_new = event.kind == EventKind.PERSON_SUSPENDED
    reason = why.get(event.data["suspension"], "") if is_new else ""
    data = {"act": event.data["act"]} if "act" in event.data else {}
    return Told(event, event.actor, data, {}, reason, persons.get(event.data["person"]))


def _mentioned(event: Event) -> tuple[int | None, ...]:
    return event.data.get("because"), event.data.get("position"), event.data.get("to")


def _reasons(found: Iterable[Event]) -> dict[tuple[int, int], str]:
    """Why statements were edited, by statement and the number of the wording that came of it."""
    edits = [event for event in found if event.kind == EventKind.STATEMENT_EDITED]
    if not edits:
        return {}
    rows = Revision.objects.filter(
        statement__in={edit.statement_id for edit in edits},
        number__in={edit.data["revision"] - 1 for edit in edits},
    )
    kept = rows.values_list("statement_id", "number", "reason")
    return {(statement, number + 1): reason for statement, number, reason in kept}


def _told(
    event: Event,
    named: Mapping[int, Statement],
    reasons: Mapping[tuple[int, int], str],
    before: Mapping[int, Sequence[Rewording]],
    viewer: Viewer,
) -> Told:
    ids = (event.statement_id or 0, event.data.get("position") or 0)
    about = [named[pk] for pk in ids if pk in named]
    readable = all(rules.may_read_text(one, viewer) for one in about)
    if not readable and event.kind not in BY_MODERATORS:
        return Told(event, None, {}, named)
    actor = None if event.kind in BY_NOBODY else event.actor
    data = {name: event.data[name] for name in OWN_DATA if name in event.data}
    because = named.get(data.get("because") or 0)
    if because is None or not rules.may_read_text(because, viewer):
        data.pop("because", None)
    key = (event.statement_id or 0, data.get("revision", 0))
    reason = reasons.get(key, "")
    return Told(event, actor, data, named, reason, before=before.get(event.pk, ()))


def listed(
    debate: Debate, viewer: Viewer, cut: Cut, *, kind: str = "", by: str = ""
) -> Part[Told]:
    """Events for programs, in their order; the cut's key is a number. At most 5 queries."""
    found = known_to(debate, viewer, kind=kind, by=by)
    part = listings.portion(found, "number", cut)
    return Part(told(part.rows, viewer), part.has_next, part.has_previous)


def listed_everywhere(viewer: Viewer, cut: Cut, *, kind: str = "") -> Part[Told]:
    """The same of all debates, in the order of their places; the cut's key is a place."""
    found = everywhere(viewer).select_related("actor__owner", "debate")
    part = listings.portion(found.filter(kind=kind) if kind else found, "place", cut)
    return Part(told(part.rows, viewer), part.has_next, part.has_previous)


def history(
    debate: Debate, viewer: Viewer, *, kind: str = "", by: str = "", before: int | None = None
) -> History:
    """The events below a number, newest first, by day; at most 50. At most 12 queries."""
    found = known_to(debate, viewer, kind=kind, by=by)
    if before is not None:
        found = found.filter(number__lt=before)
    rows = list(found.order_by("-number")[: PAGE + 1])
    of_page = told(rows[:PAGE], viewer)
    people = {one.actor.pk for one in of_page if one.actor}
    gathered = gathering.gather(debate, viewer, people=people)
    lines = [
        (timezone.localtime(one.event.created_at).date(), _line(one, gathered)) for one in of_page
    ]
    days = [
        Day(moments.whole_day(day), day.isoformat(), [line for _, line in of_day])
        for day, of_day in groupby(lines, lambda pair: pair[0])
    ]
    return History(gathered.head, days, rows[PAGE - 1].number if len(rows) > PAGE else None)


def _line(one: Told, gathered: Gathered) -> Line:
    event = one.event
    told_as, link = phrases.phrase(one)
    return Line(
        number=event.number,
        icon=_icon(one),
        person=person(one.actor, gathered.reading.letters) if one.actor else None,
        phrase=told_as,
        statement=one.statement,
        link=link,
        time=f"{timezone.localtime(event.created_at):%H:%M}",
        when_iso=event.created_at.isoformat(timespec="seconds"),
        generated_by=event.get_generated_by_display() if one.actor else "",
        before=one.before,
    )


ICONS = {
    EventKind.DEBATE_STARTED: "open",
    EventKind.DEBATE_CHANGED: "pencil",
    EventKind.DEBATE_CLOSED: "lock",
    EventKind.DEBATE_REOPENED: "open",
    EventKind.DEBATE_ARCHIVED: "lock",
    EventKind.STATEMENT_RENAMED: "pencil",
    EventKind.STATEMENT_EDITED: "pencil",
    EventKind.STATEMENT_WITHDRAWN: "trash",
    EventKind.STATEMENT_REPORTED: "flag",
    EventKind.REPORT_DISMISSED: "flag",
    EventKind.STATEMENT_HIDDEN: "hidden",
    EventKind.STATEMENT_RESTORED: "restore",
    EventKind.STATEMENT_RETYPED: "pencil",
    EventKind.STATEMENT_MOVED: "right",
    EventKind.STATEMENT_SPLIT: "pencil",
    EventKind.STATEMENT_REJOINED: "pencil",
    EventKind.STATEMENT_LINKED: "link",
    EventKind.STATEMENT_UNLINKED: "link",
    EventKind.STATEMENT_MERGED: "link",
    EventKind.STATEMENT_UNMERGED: "link",
    EventKind.STATEMENT_LOCKED: "lock",
    EventKind.STATEMENT_UNLOCKED: "open",
    EventKind.DEBATE_LOCKED: "lock",
    EventKind.DEBATE_UNLOCKED: "open",
    EventKind.REPORT_REOPENED: "flag",
    EventKind.APPEAL_MADE: "flag",
    EventKind.APPEAL_UPHELD: "flag",
    EventKind.APPEAL_OVERTURNED: "flag",
    EventKind.FACILITATOR_NAMED: "shield",
    EventKind.FACILITATOR_ENDED: "shield",
    EventKind.PARTICIPANT_ADDED: "user",
    EventKind.PARTICIPANT_JOINED: "user",
    EventKind.PARTICIPANT_REMOVED: "user",
    EventKind.PARTICIPANT_LEFT: "user",
    EventKind.PERSON_SUSPENDED: "lock",
    EventKind.PERSON_READMITTED: "user",
    EventKind.PROPOSAL_MADE: "plus",
    EventKind.PROPOSAL_ACCEPTED: "check",
    EventKind.PROPOSAL_REFUSED: "x",
    EventKind.PROPOSAL_WITHDRAWN: "minus",
    EventKind.PROPOSAL_OUTDATED: "minus",
    EventKind.INVITATION_MADE: "link",
    EventKind.INVITATION_REVOKED: "link",
}
SIGNS = {"agree": "check", "disagree": "x", "unsure": "unsure"}


def _icon(one: Told) -> str:
    kind = one.event.kind
    if kind == EventKind.STATEMENT_PUBLISHED and one.statement:
        return one.statement.kind
    if kind == EventKind.MARK_SET:
        return SIGNS.get(one.data.get("truth", ""), "minus")
    return ICONS.get(EventKind(kind), "crux")
