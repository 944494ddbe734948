from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from accounts import actions
from accounts.models import User
from debate.models import Debate, Statement
from tests import factories


def test_a_page_says_who_somebody_is_and_on_what_they_turn(client: Client, db: None) -> None:
    call_command("seed", verbosity=0)
    page = client.get("/u/first-speaker/").content.decode()
    assert "known from an imported debate" in page
    assert "Not ruled out" in page
    assert (
        'First speaker disagrees, <a href="/u/second-speaker/">Second speaker</a> agrees.' in page
    )
    older = client.get(
        f"/u/first-speaker/?before={Statement.objects.get(ordinal=1, kind='crux').pk}"
    )
    assert "Said earlier" in older.content.decode()


def test_names_lead_to_the_person(client: Client, debate: Debate) -> None:
    assert 'href="/u/alice/"' in client.get(f"/d/{debate.slug}/").content.decode()


def test_a_bot_is_named_with_its_owner(client: Client, rob: User) -> None:
    page = client.get("/u/rob/").content.decode()
    assert 'bot of <a href="/u/bob/">Bob</a>' in page
    assert "No debate to show." in page


def test_who_is_not_in_use_any_more_says_so(client: Client, db: None) -> None:
    person = factories.UserFactory.create(is_active=False)
    assert "account not in use" in client.get(f"/u/{person.username}/").content.decode()


@pytest.mark.parametrize(
    "address", ["/u/nobody/", "/u/alice/?before=x", "/u/alice/?before=%C2%B2"]
)
def test_who_is_not_there_is_not_found(address: str, client: Client, alice: User) -> None:
    assert client.get(address).status_code == 404


def test_a_place_beyond_all_numbers_is_not_an_error(client: Client, alice: User) -> None:
    for place in ("9" * 30, "-1", "0"):
        assert client.get(f"/u/alice/?before={place}").status_code == 200


def test_an_earlier_username_leads_members_on_and_nobody_else(
    client: Client, alice: User, bob: User, bobs_token: dict[str, str]
) -> None:
    actions.rename(alice, by=alice, username="amy", name="Amy")
    assert client.get("/u/alice/").status_code == 404
    assert client.get("/api/v1/people/alice/").status_code == 404
    told = client.get("/api/v1/people/alice/", headers=bobs_token).json()
    assert told["account"]["username"] == "amy"
    assert told["links"]["self"].endswith("/people/amy/")
    client.force_login(bob)
    assert client.get("/u/alice/").headers["Location"] == "/u/amy/"
    assert client.get("/u/nobody/").status_code == 404
    assert "Amy" in client.get("/u/amy/").content.decode()


@pytest.fixture
def bobs_token(bob: User) -> dict[str, str]:
    _, key = actions.create_token(bob, by=bob, name="test", scopes=["read"])
    return {"Authorization": f"Bearer {key}"}
