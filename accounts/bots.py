"""What owners do with the bots they have: other names, and switching them off."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts import actions, names, rules
from accounts.models import User


@transaction.atomic
def rename(bot: User, *, by: User, name: str) -> None:
    """Change a bot's shown name, and remember what it was; the same one changes nothing.

    Raises PermissionDenied, ValidationError (name).
    """
    by, bot = actions.held(by), actions.held(bot)  # in the order in which who leaves holds them
    _require(bot, by)
    if by.only_reads:
        raise PermissionDenied(gettext("You are suspended, and may only read."))
    actions.set_names(bot, {"name": names.tidy(name)})


@transaction.atomic
def end(bot: User, *, by: User) -> None:
    """Switch a bot off for good: its tokens end, what it said stays, another can take its place.

    Raises PermissionDenied.
    """
    _require(bot, by)
    User.objects.select_for_update().get(pk=by.pk)
    User.objects.filter(pk=bot.pk).update(is_active=False)
    bot.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())


def _require(bot: User, by: User) -> None:
    if not rules.may_look_after(bot, by):
        raise PermissionDenied(gettext("Bots that are in use are looked after by their owners."))
