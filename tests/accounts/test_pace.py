"""The forms at the entrance end at whole steps of time, so that it tells nothing."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
PASSWORD = "violet-marmot-9"


@pytest.mark.parametrize("address", [LOGIN, "/accounts/signup/", "/accounts/password/reset/"])
def test_what_a_form_takes_is_made_up_to_a_whole_step(
    client: Client, settings: Any, address: str
) -> None:
    settings.ENTRANCE_STEP = 5.0
    with mock.patch("accounts.entrance.time") as time:
        time.monotonic.side_effect = [20.0, 31.0, 38.0]
        client.get(address)
        time.sleep.assert_not_called()
        client.post(address, {"email": "eve@example.org"})
    time.sleep.assert_called_once_with(3.0)


def test_who_is_let_in_does_not_wait(client: Client, settings: Any, alice: User) -> None:
    settings.ENTRANCE_STEP = 5.0
    alice.set_password(PASSWORD)
    alice.save()
    with mock.patch("accounts.entrance.time.sleep") as slept:
        client.post(LOGIN, {"login": alice.username, "password": PASSWORD})
    assert client.get("/accounts/names/").status_code == 200
    slept.assert_not_called()
