from __future__ import annotations

import gzip
from typing import Any

import pytest
from rest_framework.request import Request

from accounts import actions
from accounts.models import User
from debate.actions.refusals import LimitReached
from debate.api import debates, errors
from debate.models import Debate, Statement
from tests.api.conftest import Client, Enter


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"x"',
        b"null",
        b"",
        b"\xff",
        b'{"question": NaN}',
        b'{"question": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"a\\u0000": 1}',
        b'{"question": ' + b"1" * 5000 + b"}",
        b'{"a":' * 100_000,
        b"[" * 100_000,
    ],
    ids=range(13),
)
def test_what_is_no_object_of_json_is_malformed(body: bytes, bob: User, enter: Enter) -> None:
    answer = enter(bob).raw("POST", "debates/", body, "application/json")
    assert answer.status_code == 400


def test_a_body_that_is_packed_is_not_unpacked(bob: User, enter: Enter) -> None:
    packed = gzip.compress(b'{"question": "' + b"x" * 10**7 + b'"}')
    client = enter(bob)
    more = {"Content-Encoding": "gzip"}
    answer = client.raw("POST", "debates/", packed, "application/json", **more)
    assert answer.status_code == 400
    assert b"question" not in answer.content, "what is in it was read"


def test_other_media_and_too_much_of_it_are_refused(bob: User, enter: Enter) -> None:
    client = enter(bob)
    form = client.raw("POST", "debates/", b"question=x", "text/plain")
    assert form.status_code == 415
    for much in (2_000_000, 5_000_000):
        answer = client.raw("POST", "debates/", b" " * much, "application/json")
        assert answer.status_code == 413
        assert answer["Content-Type"] == "application/problem+json"


def test_addresses_and_methods_that_are_not_there_are_problems_too(enter: Enter) -> None:
    client = enter()
    for path in ("debates", "nothing/", "statements/x/", f"statements/{10**30}/", "x" * 3000):
        assert client.send("GET", path).status_code == 404, path
        assert client.send("POST", path, {}).status_code in (401, 404), path
    assert client.send("DELETE", "debates/").status_code in (401, 405)
    assert client.send("OPTIONS", "debates/").status_code == 405
    assert client.send("HEAD", "debates/?limit=1").status_code == 200
    assert client.send("GET", "debates/?format=xml").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "debates/?topic={}",
        "debates/{slug}/events/?by={}",
        "debates/{slug}/statements/?author={}",
        "moderation/log/?debate={}",
        "moderation/log/?moderator={}",
    ],
)
def test_a_name_of_white_space_is_nobodys(address: str, debate: Debate, enter: Enter) -> None:
    """To the schema, which goes by other rules than Python, U+001C is a letter like any other."""
    for typed, statuses in (("%20", {200, 404}), ("%1C", {200, 404}), ("", {400})):
        sent = enter().send("GET", address.format(typed, slug=debate.slug))
        assert sent.status_code in statuses, sent.content


def test_a_visitor_is_asked_for_a_token_and_a_wrong_one_is_refused(
    bob: User, enter: Enter
) -> None:
    answer = enter().send("POST", "debates/", {})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="Crux"')
    token, key = actions.create_token(bob, by=bob, name="old", scopes=["read"])
    actions.revoke_token(token, by=bob)
    for header in ("Bearer", "Bearer crux_x", f"Bearer {key}", "Bearer a b", "Bearer \xff"):
        answer = enter().send("GET", "debates/", Authorization=header)
        assert answer.status_code == 401, header
        assert key not in answer.content.decode()


def test_a_cookie_is_no_token(bob: User, enter: Enter) -> None:
    client = Client()
    client.force_login(bob)
    assert client.send("POST", "debates/", {}).status_code == 401


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        ("read", "GET", "debates/", 200),
        ("read", "POST", "debates/", 403),
        ("write", "GET", "debates/", 403),
        ("write", "POST", "debates/", 400),
        ("mark", "POST", "debates/", 403),
        ("write", "GET", "me/", 200),
    ],
)
def test_a_token_does_what_its_scopes_say(
    scope: str, method: str, path: str, status: int, bob: User, enter: Enter
) -> None:
    body: Any = {} if method == "POST" else None
    assert enter(bob, scope).send(method, path, body).status_code == status


def test_faults_and_limits_are_problems(
    claim: Statement, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: list[Exception] = [LimitReached("Enough.", retry_after=60), ZeroDivisionError()]

    def fail(endpoint: Any, request: Request) -> None:
        raise raised.pop(0)

    monkeypatch.setattr(debates.Debates, "get", fail)
    limited = enter().send("GET", "debates/")
    assert (limited.status_code, limited["Retry-After"]) == (429, "60")
    fault = enter().send("GET", "debates/")
    assert (fault.status_code, fault.json()["type"]) == (500, "urn:crux:problem:fault")
    assert "Zero" not in fault.content.decode()


def test_every_status_that_is_told_has_a_name() -> None:
    names = [name for name, _ in errors.TITLES.values()]
    assert len(names) == len(set(names))
