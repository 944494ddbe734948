"""Fifty receivers that answer as slowly as they can: who answers at once is called at once."""

from __future__ import annotations

import os
import statistics
import time
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import User
from debate.actions import statements, webhooks
from debate.models import Statement, Webhook
from tests import factories
from tests.prove.conftest import Noted
from tests.prove.processes import until, workers
from tests.receiver import Receiver, receiver

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

SLOW, EVENTS = 50, int(os.environ.get("CRUX_EVENTS", "40"))
EVERY = 3.0  # seconds between two events
WITHIN = 5.0


def _has_more(good: Receiver, said: int) -> bool:
    return len(good.got) > said


def test_who_answers_at_once_does_not_wait_for_fifty_who_do_not(
    transactional_db: None, note: Noted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim: Statement = factories.PositionFactory.create()
    author: User = factories.UserFactory.create(standing="exempt", is_standing_set=True)
    with receiver() as good, receiver() as slow:
        slow.way = "trickle"
        inside = [good.place, slow.place]
        monkeypatch.setattr(settings, "WEBHOOKS_INSIDE", inside)
        webhooks.create(by=author, url=good.url)
        with workers(tmp_path / "log", 1, WEBHOOKS_INSIDE=",".join(inside)):
            statements.reply(claim, by=author, kind="remark", body="The first.")
            until(lambda: good.got, 60)
            for _ in range(SLOW):
                webhooks.create(by=factories.UserFactory.create(), url=slow.url)
            waits = []
            for number in range(EVENTS):
                said = len(good.got)
                statements.reply(claim, by=author, kind="remark", body=f"The {number}th.")
                began = time.monotonic()
                waits.append(until(partial(_has_more, good, said), 60))
                time.sleep(max(0.0, began + EVERY - time.monotonic()))
    p95 = statistics.quantiles(waits, n=20)[-1]
    tried = Webhook.objects.filter(url=slow.url, failures__gt=0).count()
    note(
        "slow receivers of webhooks",
        f"{SLOW} that send a letter now and then, {tried} of them called so far and cut off after "
        f"10 s: beside them one that answers at once was told of {EVENTS} events after "
        f"{statistics.median(waits):.1f} s in the median, p95 {p95:.1f} s",
    )
    assert tried > 0
    assert p95 <= WITHIN
