from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import int_to_base36

from accounts import actions, sealing
from accounts.models import User
from accounts.sessions import forget, forget_ended, people_of
from tests import factories
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
    waiting["account_login"] = {"user_pk": int_to_base36(alice.pk), "email": "alice@example.org"}
    waiting.save()
    assert forget(alice.pk) == len(keys) + 1
    assert list(Session.objects.values_list("pk", flat=True)) == [other]


# ---- what ends a session, and what gives it a new id
PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def signed_in(name: str = "alice") -> Client:
    client = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/130.0"})
    client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get("/accounts/names/").status_code == 200


def key_of(client: Client) -> str:
    return str(client.cookies["sessionid"].value)


def is_me(client: Client) -> None:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def replayed(key: str) -> Client:
    """A browser with a cookie of before."""
    client = Client()
    client.cookies["sessionid"] = key
    return client


def add_codes(client: Client) -> str:
    is_me(client)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    [secret] = re.findall(r'<input class="secret"[^>]* value="([A-Z2-7]{32})"', page)
    code = f"{hotp_value(secret, int(time.time()) // 30):06d}"
    client.post("/accounts/2fa/totp/activate/", {"code": code})
    return str(secret)


def change_password(client: Client) -> None:
    both = {"password1": "violet-marmot-9", "password2": "violet-marmot-9"}
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, **both})


def test_the_cookie_of_a_session_is_for_this_site_alone_and_not_for_scripts(alice: User) -> None:
    cookie = signed_in().cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")


def test_signing_in_gives_a_new_id_and_the_old_one_is_nobodys(alice: User) -> None:
    client = Client()
    session = client.session  # as planted by somebody else
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = str(session.session_key)
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert is_in(client)
    assert key_of(client) != planted
    assert not is_in(replayed(planted))


def test_logging_out_really_ends_it(alice: User) -> None:
    client = signed_in()
    key = key_of(client)
    client.post("/accounts/logout/")
    assert not is_in(client)
    assert not is_in(replayed(key))
    assert not Session.objects.filter(session_key=key).exists()


@pytest.mark.django_db(transaction=True)  # factors are told of on commit
@pytest.mark.parametrize("change", [change_password, add_codes])
def test_who_changes_how_the_account_is_opened_stays_in_here_only_and_under_a_new_id(
    alice: User, change: Callable[[Client], object]
) -> None:
    here, there = signed_in(), signed_in()
    before = key_of(here)
    change(here)
    assert is_in(here)
    assert key_of(here) != before
    assert not is_in(replayed(before))
    assert not is_in(there)
    assert "nowhere else" in here.get("/accounts/sessions/").content.decode()
    assert UserSession.objects.get().session_key == key_of(here)


def test_switching_codes_off_ends_the_other_sessions_too(alice: User) -> None:
    here = signed_in()
    add_codes(here)
    alice.refresh_from_db()
    there = Client()
    there.force_login(alice)
    assert is_in(there)
    before = key_of(here)
    here.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert (is_in(here), is_in(there), is_in(replayed(before))) == (True, False, False)


@pytest.mark.parametrize("to", [{"is_staff": True}, {"is_active": False}])
def test_a_switch_of_rights_ends_all_sessions_for_good(alice: User, to: dict[str, bool]) -> None:
    root = factories.UserFactory.create(username="root", is_staff=True, is_superuser=True)
    client = signed_in()
    key = key_of(client)
    now = {"is_staff": alice.is_staff, "is_active": alice.is_active}
    actions.switch(alice, by=root, **{**now, **to})
    assert not is_in(client)
    actions.switch(alice, by=root, **now)
    assert not is_in(replayed(key))
    assert not UserSession.objects.exists()
    assert people_of([key]) == {}


def test_a_switch_that_changes_nothing_ends_nothing(alice: User) -> None:
    root = factories.UserFactory.create(username="root", is_staff=True, is_superuser=True)
    client = signed_in()
    actions.switch(alice, by=root, is_active=True, is_staff=False)
    assert is_in(client)


def test_only_superusers_switch_others(alice: User, mara: User) -> None:
    root = factories.UserFactory.create(username="root", is_staff=True, is_superuser=True)
    for account, by in ((alice, mara), (root, root), (mara, alice)):
        with pytest.raises(PermissionDenied):
            actions.switch(account, by=by, is_active=False, is_staff=False)


def test_sessions_are_listed_with_browser_and_ended_elsewhere(alice: User, bob: User) -> None:
    here, there, his = signed_in(), signed_in(), signed_in("bob")
    shown = here.get("/accounts/sessions/").content.decode()
    assert shown.count("Firefox on Linux") == 2
    here.post("/accounts/sessions/")
    assert (is_in(here), is_in(there), is_in(his)) == (True, False, True)


def test_where_a_session_was_is_forgotten_with_it(alice: User) -> None:
    signed_in()
    client = signed_in()
    client.post("/accounts/logout/")
    forget_ended()
    assert UserSession.objects.count() == 1
    Session.objects.update(expire_date=timezone.now() - timedelta(1))
    assert forget_ended() == 1
    assert not UserSession.objects.exists()


def test_an_account_with_codes_is_not_open_with_the_password_alone(alice: User) -> None:
    client = signed_in()
    add_codes(client)
    other = Client()
    answer = other.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(other)
    assert other.get("/admin/").status_code == 302
    asked = other.get("/accounts/2fa/authenticate/").content.decode()
    assert "Use a passkey" not in asked  # there is none
    assert 'name="code"' in asked


def test_the_secret_of_codes_is_sealed_in_the_database(alice: User) -> None:
    secret = add_codes(signed_in())
    kept = [str(one.data) for one in Authenticator.objects.all()]
    assert len(kept) == 2
    assert not any(secret in data for data in kept)
    seeds = [one.data["seed"] for one in Authenticator.objects.filter(type="recovery_codes")]
    assert [len(sealing.unseal(seed)) for seed in seeds] == [80]


def test_setting_up_codes_asks_for_the_password_first(alice: User) -> None:
    answer = signed_in().get("/accounts/2fa/totp/activate/")
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
