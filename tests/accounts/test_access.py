import base64
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from accounts import actions, rules
from accounts import bots as own_bots
from accounts.models import ApiToken, User
from tests import factories

pytestmark = pytest.mark.django_db

ACCESS = "/accounts/access/"
BOTS = f"{ACCESS}bots/"
TOKENS = f"{ACCESS}tokens/"
KEY = re.compile(r"crux_[0-9a-f]{8}_[\w-]{40,}")


@pytest.fixture
def bobs(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return proven(client)


def proven(client: Client) -> Client:
    """The client, with the password given again."""
    client.post("/accounts/reauthenticate/", {"password": "correct horse"})
    return client


def token(account: User, **changes: Any) -> dict[str, Any]:
    sent = {"account": account.pk, "name": "laptop", "scopes": ["read", "write"], "expiry": "90"}
    return {**sent, **changes}


def test_a_visitor_signs_in_first(client: Client) -> None:
    answer = client.get(ACCESS)
    assert answer.headers["Location"] == f"/accounts/login/?next={ACCESS}"


@pytest.mark.parametrize("address", [BOTS, TOKENS, f"{TOKENS}1/revocation/"])
def test_who_comes_by_the_address_of_a_form_is_sent_to_the_page(
    bobs: Client, address: str
) -> None:
    assert bobs.get(address).headers["Location"] == ACCESS
    assert Client().post(address).status_code == 302


# ---- tokens
def test_a_key_is_shown_once_and_kept_nowhere(bobs: Client, bob: User) -> None:
    made = bobs.post(TOKENS, token(bob))
    assert made.status_code == 302
    assert not KEY.search(made.content.decode())
    shown = bobs.get(ACCESS)
    assert "no-store" in shown.headers["Cache-Control"]
    found = KEY.search(shown.content.decode())
    assert found
    again = bobs.get(ACCESS)
    assert not KEY.search(again.content.decode())
    [kept] = ApiToken.objects.all()
    assert kept.digest == actions.digest(found[0])
    assert found[0] not in str(ApiToken.objects.values())
    sessions = [session.get_decoded() for session in Session.objects.all()]
    assert found[0] not in str(sessions)


def test_a_key_is_not_in_the_session_even_before_it_is_shown(bobs: Client, bob: User) -> None:
    bobs.post(TOKENS, token(bob))
    sessions = [session.get_decoded() for session in Session.objects.all()]
    assert "crux_" not in str(sessions)


def test_a_key_is_not_shown_to_who_signs_in_next_in_the_same_browser(
    bobs: Client, bob: User, alice: User
) -> None:
    bobs.post(TOKENS, token(bob))
    kept = bobs.cookies["new-key"].value
    bobs.force_login(alice)
    bobs.cookies["new-key"] = kept
    assert not KEY.search(bobs.get(ACCESS).content.decode())


def test_the_cookie_that_carries_a_key_cannot_be_read_and_soon_ends(
    bobs: Client, bob: User, settings: Any
) -> None:
    settings.SESSION_COOKIE_SECURE = True
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        made = bobs.post(TOKENS, token(bob))
    cookie = made.cookies["new-key"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Strict")
    assert (cookie["max-age"], cookie["path"]) == (120, ACCESS)
    parts = [part for part in re.split(r"[^\w-]", cookie.value) if part]
    told = cookie.value + str([base64.urlsafe_b64decode(part + "===") for part in parts])
    assert bob.tokens.get().prefix not in told
    with time_machine.travel(start + timedelta(seconds=121), tick=False):
        assert not KEY.search(bobs.get(ACCESS).content.decode())
    bobs.cookies["new-key"] = cookie.value
    with time_machine.travel(start + timedelta(seconds=119), tick=False):
        assert KEY.search(bobs.get(ACCESS).content.decode())


def test_a_token_is_made_after_the_password_only(client: Client, bob: User, rob: User) -> None:
    client.force_login(bob)
    for account in (bob, rob):
        asked = client.post(TOKENS, token(account))
        assert (
            asked.headers["Location"] == f"/accounts/reauthenticate/?next={quote(TOKENS, safe='')}"
        )
    assert not ApiToken.objects.exists()
    wrong = client.post(asked.headers["Location"], {"password": "wrong", "next": TOKENS})
    assert wrong.status_code == 200
    assert not ApiToken.objects.exists()
    right = {"password": "correct horse", "next": TOKENS}
    shown = client.post(asked.headers["Location"], right, follow=True)
    assert KEY.search(shown.content.decode())  # what was asked for is done, once
    assert ApiToken.objects.get().user == rob


def test_no_token_makes_a_token() -> None:
    names = [getattr(one, "name", "") for one in get_resolver("debate.api.urls").url_patterns]
    assert len(names) > 30
    assert not [name for name in names if name and "token" in name]


# ---- where a password is set
NEW = {"password1": "violet-marmot-9", "password2": "violet-marmot-9"}


def left(bob: User, rob: User) -> int:
    return ApiToken.objects.filter(user__in=(bob, rob), revoked_at=None).count()


@pytest.mark.parametrize(("sent", "there"), [({}, 2), ({"revoke": "on"}, 0)])
def test_tokens_end_with_a_password_that_is_changed_where_one_chooses_so(
    bobs: Client, bob: User, rob: User, alice: User, sent: dict[str, str], there: int
) -> None:
    for account in (bob, rob, alice):
        factories.ApiTokenFactory.create(user=account)
    page = bobs.get("/accounts/password/change/").content.decode()
    assert re.search(r'name="revoke"[^>]*>', page)
    assert not re.search(r'name="revoke"[^>]*checked', page)
    given = {"oldpassword": "correct horse", **NEW, **sent}
    assert bobs.post("/accounts/password/change/", given).status_code == 302
    assert left(bob, rob) == there
    assert alice.tokens.get().is_usable


@pytest.mark.parametrize(("sent", "there"), [({}, 2), ({"revoke": "on"}, 0)])
def test_tokens_end_with_a_password_that_is_set_by_mail_unless_one_chooses_otherwise(
    client: Client, bob: User, rob: User, sent: dict[str, str], there: int
) -> None:
    for account in (bob, rob):
        factories.ApiTokenFactory.create(user=account)
    client.post("/accounts/password/reset/", {"email": bob.email})
    link = re.search(r"http://testserver(/accounts/\S+)", str(mail.outbox[0].body))
    assert link
    page = client.get(link[1], follow=True)
    assert re.search(r'name="revoke"[^>]*checked', page.content.decode())
    client.post(page.redirect_chain[-1][0], {**NEW, **sent})
    bob.refresh_from_db()
    assert bob.check_password("violet-marmot-9")
    assert left(bob, rob) == there


def test_a_key_opens_the_api_until_it_is_revoked(bobs: Client, bob: User, rob: User) -> None:
    bobs.post(TOKENS, token(rob))
    found = KEY.search(bobs.get(ACCESS).content.decode())
    assert found
    header = {"Authorization": f"Bearer {found[0]}"}
    assert Client().get("/api/v1/me/", headers=header).status_code == 200
    revoked = bobs.post(f"{TOKENS}{rob.tokens.get().pk}/revocation/", follow=True)
    assert "The token laptop is revoked." in revoked.content.decode()
    assert Client().get("/api/v1/me/", headers=header).status_code == 401


@pytest.mark.parametrize(("expiry", "days"), [("30", 30), ("90", 90), ("365", 365)])
def test_a_token_ends_when_chosen(bobs: Client, bob: User, expiry: str, days: int) -> None:
    bobs.post(TOKENS, token(bob, expiry=expiry))
    made = bob.tokens.get()
    assert made.expires_at
    assert round((made.expires_at - made.created_at).total_seconds() / 86400) == days


def test_a_token_that_never_ends_is_a_choice(bobs: Client, bob: User) -> None:
    bobs.post(TOKENS, token(bob, expiry="never"))
    assert bob.tokens.get().expires_at is None


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"name": "x" * 61}, {"scopes": []}, {"scopes": ["rule"]}, {"expiry": "1"}],
)
def test_a_refused_token_comes_back_as_it_was_typed(
    bobs: Client, bob: User, changes: dict[str, Any]
) -> None:
    answer = bobs.post(TOKENS, token(bob, **{"name": "my laptop", **changes}))
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()
    assert "name" in changes or 'value="my laptop"' in answer.content.decode()


def test_a_bots_token_cannot_mark(bobs: Client, rob: User) -> None:
    assert bobs.post(TOKENS, token(rob, scopes=["mark"])).status_code == 422
    shown = bobs.get(ACCESS).content.decode()
    assert shown.count('value="mark"') == 1
    assert shown.count("withdraw, report") == 1  # one's own: a bot does not report


@pytest.mark.parametrize("pk", ["x", "0", "9" * 30, "9" * 5000])
def test_an_account_that_is_not_there_gets_no_token(bobs: Client, bob: User, pk: str) -> None:
    assert bobs.post(TOKENS, {**token(bob), "account": pk}).status_code == 404


def test_somebody_elses_bot_gets_no_token_and_loses_none(
    client: Client, alice: User, rob: User
) -> None:
    theirs = factories.ApiTokenFactory.create(user=rob)
    client.force_login(alice)
    proven(client)
    assert client.post(TOKENS, token(rob)).status_code == 404
    assert client.post(f"{TOKENS}{theirs.pk}/revocation/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.revoked_at is None
    assert rob.tokens.count() == 1


def test_a_revoked_token_is_gone_from_the_page_and_an_expired_one_is_not(
    bobs: Client, bob: User
) -> None:
    past = "2020-01-01T00:00:00Z"
    factories.ApiTokenFactory.create(user=bob, name="old one", expires_at=past)
    factories.ApiTokenFactory.create(user=bob, name="gone one", revoked_at=past)
    shown = bobs.get(ACCESS).content.decode()
    assert "old one" in shown
    assert "expired" in shown
    assert "gone one" not in shown


# ---- bots
def test_a_person_makes_a_bot(bobs: Client, bob: User) -> None:
    answer = bobs.post(BOTS, {"username": "tally", "name": "Tally"}, follow=True)
    bot = User.objects.get(username="tally")
    assert (bot.owner, bot.kind, bot.has_usable_password()) == (bob, "bot", False)
    assert f'id="account-{bot.pk}"' in answer.content.decode()


@pytest.mark.parametrize("username", ["", "alice", "No Capitals", "x" * 41])
def test_a_refused_bot_comes_back_as_it_was_typed(
    bobs: Client, alice: User, username: str
) -> None:
    answer = bobs.post(BOTS, {"username": username, "name": "Tally the Bot"})
    assert answer.status_code == 422
    assert 'value="Tally the Bot"' in answer.content.decode()
    assert not User.objects.filter(name="Tally the Bot").exists()


def test_the_page_takes_the_same_queries_however_many_bots_there_are(
    bobs: Client, bob: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(6):
        bot = factories.BotFactory.create(owner=bob)
        factories.ApiTokenFactory.create(user=bot, name=f"token {number}")
    with django_assert_num_queries(4):  # the session and its account come first
        assert "token 5" in bobs.get(ACCESS).content.decode()


def test_an_owner_renames_a_bot_and_the_trail_stays(bobs: Client, rob: User) -> None:
    at = f"{BOTS}rob/"
    assert bobs.post(at, {"name": "Rob  the Sorter"}).headers["Location"].startswith(ACCESS)
    rob.refresh_from_db()
    assert rob.name == "Rob the Sorter"
    assert [(one.before, one.after) for one in rob.renames.all()] == [("Rob", "Rob the Sorter")]
    refused = bobs.post(at, {"name": "Moderator"})
    assert refused.status_code == 422
    assert 'value="Moderator"' in refused.content.decode()
    assert bobs.get(at).headers["Location"] == ACCESS


def test_a_bot_that_is_switched_off_frees_its_place_and_cannot_come_back(
    bobs: Client, bob: User, rob: User
) -> None:
    theirs = factories.ApiTokenFactory.create(user=rob)
    for _ in range(rules.BOTS_PER_OWNER - 1):
        factories.BotFactory.create(owner=bob)
    assert bobs.post(BOTS, {"username": "tally"}).status_code == 422
    told = bobs.post(f"{BOTS}rob/", {"do": "end"}, follow=True).content.decode()
    assert "Rob (bot) is switched off." in told
    assert 'class="badge">switched off' in told
    assert f'action="{BOTS}rob/"' not in told
    theirs.refresh_from_db()
    rob.refresh_from_db()
    assert (theirs.is_usable, rob.is_active) == (False, False)
    assert bobs.post(TOKENS, token(rob)).status_code == 403
    assert bobs.post(f"{BOTS}rob/", {"name": "Back"}).status_code == 403
    assert bobs.post(BOTS, {"username": "tally"}).status_code == 302
    assert bobs.post(BOTS, {"username": "tally-2"}).status_code == 422


def test_bots_that_are_off_are_not_made_without_end(
    bobs: Client, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "BOTS_EVER", 2)
    for number in range(2):
        factories.BotFactory.create(owner=bob, is_active=False, username=f"off-{number}")
    answer = bobs.post(BOTS, {"username": "tally"})
    assert "You have made 2 bots, which is the most." in answer.content.decode()


def test_nobody_elses_bot_is_renamed_or_switched_off(
    client: Client, alice: User, rob: User
) -> None:
    client.force_login(alice)
    for sent in ({"name": "Mine"}, {"do": "end"}):
        assert client.post(f"{BOTS}rob/", sent).status_code == 404
    for by in (alice, rob):
        with pytest.raises(PermissionDenied):
            own_bots.end(rob, by=by)
        with pytest.raises(PermissionDenied):
            own_bots.rename(rob, by=by, name="Mine")
    rob.refresh_from_db()
    assert (rob.name, rob.is_active) == ("Rob", True)
