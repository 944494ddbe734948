"""Signing in with an account elsewhere: with a real issuer, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.adapters import Elsewhere
from accounts.models import User
from debate.actions import sitewide
from tests import factories, issuer
from tests.issuer import Issuer

pytestmark = pytest.mark.django_db

START = "/accounts/oidc/openid/login/?process={}"
PASSWORD = "correct horse"


@pytest.fixture
def there(settings: Any) -> Iterator[Issuer]:
    cache.clear()
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    with issuer.running() as running:
        app = {
            "provider_id": "openid",
            "name": "Example University",
            "client_id": issuer.CLIENT,
            "secret": issuer.SECRET,
            "settings": {"server_url": running.url, "oauth_pkce_enabled": True},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        yield running


@pytest.fixture
def ann(db: None) -> User:
    made = factories.UserFactory.create(username="ann")
    EmailAddress.objects.create(user=made, email=made.email, primary=True, verified=True)
    return made


def through(client: Client, process: str = "login") -> Any:
    """Go there, as a browser does, and come back."""
    sent = client.post(START.format(process))
    assert sent.status_code == 302
    back = requests.get(sent.headers["Location"], allow_redirects=False, timeout=5)
    return client.get(back.headers["Location"].removeprefix("http://testserver"), follow=True)


def is_in(client: Client) -> bool:
    return client.get("/accounts/names/").status_code == 200


def test_there_is_no_such_door_unless_it_is_configured(client: Client) -> None:
    for page in ("/accounts/login/", "/accounts/signup/"):
        assert "/accounts/oidc/" not in client.get(page).content.decode()
    assert client.post(START.format("login")).status_code == 404
    assert client.get("/accounts/oidc/openid/login/callback/").status_code == 404


def test_the_door_is_on_both_pages_when_it_is(client: Client, there: Issuer) -> None:
    assert "Sign in with Example University" in client.get("/accounts/login/").content.decode()
    assert "Join with Example University" in client.get("/accounts/signup/").content.decode()


def test_a_newcomer_chooses_a_name_and_is_in(client: Client, there: Issuer) -> None:
    page = through(client)
    assert "You are signed in with Example University" in page.content.decode()
    assert not is_in(client)
    assert not User.objects.exists()
    join = {"username": "ann-lee", "email": "ann@example.org"}
    client.post("/accounts/3rdparty/signup/", join)
    assert is_in(client)
    made = User.objects.get()
    assert (made.username, made.has_usable_password()) == ("ann-lee", False)
    assert made.looks.get().look == "annlee"
    assert EmailAddress.objects.get().verified
    assert not SocialToken.objects.exists()
    again = Client()
    through(again)
    assert is_in(again)
    assert User.objects.count() == 1
    assert there.refused == []


def test_a_newcomers_name_keeps_the_rules(client: Client, there: Issuer) -> None:
    through(client)
    join = {"username": "admin", "email": "ann@example.org"}
    page = client.post("/accounts/3rdparty/signup/", join)
    assert "kept for the site itself" in page.content.decode()
    assert not User.objects.exists()


def test_an_address_confirmed_there_and_here_is_ones_own(there: Issuer, ann: User) -> None:
    client = Client()
    through(client)
    assert is_in(client)
    assert SocialAccount.objects.get().user == ann
    ann.refresh_from_db()
    assert ann.check_password(PASSWORD)


@pytest.mark.parametrize("claim", [False, "false", "true", None, 1])
def test_an_address_not_confirmed_there_opens_nothing(
    there: Issuer, ann: User, claim: Any
) -> None:
    there.claims["email_verified"] = claim
    client = Client()
    through(client)
    assert not is_in(client)
    join = {"username": "other", "email": "ann@example.org"}
    client.post("/accounts/3rdparty/signup/", join)
    assert not is_in(client)
    assert User.objects.get() == ann
    assert not SocialAccount.objects.exists()


def test_an_address_not_confirmed_here_opens_nothing(there: Issuer, ann: User) -> None:
    EmailAddress.objects.update(verified=False)
    client = Client()
    through(client)
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def signed_in(client: Client) -> Client:
    client.post("/accounts/login/", {"login": "ann", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_it_is_connected_and_disconnected_on_the_account_page(
    client: Client, there: Issuer, ann: User
) -> None:
    there.claims["email"] = "elsewhere@example.org"
    signed_in(client)
    shown = through(client, "connect").content.decode()
    assert "Connected" in shown
    connected = SocialAccount.objects.get(user=ann)
    other = Client()
    through(other)
    assert is_in(other)
    client.post("/accounts/3rdparty/", {"account": connected.pk})
    assert not SocialAccount.objects.exists()


def test_a_suspension_while_an_account_is_connected_stays(
    client: Client, there: Issuer, ann: User, mara: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = Elsewhere.pre_social_login

    def meanwhile(self: Elsewhere, request: Any, sociallogin: Any) -> None:
        assert request.user == ann  # read before
        sitewide.suspend(User.objects.get(pk=ann.pk), by=mara, reason="Keeps attacking people.")
        look_up(self, request, sociallogin)

    there.claims["email"] = "elsewhere@example.org"
    signed_in(client)
    monkeypatch.setattr(Elsewhere, "pre_social_login", meanwhile)
    through(client, "connect")
    assert SocialAccount.objects.get().user == ann
    ann.refresh_from_db()
    assert ann.is_suspended


def test_a_place_that_is_no_longer_offered_can_still_be_disconnected(
    client: Client, there: Issuer, ann: User, settings: Any
) -> None:
    signed_in(client)
    through(client, "connect")
    connected = SocialAccount.objects.get(user=ann)
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "/accounts/3rdparty/" in client.get("/accounts/").content.decode()
    page = client.get("/accounts/3rdparty/").content.decode()
    assert connected.provider in page
    assert "No longer offered here" in page
    client.post("/accounts/3rdparty/", {"account": connected.pk})
    assert not SocialAccount.objects.exists()
    assert connected.provider in mail.outbox[-1].body


def test_what_belongs_to_somebody_is_not_connected_to_another(there: Issuer, ann: User) -> None:
    through(Client())
    eve = factories.UserFactory.create(username="eve")
    EmailAddress.objects.create(user=eve, email=eve.email, primary=True, verified=True)
    client = Client()
    client.post("/accounts/login/", {"login": "eve", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    through(client, "connect")
    assert SocialAccount.objects.get().user == ann


def test_a_second_factor_is_asked_for_here_too(there: Issuer, ann: User) -> None:
    TOTP.activate(ann, "A" * 32)
    client = Client()
    page = through(client)
    assert page.redirect_chain[-1][0] == "/accounts/2fa/authenticate/"
    assert not is_in(client)


def test_a_suspended_account_stays_closed(there: Issuer, ann: User) -> None:
    through(Client())
    User.objects.update(is_active=False)
    client = Client()
    assert "This account is closed" in through(client).content.decode()
    assert not is_in(client)


def test_who_stops_there_is_told_that_nothing_happened(client: Client, there: Issuer) -> None:
    there.denies = True
    assert "Nothing has changed" in through(client).content.decode()


def test_an_answer_that_nobody_asked_for_is_refused(client: Client, there: Issuer) -> None:
    sent = client.post(START.format("login"))
    back = requests.get(sent.headers["Location"], allow_redirects=False, timeout=5)
    path = back.headers["Location"].removeprefix("http://testserver")
    other = Client().get(path, follow=True)
    assert "Signing in did not work" in other.content.decode()
    [state] = parse_qs(urlsplit(path).query)["state"]
    wrong = client.get(path.replace(state, "another-state-of-mine"), follow=True)
    assert "Signing in did not work" in wrong.content.decode()


@pytest.mark.parametrize(
    "claims", [{"iss": "https://other.example"}, {"aud": "other"}, {"exp": 1}]
)
def test_a_token_for_others_or_of_yesterday_is_refused(
    client: Client, there: Issuer, ann: User, claims: dict[str, Any]
) -> None:
    there.claims.update(claims)
    assert "Signing in did not work" in through(client).content.decode()
    assert not is_in(client)
