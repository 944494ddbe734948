"""An owner's own bots over the API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.actions import create_token
from accounts.models import User
from tests import factories
from tests.api.conftest import fits

pytestmark = pytest.mark.django_db


def change(by: User, username: str, **sent: Any) -> Any:
    _, key = create_token(by, by=by.owner or by, name="t", scopes=["read", "write"])
    api = Client(headers={"Authorization": f"Bearer {key}"})
    at = f"/api/v1/me/bots/{username}/"
    return api.patch(at, json.dumps(sent), content_type="application/json")


def test_a_bot_is_renamed_and_switched_off(bob: User, rob: User) -> None:
    answer = change(bob, "rob", name="Rob the Sorter")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["account"]["name"], told["account"]["owner"]) == ("Rob the Sorter", "bob")
    assert change(bob, "rob", name="Admin").status_code == 422
    assert change(bob, "rob", in_use=False).json()["in_use"] is False
    assert change(bob, "rob", in_use=False).status_code == 200  # sent again
    assert change(bob, "rob", in_use=True).status_code == 403
    assert change(bob, "rob", off=True).status_code == 400


def listed(by: User, query: str = "") -> Any:
    _, key = create_token(by, by=by.owner or by, name="t", scopes=["read"])
    api = Client(headers={"Authorization": f"Bearer {key}"})
    return api.get(f"/api/v1/me/bots/{query}").json()


def test_owners_list_their_bots_those_switched_off_too(alice: User, bob: User, rob: User) -> None:
    factories.BotFactory.create(username="zed", owner=bob, is_active=False)
    told = listed(bob)
    fits("BotPage", told)
    found = [(one["account"]["username"], one["in_use"]) for one in told["results"]]
    assert found == [("rob", True), ("zed", False)]
    assert listed(bob, "?limit=1")["next"]
    assert listed(alice)["results"] == listed(rob)["results"] == []
    assert Client().get("/api/v1/me/bots/").status_code == 401


def test_bots_are_their_owners_business(alice: User, rob: User) -> None:
    for by in (alice, rob):
        assert change(by, "rob", in_use=False).status_code == 404
    rob.refresh_from_db()
    assert rob.is_active
