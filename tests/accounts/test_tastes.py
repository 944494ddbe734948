"""In which language and time zone somebody reads: chosen once, told everywhere."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from accounts import actions, rules, tastes
from accounts.models import User
from debate.actions import statements
from debate.models import Debate, Statement
from debate.web import kept

pytestmark = pytest.mark.django_db

PAGE = "/accounts/tastes/"
NIGHT = "2026-07-01T22:30:00Z"


def test_a_choice_is_kept_and_can_be_taken_back(alice: User) -> None:
    tastes.set_tastes(alice, by=alice, language="de", time_zone="Asia/Tokyo")
    tastes.set_tastes(alice, by=alice, language="")
    alice.refresh_from_db()
    assert (alice.language, alice.time_zone) == ("", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "xx"),
        ("language", "en\n"),
        ("time_zone", "Europe/Atlantis"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", "localtime"),
        ("time_zone", "europe/berlin"),
    ],
)
def test_what_there_is_not_is_refused(alice: User, field: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        tastes.set_tastes(alice, by=alice, **{field: value})
    assert list(refused.value.error_dict) == [field]
    alice.refresh_from_db()
    assert (alice.language, alice.time_zone) == ("", "")


def test_nobody_chooses_for_others_and_bots_have_no_taste(
    alice: User, bob: User, rob: User
) -> None:
    for account, by in ((alice, bob), (rob, bob), (rob, rob)):
        with pytest.raises(PermissionDenied):
            tastes.set_tastes(account, by=by, time_zone="Asia/Tokyo")


def test_every_zone_on_offer_is_one_and_the_usual_ones_are_there() -> None:
    zones = rules.zones()
    assert {"UTC", "Europe/Berlin", "Asia/Kolkata", "America/Argentina/Buenos_Aires"} <= zones
    assert len(zones) > 300
    for zone in zones:
        with timezone.override(zone):
            assert timezone.localtime()


def test_the_page_shows_the_choice_and_takes_another(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert 'value="Europe/Berlin"' in client.get(PAGE).content.decode()
    answer = client.post(PAGE, {"language": "de", "time_zone": "Europe/Berlin"})
    assert answer.headers["Location"] == PAGE
    page = client.get(PAGE).content.decode()
    assert '<option value="Europe/Berlin" selected>Europe/Berlin</option>' in page
    assert 'data-zone="Europe/Berlin"' in page


def test_a_refused_choice_comes_back(client: Client, alice: User) -> None:
    client.force_login(alice)
    answer = client.post(PAGE, {"language": "xx", "time_zone": "Europe/Berlin"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert '<option value="Europe/Berlin" selected>' in page
    assert 'aria-invalid="true"' in page


def test_programs_choose_too_and_only_what_they_name(client: Client, alice: User) -> None:
    def patch(scope: str, sent: dict[str, Any]) -> Any:
        _, key = actions.create_token(alice, by=alice, name=scope, scopes=[scope])
        bearer = {"Authorization": f"Bearer {key}"}
        return client.patch("/api/v1/me/", sent, "application/json", headers=bearer)

    assert patch("read", {"time_zone": "Asia/Tokyo"}).status_code == 403
    assert patch("write", {"time_zone": "Moon/Crater"}).status_code == 422
    assert patch("write", {"colour": "red"}).status_code == 400
    patch("write", {"time_zone": "Asia/Tokyo"})
    answer = patch("write", {"hides_bots": True})
    told = {"language": "", "time_zone": "Asia/Tokyo", "hides_bots": True}
    assert answer.json()["tastes"] == told
    alice.refresh_from_db()
    assert alice.hides_bots


def test_days_and_times_are_those_of_the_reader(
    client: Client, debate: Debate, claim: Statement, alice: User, bob: User
) -> None:
    with time_machine.travel(NIGHT, tick=False):
        statements.reply(claim, by=bob, kind="remark", body="So it is.")
    at = f"/d/{debate.slug}/history/"
    page = client.get(at).content.decode()
    assert "1 July 2026" in page
    assert "Days and times are in UTC." in page
    tastes.set_tastes(alice, by=alice, time_zone="Asia/Tokyo")
    client.force_login(alice)
    page = client.get(at).content.decode()
    assert "2 July 2026" in page
    assert ">07:30</time>" in page
    assert "Days and times are in Asia/Tokyo." in page
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_page_kept_for_all_is_not_drawn_in_the_zone_of_its_first_reader(
    client: Client, debate: Debate, claim: Statement, alice: User
) -> None:
    with time_machine.travel(NIGHT, tick=False):
        statements.reply(claim, by=alice, kind="remark", body="So it is.")
    tastes.set_tastes(alice, by=alice, time_zone="Asia/Tokyo")
    kept._pages.clear()
    client.force_login(alice)
    client.get(f"/d/{debate.slug}/")
    page = Client().get(f"/d/{debate.slug}/").content.decode()
    assert "data-zone=" not in page
    assert "1 Jul 2026" in page
    assert "2 Jul 2026" not in page


def test_a_zone_that_the_server_has_lost_is_utc(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Europe/Atlantis")
    client.force_login(alice)
    assert client.get("/accounts/").status_code == 200
