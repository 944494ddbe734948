"""What holds at every address of the API: unknown fields are refused, and POSTs are done once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.rights import world
from tests.rights.routes import Route
from tests.rights.rows import cells
from tests.rights.table import IDENTITIES, YES, Row, outcome
from tests.rights.test_table import Undo
from tests.rights.world import Who, World

pytestmark = pytest.mark.django_db


def asked(there: World) -> Iterator[tuple[Route, Row, Who, str, dict[str, Any]]]:
    """Each address of the API and method, with somebody who gets it and what they send."""
    place = there.places["public"]
    for route, row in cells():
        if route.door != "api" or "-stream" in route.name or route.name.startswith("live"):
            continue
        may = [name for name in IDENTITIES if outcome(row, "api", "public", name) == YES]
        if may and route.name != "api:docs":
            who = there.who[may[-1]]
            path = route.address(world.values(there, place, route, dict(row.at)))
            yield route, row, who, path, row.sends(place, who)


def send(who: Who, method: str, path: str, sent: dict[str, Any], **headers: str) -> Any:
    body = "" if method == "GET" else json.dumps(sent)
    kind = "application/json"
    return who.client("api").generic(method, path, body, content_type=kind, headers=headers)


TOLD_ONCE = ("api:invitation-create", "api:webhook-create")
"""Where an answer has what is told once, and kept nowhere: a link, a key."""


LOOKING = ("colour", "author__password__startswith", "is_staff")
"""Names that no address knows; some would look through a column, were they believed."""


@pytest.mark.parametrize("name", LOOKING)
def test_a_field_that_is_not_known_is_refused_everywhere(name: str) -> None:
    there = world.build()
    wrong, tried = [], 0
    for route, row, who, path, sent in asked(there):
        answers = [send(who, row.method, f"{path}?{name}=red", sent)]
        if row.method != "GET":
            answers.append(send(who, row.method, path, {**sent, name: "red"}))
        for answer in answers:
            tried += 1
            if answer.status_code != 400 or name not in answer.json()["errors"]:
                wrong.append((row.method, route.name, answer.status_code, answer.content[:200]))
    assert wrong == []
    assert tried > 100


@pytest.mark.parametrize("order", ["author__password", "?"])
def test_an_order_that_is_on_no_list_is_refused_or_the_usual_one(order: str) -> None:
    there = world.build()
    for route, row, who, path, _ in asked(there):
        for name in ("order", "sort") if row.method == "GET" else ():
            assert who.client("api").get(path, {name: order}).status_code == 400, route.name
    client = there.who["member"].client("pages")
    for path in ("/d/public/", "/d/", "/d/public/open/", "/search/"):
        assert client.get(path, {"sort": order, "order": order}).status_code == 200, path


def test_every_post_with_a_key_is_done_once() -> None:
    there = world.build()
    tried = []
    for route, row, who, path, sent in asked(there):
        if row.method != "POST":
            continue
        key = {"Idempotency-Key": route.name}
        try:
            with transaction.atomic():
                first, again = (send(who, "POST", path, sent, **key) for _ in range(2))
                other = send(who, "POST", f"{path}", {**sent, "generated_by": "person"}, **key)
                raise Undo
        except Undo:
            pass
        assert first.status_code == again.status_code == 201, (route.name, first.content)
        assert again["Idempotency-Replayed"] == "true", route.name
        if route.name not in TOLD_ONCE:
            assert first.json() == again.json(), route.name
        assert other.status_code in (400, 422), route.name  # some do not know the field
        tried.append(route.name)
    assert len(set(tried)) >= 8
