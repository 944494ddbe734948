"""Suspending people within one debate: they read it, and do nothing in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from debate import moderating, rules
from debate.actions import acts, events
from debate.actions.acts import Done
from debate.actions.refusals import Conflict, refusal_of_short
from debate.models import Debate, ModerationAct, Statement, Suspension
from debate.models.acts import Act
from debate.models.events import EventKind
from debate.models.statements import REASON_MAX

LONGEST = timedelta(days=36_525)


def suspend(
    debate: Debate, person: User, *, by: User, reason: str, until: datetime | None = None
) -> Suspension:
    """Keep somebody, and their bots, from acting in the debate; without `until` until it is ended.

    Raises PermissionDenied, ValidationError (reason, until); Conflict where they are suspended.
    """
    with transaction.atomic():
        debate = events.locked(debate.pk)
        rules.require(rules.may_suspend(debate, person, by))
        check(reason, until)
        if debate.suspensions.in_force().filter(person=person).exists():
            raise Conflict(
                gettext("%(shown_name)s is suspended here already.")
                % {"shown_name": person.shown_name}
            )
        made = Suspension.objects.create(
            debate=debate, person=person, suspended_by=by, reason=reason.strip(), until=until
        )
        _name(debate, {*debate.suspended, person.pk})
        acts.log(
            Act.SUSPEND,
            EventKind.PERSON_SUSPENDED,
            Done(after={"suspension": made.pk}, data=_told(made)),
            debate=debate,
            statement=None,
            person=person.owner or person,
            by=by,
            reason=made.reason,
        )
    return made


def readmit(debate: Debate, person: User, *, by: User, reason: str = "") -> None:
    """End somebody's suspension; raises PermissionDenied, Conflict where there is none."""
    with transaction.atomic():
        debate = events.locked(debate.pk)
        rules.require(rules.may_look_after(debate, by))
        held = debate.suspensions.in_force().filter(person=person).first()
        if held is None:
            raise Conflict(
                gettext("%(shown_name)s is not suspended here.")
                % {"shown_name": person.shown_name}
            )
        act = debate.acts.standing().filter(act=Act.SUSPEND, after__suspension=held.pk).first()
        if act is not None:
            rules.require(moderating.may_undo(act, by))
        _end(debate, held)
        if act is None:  # from before suspensions were acts
            events.record(debate, EventKind.PERSON_READMITTED, by=by, data=_told(held))
            events.save_counters(debate)
            return
        acts.log(
            Act.UNDO,
            EventKind.PERSON_READMITTED,
            Done(data=_told(held)),
            debate=debate,
            statement=None,
            person=act.person,
            by=by,
            reason=reason.strip() or gettext("The suspension was ended."),
            undoes=act,
        )


def undo_suspension(
    act: ModerationAct, statement: Statement | None, debate: Debate, by: User
) -> tuple[EventKind, Done]:
    """End the suspension that an act began; raises Conflict where it is over."""
    held = debate.suspensions.in_force().filter(pk=act.after["suspension"]).first()
    if held is None:
        raise Conflict(gettext("This suspension is over."))
    _end(debate, held)
    return EventKind.PERSON_READMITTED, Done(data=_told(held))


def _end(debate: Debate, held: Suspension) -> None:
    ended = debate.suspensions.filter(person=held.person_id, ended_at=None)
    ended.update(ended_at=timezone.now())
    _name(debate, {*debate.suspended} - {held.person_id})


def check(reason: str, until: datetime | None) -> None:
    """Raise ValidationError (reason, until) where somebody cannot be suspended so."""
    problems: dict[str, str] = {}
    if not reason.strip():
        problems["reason"] = gettext("Give a reason: who reads the debate can read it.")
    elif refusal := refusal_of_short(reason, REASON_MAX):
        problems["reason"] = refusal
    if until is not None and until <= timezone.now():
        problems["until"] = gettext("Choose a time that is still to come.")
    elif until is not None and until > timezone.now() + LONGEST:
        problems["until"] = gettext("Choose a time within a hundred years, or none for good.")
    if problems:
        raise ValidationError(dict(problems))


def _told(held: Suspension) -> dict[str, int]:
    return {"person": held.person_id, "suspension": held.pk}


def _name(debate: Debate, suspended: set[int]) -> None:
    """Store who is suspended in the row of the locked debate."""
    debate.suspended = sorted(suspended)
    debate.save(update_fields=["suspended"])
