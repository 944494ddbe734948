"""The write path of accounts: one verb, one function."""

from __future__ import annotations

import hashlib
import math
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts import rules
from accounts.limits import Budget, LimitReached
from accounts.models import ApiToken, Kind, Spent, User

USED_AT_RESOLUTION = timedelta(minutes=1)


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


def note_use(token: ApiToken) -> None:
    """Remember that a token was used, to the minute, so that reading costs no write a request."""
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_AT_RESOLUTION)
    if token.last_used_at is None or token.last_used_at < now - USED_AT_RESOLUTION:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def digest(key: str) -> str:
    """SHA-256 of a key, in hex. The keys are 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


SPEND = """
    INSERT INTO accounts_spent AS s (key, used, most, ends)
    SELECT key, used, most, %(now)s + seconds * interval '1 second'
    FROM unnest(%(keys)s::text[], %(used)s::int[], %(most)s::int[], %(seconds)s::int[])
        AS asked(key, used, most, seconds)
    ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        used = excluded.used + CASE WHEN s.ends <= %(now)s THEN 0 ELSE s.used END,
        ends = CASE WHEN s.ends <= %(now)s THEN excluded.ends ELSE s.ends END,
        most = excluded.most
    WHERE s.ends <= %(now)s OR s.used + excluded.used <= excluded.most
    RETURNING key
"""


def spend(budgets: Sequence[Budget]) -> None:
    """Use up what the budgets say, or raise LimitReached. One query where nothing is refused.

    Exact however many ask at once: the database lets one after the other at each row. A time
    begins with the first use, and with the first one after its end.
    """
    for budget in budgets:
        if budget.amount > budget.rate.most:
            raise LimitReached(_too_much(budget), retry_after=0)
    now = timezone.now()
    asked: dict[str, Any] = {
        "now": now,
        "keys": [budget.key for budget in budgets],
        "used": [budget.amount for budget in budgets],
        "most": [budget.rate.most for budget in budgets],
        "seconds": [budget.rate.seconds for budget in budgets],
    }
    with connection.cursor() as cursor:
        cursor.execute(SPEND, asked)
        granted = {key for (key,) in cursor.fetchall()}
    refused = [budget for budget in budgets if budget.key not in granted]
    if refused:
        for budget in budgets:  # what is refused costs nothing
            if budget.key in granted:
                Spent.objects.filter(key=budget.key).update(used=F("used") - budget.amount)
        ends = Spent.objects.filter(key__in=[budget.key for budget in refused])
        last = max(ends.values_list("ends", flat=True), default=now)
        wait = max(1, math.ceil((last - now).total_seconds()))
        raise LimitReached(_enough(refused[0], wait), retry_after=wait)


def _enough(budget: Budget, wait: int) -> str:
    return f"That is enough for now: {budget.rate} {budget.of} are possible. {_in(wait)}"


def _in(wait: int) -> str:
    minutes = math.ceil(wait / 60)
    if wait < 2 * 60:
        return f"Try again in {wait} second{'s' * (wait != 1)}."
    if minutes < 2 * 60:
        return f"Try again in {minutes} minutes."
    return f"Try again in {math.ceil(minutes / 60)} hours."


def _too_much(budget: Budget) -> str:
    if budget.rate.most == 0:
        return f"There are no {budget.of} for this account."
    return f"This is too much at once: {budget.rate} {budget.of} are possible."


def forget_spent() -> int:
    """Remove what is over; says how many rows."""
    return Spent.objects.filter(ends__lte=timezone.now()).delete()[0]
