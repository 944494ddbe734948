"""Who left after a backup leaves again once it is restored, as the logs have noted it."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from debate.actions import leaving

pytestmark = pytest.mark.django_db


def noted(person: User, hours: float = 1, fate: str = leaving.STAY) -> str:
    """A line of a log, among other things in it."""
    when = timezone.now() + timedelta(hours=hours)
    words = leaving.LEFT % (person.pk, when.isoformat(), fate)
    return f'{{"level": "info", "event": "{words}"}}\n'


def again(folder: Path, *lines: str) -> None:
    (folder / "log").write_text("Something else.\n" + "".join(lines))
    now = timezone.now().isoformat()
    call_command("leave_again", str(folder / "log"), f"--since={now}")


def test_leaving_is_noted_outside_the_database_once_it_is_done(
    alice: User, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    with caplog.at_level(logging.INFO, "debate.departures"):
        with django_capture_on_commit_callbacks():
            leaving.leave(by=alice, withdraw=True)
        assert caplog.text == ""
        with django_capture_on_commit_callbacks(execute=True):
            leaving.leave(
                by=User.objects.create_user("carla", "c@example.org", "x"), withdraw=True
            )
    assert "has left at" in caplog.text
    assert "its words are taken back." in caplog.text
    assert "carla" not in caplog.text


def test_who_left_later_leaves_again_and_others_stay(
    alice: User, bob: User, charlie: User, tmp_path: Path
) -> None:
    earlier = noted(charlie, hours=-1)  # charlie has a number that was another's then
    again(tmp_path, noted(alice), noted(bob, fate=leaving.WITHDRAWN), earlier)
    assert {user.is_former for user in User.objects.filter(pk__in=[alice.pk, bob.pk])} == {True}
    assert not User.objects.get(pk=charlie.pk).is_former
    again(tmp_path, noted(alice))  # done again, it changes nothing


def test_who_cannot_leave_is_named(mara: User, alice: User, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=f"account {mara.pk}: .*last moderator"):
        again(tmp_path, noted(mara), noted(alice))
    assert User.objects.get(pk=alice.pk).is_former


def test_a_log_that_cannot_be_read_or_a_time_without_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("leave_again", str(tmp_path / "none"), "--since=2026-01-01T00:00:00+00:00")
    with pytest.raises(CommandError, match="needs a zone"):
        call_command("leave_again", str(tmp_path / "none"), "--since=2026-01-01T00:00:00")
