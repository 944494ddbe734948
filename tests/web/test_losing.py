"""What loses a race in the database is done again; what has no database is told so, words kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from accounts.actions import create_token
from accounts.models import Spent, User
from debate.models import Event, Statement
from tests.losing import losing

pytestmark = pytest.mark.django_db(transaction=True)
CODES = ["40P01", "40001", "23505"]
WORDS = "Said & kept."


@pytest.fixture
def page(bob: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(bob, backend="accounts.reading.Accounts")
    return client


@pytest.fixture
def api(bob: User) -> Client:
    key = create_token(bob, by=bob, name="t", scopes=["write"])[1]
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {key}"})


def by_page(client: Client, claim: Statement) -> Any:
    return client.post(f"/s/{claim.pk}/reply/", {"kind": "remark", "body": WORDS})


def by_api(client: Client, claim: Statement) -> Any:
    sent = {"kind": "remark", "body": WORDS}
    at = f"/api/v1/statements/{claim.pk}/replies/"
    return client.post(at, sent, content_type="application/json")


@pytest.fixture(params=["page", "api"])
def say(request: pytest.FixtureRequest, page: Client, api: Client) -> Iterator[Any]:
    client, do = (page, by_page) if request.param == "page" else (api, by_api)
    yield lambda claim: do(client, claim)


def test_what_loses_three_races_is_done_once(say: Any, claim: Statement) -> None:
    before = Event.objects.count()
    with losing(CODES, 3):
        answer = say(claim)
    assert answer.status_code in (201, 302)
    assert Statement.objects.filter(body=WORDS).count() == 1
    assert Event.objects.count() == before + 1
    claim.refresh_from_db()
    assert claim.reply_count == 1
    assert set(Spent.objects.values_list("used", flat=True)) == {1}


def test_what_loses_a_fourth_race_is_told_to_come_again(say: Any, claim: Statement) -> None:
    with losing(["40P01"], 4):
        answer = say(claim)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert not Statement.objects.filter(body=WORDS).exists()


def test_words_come_back_with_their_form_where_there_is_no_database(
    page: Client, claim: Statement, settings: Settings
) -> None:
    with losing(["53100"], 100):  # a disk that is full
        told = by_page(page, claim)
    _is_kept(told)
    secrets = {"login": "bob", "password": "correct horse"}
    with mock.patch("config.middleware.spend", side_effect=OperationalError("gone")):
        _is_kept(by_page(page, claim))  # not the view has failed here, but what comes before it
        told = page.post("/accounts/login/", secrets)
    assert told.status_code == 503
    assert "correct horse" not in told.content.decode()


def _is_kept(told: Any) -> None:
    assert told.status_code == 503
    words = told.content.decode()
    assert "Said &amp; kept.</textarea>" in words
    assert 'name="kind" value="remark"' in words
    assert "/reply/" in words


def test_a_visitor_and_a_member_read_that_there_is_no_database(page: Client) -> None:
    with mock.patch("accounts.reading.first", side_effect=OperationalError("gone")):
        told = page.get("/")
    assert (told.status_code, told.headers["Retry-After"]) == (503, "2")
    assert "Not just now" in told.content.decode()


def test_pages_are_read_on_where_nothing_can_be_stored(page: Client, claim: Statement) -> None:
    full = OperationalError("No space left on device")
    with (
        mock.patch("debate.actions.visits.look", side_effect=full),
        mock.patch("debate.actions.notifying.look", side_effect=full),
    ):
        for address in (f"/d/{claim.debate.slug}/", f"/s/{claim.pk}/"):
            assert page.get(address).status_code == 200
