from __future__ import annotations

import pytest
import time_machine

from accounts.models import Standing, User
from debate.models import Statement
from tests.api.conftest import Enter, fits

REPLY = {"kind": "remark", "body": "So it is."}


@pytest.fixture
def member(bob: User) -> User:
    bob.standing = Standing.MEMBER
    bob.save()
    return bob


def test_each_change_says_how_many_are_left(claim: Statement, member: User, enter: Enter) -> None:
    client, path = enter(member), f"statements/{claim.pk}/replies/"
    answer = client.send("POST", path, REPLY)
    assert answer["RateLimit-Policy"] == (
        '"account";q=120;w=60, "token";q=120;w=60, "address";q=600;w=60'
    )
    assert answer["RateLimit"].startswith('"account";r=119;t=60, "token";r=119;t=60')
    again = client.send("POST", path, {"kind": "nonsense"})
    assert again["RateLimit"].startswith('"account";r=118;')
    assert "RateLimit" not in client.send("GET", f"statements/{claim.pk}/")


def test_who_used_up_a_limit_is_told_which(claim: Statement, member: User, enter: Enter) -> None:
    client, path = enter(member), f"statements/{claim.pk}/replies/"
    for number in range(60):
        assert client.send("POST", path, {**REPLY, "body": f"So {number}."}).status_code == 201
    answer = client.send("POST", path, REPLY)
    assert answer.status_code == 429
    assert answer["RateLimit-Policy"] == '"statements";q=60;w=3600'
    assert answer["RateLimit"] == f'"statements";r=0;t={answer["Retry-After"]}'


def test_a_token_is_told_what_is_left_to_it(
    claim: Statement, member: User, rob: User, enter: Enter
) -> None:
    with time_machine.travel("2026-11-25T12:00:00Z", tick=False):
        client = enter(member)
        client.send("POST", f"statements/{claim.pk}/replies/", REPLY)
        me = client.read("me/")
    fits("MeOut", me)
    limits = {one["name"]: one for one in me["limits"]}
    assert limits["statements"] | {"of": ""} == {
        "name": "statements",
        "of": "",
        "most": 60,
        "seconds": 3600,
        "left": 59,
        "resets_in": 3600,
    }
    assert limits["token"]["left"] == 119
    assert limits["reports"]["left"] == limits["reports"]["most"]
    rob.standing = Standing.MEMBER
    rob.save()
    assert {"statements", "statements-of-all-bots"} <= {
        one["name"] for one in enter(rob).read("me/")["limits"]
    }
