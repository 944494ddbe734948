"""Suspending people from the whole site: they and their bots read, and write nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from debate import moderating, rules
from debate.actions import acts, notifying, suspensions
from debate.actions.decided import Decided, told
from debate.actions.refusals import Conflict
from debate.models import ModerationAct, Suspension
from debate.models.acts import Act


def suspend(
    person: User, *, by: User, reason: str, until: datetime | None = None, internal: bool = False
) -> ModerationAct:
    """Keep somebody, and their bots, from writing anywhere; without `until` for good.

    They sign in, read, and may appeal; after `until` they write again. An `internal` reason is
    for them and for moderators. Raises PermissionDenied; ValidationError (reason, until); Decided
    where they are suspended.
    """
    rules.require(moderating.may_suspend(person, by))
    suspensions.check(reason, until)
    with transaction.atomic():
        person = hold(person)
        rules.require(moderating.may_suspend(person, by))
        held = in_force(person)
        if held is not None:
            raise Decided(told(str(Act.SUSPEND.label), held.suspended_by, held.created_at))
        made = Suspension.objects.create(
            person=person, suspended_by=by, reason=reason.strip(), until=until
        )
        _store(person, is_suspended=True, until=until)
        ends = until.isoformat() if until else None
        after = {"suspension": made.pk, "until": ends}
        said = {"reason": made.reason, "is_internal": internal}
        return _log(person, act=Act.SUSPEND, moderator=by, after=after, **said)


def end(act: ModerationAct, *, by: User, reason: str, internal: bool = False) -> ModerationAct:
    """Undo a suspension within a transaction, its rights asked and its reason checked.

    Raises Conflict where it is over, or undone already.
    """
    person = hold(act.person)
    if ModerationAct.objects.filter(undoes=act).exists():
        raise Conflict(gettext("This is undone already."))
    held = in_force(person)
    if held is None or held.pk != act.after["suspension"]:
        raise Conflict(gettext("This suspension is over."))
    held.ended_at = timezone.now()
    held.save(update_fields=["ended_at"])
    _store(person, is_suspended=False, until=None)
    acts.close_appeal(act, by=by, reason=reason, internal=internal)
    said = {"reason": reason, "is_internal": internal}
    return _log(person, act=Act.UNDO, moderator=by, undoes=act, **said)


def hold(person: User | None) -> User:
    """Lock the account of whom an act in no debate concerns."""
    assert person is not None  # such an act always concerns somebody
    [locked] = notifying.locked([person.pk])
    return locked


def in_force(person: User) -> Suspension | None:
    """The suspension from the whole site that holds for a person now."""
    held = Suspension.objects.of_site().in_force().filter(person=person)
    return held.select_related("suspended_by").first()


def _store(person: User, *, is_suspended: bool, until: datetime | None) -> None:
    """Write it to the account, and to those of the bots: every request reads it there."""
    accounts = User.objects.filter(Q(pk=person.pk) | Q(owner=person))
    accounts.update(is_suspended=is_suspended, suspended_until=until)


def _log(person: User, **fields: Any) -> ModerationAct:
    """Write the act to the log, and tell the person."""
    made = ModerationAct.objects.create(person=person, **fields)
    notifying.tell(person, act=made)
    return made
