"""Deliveries survive the worker's death, and what comes twice comes under the same id."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.conf import settings

from accounts.models import User
from debate.actions import webhooks
from debate.models import Delivery, Statement, Webhook
from tests import factories
from tests.prove.conftest import PROJECT, Noted
from tests.prove.processes import environment
from tests.receiver import Receiver, receiver

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

SENT = 1000
KILLS = 50
WORK = """
import django
django.setup()
from debate.actions import delivering
while True:
    delivering.find()
    delivering.call()
"""


def worker(inside: Receiver) -> subprocess.Popen[bytes]:
    """Do the job over and over, on the test's database, as the worker does."""
    return subprocess.Popen(
        [sys.executable, "-c", WORK],
        cwd=PROJECT,
        env=environment({"WEBHOOKS_INSIDE": inside.place}),
    )


def test_a_thousand_deliveries_and_fifty_killed_workers(
    transactional_db: None, bob: User, note: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim: Statement = factories.PositionFactory.create()
    with receiver() as inside:
        monkeypatch.setattr(settings, "WEBHOOKS_INSIDE", [inside.place])
        _, key = webhooks.create(by=bob, url=inside.url)
        for number in range(SENT):
            factories.EventFactory.create(
                debate=claim.debate, number=number + 1000, kind="mark.set", statement=claim
            )
        type(claim.debate).objects.update(event_count=SENT + 1000)
        killed = 0
        while killed < KILLS:
            before = len(inside.got)
            process = worker(inside)
            while len(inside.got) < before + min(15, SENT // KILLS) and process.poll() is None:
                time.sleep(0.005)
            time.sleep(random.random() / 100)
            process.kill()
            process.wait()
            killed += 1
            Webhook.objects.update(held_until=None)  # else a minute passes each time
        process = worker(inside)
        until = time.monotonic() + 300
        while Delivery.objects.filter(state="delivered").count() < SENT:
            assert time.monotonic() < until
            time.sleep(0.2)
        process.kill()
        process.wait()
        numbers = Counter(got.verified(key)["data"]["number"] for got in inside.got)
        ids = {got.said["data"]["number"]: set[str]() for got in inside.got}
        for got in inside.got:
            ids[got.said["data"]["number"]].add(got.id)
    assert len(numbers) == SENT
    assert all(len(of) == 1 for of in ids.values())
    twice = sum(count - 1 for count in numbers.values())
    note(
        "Webhooks, workers killed",
        f"{SENT:,} events, {killed} workers killed while sending: 0 lost, {twice} sent twice, "
        "each under its id",
    )
