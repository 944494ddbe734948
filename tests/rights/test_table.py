"""The table of rights holds: each address, method and identity, asked for real in each place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse

from tests.rights import document, world
from tests.rights.routes import METHODS, Route, routes
from tests.rights.rows import ROWS, cells
from tests.rights.table import ABSENT, AGAIN, IDENTITIES, NO, PLACES, SIGN_IN, YES, Row, outcome
from tests.rights.world import Place, Who, World

pytestmark = pytest.mark.django_db
UNASKED = 405
LOGIN, ADMIN_LOGIN = "/accounts/login/", "/admin/login/"
CONFIRM = ("/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/")


class Undo(Exception):
    """Takes back what a request has written."""


def send(client: Any, route: Route, method: str, path: str, sent: dict[str, Any]) -> Any:
    if route.door in ("api", "mcp"):
        body = "" if method == "GET" else json.dumps(sent)
        return client.generic(method, path, body, content_type="application/json")
    return client.post(path, sent) if method == "POST" else client.generic(method, path)


def got(answer: HttpResponse, client: Any) -> str:
    """What an answer amounts to."""
    to = answer.headers.get("Location", "")
    if to.startswith(ADMIN_LOGIN):
        return got(client.get(to), client)
    if answer.status_code == 401 or to.startswith(LOGIN):
        return SIGN_IN
    if answer.status_code == 404:
        return ABSENT
    if to.startswith(CONFIRM):
        return AGAIN
    return YES if answer.status_code < 400 else NO if answer.status_code in (403, 422) else "?"


def ask(there: World, place: Place, who: Who, route: Route, row: Row) -> str:
    """Ask for the address as somebody, and take back what came of it."""
    path = route.address(world.values(there, place, route, dict(row.at)))
    client = who.client(route.door)
    found = ""
    try:
        with transaction.atomic():
            answer = send(client, route, row.method, path, row.sends(place, who))
            found = got(answer, client)
            if found == "?":
                found = f"{answer.status_code} {answer.content[:300]!r}"
            raise Undo
    except Undo:
        cache.clear()
    return found


def test_every_address_is_in_the_table_and_every_row_is_about_one() -> None:
    known = routes()
    assert len(known) > 150
    missing = [route.name for route in known if not any(row.fits(route) for row in ROWS)]
    assert missing == []
    idle = [row.name for row in ROWS if not any(row.fits(route) for route in known)]
    assert idle == []


@pytest.mark.parametrize("identity", IDENTITIES)
def test_everybody_gets_what_the_table_says(identity: str) -> None:
    there = world.build()
    who, wrong, asked = there.who[identity], [], 0
    for route, row in cells():
        for name in PLACES if row.within else PLACES[:1]:
            found = ask(there, there.places[name], who, route, row)
            wanted = outcome(row, route.door, name, identity)
            asked += 1
            if found != wanted:
                wrong.append(f"{name}: {row.method} {route.name}: {found}, not {wanted}")
    assert asked > 300
    assert not wrong, "\n".join(wrong)


def test_an_address_takes_no_other_method() -> None:
    there = world.build()
    who, place = there.who["facilitator"], there.places["public"]
    by_pattern: dict[str, set[str]] = {}
    for route, row in cells():
        by_pattern.setdefault(route.pattern, set()).add(row.method)
    for route in routes():
        if not route.is_ours or route.name in ("api:nowhere", "api:docs"):
            continue
        for method in set(METHODS) - by_pattern[route.pattern]:
            path = route.address(world.values(there, place, route, {}))
            answer = undone(who.client(route.door), route, method, path)
            elsewhere = route.door == "accounts" and answer.status_code == 302  # where its form is
            assert elsewhere or answer.status_code == UNASKED, (method, route.name)


def undone(client: Any, route: Route, method: str, path: str) -> Any:
    """The answer; what was written for it, and counted, is taken back."""
    answer = None
    try:
        with transaction.atomic():
            answer = send(client, route, method, path, {})
            raise Undo
    except Undo:
        return answer


def test_the_document_says_what_the_table_says() -> None:
    assert document.PLACE.read_text() == document.text(), "run: make rights"
