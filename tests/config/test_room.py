"""Before a disk is full nothing more is stored, and everybody reads on."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from debate.models import Statement

pytestmark = pytest.mark.django_db
ENDLESS = 10**12  # MB


@pytest.fixture
def page(bob: User) -> Client:
    client = Client()
    client.force_login(bob, backend="accounts.reading.Accounts")
    return client


def test_where_little_room_is_left_nothing_is_stored_and_words_come_back(
    page: Client, claim: Statement, settings: Settings, tmp_path: Path
) -> None:
    settings.DISKS, settings.DISK_RESERVE = [str(tmp_path / "none"), str(tmp_path)], ENDLESS
    sent = {"kind": "remark", "body": "Not lost."}
    told = page.post(f"/s/{claim.pk}/reply/", sent)
    assert (told.status_code, told.headers["Retry-After"]) == (503, "60")
    assert "Not lost.</textarea>" in told.content.decode()
    by_api = page.post("/api/v1/debates/", {}, content_type="application/json")
    assert by_api.status_code == 503
    assert "disk is nearly full" in by_api.json()["detail"]
    assert page.get(f"/s/{claim.pk}/").status_code == 200
    settings.DISK_RESERVE = 0
    assert page.post(f"/s/{claim.pk}/reply/", sent).status_code == 302
