"""Who is to be told of events, and for what reason: the strongest one, never of one's own acts.

Who may not see a debate, who has muted it, the sub-thread or the person, and who hides bots, where
one did it, is not told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from accounts.models import Kind as AccountKind
from accounts.models import User
from debate import grammar, proposing
from debate.models import (
    Debate,
    Event,
    Following,
    Mark,
    ModerationAct,
    Participation,
    Proposal,
    Report,
    Statement,
)
from debate.models.debates import Role, Visibility
from debate.models.events import OF_HELD, OF_PROPOSALS, OF_STRUCTURE, EventKind
from debate.models.following import SILENT, Level, Reason
from debate.models.moderation import ReportState
from debate.models.proposals import ProposalState
from debate.models.statements import Kind
from debate.selectors import marks

WORDLESS = tuple(
    f"statement__{prefix}{name}"
    for prefix in ("", "parent__")
    for name in ("body", "body_html", "source")
)
STRONGEST = list(Reason)
OF_CRUX = (
    EventKind.CRUX_SETTLED,
    EventKind.CRUX_REOPENED,
    EventKind.CRUX_DROPPED,
    EventKind.CRUX_TAKEN_UP,
)
OF_LIFE = (
    EventKind.DEBATE_CLOSED,
    EventKind.DEBATE_REOPENED,
    EventKind.DEBATE_ARCHIVED,
)
NEWS = (EventKind.STATEMENT_PUBLISHED, *OF_CRUX, *OF_LIFE)
"""What who follows a debate is told of, and who follows a sub-thread, of what is in it."""
BY_PERSON = (EventKind.STATEMENT_PUBLISHED, EventKind.DEBATE_STARTED)
"""What who follows a person is told of."""
ABOUT_PERSON = (
    EventKind.FACILITATOR_NAMED,
    EventKind.FACILITATOR_ENDED,
    EventKind.PARTICIPANT_ADDED,
    EventKind.PARTICIPANT_REMOVED,
    EventKind.PERSON_SUSPENDED,
    EventKind.PERSON_READMITTED,
)
ANNOUNCED = (
    EventKind.STATEMENT_HIDDEN,
    EventKind.STATEMENT_RESTORED,
    *OF_STRUCTURE,
    EventKind.APPEAL_UPHELD,
    EventKind.APPEAL_OVERTURNED,
)
"""What is told to whom the act concerns: the author, and of a bot's words its owner."""
Reasons = Iterator[tuple[int, Reason]]
Told = dict[int, dict[int, Reason]]
"""By the id of a person: by the id of an event, why they are told of it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the reasons for a batch of events are read from."""

    debate: Debate
    followings: list[Following]
    since: Mapping[int, int]
    marks: dict[int, list[tuple[int, int, datetime]]] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)
    authors: dict[int, int] = field(default_factory=dict)
    concerned: Mapping[int, int | None] = field(default_factory=dict)
    proposals: Mapping[int, Proposal] = field(default_factory=dict)
    deciders: frozenset[int] = frozenset()
    holders: frozenset[int] = frozenset()


def events(debate: Debate, after: int, most: int) -> list[Event]:
    """The next events of a debate, with what they are about but its words. One query."""
    found = debate.events.filter(number__gt=after).order_by("number")
    about = found.select_related("actor__owner", "statement__parent").defer(*WORDLESS)
    return list(about[:most])


def audience(debate: Debate, told: Sequence[Event], since: Mapping[int, int]) -> Told:
    """Who is told of which of these events. At most 11 queries, however many there are.

    `since`: who has begun to follow the debate by one of them, and its number.
    """
    facts = _facts(debate, told, since)
    wanted: Told = defaultdict(dict)
    for event in told:
        for person, reason in _reasons(event, facts):
            known = wanted[person].get(event.pk)
            if known is None or _rank(debate, reason) < _rank(debate, known):
                wanted[person][event.pk] = reason
        for person in _deaf(event, facts):
            wanted.get(person, {}).pop(event.pk, None)
    return _rightful(debate, told, wanted)


def _rank(debate: Debate, reason: Reason) -> int:
    """How weak a reason is; that of a person most where not all may be told for it."""
    is_weak = reason == Reason.PERSON and debate.visibility == Visibility.UNLISTED
    return len(STRONGEST) if is_weak else STRONGEST.index(reason)


# ---- what the reasons are read from
def _facts(debate: Debate, told: Sequence[Event], since: Mapping[int, int]) -> Facts:
    because = {e.data["because"] for e in told if e.data.get("because")}
    named = Statement.objects.filter(pk__in=because).values_list("pk", "author")
    made = any(event.kind == EventKind.PROPOSAL_MADE for event in told)
    return Facts(
        debate,
        _followings(debate, told),
        since,
        _marks({pk for event in told if (pk := _looked_at(event))}),
        _reports(told),
        dict(named) if because else {},
        _concerned(told),
        _proposals(told),
        _facilitators(debate) if made else frozenset(),
        proposing.holders_of(debate) if made else frozenset(),
    )


def _proposals(told: Sequence[Event]) -> dict[int, Proposal]:
    ids = {event.data["proposal"] for event in told if event.kind in OF_PROPOSALS}
    found = Proposal.objects.select_related("author", "statement__author", "to__author")
    return found.in_bulk(ids) if ids else {}


def _facilitators(debate: Debate) -> frozenset[int]:
    found = debate.participations.filter(role=Role.FACILITATOR)
    return frozenset(found.values_list("person", flat=True))


def _concerned(told: Sequence[Event]) -> dict[int, int | None]:
    """Whom the acts concern that these events tell of, by act."""
    acts = {e.data["act"] for e in told if "act" in e.data and e.kind in ANNOUNCED}
    if not acts:
        return {}
    return dict(ModerationAct.objects.filter(pk__in=acts).values_list("pk", "person"))


def _followings(debate: Debate, told: Sequence[Event]) -> list[Following]:
    around = {pk for event in told for pk in _line(event)}
    actors = {pk for event in told for pk in (event.actor_id, event.actor.owner_id) if pk}
    about = Q(debate=debate) | Q(statement__in=around) | Q(whom__in=actors)
    return list(Following.objects.filter(about).exclude(level=Level.STOPPED))


def _line(event: Event) -> list[int]:
    """The ids of the statement of an event and of those above it."""
    if event.statement is None:
        return []
    return [*grammar.ancestor_ids(event.statement), event.statement.pk]


def _looked_at(event: Event) -> int | None:
    """The statement whose marks an event makes stale."""
    statement = event.statement
    if statement is None or statement.is_gone:
        return None
    if event.kind == EventKind.STATEMENT_EDITED:
        return statement.pk
    is_new = event.kind == EventKind.STATEMENT_PUBLISHED
    return statement.parent_id if is_new and statement.kind == Kind.OBJECTION else None


def _marks(ids: set[int]) -> dict[int, list[tuple[int, int, datetime]]]:
    if not ids:
        return {}
    found = Mark.objects.filter(marks.ANSWERED, statement__in=ids)
    made: dict[int, list[tuple[int, int, datetime]]] = defaultdict(list)
    for mark in found.only("statement", "person", "revision", "marked_at"):
        made[mark.statement_id].append((mark.person_id, mark.revision, mark.marked_at))
    return made


def _reports(told: Sequence[Event]) -> list[Report]:
    """The reports that these events decide."""
    hidden = {event.statement_id for event in told if event.kind == EventKind.STATEMENT_HIDDEN}
    dismissed = {event.data["report"] for event in told if "report" in event.data}
    if not hidden and not dismissed:
        return []
    upheld = Q(statement__in=hidden, state=ReportState.UPHELD)
    return list(Report.objects.filter(upheld | Q(pk__in=dismissed)))


# ---- the reasons
def _reasons(event: Event, facts: Facts) -> Reasons:
    """Who may be told of an event, and why; somebody may be there for several reasons."""
    if event.kind in (*ABOUT_PERSON, *OF_HELD):
        yield event.data["person"], Reason.DECISION
    elif event.kind in ANNOUNCED and event.statement is None:
        yield from _appealed(event, facts)
    if event.kind in OF_PROPOSALS:
        yield from _of_proposal(event, facts)
        return
    statement = event.statement
    if statement is not None:
        yield from _decided(event, statement, facts)
        if statement.is_gone:
            return
        yield from _to_authors(event, statement, facts)
        yield from _to_markers(event, facts)
    yield from _to_followers(event, facts)


def _of_proposal(event: Event, facts: Facts) -> Reasons:
    """A new one is for those who can decide, what became of it for who proposed it."""
    proposal = facts.proposals.get(event.data["proposal"])
    if proposal is None or (event.statement is not None and event.statement.is_gone):
        return
    if event.kind == EventKind.PROPOSAL_MADE:
        asked = facts.deciders | proposing.concerned(proposal, facts.holders)
        if proposal.state == ProposalState.OPEN:  # it may be closed by now
            for person in asked - {proposing.voice(proposal.author)}:
                yield person, Reason.PROPOSED
        return
    for account in (proposal.author_id, proposal.author.owner_id):
        if account is not None:
            yield account, Reason.PROPOSAL


def _appealed(event: Event, facts: Facts) -> Reasons:
    """To who appealed against an act that is about no statement."""
    if person := facts.concerned.get(event.data.get("act", 0)):
        yield person, Reason.DECISION


def _decided(event: Event, statement: Statement, facts: Facts) -> Reasons:
    if event.kind in ANNOUNCED:
        yield facts.concerned.get(event.data.get("act", 0)) or statement.author_id, Reason.DECISION
    for report in facts.reports:
        upheld = event.kind == EventKind.STATEMENT_HIDDEN and report.statement_id == statement.pk
        if upheld or report.pk == event.data.get("report"):
            yield report.reporter_id, Reason.REPORT


def _to_markers(event: Event, facts: Facts) -> Reasons:
    """To those whose mark was made before, and not given again since."""
    edited = event.kind == EventKind.STATEMENT_EDITED
    for person, revision, marked_at in facts.marks.get(_looked_at(event) or 0, ()):
        if revision < event.data["revision"] if edited else marked_at < event.created_at:
            yield person, Reason.MARK


def _to_authors(event: Event, statement: Statement, facts: Facts) -> Reasons:
    kind, parent = event.kind, statement.parent
    if kind == EventKind.STATEMENT_PUBLISHED and parent is not None:
        quoted = statement.quotation_id is not None
        yield parent.author_id, Reason.QUOTED if quoted else Reason.ANSWERED
    elif kind == EventKind.RELIANCE_DECLARED:
        yield statement.author_id, Reason.RELIED
    elif kind in OF_CRUX:
        yield statement.author_id, Reason.CRUX
    elif event.data.get("because") in facts.authors:
        yield facts.authors[event.data["because"]], Reason.CHANGED


def _to_followers(event: Event, facts: Facts) -> Reasons:
    line = _line(event)
    for one in facts.followings:
        if one.level != Level.FOLLOWED or event.created_at < one.since:
            continue
        if one.whom_id == event.actor_id and event.kind in BY_PERSON:
            yield one.person_id, Reason.PERSON
        elif one.statement_id in line and event.kind in NEWS:
            yield one.person_id, Reason.SUBTHREAD
        elif one.debate_id and event.kind in NEWS:
            if event.number > facts.since.get(one.person_id, 0):
                yield one.person_id, Reason.DEBATE


def _deaf(event: Event, facts: Facts) -> Iterator[int]:
    """Who is told nothing of an event: who did it, and who has muted any of it."""
    yield event.actor_id
    yield from (one.person_id for one in facts.followings if silences(one, event))


def silences(one: Following, event: Event) -> bool:
    """Whether its person is told nothing of an event for it."""
    if one.level not in SILENT:
        return False
    if one.whom_id is not None:
        return one.whom_id in (event.actor_id, event.actor.owner_id)
    return one.debate_id == event.debate_id or one.statement_id in _line(event)


# ---- rights
def _rightful(debate: Debate, told: Sequence[Event], wanted: Told) -> Told:
    """What of it is for people who can be told and may see the debate. 2 queries at most."""
    people = User.objects.filter(pk__in=wanted, is_active=True).exclude(kind=AccountKind.IMPORTED)
    by_bots = {event.pk for event in told if event.actor.is_bot}
    taking_part: set[int] = set()
    if debate.visibility != Visibility.PUBLIC:
        inside = Participation.objects.filter(debate=debate, person__in=wanted)
        taking_part = set(inside.values_list("person", flat=True))
    kept: Told = {}
    for person in people:
        here = debate.visibility == Visibility.PUBLIC or person.pk in taking_part
        kept[person.pk] = {
            event: reason
            for event, reason in wanted[person.pk].items()
            if not (person.hides_bots and event in by_bots) and _may(debate, here, reason)
        }
    return {person: events for person, events in kept.items() if events}


def _may(debate: Debate, here: bool, reason: Reason) -> bool:
    """Whether to tell: an unlisted debate is known to who takes part, acted or follows there."""
    if here:
        return True
    return debate.visibility == Visibility.UNLISTED and reason != Reason.PERSON
