"""Who facilitates a debate and who takes part in it: adding, naming, removing, leaving."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from debate import rules
from debate.actions import events
from debate.actions.refusals import Conflict
from debate.models import Debate, Invitation, Participation
from debate.models.debates import Role
from debate.models.events import EventKind


def add(debate: Debate, *, by: User, username: str, role: str) -> Participation:
    """Let somebody take part, as participant or facilitator.

    Raises PermissionDenied; ValidationError by field (username, role); Conflict where they do.
    """
    with transaction.atomic():
        debate = events.locked(debate.pk)
        rules.require(rules.may_look_after(debate, by))
        person = found(username)
        _check_role(debate, person, role, "username")
        if debate.participations.filter(person=person).exists():
            raise Conflict(
                gettext("%(shown_name)s takes part already.") % {"shown_name": person.shown_name}
            )
        made = Participation.objects.create(debate=debate, person=person, role=role)
        named = role == Role.FACILITATOR
        kind = EventKind.FACILITATOR_NAMED if named else EventKind.PARTICIPANT_ADDED
        record(debate, kind, by=by, person=person)
        events.save_counters(debate)
    return made


def change(debate: Debate, person: User, *, by: User, role: str) -> Participation:
    """Give somebody who takes part this role; the role they have changes nothing.

    Raises PermissionDenied, ValidationError (role), Participation.DoesNotExist; Conflict where the
    debate would be left without a facilitator.
    """
    with transaction.atomic():
        debate = events.locked(debate.pk)
        rules.require(rules.may_look_after(debate, by))
        held = debate.participations.select_related("person__owner").get(person=person)
        _check_role(debate, held.person, role, "role")
        if held.role == role:
            return held
        if role == Role.FACILITATOR:
            record(debate, EventKind.FACILITATOR_NAMED, by=by, person=person)
        else:
            _end_facilitating(debate, held, by)
        held.role = role
        held.save(update_fields=["role"])
        events.save_counters(debate)
    return held


def remove(debate: Debate, person: User, *, by: User, generated_by: str = "") -> None:
    """End somebody's part in the debate, or one's own, and that of their bots. Words stay.

    A private debate then does not exist for them. Raises PermissionDenied, ValidationError
    (generated_by), Participation.DoesNotExist; Conflict as `change`.
    """
    leaves = person.pk == by.pk
    with transaction.atomic():
        debate = events.locked(debate.pk)
        if not leaves:
            rules.require(rules.may_look_after(debate, by))
        generated_by = events.check_generated_by(by, generated_by)
        held = debate.participations.select_related("person__owner").get(person=person)
        if held.role == Role.FACILITATOR:
            _end_facilitating(debate, held, by, generated_by)
        held.delete()
        kind = EventKind.PARTICIPANT_LEFT if leaves else EventKind.PARTICIPANT_REMOVED
        record(debate, kind, by=by, person=person, generated_by=generated_by)
        _remove_bots(debate, person, by)
        events.save_counters(debate)


def _remove_bots(debate: Debate, owner: User, by: User) -> None:
    """Who takes part no more does not read on through a bot."""
    for bot in debate.participations.filter(person__owner=owner).select_related("person"):
        bot.delete()
        record(debate, EventKind.PARTICIPANT_REMOVED, by=by, person=bot.person)


def record(
    debate: Debate, kind: EventKind, *, by: User, person: User, generated_by: str = ""
) -> None:
    """Write an event of a locked debate that is about a person."""
    events.record(debate, kind, by=by, data={"person": person.pk}, generated_by=generated_by)


def found(username: str) -> User:
    """The account of this name; raises ValidationError (username)."""
    name = username.strip().lstrip("@").lower()
    person = User.objects.select_related("owner").filter(username=name).first()
    if person is None:
        raise ValidationError({"username": gettext("Nobody has this username.")})
    return person


def _check_role(debate: Debate, person: User, role: str, field: str) -> None:
    if role not in Role.values:
        raise ValidationError({"role": gettext("Choose participant or facilitator.")})
    if not (answer := rules.may_have_role(debate, person, role)):
        raise ValidationError({field: answer.reason})


def _end_facilitating(
    debate: Debate, held: Participation, by: User, generated_by: str = ""
) -> None:
    if not (answer := rules.may_lose_role(debate, held.person)):
        raise Conflict(answer.reason)
    kind = EventKind.FACILITATOR_ENDED
    record(debate, kind, by=by, person=held.person, generated_by=generated_by)
    _revoke_links(debate, held.person, by)


def _revoke_links(debate: Debate, person: User, by: User) -> None:
    """Who looks after the debate no more does not come back, or let others in, by a link."""
    for made in debate.invitations.filter(made_by=person, revoked_at=None):
        end_link(debate, made, by)


def end_link(debate: Debate, made: Invitation, by: User) -> None:
    """End a link of a locked debate that still lets somebody in."""
    made.revoked_at = timezone.now()
    made.save(update_fields=["revoked_at"])
    events.record(debate, EventKind.INVITATION_REVOKED, by=by, data={"invitation": made.pk})
