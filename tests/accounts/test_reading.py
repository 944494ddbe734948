from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.reading import Accounts, SessionStore
from tests.streams import session_of


def test_a_session_and_its_account_are_read_in_a_query_each(alice: User) -> None:
    key = session_of(alice)
    with CaptureQueriesContext(connection) as seen:
        session = SessionStore(key)
        assert Accounts().get_user(int(session[SESSION_KEY])) == alice
    assert len(seen) == 2


def test_every_field_of_the_account_is_there(alice: User) -> None:
    read = Accounts().get_user(alice.pk)
    fields = [field.attname for field in User._meta.concrete_fields]
    fresh = User.objects.get(pk=alice.pk)
    assert {name: getattr(read, name) for name in fields} == {
        name: getattr(fresh, name) for name in fields
    }
    assert read is not None and not read.get_deferred_fields()


def test_a_session_that_is_over_is_nobodys(alice: User) -> None:
    key = session_of(alice)
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(seconds=1))
    session = SessionStore(key)
    assert SESSION_KEY not in session
    assert session.session_key is None


def test_a_session_that_never_was_is_nobodys(alice: User) -> None:
    session = SessionStore("made-up-by-somebody")
    assert SESSION_KEY not in session
    assert session.session_key is None


def test_an_account_that_is_switched_off_or_gone_is_nobody(client: Client, alice: User) -> None:
    client.force_login(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert Accounts().get_user(alice.pk) is None
    assert Accounts().get_user(alice.pk + 1_000_000) is None
    assert "/accounts/login/" in client.get("/accounts/").headers.get("Location", "")
