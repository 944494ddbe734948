"""An owner's own bots over the API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.actions import create_token
from accounts.models import User

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


def test_bots_are_their_owners_business(alice: User, rob: User) -> None:
    for by in (alice, rob):
        assert change(by, "rob", in_use=False).status_code == 404
    rob.refresh_from_db()
    assert rob.is_active
