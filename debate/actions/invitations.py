"""Links by which people join a debate: making and revoking them, joining by one."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from accounts.moments import number
from debate import rules
from debate.actions import events, participations
from debate.actions.refusals import Conflict, refusal_of_short
from debate.models import Debate, Invitation, InvitationUse, Participation
from debate.models.debates import Role
from debate.models.events import EventKind
from debate.models.invitations import DAYS_MOST, NOTE_MAX, USES_MOST
from debate.selectors import invitations

OPEN_MOST = 100
"""How many links of a debate there can be at a time."""


def create(
    debate: Debate,
    *,
    by: User,
    role: str = Role.PARTICIPANT,
    days: int = 7,
    uses: int = 1,
    note: str = "",
    shows_question: bool = True,
) -> Invitation:
    """Make a link that lets so many people join within so many days.

    Raises PermissionDenied; ValidationError by field (role, days, uses, note); Conflict where
    there are too many links.
    """
    with transaction.atomic():
        debate = events.locked(debate.pk)
        rules.require(rules.may_look_after(debate, by))
        _check(role, days, uses, note)
        if debate.invitations.filter(revoked_at=None).count() >= OPEN_MOST:
            raise Conflict(
                gettext("There are %(open_most)s links to this debate. Revoke some first.")
                % {"open_most": OPEN_MOST}
            )
        made = Invitation.objects.create(
            debate=debate,
            made_by=by,
            role=role,
            note=note.strip(),
            shows_question=shows_question,
            uses_most=uses,
            expires_at=timezone.now() + timedelta(days=days),
        )
        events.record(debate, EventKind.INVITATION_MADE, by=by, data={"invitation": made.pk})
        events.save_counters(debate)
    return made


def _check(role: str, days: int, uses: int, note: str) -> None:
    problems: dict[str, str] = {}
    if role not in Role.values:
        problems["role"] = gettext("Choose participant or facilitator.")
    if not 1 <= days <= DAYS_MOST:
        problems["days"] = gettext("A link holds for 1 to %(days_most)s days.") % {
            "days_most": DAYS_MOST
        }
    if not 1 <= uses <= USES_MOST:
        problems["uses"] = gettext("A link lets in 1 to %(uses_most)s people.") % {
            "uses_most": number(USES_MOST)
        }
    if refusal := refusal_of_short(note, NOTE_MAX):
        problems["note"] = refusal
    if problems:
        raise ValidationError(dict(problems))


def revoke(debate: Debate, pk: int, *, by: User) -> None:
    """End a link at once; twice changes nothing.

    Raises PermissionDenied; Invitation.DoesNotExist where it is not one of this debate.
    """
    with transaction.atomic():
        debate = events.locked(debate.pk)
        rules.require(rules.may_look_after(debate, by))
        made = debate.invitations.get(pk=pk)
        if made.revoked_at is None:
            participations.end_link(debate, made, by)
            events.save_counters(debate)


def join(token: str, *, by: User) -> Debate:
    """Take part in the debate of a link; who does already changes nothing and uses none of it.

    Raises Invitation.DoesNotExist where the link is not good for the person; PermissionDenied.
    The debate's lock makes those who come at once come one by one.
    """
    with transaction.atomic():
        debate = events.locked(invitations.invitation(token, by).debate_id)
        found = invitations.invitation(token, by)
        rules.require(rules.may_join(by))
        if invitations.takes_part(debate, by):
            return debate
        role = found.role
        if rules.suspension(debate, by):
            role = Role.PARTICIPANT
        Participation.objects.create(debate=debate, person=by, role=role)
        InvitationUse.objects.create(invitation=found, person=by)
        participations.record(debate, EventKind.PARTICIPANT_JOINED, by=by, person=by)
        if role == Role.FACILITATOR:
            participations.record(debate, EventKind.FACILITATOR_NAMED, by=by, person=by)
        events.save_counters(debate)
    return debate
