"""Who may do what with accounts: predicates, no writes."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from zoneinfo import available_timezones

from django.utils.translation import gettext

from accounts.models import Kind, Scope, User

BOTS_PER_OWNER, BOTS_EVER = 10, 50
"""Bots of one person: in use, and with those switched off, which keep their names."""
TOKENS_PER_ACCOUNT = 20
RENAMES = {"username": (1, timedelta(days=30)), "name": (3, timedelta(days=1))}
"""How often each name may be changed, in what time."""

AREAS = "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific"
PLACE = re.compile(f"(?:{AREAS.replace(' ', '|')})/")


def may_manage(account: User, by: User) -> bool:
    """Whether `by` may make and revoke tokens of `account`: one's own and one's bots'."""
    return account.pk == by.pk or (account.owner_id is not None and account.owner_id == by.pk)


def may_own_bots(user: User) -> bool:
    """Whether the account may have bots: people only, who are not suspended."""
    return user.is_active and user.kind == Kind.PERSON and not user.only_reads


def refusal_of_bots(used: int, ever: int) -> str:
    """Why somebody with so many bots gets no other one; empty where they do."""
    if used >= BOTS_PER_OWNER:
        return gettext("You have %(n)s bots, which is the most. Switch one off first.") % {
            "n": used
        }
    if ever >= BOTS_EVER:
        return gettext("You have made %(n)s bots, which is the most.") % {"n": ever}
    return ""


def may_look_after(bot: User, by: User) -> bool:
    """Whether `by` may rename `bot` and switch it off: its owner, while it is in use."""
    return bot.is_active and by.is_active and bot.owner_id == by.pk


def may_rename(account: User, by: User) -> bool:
    """Whether `by` may change the names of `account`: people their own, unless suspended."""
    is_own = account.pk == by.pk and account.kind == Kind.PERSON
    return is_own and account.is_active and not account.only_reads


def may_set_tastes(account: User, by: User) -> bool:
    """Whether `by` may say in which language and zone `account` reads: people for themselves."""
    return account.pk == by.pk and by.is_active and by.kind == Kind.PERSON


@cache
def zones() -> frozenset[str]:
    """The time zones to choose from: UTC, and those called by their place in the IANA database."""
    return frozenset({"UTC", *(zone for zone in available_timezones() if PLACE.match(zone))})


def may_switch(account: User, by: User) -> bool:
    """Whether `by` may switch `account` on and off, and name it moderator: superusers others."""
    return by.is_moderator and by.is_superuser and account.pk != by.pk


def may_set_standing(account: User, by: User) -> bool:
    """Whether `by` may say how far `account` is trusted: moderators of other people."""
    return by.is_moderator and account.pk != by.pk and account.kind == Kind.PERSON


def scopes_of(account: User) -> list[Scope]:
    """The scopes a token of this account can have. Bots neither mark nor moderate."""
    humans = {Scope.MARK, Scope.MODERATE}
    return [scope for scope in Scope if not (account.is_bot and scope in humans)]


def may_sign_in(account: User) -> bool:
    """Whether the account may use a token or a session now; a bot falls with its owner."""
    return account.is_active and (account.owner is None or account.owner.is_active)
