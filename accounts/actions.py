"""The write path of accounts: one verb, one function."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts import rules
from accounts.models import FORMER, ApiToken, FormerName, Kind, User, name_digest

USED_AT_RESOLUTION = timedelta(minutes=1)
NOBODY, NOBODYS_BOT = "former member", "former bot"


def create_bot(*, by: User, username: str, name: str = "") -> User:
    """Make a bot owned by `by`; raises PermissionDenied, ValidationError (username, name)."""
    if not rules.may_own_bots(by):
        raise PermissionDenied("Only people have bots.")
    bot = User(username=username.strip().lower(), name=name.strip(), kind=Kind.BOT, owner=by)
    bot.set_unusable_password()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        if by.bots.count() >= rules.BOTS_PER_OWNER:
            raise ValidationError(f"You have {rules.BOTS_PER_OWNER} bots, which is the most.")
        bot.full_clean()
        _save_under_free_name(bot)
    return bot


def _save_under_free_name(user: User) -> None:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise ValidationError({"username": "This username is taken."}) from error


def create_token(
    account: User,
    *,
    by: User,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token for `account`; returns it with the key, which is kept nowhere.

    Raises PermissionDenied where `by` may not manage the account, ValidationError (fields name,
    scopes, expires_at) otherwise.
    """
    if not rules.may_manage(account, by):
        raise PermissionDenied("You can make tokens for yourself and for your own bots.")
    chosen = sorted(set(scopes))
    _check_scopes(account, chosen)
    if expires_at is not None and expires_at <= timezone.now():
        raise ValidationError({"expires_at": "Choose a time that is still to come."})
    prefix = secrets.token_hex(4)
    key = f"crux_{prefix}_{secrets.token_urlsafe(32)}"
    token = ApiToken(
        user=account,
        name=name.strip(),
        prefix=prefix,
        digest=digest(key),
        scopes=chosen,
        expires_at=expires_at,
    )
    with transaction.atomic():
        User.objects.select_for_update().get(pk=account.pk)
        if account.tokens.filter(revoked_at=None).count() >= rules.TOKENS_PER_ACCOUNT:
            raise ValidationError("That is the most tokens for one account. Revoke one first.")
        token.full_clean()
        token.save()
    return token, key


def _check_scopes(account: User, chosen: list[str]) -> None:
    if not chosen:
        raise ValidationError({"scopes": "Choose at least one scope."})
    wrong = set(chosen) - set(rules.scopes_of(account))
    if wrong:
        raise ValidationError({"scopes": f"This account cannot have: {', '.join(sorted(wrong))}."})


def revoke_token(token: ApiToken, *, by: User) -> None:
    """End a token at once; raises PermissionDenied. Revoking twice changes nothing."""
    if not rules.may_manage(token.user, by):
        raise PermissionDenied("You can revoke your own and your bots' tokens.")
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


def hide_bots(user: User, *, hide: bool) -> None:
    """Remember whether a person wants what bots say folded away."""
    user.hides_bots = hide
    user.save(update_fields=["hides_bots"])


def note_use(token: ApiToken) -> None:
    """Remember that a token was used, to the minute, so that reading costs no write a request."""
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_AT_RESOLUTION)
    if token.last_used_at is None or token.last_used_at < now - USED_AT_RESOLUTION:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def digest(key: str) -> str:
    """SHA-256 of a key, in hex. The keys are 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def leave_behind(person: User) -> None:
    """Make the accounts of a person and of their bots a former member's, which nobody can enter.

    Neither names nor mail stay in the rows; keyed hashes keep the usernames from others. The
    caller holds a transaction and has locked the person.
    """
    for account in (person, *person.bots.select_for_update()):
        if account.is_former:
            continue
        FormerName.objects.get_or_create(digest=name_digest(account.username))
        account.username = f"{FORMER}{account.pk}"
        account.name = NOBODYS_BOT if account.is_bot else NOBODY
        account.email = ""
        account.is_active = account.is_staff = account.is_superuser = account.hides_bots = False
        account.last_login = None
        account.set_unusable_password()
        account.save()
