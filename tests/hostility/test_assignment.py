"""What no form has a field for, no form changes: every column is sent along, and none is taken."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import models, transaction

from accounts.models import User
from debate.api.schema import document
from tests.hostility.columns import APPS
from tests.hostility.sending import filled
from tests.hostility.test_secrets import in_tables
from tests.rights import world
from tests.rights.routes import Route
from tests.rights.rows import cells
from tests.rights.table import IDENTITIES, YES, Row, outcome
from tests.rights.test_table import Undo
from tests.rights.world import Who, World

pytestmark = pytest.mark.django_db
FORGED = "987654321"
"""A number, an id of nothing, and a word that is nowhere else."""
OF_DELETES = {"generated_by", "reason", "position"}
"""What a DELETE may say in its body, of which schemas tell nothing."""
BY_HAND = {"admin:queue-filter": {"query"}, "debate:point-keep": {"quote", "before", "after"}}
"""What a page takes without a form of Django's."""
SWITCHING = ("debate:account-leave", "admin:accounts_user_change")
SWITCHES = ("is_staff", "is_superuser", "is_active", "standing")


def columns() -> set[str]:
    """The names of all columns that there are, as forms and programs may call them."""
    return {
        name
        for model in apps.get_models()
        if model._meta.app_label in APPS
        for field in model._meta.concrete_fields
        for name in (field.name, field.attname)
    }


def bodies() -> dict[str, set[str]]:
    """The fields of each body of the API, by the name of the operation."""
    whole, found = document(), {}
    known = whole["components"]["schemas"]
    for operations in whole["paths"].values():
        for one in operations.values():
            if "requestBody" in one:
                schema = one["requestBody"]["content"]["application/json"]["schema"]
                name = schema.get("$ref", "").split("/")[-1]
                found[one["operationId"]] = {*known.get(name, schema).get("properties", {})}
    return found


def asked(there: World, door: str) -> list[tuple[Route, Row, Who, str]]:
    """Each write of a door, with somebody who may do it."""
    place, found = there.places["public"], []
    for route, row in cells():
        if row.method == "GET" or (route.door == "api") != (door == "api") or route.door == "mcp":
            continue
        may = [one for one in IDENTITIES if outcome(row, route.door, "public", one) == YES]
        may = [one for one in may if door == "api" or there.who[one].session]
        path = route.address(world.values(there, place, route, dict(row.at)))
        if may:
            found.append((route, row, there.who[may[-1]], path))
    return found


def switches() -> set[tuple[Any, ...]]:
    """What each account may, as far as columns say."""
    return {*User.objects.values_list("pk", *SWITCHES)}


def is_switched(before: set[tuple[Any, ...]]) -> bool:
    """Whether an account is otherwise than before, or a new one may more than others."""
    now = switches()
    return not before <= now or any(staff or root for _, staff, root, *_ in now - before)


def own(who: Who, route: Route, path: str, sent: dict[str, Any]) -> set[str]:
    """The names that a page takes here: of the forms that it fills, and of what it is sent."""
    taken = {one.add_prefix(name) for one in filled(who, route, path, sent) for name in one.fields}
    return taken | {*sent, *BY_HAND.get(route.name, ())}


def test_a_page_takes_no_column_that_it_has_no_field_for() -> None:
    there = world.build()
    before = switches()
    writes, wrong, done = asked(there, "pages"), [], 0
    for route, row, who, path in writes:
        right = row.sends(there.places["public"], who)
        names = columns() - own(who, route, path, right)
        assert len(names) > 120
        with suppress(Undo), transaction.atomic():
            client = who.client(route.door)
            client.raise_request_exception = False
            status = client.post(path, {**dict.fromkeys(names, FORGED), **right}).status_code
            done += status < 400
            taken = in_tables(FORGED)
            switched = route.name not in SWITCHING and is_switched(before)
            if status >= 500 or taken or switched:
                wrong.append((route.name, status, taken, switched))
            raise Undo
        cache.clear()
    assert wrong == []
    assert done > 0.8 * len(writes) > 60


def test_the_api_refuses_every_column_that_its_body_does_not_have() -> None:
    there = world.build()
    names, known, tried, wrong = columns(), bodies(), 0, []
    for route, row, who, path in asked(there, "api"):
        sent = {**dict.fromkeys(names, FORGED), **row.sends(there.places["public"], who)}
        body = json.dumps(sent, default=str)
        client = who.client("api")
        answer = client.generic(row.method, path, body, content_type="application/json")
        assert answer.status_code == 400, (route.name, answer.content[:300])
        believed = names - {*answer.json()["errors"]}
        told = known.get(route.name.removeprefix("api:"), OF_DELETES)
        if not believed <= told:
            wrong.append((route.name, believed - told))
        tried += 1
    assert wrong == []
    assert tried > 60


def test_a_column_that_is_taken_would_be_found() -> None:
    world.build()
    field = User._meta.get_field("name")
    assert isinstance(field, models.CharField)
    User.objects.filter(username="author").update(name=f"So {FORGED}")
    assert in_tables(FORGED) == {"accounts_user.name"}
