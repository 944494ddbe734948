from __future__ import annotations

import pytest
from django.core.cache import cache

from accounts.models import User
from debate.models import Statement
from tests.api.conftest import Enter, fits

SENT = {"password": "correct horse", "statements": "keep"}


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def test_a_program_deletes_the_account_with_its_password(
    claim: Statement, alice: User, enter: Enter
) -> None:
    client = enter(alice)
    assert client.send("DELETE", "me/", SENT).status_code == 204
    assert client.send("GET", "me/").status_code == 401
    told = enter().read(f"statements/{claim.pk}/")
    fits("StatementOut", told)
    assert told["author"] == {
        "username": None,
        "name": "former member",
        "kind": "person",
        "owner": None,
    }


def test_it_is_refused_without_the_password_or_a_choice(alice: User, enter: Enter) -> None:
    client = enter(alice)
    assert client.send("DELETE", "me/", {**SENT, "password": "wrong"}).status_code == 422
    assert client.send("DELETE", "me/", {**SENT, "statements": "burn"}).status_code == 422
    assert client.send("DELETE", "me/", {"statements": "keep"}).status_code == 400
    assert enter(alice, "read").send("DELETE", "me/", SENT).status_code == 403
    assert enter().send("DELETE", "me/", SENT).status_code == 401
    for _ in range(12):
        client.send("DELETE", "me/", {**SENT, "password": "wrong"})
    answer = client.send("DELETE", "me/", SENT)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 60
    alice.refresh_from_db()
    assert alice.is_active


def test_wrong_passwords_count_also_where_a_version_is_named(alice: User, enter: Enter) -> None:
    client = enter(alice)
    named = {"If-Match": "*"}
    wrong = {**SENT, "password": "wrong"}
    found = [client.send("DELETE", "me/", wrong, **named).status_code for _ in range(12)]
    assert (found[0], found[-1]) == (422, 429)
    assert client.send("DELETE", "me/", SENT, **named).status_code == 429


def test_bots_and_accounts_without_a_password_cannot(rob: User, alice: User, enter: Enter) -> None:
    assert enter(rob).send("DELETE", "me/", SENT).status_code == 403
    alice.set_unusable_password()
    alice.save()
    answer = enter(alice).send("DELETE", "me/", SENT)
    assert answer.status_code == 403
    assert "on its page" in answer.json()["detail"]


def test_a_former_members_bot_is_still_told_to_be_a_bot(
    claim: Statement, bob: User, rob: User, enter: Enter
) -> None:
    reply = {"kind": "remark", "body": "Summed up.", "generated_by": "program"}
    made = enter(rob).send("POST", f"statements/{claim.pk}/replies/", reply).json()
    enter(bob).send("DELETE", "me/", SENT)
    author = enter().read(f"statements/{made['id']}/")["author"]
    assert author == {
        "username": None,
        "name": "former bot",
        "kind": "bot",
        "owner": None,
    }
