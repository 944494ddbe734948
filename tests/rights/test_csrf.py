"""No page takes a write that another site could have sent; the API takes none from a cookie."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.rights import world
from tests.rights.routes import Route
from tests.rights.rows import cells
from tests.rights.table import Row
from tests.rights.test_table import Undo
from tests.rights.world import SESSION, Place, Who, World

pytestmark = pytest.mark.django_db
SAFE = "GET"
BY_KEY = ("debate:unsubscription-detail",)
"""What a signed key in the address allows, whoever sends it: mail programs have no cookies."""
FIELD = "csrfmiddlewaretoken"
WRITTEN = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
NOTED = {"debate_visit": "how far somebody has read is noted as they read"}
"""Tables that reading may write into, and why."""


def writes(door: str) -> list[tuple[Route, Row]]:
    """What changes something: where programs ask, or everywhere else."""
    unsafe = [(route, row) for route, row in cells() if row.method != SAFE]
    unsafe = [pair for pair in unsafe if pair[1].name not in BY_KEY]
    programs = ("api", "mcp")
    return [pair for pair in unsafe if (pair[0].door in programs) == (door in programs)]


def token(client: Client) -> str:
    """A token as a form of the site has it, for this browser."""
    page = client.get("/accounts/password/reset/").content.decode()
    return page.split(f'name="{FIELD}" value="')[1].split('"')[0]


def browser(who: Who) -> Client:
    client = Client(enforce_csrf_checks=True)
    assert who.person
    client.force_login(who.person, backend=SESSION)
    return client


Attempt = Callable[[Client, str, dict[str, Any], str, str], Any]
ATTEMPTS: dict[str, Attempt] = {
    "no token": lambda client, path, sent, own, other: client.post(path, sent),
    "a wrong token": lambda client, path, sent, own, other: client.post(
        path, {**sent, FIELD: "x" * len(own)}
    ),
    "another's token": lambda client, path, sent, own, other: client.post(
        path, {**sent, FIELD: other}
    ),
    "another site's origin": lambda client, path, sent, own, other: client.post(
        path, {**sent, FIELD: own}, headers={"Origin": "https://elsewhere.example"}
    ),
    "plain text that is JSON": lambda client, path, sent, own, other: client.post(
        path, json.dumps({**sent, FIELD: own}, default=str), content_type="text/plain"
    ),
    "another method by name": lambda client, path, sent, own, other: client.post(
        path, {**sent, "_method": "GET"}, headers={"X-HTTP-Method-Override": "GET"}
    ),
}


def prepared() -> tuple[World, Place, Who, Client, str, str]:
    there = world.build()
    who = there.who["facilitator"]
    client = browser(who)
    own, other = token(client), token(browser(there.who["member"]))
    return there, there.places["public"], who, client, own, other


def undone(client: Client, path: str, sent: dict[str, Any]) -> int:
    """The status of what is posted; what it has written is taken back."""
    status = 0
    try:
        with transaction.atomic():
            status = client.post(path, sent).status_code
            raise Undo
    except Undo:
        cache.clear()
    return status


@pytest.mark.parametrize("how", ATTEMPTS)
def test_a_write_that_another_site_could_send_is_refused(how: str) -> None:
    there, place, who, client, own, other = prepared()
    asked = writes("pages")
    assert len(asked) > 30
    for route, row in asked:
        path = route.address(world.values(there, place, route, dict(row.at)))
        answer = ATTEMPTS[how](client, path, row.sends(place, who), own, other)
        assert answer.status_code == 403, (route.name, answer.status_code)


def test_the_same_writes_with_the_own_token_are_not_refused_for_it() -> None:
    there, place, who, client, own, _ = prepared()
    asked = 0
    for route, row in writes("pages"):
        if row.rule.yes >= {"facilitator"} and route.is_ours:
            asked += 1
            path = route.address(world.values(there, place, route, dict(row.at)))
            assert undone(client, path, {**row.sends(place, who), FIELD: own}) != 403, route.name
    assert asked > 20


def test_a_get_that_calls_itself_a_post_writes_nothing() -> None:
    there, place, who, client, own, _ = prepared()
    client.get("/")
    for route, row in writes("pages"):
        if not route.is_ours:
            continue
        path = route.address(world.values(there, place, route, dict(row.at)))
        sent = {**row.sends(place, who), "_method": "POST", FIELD: own}
        with CaptureQueriesContext(connection) as queries:
            client.get(path, sent, headers={"X-HTTP-Method-Override": "POST"})
        found = [WRITTEN.match(query["sql"]) for query in queries]
        assert {one[1] for one in found if one} - NOTED.keys() == set(), route.name


def test_the_api_takes_no_cookie_for_a_token() -> None:
    there = world.build()
    who, place = there.who["facilitator"], there.places["public"]
    client = browser(who)
    own = token(client)
    asked = writes("api")
    assert len(asked) > 20
    for route, row in asked:
        path = route.address(world.values(there, place, route, dict(row.at)))
        body = json.dumps(row.sends(place, who))
        headers = {"X-CSRFToken": own}
        answer = client.generic(row.method, path, body, "application/json", headers=headers)
        assert answer.status_code == 401, route.name


def test_a_token_of_the_api_speaks_for_its_account_whatever_the_cookie_says() -> None:
    there = world.build()
    client = browser(there.who["facilitator"])
    key = there.who["member"].key
    answer = client.get("/api/v1/me/", headers={"Authorization": f"Bearer {key}"})
    assert answer.json()["account"]["username"] == "member"
