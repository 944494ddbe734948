from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import actions
from accounts.models import User
from debate.actions import imports, marks, statements
from debate.actions.imports import Choices
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


# ---- the ledger
@pytest.fixture
def busy(debate: Debate, claim: Statement, alice: User, bob: User) -> Statement:
    """Bob has put 24 questions to Alice's claim, and changed his mind about 23 of hers."""
    for number in range(24):
        statements.reply(claim, by=bob, kind="question", body=f"Why, for the {number}th time?")
    reason = factories.SupportFactory.create(parent=claim, author=alice, body="It was tried.")
    for _ in range(23):
        said = factories.SupportFactory.create(parent=claim, author=alice)
        for truth in ("disagree", "agree"):
            marks.mark(said, by=bob, truth=truth)
        marks.explain(said, by=bob, because=reason.label)
    return claim


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the busy be busy."""
    monkeypatch.setattr("accounts.limits.level", lambda account: None)


@pytest.mark.parametrize(
    ("whose", "part", "sign", "first"),
    [
        ("alice", "open", 'data-kind="question"', "Awaiting Alice"),
        ("alice", "minds", "mind-words", "Minds that Alice changed"),
        ("bob", "changes", "mind-words", "Times Bob changed their mind"),
    ],
)
def test_each_list_goes_on_where_the_page_ends(
    client: Client, busy: Statement, whose: str, part: str, sign: str, first: str
) -> None:
    page = client.get(f"/u/{whose}/").content.decode()
    assert f'href="/u/{whose}/{part}/"' in page
    page = client.get(f"/u/{whose}/{part}/").content.decode()
    assert first in page
    assert page.count(sign) == 20
    older = re.search(rf'href="(/u/{whose}/{part}/\?\w+=\d+)"', page)
    assert older
    rest = client.get(older[1]).content.decode()
    assert rest.count(sign) in (3, 4)
    assert f'href="/u/{whose}/{part}/"' in rest


def test_debates_come_ten_a_page(client: Client, alice: User) -> None:
    for number in range(11):
        debate = factories.DebateFactory.create(question=f"Number {number}?")
        factories.PositionFactory.create(debate=debate, author=alice)
    page = client.get("/u/alice/").content.decode()
    assert page.count('class="part"') == 10
    assert 'href="/u/alice/debates/"' in page
    assert client.get("/u/alice/debates/").content.decode().count('class="part"') == 10
    last = client.get("/u/alice/debates/?page=2").content.decode()
    assert last.count('class="part"') == 1
    assert 'href="/u/alice/debates/?page=1"' in last


@pytest.mark.parametrize("part", ["", "debates/", "open/", "minds/", "changes/"])
def test_lists_of_nobody_and_places_that_are_none_are_not_found(
    client: Client, alice: User, part: str
) -> None:
    assert client.get(f"/u/nobody/{part}").status_code == 404
    for name in ("before", "after", "page"):
        for place in ("9" * 30, "-1", "0"):
            assert client.get(f"/u/alice/{part}?{name}={place}").status_code == 200
    key = {"debates/": "page", "open/": "after"}.get(part, "before")
    assert client.get(f"/u/alice/{part}?{key}=x").status_code == 404


def test_ones_own_page_speaks_to_oneself(client: Client, alice: User, bob: User) -> None:
    client.force_login(alice)
    page = client.get("/u/alice/").content.decode()
    for words in ("Your turn", "Minds you changed", "Times you changed your mind", "Others see"):
        assert words in page
    page = client.get("/u/bob/").content.decode()
    for words in ("Awaiting Bob", "Minds they changed", "Times they changed theirs"):
        assert words in page
    assert "Others see" not in page


def test_a_page_and_its_lists_take_the_same_queries_whatever_there_is(
    client: Client, alice: User, bob: User, debate: Debate, request: pytest.FixtureRequest
) -> None:
    def count() -> list[int]:
        counts = []
        for address in ("alice/", "alice/open/", "alice/minds/", "bob/changes/", "bob/debates/"):
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/u/{address}")
            counts.append(len(queries))
        return counts

    claim = request.getfixturevalue("claim")
    statements.reply(claim, by=bob, kind="question", body="Why?")
    before = count()
    request.getfixturevalue("busy")
    assert count() == before
    assert before == [16, 6, 2, 2, 6]


def test_who_speaks_in_an_imported_debate_is_known_where_that_is(
    client: Client, alice: User, bob: User
) -> None:
    talk = b"Jane Doe: So it is, and has long been so.\n\nBob Roe: No, it was not.\n"
    said = Choices(question="Is it?", visibility="private")
    made = imports.start(by=alice, format="exchange", data=talk, name="a.txt", said=said)
    imports.confirm(made, by=alice)
    jane = User.objects.get(name="Jane Doe")
    pages = (f"/u/{jane.username}/", f"/api/v1/people/{jane.username}/")
    for reader, status in ((None, 404), (bob, 404), (alice, 200)):
        if reader:
            client.force_login(reader)
        assert client.get(pages[0]).status_code == status
        found = client.get("/search/?q=jane").content.decode()
        assert (f"/u/{jane.username}/" in found) == (status == 200)
    client.logout()
    assert client.get(pages[1]).status_code == 404
    Debate.objects.update(visibility="public")
    assert client.get(pages[0]).status_code == 200
    assert client.get(pages[1]).status_code == 200
