"""Whose sessions are good now, for what outlives the request that it began with."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import base36_to_int

from accounts import rules
from accounts.models import ApiToken, Scope, User

TOKEN = "token "
"""Begins what stands for a token among the keys of sessions; its id follows."""


def people_of(keys: Collection[str]) -> dict[str, User]:
    """Whose sessions, or tokens that may read, these are now. Three queries at most."""
    tokens = {key for key in keys if key.startswith(TOKEN)}
    return _by_session({*keys} - tokens) | _by_token(tokens)


def _by_token(keys: Collection[str]) -> dict[str, User]:
    """Without those that are revoked or expired, or whose account is suspended."""
    if not keys:
        return {}
    ids = [int(key.removeprefix(TOKEN)) for key in keys]
    found = ApiToken.objects.select_related("user__owner").filter(pk__in=ids)
    good = (one for one in found if one.is_usable and rules.may_sign_in(one.user))
    return {f"{TOKEN}{one.pk}": one.user for one in good if Scope.READ in one.scopes}


def _by_session(sessions: Collection[str]) -> dict[str, User]:
    """Without those that have ended, whose account is suspended, or whose password is another."""
    if not sessions:
        return {}
    fresh = Session.objects.filter(session_key__in=sessions, expire_date__gt=timezone.now())
    told = {key: _login(data) for key, data in fresh.values_list("session_key", "session_data")}
    people = User.objects.select_related("owner").in_bulk({person for person, _ in told.values()})
    found = {}
    for key, (person, proof) in told.items():
        user = people.get(person)
        if user is None or not rules.may_sign_in(user):
            continue
        if constant_time_compare(proof, user.get_session_auth_hash()):
            found[key] = user
    return found


@lru_cache(maxsize=4096)
def _login(data: str) -> tuple[int, str]:
    """The account's id (0 where there is none) and the proof of its password in a session."""
    decoded = Session(session_data=data).get_decoded()
    person = str(decoded.get(SESSION_KEY, ""))
    return int(person) if person.isdecimal() else 0, str(decoded.get(HASH_SESSION_KEY, ""))


def end_all(account: User) -> None:
    """End every session of an account, for good: each is a visitor's from its next request on."""
    User.objects.filter(pk=account.pk).update(session_round=F("session_round") + 1)
    account.refresh_from_db(fields=["session_round"])
    listed = UserSession.objects.filter(user=account)
    Session.objects.filter(session_key__in=listed.values("session_key")).delete()
    listed.delete()


def keep_only(request: Any) -> None:
    """End all sessions of who asks but this one, which goes on under a new id.

    For changes in how an account is opened: a session from before them may be somebody else's.
    """
    end_all(request.user)
    update_session_auth_hash(request, request.user)
    UserSession.objects.create_from_request(request)


def factors_changed(*, request: Any, authenticator: Any, **_: Any) -> None:
    """A second factor was added or removed; recovery codes come and go with the others."""
    if authenticator.type != "recovery_codes":
        keep_only(request)


def forget_ended() -> int:
    """Remove sessions that are over, and where those were that are gone; says how many."""
    ended = Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
    there = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(there)).delete()
    return ended


HALF_IN = "user_pk"
OF_ACCOUNT = (SESSION_KEY, HALF_IN, "account_authentication_methods_user")
"""Where a session names an account: signed in, or on the way there (by a number of base 36)."""
AT_ONCE = 500


def forget(person: int) -> int:
    """Remove every session of an account, also those half signed in; says how many.

    Sessions do not tell their account but in their data, so that all are read.
    """
    theirs = [
        session.pk
        for session in Session.objects.iterator(chunk_size=AT_ONCE)
        if str(person) in _accounts_in(session.get_decoded())
    ]
    return Session.objects.filter(pk__in=theirs).delete()[0]


def _accounts_in(data: Any) -> Iterator[str]:
    """The accounts that the data of a session names, at any depth."""
    if isinstance(data, list):
        for one in data:
            yield from _accounts_in(one)
    elif isinstance(data, dict):
        for name, value in data.items():
            if name in OF_ACCOUNT:
                yield str(base36_to_int(value) if name == HALF_IN and value else value)
            else:
                yield from _accounts_in(value)
