"""Following a debate, a sub-thread or a person; muting them; and no longer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from debate import grammar, rules
from debate.models import Debate, Following, Notification, Statement
from debate.models.following import SILENT, Level

MOST = 2000
"""How much one account can follow and mute."""


def follow_debate(debate: Debate, *, by: User, level: str) -> None:
    """Follow a debate, mute it, or stop both; it then is not followed by itself again.

    Raises PermissionDenied, ValidationError (level).
    """
    _put(by, level, debate=debate)
    if level == Level.MUTED:
        _waiting(by).filter(debate=debate).update(waits=False)


def follow_statement(statement: Statement, *, by: User, level: str) -> None:
    """Follow all that is said under a statement, mute it, or stop both. Raises as for a debate."""
    _put(by, level, statement=statement)
    if level == Level.MUTED:
        found = _waiting(by).filter(debate=statement.debate_id).select_related("event__statement")
        within = [one.pk for one in found if _is_within(one.event.statement, statement)]
        _waiting(by).filter(pk__in=within).update(waits=False)


def follow_person(person: User, *, by: User, level: str) -> None:
    """Follow what somebody says, mute or block them and their bots, or stop. Raises as those.

    What somebody says whom one has blocked is folded.
    """
    rules.require(rules.may_follow_person(person, by))
    with transaction.atomic():
        _put(by, level, whom=person)
        _note_blocked(by)
    if level in SILENT:
        theirs = Q(event__actor=person) | Q(event__actor__owner=person)
        _waiting(by).filter(theirs).update(waits=False)


def _note_blocked(by: User) -> None:
    """Write into the account's row whom it has blocked, so that pages know without asking."""
    account = User.objects.select_for_update(no_key=True).only("pk", "blocked").get(pk=by.pk)
    found = Following.objects.filter(person=by, level=Level.BLOCKED).order_by("whom")
    blocked = [pk for pk in found.values_list("whom", flat=True) if pk]
    if blocked != account.blocked:
        account.blocked = by.blocked = blocked
        account.save(update_fields=["blocked"])


def forget_blocked(ids: Collection[int]) -> None:
    """Take accounts that are left out of the rows of those who have blocked them."""
    for pk in ids:
        known = User.objects.filter(blocked__contains=[pk])
        known.update(blocked=Func(F("blocked"), Value(pk), function="array_remove"))


def _waiting(by: User) -> Any:
    """What waits for a mail to the account."""
    return Notification.objects.filter(person=by, waits=True)


def _is_within(statement: Statement | None, above: Statement) -> bool:
    if statement is None:
        return False
    return statement.pk == above.pk or above.pk in grammar.ancestor_ids(statement)


@transaction.atomic
def _put(by: User, level: str, **of: Any) -> None:
    rules.require(rules.may_follow(by))
    if level not in Level.values:
        message = _("Choose 'followed', 'stopped' or 'muted'.")
        raise ValidationError({"level": ValidationError(message, "level")})
    if level == Level.BLOCKED and "whom" not in of:
        raise ValidationError({"level": ValidationError(_("Only people are blocked."), "level")})
    if level == Level.STOPPED and "debate" not in of:
        Following.objects.filter(person=by, **of).delete()
        return
    known = Following.objects.filter(person=by)
    if known.filter(level=level, **of).exists():
        return
    fields = {"level": level, "is_automatic": False, "since": timezone.now()}
    if not known.filter(**of).update(**fields):
        if known.count() >= MOST:
            message = _("You follow and mute %(most)d things, which is the most.") % {"most": MOST}
            raise ValidationError({"level": ValidationError(message, "most")})
        Following.objects.update_or_create(person=by, **of, defaults=fields)
