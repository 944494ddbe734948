from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.sessions import end_all, people_of
from tests.streams import session_of


def test_sessions_tell_whose_they_are_in_two_queries(alice: User, bob: User) -> None:
    keys = {session_of(alice): alice, session_of(bob): bob, session_of(alice): alice}
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert people_of([*keys, "made-up"]) == keys
    assert len(seen) == 2
    assert people_of([]) == {}


def ended(key: str, person: User) -> None:
    Session.objects.filter(session_key=key).delete()


def expired(key: str, person: User) -> None:
    Session.objects.filter(session_key=key).update(expire_date=timezone.now() - timedelta(1))


def suspended(key: str, person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


def password_changed(key: str, person: User) -> None:
    person.set_password("another one")
    person.save()


@pytest.mark.parametrize("what", [ended, expired, suspended, password_changed])
def test_a_session_that_is_good_no_longer_is_nobodys(alice: User, what: object) -> None:
    key = session_of(alice)
    assert people_of([key]) == {key: alice}
    assert callable(what)
    what(key, alice)
    assert people_of([key]) == {}


def test_nobody_listens_for_a_bot_whose_owner_is_suspended(bob: User, rob: User) -> None:
    key = session_of(rob)
    assert people_of([key]) == {key: rob}
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert people_of([key]) == {}


def test_all_sessions_of_one_account_end_and_no_others(alice: User, bob: User) -> None:
    keys = [session_of(alice), session_of(alice)]
    other = session_of(bob)
    waiting = SessionStore()  # half signed in: a second step is still to come
    waiting["account_login"] = {"user_pk": str(alice.pk), "email": "alice@example.org"}
    waiting.save()
    assert end_all(alice.pk) == len(keys) + 1
    assert list(Session.objects.values_list("pk", flat=True)) == [other]
