from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from debate.models import Statement
from tests import factories

PAGE = "/accounts/deletion/"
SENT = {"password": "correct horse", "statements": "keep"}


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def test_the_person_chooses_confirms_and_is_logged_out(
    client: Client, claim: Statement, alice: User
) -> None:
    client.force_login(alice)
    page = client.get(PAGE).content.decode()
    assert "You have made 2 statements and 0 marks." in page
    answer = client.post(PAGE, {**SENT, "statements": "withdraw"}, follow=True)
    assert "Your account is deleted" in answer.content.decode()
    assert "Sign in" in answer.content.decode()
    assert ProcrastinateJob.objects.get().args == {"account": alice.pk, "withdraw": True}
    alice.refresh_from_db()
    assert alice.is_former
    assert client.get("/accounts/access/").status_code == 302


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"password": "wrong"}, "This is not your password."),
        ({"password": ""}, "This field is required."),
        ({"statements": ""}, "Choose what becomes of what you said."),
        ({"statements": "burn"}, "Select a valid choice."),
    ],
)
def test_without_a_choice_and_the_password_nothing_happens(
    client: Client, alice: User, sent: dict[str, str], reason: str
) -> None:
    client.force_login(alice)
    answer = client.post(PAGE, {**SENT, **sent})
    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert "correct horse" not in answer.content.decode()
    alice.refresh_from_db()
    assert alice.is_active


def test_passwords_cannot_be_tried_for_long(client: Client, alice: User) -> None:
    client.force_login(alice)
    for _ in range(12):
        answer = client.post(PAGE, {**SENT, "password": "wrong"})
    assert answer.status_code == 429
    assert "wrong passwords" in answer.content.decode()
    answer = client.post(PAGE, SENT)
    assert answer.status_code == 429
    assert "correct horse" not in answer.content.decode()
    alice.refresh_from_db()
    assert alice.is_active


def test_who_has_no_password_writes_their_username(client: Client, alice: User) -> None:
    alice.set_unusable_password()
    alice.save()
    client.force_login(alice)
    page = client.get(PAGE).content.decode()
    assert "Your username, to say that you mean it" in page
    assert 'name="password"' not in page
    refused = client.post(PAGE, {"statements": "keep", "username": "bob"})
    assert refused.status_code == 422
    assert "Write alice" in refused.content.decode()
    answer = client.post(PAGE, {"statements": "keep", "username": "alice"})
    assert answer.status_code == 302
    alice.refresh_from_db()
    assert alice.is_former


def test_the_last_moderator_is_told_why_not(client: Client, mara: User) -> None:
    client.force_login(mara)
    page = client.get(PAGE).content.decode()
    assert "You are the last moderator." in page
    assert '<button type="submit" class="button">Delete' not in page
    assert client.post(PAGE, SENT).status_code == 403
    mara.refresh_from_db()
    assert mara.is_active


def test_private_debates_without_another_facilitator_are_named(
    client: Client, alice: User
) -> None:
    debate = factories.DebateFactory.create(visibility="private", question="Shall we two go on?")
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    client.force_login(alice)
    page = client.get(PAGE).content.decode()
    assert "Shall we two go on?" in page
    assert "nobody will see it any more" in page


def test_visitors_sign_in_first_and_the_page_costs_a_few_queries(
    client: Client, alice: User
) -> None:
    assert "/login/" in client.get(PAGE)["Location"]
    client.force_login(alice)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    assert len(queries) <= 8


def test_other_browsers_of_the_person_are_logged_out_too(client: Client, alice: User) -> None:
    other = Client()
    other.force_login(alice)
    client.force_login(alice)
    client.post(PAGE, SENT)
    assert other.get("/accounts/access/").status_code == 302
