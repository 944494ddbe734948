"""The write path of accounts: one verb, one function."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from accounts import moments, names, rules, sessions
from accounts.models import (
    FORMER,
    ApiToken,
    FormerName,
    Kind,
    Look,
    Mail,
    Pace,
    Rename,
    Standing,
    User,
    name_digest,
)
from accounts.models import TAKEN as TAKEN_USERNAME

USED_AT_RESOLUTION = timedelta(minutes=1)
NOBODY, NOBODYS_BOT = "former member", "former bot"


def create_bot(*, by: User, username: str, name: str = "") -> User:
    """Make a bot owned by `by`; raises PermissionDenied, ValidationError (username, name)."""
    bot = User(username=username.strip().lower(), name=names.tidy(name), kind=Kind.BOT, owner=by)
    bot.set_unusable_password()
    with transaction.atomic():
        if not rules.may_own_bots(held(by)):
            raise PermissionDenied(
                gettext("Only people have bots, and make none while suspended.")
            )
        check_names({"username": bot.username, "name": bot.name})
        used = by.bots.filter(is_active=True).count()
        if refusal := rules.refusal_of_bots(used, by.bots.count()):
            raise ValidationError(refusal)
        bot.full_clean()
        _save_under_free_name(bot)
        hold_names(bot)
    return bot


def held(account: User) -> User:
    """Lock an account's row and give the account as it is now, which the rules are asked about."""
    return User.objects.select_for_update().get(pk=account.pk)


def _save_under_free_name(user: User) -> None:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise ValidationError({"username": TAKEN_USERNAME}) from error


# ---- names
TAKEN = {
    "username": TAKEN_USERNAME,
    "name": gettext_lazy(
        "This looks like another account's name. Choose one that nobody can mix up."
    ),
}


def check_name(field: str, text: str) -> None:
    """Raise ValidationError where nobody may be called so."""
    if text and (problem := names.problem(text)):
        raise ValidationError(problem, code=f"{field}_refused")


def check_names(wanted: dict[str, str]) -> None:
    """Raise ValidationError, by field, where nobody may be called so."""
    found = {field: problem for field, text in wanted.items() if (problem := _problem(text))}
    if found:
        raise ValidationError(found)


def _problem(text: str) -> str:
    return names.problem(text) if text else ""


def require_free(field: str, text: str) -> None:
    """Raise ValidationError where an account looks like this already."""
    if Look.objects.filter(look=names.look(text)).exists():
        raise ValidationError(TAKEN[field], code=f"{field}_taken")


@transaction.atomic
def hold_names(account: User) -> None:
    """Keep others from names that look like an account's; raises ValidationError (by field)."""
    looks = {names.look(old) for old in _earlier_usernames(account)}
    for field in ("username", "name"):
        look = names.look(getattr(account, field))
        if not look:
            continue
        if FormerName.objects.filter(pk=name_digest(look)).exists():
            raise ValidationError({field: TAKEN[field]})
        held, _ = Look.objects.get_or_create(look=look, defaults={"account": account})
        if held.account_id != account.pk:
            raise ValidationError({field: TAKEN[field]})
        looks.add(look)
    account.looks.exclude(look__in=looks).delete()


@transaction.atomic
def hold_free_names(*accounts: User) -> None:
    """Keep others from those names of accounts that nobody else has: of ones that are given."""
    found = {
        names.look(name): account
        for account in reversed(accounts)
        for name in (account.username, account.name)
        if name
    }
    digests = {name_digest(look): look for look in found}
    for closed in FormerName.objects.filter(pk__in=digests).values_list("pk", flat=True):
        del found[digests[closed]]
    free = [Look(look=look, account=account) for look, account in found.items() if look]
    Look.objects.bulk_create(free, 1000, ignore_conflicts=True)


def _earlier_usernames(account: User) -> list[str]:
    found = account.renames.filter(field=Rename.Field.USERNAME)
    return list(found.values_list("before", flat=True))


@transaction.atomic
def rename(account: User, *, by: User, username: str, name: str) -> None:
    """Change what somebody is called, and remember what it was; the same names change nothing.

    Raises PermissionDenied, ValidationError (username, name).
    """
    account = held(account)
    if not rules.may_rename(account, by):
        raise PermissionDenied(gettext("You can change your own names, unless you are suspended."))
    set_names(account, {"username": username.strip().lower(), "name": names.tidy(name)})


def set_names(account: User, wanted: dict[str, str]) -> None:
    """Change names as `rename` does, for who holds the account's row and has asked the rules."""
    changed = {field: to for field, to in wanted.items() if to != getattr(account, field)}
    check_names(changed)
    _check_pace(account, changed)
    for field, to in changed.items():
        account.renames.create(field=field, before=getattr(account, field), after=to)
        setattr(account, field, to)
    account.full_clean(exclude=["password"])
    _save_under_free_name(account)
    hold_names(account)


def _check_pace(account: User, changed: Iterable[str]) -> None:
    found = {}
    for field in changed:
        most, within = rules.RENAMES[field]
        past = account.renames.filter(field=field, at__gt=timezone.now() - within)
        times = list(past.order_by("at").values_list("at", flat=True))
        if len(times) >= most:
            again = times[-most] + within
            found[field] = gettext("You changed this lately. You can again on %(day)s.") % {
                "day": _day(again)
            }
    if found:
        raise ValidationError(found)


def _day(moment: datetime) -> str:
    return moments.whole_minute(moment)


# ---- switches
def switch(account: User, *, by: User, is_active: bool, is_staff: bool) -> None:
    """Switch an account on or off, and make it a moderator or no longer.

    Its sessions end with a change, for its rights are others then. Where its person has left, it
    stays off. Raises PermissionDenied.
    """
    if not rules.may_switch(account, by):
        raise PermissionDenied(
            gettext("Only administrators switch accounts, and never their own.")
        )
    with transaction.atomic():
        before = held(account)
        if before.is_former or (before.is_active, before.is_staff) == (is_active, is_staff):
            return
        account.is_active, account.is_staff = is_active, is_staff
        account.save(update_fields=["is_active", "is_staff"])
        sessions.end_all(account)


def set_standing(account: User, *, by: User, standing: str, by_hand: bool = True) -> None:
    """Say how far an account is trusted; not by hand, it follows its deeds within the hour.

    Raises PermissionDenied, ValidationError (standing).
    """
    if not rules.may_set_standing(account, by):
        raise PermissionDenied(gettext("Moderators say how far other people are trusted."))
    if standing not in Standing.values:
        raise ValidationError({"standing": gettext("Choose one of the standings.")})
    account.standing, account.is_standing_set = standing, by_hand
    account.save(update_fields=["standing", "is_standing_set"])


# ---- passwords
def store_password(account: User) -> None:
    """Write the password that was set to its row, and nothing else of what was read of that.

    Others may have written it meanwhile. Raises PermissionDenied where its person has left.
    """
    there = User.objects.filter(pk=account.pk).exclude(username__startswith=FORMER)
    if not there.update(password=account.password):
        raise PermissionDenied(gettext("This account is switched off."))


# ---- who never came in
UNCONFIRMED_KEPT = timedelta(days=7)
AT_ONCE = 500


def forget_unconfirmed() -> int:
    """Remove who joined a week ago and never confirmed an address; says how many.

    Nobody was ever in these accounts, and their names are free again.
    """
    if settings.ACCOUNT_EMAIL_VERIFICATION != "mandatory":
        return 0
    given = EmailAddress.objects.filter(user=OuterRef("pk"))
    never = User.objects.filter(
        Exists(given),
        ~Exists(given.filter(verified=True)),
        kind=Kind.PERSON,
        last_login=None,
        is_staff=False,
        is_superuser=False,
        date_joined__lt=timezone.now() - UNCONFIRMED_KEPT,
    )
    gone = 0
    for account in never[:AT_ONCE]:
        with suppress(ProtectedError), transaction.atomic():
            account.delete()
            gone += 1
    return gone


# ---- mails
MAIL_KEPT = timedelta(days=2)


def forget_mails() -> int:
    """Remove mails that could not be sent in two days; says how many."""
    return Mail.objects.filter(made_at__lt=timezone.now() - MAIL_KEPT).delete()[0]


# ---- tokens
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
        raise PermissionDenied(gettext("You can make tokens for yourself and for your own bots."))
    if not account.is_active:
        raise PermissionDenied(gettext("This account is switched off."))
    chosen = sorted(set(scopes))
    _check_scopes(account, chosen)
    if expires_at is not None and expires_at <= timezone.now():
        raise ValidationError({"expires_at": gettext("Choose a time that is still to come.")})
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
            raise ValidationError(
                gettext("That is the most tokens for one account. Revoke one first.")
            )
        token.full_clean()
        token.save()
    return token, key


def _check_scopes(account: User, chosen: list[str]) -> None:
    if not chosen:
        raise ValidationError({"scopes": gettext("Choose at least one scope.")})
    wrong = set(chosen) - set(rules.scopes_of(account))
    if wrong:
        raise ValidationError(
            {
                "scopes": gettext("This account cannot have: %(scopes)s.")
                % {"scopes": ", ".join(sorted(wrong))}
            }
        )


def revoke_token(token: ApiToken, *, by: User) -> None:
    """End a token at once; raises PermissionDenied. Revoking twice changes nothing."""
    if not rules.may_manage(token.user, by):
        raise PermissionDenied(gettext("You can revoke your own and your bots' tokens."))
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


def revoke_tokens_of(person: User) -> int:
    """End all tokens of a person and of their bots at once; says how many."""
    theirs = ApiToken.objects.filter(Q(user=person) | Q(user__owner=person), revoked_at=None)
    return theirs.update(revoked_at=timezone.now())


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

    Neither names nor mail stay in the rows; keyed hashes keep the names, and what looks like
    them, from others: the usernames there were, and the shown name. The caller holds a
    transaction, and removes looks and renames afterwards.
    """
    for account in (person, *person.bots.select_for_update()):
        if account.is_former:
            continue
        for name in filter(None, (account.username, account.name, *_earlier_usernames(account))):
            FormerName.objects.get_or_create(digest=name_digest(name))
        account.username = f"{FORMER}{account.pk}"
        account.name = NOBODYS_BOT if account.is_bot else NOBODY
        account.email = account.language = account.time_zone = ""
        account.is_active = account.is_staff = account.is_superuser = account.hides_bots = False
        account.last_login = account.mailed_until = None
        account.mail_pace, account.follows_by_itself, account.unread_count = Pace.NEVER, True, 0
        account.standing, account.is_standing_set = Standing.NEW, False
        account.is_suspended, account.suspended_until, account.blocked = False, None, []
        account.session_round += 1
        account.set_unusable_password()
        account.save()
