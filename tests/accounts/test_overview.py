"""The page of one's account, and the page of one's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts import actions, agents
from accounts.models import User
from tests import factories

pytestmark = pytest.mark.django_db

ACCOUNT, NAMES = "/accounts/", "/accounts/names/"


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.mark.parametrize("page", [ACCOUNT, NAMES, "/accounts/sessions/", "/accounts/2fa/"])
def test_a_visitor_signs_in_before_seeing_an_account(client: Client, page: str) -> None:
    assert client.get(page).headers["Location"] == f"/accounts/login/?next={page}"
    assert client.post(page).status_code in (302, 405)


def test_the_page_leads_to_every_part(alices: Client) -> None:
    shown = alices.get(ACCOUNT).content.decode()
    for part in (
        "names/",
        "email/",
        "password/change/",
        "2fa/",
        "sessions/",
        "access/",
    ):
        assert f'href="/accounts/{part}"' in shown
    assert "3rdparty" not in shown
    assert f'href="{ACCOUNT}"' in alices.get("/").content.decode()


def test_the_page_says_how_things_are(alices: Client, alice: User) -> None:
    assert "alice@example.org, not confirmed yet" in alices.get(ACCOUNT).content.decode()
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True, verified=True)
    actions.create_bot(by=alice, username="tally")
    shown = alices.get(ACCOUNT).content.decode()
    assert "not confirmed" not in shown
    assert "1 bot, 0 tokens of your own" in shown


def test_the_page_takes_the_same_queries_whatever_there_is(
    alices: Client, alice: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(5):
        bot = factories.BotFactory.create(owner=alice)
        factories.ApiTokenFactory.create(user=bot, name=f"token {number}")
    with django_assert_num_queries(8):  # the session and its account come first
        alices.get(ACCOUNT)


def test_names_are_changed_and_shown(alices: Client, alice: User) -> None:
    answer = alices.post(NAMES, {"name": "Alice Lee", "username": "alice-lee"}, follow=True)
    alice.refresh_from_db()
    assert (alice.name, alice.username) == ("Alice Lee", "alice-lee")
    assert "Saved." in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "Crux Team", "username": "alice"}, "kept for the site itself"),
        ({"name": "Al\u202eice", "username": "alice"}, "right-to-left override"),
        ({"name": "Alice", "username": "Al!"}, "small letters, digits"),
        ({"name": "x" * 61, "username": "alice"}, "at most 60"),
        ({}, "required"),
    ],
)
def test_refused_names_come_back_as_typed(alices: Client, sent: dict[str, str], said: str) -> None:
    answer = alices.post(NAMES, sent)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert said in shown
    for text in sent.values():
        assert f'value="{text}"' in shown


def test_a_bot_has_no_page_of_an_account(client: Client, rob: User) -> None:
    client.force_login(rob)
    assert client.post(NAMES, {"name": "Robert", "username": "rob"}).status_code == 403


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Firefox/130.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Safari/604", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537", "Chrome on Android"),
        ("curl/8", "Another browser"),
        ("", "Another browser"),
    ],
)
def test_a_browser_is_told_in_few_words(said: str, told: str) -> None:
    assert agents.browser(said) == told
