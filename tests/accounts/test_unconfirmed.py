"""Who joined and never confirmed an address is forgotten, and the name is free again."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import actions
from accounts.models import User
from tests.accounts.test_entrance import joined, person

pytestmark = pytest.mark.django_db


def test_who_never_confirmed_an_address_is_forgotten_and_the_name_is_free(
    settings: Settings, client: Client
) -> None:
    cache.clear()
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    joined(client, "annika", email="annika@gmial.example")
    for name, confirmed in (("berta", True), ("carla", False)):
        person(name, confirmed=confirmed)
    week_ago = timezone.now() - actions.UNCONFIRMED_KEPT
    User.objects.exclude(username="carla").update(date_joined=week_ago)
    assert actions.forget_unconfirmed() == 1
    assert set(User.objects.values_list("username", flat=True)) == {"berta", "carla"}
    answer = joined(Client(), "annika", email="annika@example.org")
    assert "Look in your mail" in answer.content.decode()
    assert User.objects.get(username="annika").email == "annika@example.org"
