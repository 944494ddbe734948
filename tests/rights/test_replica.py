"""Every address that is read, with reads at a replica: it answers what it answers without one."""

from __future__ import annotations

import logging

import pytest
from django.core.cache import cache
from django.db import connections
from pytest_django import Settings

from config.database import base
from tests.replicas import reading_from
from tests.rights import world
from tests.rights.rows import cells
from tests.rights.table import PLACES, outcome
from tests.rights.test_table import got, send

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 60


@pytest.mark.parametrize("identity", ["visitor", "author", "moderator", "read token"])
def test_reading_from_a_replica_shows_what_the_table_says(
    identity: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "config")
    there = world.build()
    who, wrong, behind = there.who[identity], [], 0
    plain = base.DatabaseWrapper.read_at_primary

    def counted(self: base.DatabaseWrapper) -> None:
        nonlocal behind
        behind += self.is_behind
        plain(self)

    monkeypatch.setattr(base.DatabaseWrapper, "read_at_primary", counted)
    the_same = dict(connections["default"].settings_dict)
    with reading_from(the_same, settings, is_watched=False):
        for route, row in cells():
            if row.method != "GET":
                continue
            for name in PLACES if row.within else PLACES[:1]:
                place = there.places[name]
                path = route.address(world.values(there, place, route, dict(row.at)))
                answer = send(who.client(route.door), route, "GET", path, row.sends(place, who))
                found = got(answer, who.client(route.door))
                if found != outcome(row, route.door, name, identity):
                    wrong.append(f"{name}: {route.name}: {found}, {answer.status_code}")
                cache.clear()
    assert wrong == []
    assert behind > MANY
    assert not [one.message for one in caplog.records if "instead of the replica" in one.message]
