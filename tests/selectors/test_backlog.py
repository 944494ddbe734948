"""What waits is counted as it is, and its age is that of the oldest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.models import Mail, User
from debate.models import Analysis, Debate, Event, JobFailure, Webhook
from debate.selectors import backlog
from tests import factories

pytestmark = pytest.mark.django_db


def found() -> dict[str, list[tuple[list[str], float]]]:
    return {name: rows for name, _, _, rows in backlog.figures()}


def test_where_nothing_waits_there_is_nothing(
    db: None, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(7):
        now = found()
    assert now["jobs"] == now["jobs_failing"] == []
    for name in ("mails", "mails_age_seconds", "deliveries", "webhooks_failing"):
        assert now[name] == [([], 0.0)]
    assert now["analyses_behind"] == now["analyses_age_seconds"] == [([], 0.0)]


def test_jobs_that_are_due_are_counted_and_later_ones_are_not(db: None) -> None:
    app.configure_task("analyse").defer(debate=1)
    app.configure_task("analyse").defer(debate=2)
    app.configure_task("analyse", schedule_in={"hours": 1}).defer(debate=3)
    JobFailure.objects.create(job=1, name="send-mail", error="x", failed_at=timezone.now())
    now = found()
    assert now["jobs"] == [(["analyse", "todo"], 2.0)]
    ((labels, age),) = now["jobs_age_seconds"]
    assert labels == ["analyse", "todo"] and 0 <= age < 60
    assert now["jobs_failing"] == [(["send-mail"], 1.0)]


def test_the_oldest_mail_tells_how_long_mails_wait(db: None) -> None:
    for minutes in (1, 5):
        Mail.objects.create(sealed="x", made_at=timezone.now() - timedelta(minutes=minutes))
    now = found()
    assert now["mails"] == [([], 2.0)]
    assert now["mails_age_seconds"][0][1] == pytest.approx(300, abs=30)


def test_deliveries_wait_once_they_are_due_and_their_webhook_is_called(alice: User) -> None:
    webhook = factories.WebhookFactory.create(account=alice)
    for minutes in (-2, 2):
        due = timezone.now() + timedelta(minutes=minutes)
        factories.DeliveryFactory.create(webhook=webhook, event=None, due_at=due)
    now = found()
    assert now["deliveries"] == [([], 1.0)]
    assert now["deliveries_age_seconds"][0][1] == pytest.approx(120, abs=30)
    Webhook.objects.update(
        rests_until=timezone.now() + timedelta(hours=1), failing_since=timezone.now()
    )
    now = found()
    assert now["deliveries"] == [([], 0.0)]
    assert now["webhooks_failing"] == [([], 1.0)]


def test_an_analysis_is_as_late_as_the_first_change_it_has_not_taken_in(
    debate: Debate, alice: User
) -> None:
    Event.objects.filter(debate=debate).delete()
    for number, minutes in ((1, 9), (2, 3), (3, 1)):
        at = timezone.now() - timedelta(minutes=minutes)
        factories.EventFactory.create(debate=debate, number=number, actor=alice, created_at=at)
    Debate.objects.update(event_count=3)
    Analysis.objects.create(debate=debate, event=1)
    now = found()
    assert now["analyses_behind"] == [([], 1.0)]
    assert now["analyses_age_seconds"][0][1] == pytest.approx(180, abs=30)
    Analysis.objects.update(event=3)
    assert found()["analyses_behind"] == [([], 0.0)]
