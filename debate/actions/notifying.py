"""Telling people of what happened, from the events of each debate, after the last one told of.

Events of a debate are numbered under its lock, and so become visible in the order of their
numbers: what comes after a number was not there before it, and nothing is missed. Whoever changes
notifications locks the people first, by their ids, and counts what they have not read.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import Kind as AccountKind
from accounts.models import Pace, User
from debate.models import (
    Debate,
    Event,
    Following,
    Held,
    ModerationAct,
    Notification,
    NotifiedUpTo,
)
from debate.models.debates import Visibility
from debate.models.events import EventKind
from debate.models.following import DECISIONS, Reason
from debate.selectors import audiences

log = logging.getLogger(__name__)
MOST = 200
"""How many events of a debate are told of in one transaction."""
KEPT = timedelta(days=90)
"""How long what has been read stays in the inbox."""
GONE = (EventKind.STATEMENT_HIDDEN, EventKind.STATEMENT_WITHDRAWN)
CLOSED = (
    EventKind.PROPOSAL_ACCEPTED,
    EventKind.PROPOSAL_REFUSED,
    EventKind.PROPOSAL_WITHDRAWN,
    EventKind.PROPOSAL_OUTDATED,
)
ENDED = (EventKind.PARTICIPANT_REMOVED, EventKind.PARTICIPANT_LEFT)
SPEAKS = (EventKind.DEBATE_STARTED, EventKind.STATEMENT_PUBLISHED, EventKind.PARTICIPANT_JOINED)
JOINS = (EventKind.PARTICIPANT_ADDED, EventKind.FACILITATOR_NAMED)
COUNT = """
    UPDATE accounts_user u SET unread_count = (
        SELECT count(*) FROM debate_notification n WHERE n.person_id = u.id AND n.read_at IS NULL)
    WHERE u.id = ANY(%s)
"""


def notify() -> int:
    """Tell of all that has happened since; says how many notifications were made.

    A debate that fails does not keep the others waiting; its error is raised at the end.
    """
    made, failed = 0, None
    for debate in _waiting():
        try:
            while (told := _tell(debate)) is not None:
                made += told
        except Exception as error:
            log.exception("Nobody was told of debate %s.", debate)
            failed = error
    if failed:
        raise failed
    return made


def _waiting() -> list[int]:
    """The debates in which something happened that nobody has been told of."""
    behind = Q(notified=None, event_count__gt=0) | Q(event_count__gt=F("notified__number"))
    return list(Debate.objects.filter(behind).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _tell(pk: int) -> int | None:
    """Tell of the next events of a debate; how many notifications came of it, None of no event."""
    NotifiedUpTo.objects.bulk_create([NotifiedUpTo(debate_id=pk)], ignore_conflicts=True)
    reached = NotifiedUpTo.objects.select_for_update().get(pk=pk)
    debate = Debate.objects.get(pk=pk)
    events = audiences.events(debate, reached.number, MOST)
    if not events:
        return None
    since = _follow(debate, events)
    wanted = audiences.audience(debate, events, since)
    outdated = _outdated(debate, events)
    people = locked({*wanted, *outdated.values_list("person", flat=True)})
    outdated.update(read_at=timezone.now(), waits=False)
    rows = [
        Notification(
            person=person, event_id=event, debate=debate, reason=reason, waits=_is_mailed(person)
        )
        for person in people
        for event, reason in sorted(wanted.get(person.pk, {}).items())
    ]
    made = Notification.objects.bulk_create(rows)
    count([person.pk for person in people])
    reached.number = events[-1].number
    reached.save(update_fields=["number"])
    return len(made)


def _is_mailed(person: User) -> bool:
    return person.mail_pace != Pace.NEVER and person.kind == AccountKind.PERSON


def _follow(debate: Debate, events: Sequence[Event]) -> dict[int, int]:
    """Let those who took part follow the debate, unless they have said what they want.

    Says who has begun to, and by which event.
    """
    first: dict[int, Event] = {}
    for event in events:
        for person in _parts(event):
            first.setdefault(person, event)
    if not first:
        return {}
    known = Following.objects.filter(debate=debate, person__in=first)
    asked = User.objects.filter(pk__in=first, kind=AccountKind.PERSON, is_active=True)
    new = asked.filter(follows_by_itself=True).exclude(pk__in=known.values("person"))
    begun = {pk: first[pk] for pk in new.values_list("pk", flat=True)}
    rows = [
        Following(person_id=pk, debate=debate, is_automatic=True, since=_since(event))
        for pk, event in begun.items()
    ]
    Following.objects.bulk_create(rows, ignore_conflicts=True)
    return {pk: event.number for pk, event in begun.items()}


def _since(event: Event) -> datetime:
    """From when on one hears of a debate: of one that was brought in, not what was said before."""
    return timezone.now() if event.data.get("imported") else event.created_at


def _parts(event: Event) -> Iterator[int]:
    """Who takes part by an event."""
    if event.kind in SPEAKS:
        yield event.actor_id
    elif event.kind in JOINS:
        yield event.data["person"]


def _outdated(debate: Debate, events: Sequence[Event]) -> QuerySet[Notification]:
    """What nobody needs to read any more: of what is gone, in debates that are closed to one, and
    of proposals on which somebody has decided.

    Who may still read it does so in the inbox; it only does not wait there.
    """
    gone = {event.statement_id for event in events if event.kind in GONE}
    left = {event.data["person"] for event in events if event.kind in ENDED}
    about = Q(event__statement__in=gone) & ~Q(reason__in=DECISIONS)
    about |= Q(event__data__position__in=gone)
    shut = any(event.kind == EventKind.DEBATE_CHANGED for event in events)
    if debate.visibility == Visibility.PRIVATE:
        about |= Q(person__in=left)
        if shut:
            about |= ~Q(person__participations__debate=debate)
    decided = [event.data["proposal"] for event in events if event.kind in CLOSED]
    if decided:
        about |= Q(event__kind=EventKind.PROPOSAL_MADE, event__data__proposal__in=decided)
    found = Notification.objects.filter(debate=debate, read_at=None)
    return found.filter(about) if gone or left or decided or shut else found.none()


# ---- what every change of notifications does
def locked(people: Iterable[int]) -> list[User]:
    """The people, locked, as everybody locks them: by their ids."""
    found = User.objects.select_for_update(no_key=True).filter(pk__in=set(people))
    return list(found.order_by("pk"))


def count(people: Collection[int]) -> None:
    """Count what these people, who are locked, have not read."""
    if people:
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [list(people)])


def tell(person: User, *, act: ModerationAct | None = None, held: Held | None = None) -> None:
    """Tell somebody, who is locked, of a decision that is in no debate and concerns them."""
    Notification.objects.create(
        person=person, act=act, held=held, reason=Reason.DECISION, waits=_is_mailed(person)
    )
    count([person.pk])


# ---- reading
@transaction.atomic
def read(
    *, by: User, ids: Collection[int] | None = None, up_to: int | None = None, debate: str = ""
) -> int:
    """Mark as read: those with these ids, or all up to one, or all; of one debate, or of any.

    Says how many were not. What is not theirs is left alone.
    """
    locked([by.pk])
    found = Notification.objects.filter(person=by, read_at=None)
    if ids is not None:
        found = found.filter(pk__in=ids)
    if up_to is not None:
        found = found.filter(pk__lte=up_to)
    if debate:
        found = found.filter(debate__slug=debate)
    return _read(found, by)


def look(statement: int, *, by: User) -> None:
    """Mark as read what is told of a statement whose page its reader has open.

    No query for whom nothing waits, and one where nothing of this.
    """
    _look(Q(event__statement=statement), by)


def look_into(act: int, *, by: User) -> None:
    """As `look`, of an act in no debate whose page is open."""
    _look(Q(act=act), by)


def look_at(proposal: int, *, by: User) -> None:
    """As `look`, of a proposal whose page is open."""
    _look(Q(event__data__proposal=proposal), by)


def _look(about: Q, by: User) -> None:
    if not by.unread_count:
        return
    found = Notification.objects.filter(about, person=by, read_at=None)
    if found.exists():
        with transaction.atomic():
            locked([by.pk])
            _read(found, by)


def _read(found: QuerySet[Notification], by: User) -> int:
    number = found.update(read_at=timezone.now(), waits=False)
    count([by.pk])
    by.refresh_from_db(fields=["unread_count"])
    return number


def forget() -> int:
    """Remove what was read long ago; says how many rows."""
    return Notification.objects.filter(read_at__lt=timezone.now() - KEPT).delete()[0]
