"""Suspending people within one debate: they read it, and do nothing in it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from debate import rules
from debate.actions import events
from debate.actions.refusals import Conflict, refusal_of_short
from debate.models import Debate, Suspension
from debate.models.events import EventKind
from debate.models.statements import REASON_MAX


def suspend(
    debate: Debate, person: User, *, by: User, reason: str, until: datetime | None = None
) -> Suspension:
    """Keep somebody, and their bots, from acting in the debate; without `until` until it is ended.

    Raises PermissionDenied, ValidationError (reason, until); Conflict where they are suspended.
    """
    with transaction.atomic():
        debate = events.locked(debate.pk)
        rules.require(rules.may_suspend(debate, person, by))
        _check(reason, until)
        if debate.suspensions.in_force().filter(person=person).exists():
            raise Conflict(
                gettext("%(shown_name)s is suspended here already.")
                % {"shown_name": person.shown_name}
            )
        made = Suspension.objects.create(
            debate=debate, person=person, suspended_by=by, reason=reason.strip(), until=until
        )
        _tell(debate, EventKind.PERSON_SUSPENDED, made, by)
        _name(debate, {*debate.suspended, person.pk})
    return made


def readmit(debate: Debate, person: User, *, by: User) -> None:
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
        debate.suspensions.filter(person=person, ended_at=None).update(ended_at=timezone.now())
        _tell(debate, EventKind.PERSON_READMITTED, held, by)
        _name(debate, {*debate.suspended} - {person.pk})


def _check(reason: str, until: datetime | None) -> None:
    problems: dict[str, str] = {}
    if not reason.strip():
        problems["reason"] = gettext("Give a reason: who reads the debate can read it.")
    elif refusal := refusal_of_short(reason, REASON_MAX):
        problems["reason"] = refusal
    if until is not None and until <= timezone.now():
        problems["until"] = gettext("Choose a time that is still to come.")
    if problems:
        raise ValidationError(dict(problems))


def _tell(debate: Debate, kind: EventKind, held: Suspension, by: User) -> None:
    data = {"person": held.person_id, "suspension": held.pk}
    events.record(debate, kind, by=by, data=data)


def _name(debate: Debate, suspended: set[int]) -> None:
    """Store who is suspended in the row of the locked debate, with its counters."""
    debate.suspended = sorted(suspended)
    debate.save(update_fields=["suspended"])
    events.save_counters(debate)
