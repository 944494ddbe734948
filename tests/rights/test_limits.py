"""Whatever changes something has a limit: each address, for account, token and address."""

from __future__ import annotations

import pytest

from accounts import limits
from accounts.limits import MINUTE, Door, Rate
from tests.rights import world
from tests.rights.rows import cells
from tests.rights.test_table import send

pytestmark = pytest.mark.django_db
NOTHING, PLENTY = Rate(0, MINUTE), Rate(10_000, MINUTE)
ENOUGH = 429


@pytest.mark.parametrize("counted", ["account", "token", "address"])
def test_every_write_is_refused_where_nothing_is_left(
    counted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = world.build()
    of = {name: NOTHING if name == counted else PLENTY for name in ("account", "token", "address")}
    door = Door(of["account"], of["token"], of["address"])
    monkeypatch.setattr(limits, "WRITES", door)
    monkeypatch.setattr(limits, "DOORS", dict.fromkeys(limits.DOORS, door))
    monkeypatch.setattr("django.conf.settings.ADDRESS_WRITES", door.address.most)
    who, place = there.who["new member"], there.places["public"]
    for person in (one.person for one in there.who.values() if one.person):
        person.standing = "trusted"
        person.save()
    asked = 0
    for route, row in cells():
        by_token = route.door == "api"
        if route.door == "mcp":  # its tools ask the API: tests/mcp/test_rights.py
            continue
        if row.method == "GET" or (counted == "token" and not by_token):
            continue
        path = route.address(world.values(there, place, route, dict(row.at)))
        answer = send(who.client(route.door), route, row.method, path, row.sends(place, who))
        assert answer.status_code == ENOUGH, (row.method, route.name)
        asked += 1
    assert asked > (20 if counted == "token" else 60)
