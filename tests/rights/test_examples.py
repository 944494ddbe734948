"""The examples in the schema: one for every body, true to its shape, and each is carried out."""

from __future__ import annotations

from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it comes without types
import pytest
from django.db import transaction

from debate.api.examples import EXAMPLES
from debate.api.schema import document
from tests.factories import UserFactory
from tests.rights import world
from tests.rights.rows_around import LEAVE
from tests.rights.table import LOOK_AFTER
from tests.rights.test_conventions import asked, send
from tests.rights.test_table import Undo
from tests.rights.world import Place, Who

EMPTY = {"mark-confirm"}


def bodies() -> dict[str, dict[str, Any]]:
    """The shapes of what operations take, by operation."""
    found = {}
    for operations in document()["paths"].values():
        for operation in operations.values():
            if "requestBody" in operation:
                content = operation["requestBody"]["content"]["application/json"]
                found[operation["operationId"]] = content
    return found


def test_every_body_has_an_example_of_its_shape() -> None:
    shapes = bodies()
    assert set(shapes) - EMPTY == set(EXAMPLES)
    for name, content in shapes.items():
        if name not in EMPTY:
            whole = {**content["schema"], "components": document()["components"]}
            jsonschema.Draft202012Validator(whole).validate(content["example"])


def of_this_site(value: Any, place: Place, who: Who, name: str = "") -> Any:
    """An example with the ids, names and words of the world that it is tried in."""
    if isinstance(value, list):
        return [of_this_site(one, place, who, name) for one in value]
    if isinstance(value, dict) and name != "quote":
        return {key: of_this_site(one, place, who, key) for key, one in value.items()}
    here = {
        "to": place.crux.pk if who.name in LOOK_AFTER.yes else place.claim.pk,
        "into": getattr(place.act.statement, "pk", None),
        "exact": "again.",
        "position": place.position.pk,
        "change": place.changes.get(who.name),
        "because": place.claim.label,
        "revision": 2,
        "quote": "Said",
        "up_to": place.claim.pk,
        "password": LEAVE["password"],
        "username": "nora",
    }
    return here.get(name, value)


@pytest.mark.django_db
def test_every_example_is_carried_out() -> None:
    there = world.build()
    place, tried, failed = there.places["public"], set(), []
    UserFactory.create(username="ann")
    for route, row, who, path, _ in asked(there):
        name = route.name.removeprefix("api:")
        if row.method == "GET" or name not in EXAMPLES:
            continue
        try:
            with transaction.atomic():
                answer = send(who, row.method, path, of_this_site(EXAMPLES[name], place, who))
                raise Undo
        except Undo:
            tried.add(name)
            if answer.status_code not in (200, 201, 204):
                failed.append((name, answer.status_code, answer.content[:300]))
    assert failed == []
    assert tried == set(EXAMPLES)
