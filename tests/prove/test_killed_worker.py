"""Whatever the worker does is done, however often the worker is killed at it.

Workers of their own are killed one after the other while people write, ask for exports, bring in
files and want mails and webhooks. What the clock asks for each minute or five, telling people and
reviving jobs, is asked for every few seconds here, so that it is killed more often.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.db.models import Max
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from accounts.limits import HOUR, Rate
from accounts.models import Mail, Pace, User
from debate.actions import exports, following, imports, statements, webhooks
from debate.actions.imports import Choices
from debate.models import (
    Analysis,
    Debate,
    Delivery,
    Event,
    Export,
    Import,
    JobFailure,
    Notification,
    Statement,
    Webhook,
)
from tests import factories, mailserver
from tests.jobs.test_letters import wants
from tests.mailserver import Catcher
from tests.oracle import check_all
from tests.prove import ledger
from tests.prove.conftest import Noted
from tests.prove.processes import Keeper, until, workers
from tests.receiver import Receiver, receiver

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

KILLS = int(os.environ.get("CRUX_WORKER_KILLS", "200"))
BY_THE_CLOCK = ("watch", "webhooks", "notify", "revive", "clean", "search-words", "standing")
STRUCK = {"export", "read_import", "send-mail", "webhooks"}
"""Kinds of jobs of which one at least must have been killed at."""
READERS, WORKERS = 5, 2
EMPTY_WITHIN = 600  # seconds: a killed worker's webhooks are held for a minute
POINTS = 300
LONG = "as has been said at length, and more than once, by people who should know " * 3
FILE = "".join(
    f"Ann: So it is, for the reason {n}, {LONG}.\n\nBob: No, not for {n}, {LONG}.\n"
    for n in range(POINTS // 2)
)


@dataclass
class Doing:
    """What people want done meanwhile, and what came of it."""

    claim: Statement
    author: User
    importer: User
    exporters: list[User]
    over: threading.Event = field(default_factory=threading.Event)
    said: list[int] = field(default_factory=list)
    imports: list[int] = field(default_factory=list)

    def run(self) -> None:
        try:
            for number in range(10**6):
                if self.over.wait(0.4):
                    return
                self._do(number)
        finally:
            connections.close_all()

    def _do(self, number: int) -> None:
        if number % 4 == 0:
            words = f"Word{len(self.said):05}."
            said = statements.reply(self.claim, by=self.author, kind="remark", body=words)
            self.said.append(said.pk)
        if number % 5 == 0:
            app.configure_task("notify").defer(timestamp=0)
        if number % 20 == 0:
            app.configure_task("revive").defer(timestamp=0)
        if number % 4 == 3:
            exports.start(by=self.exporters[number // 4 % len(self.exporters)])
        if number % 30 == 5 and len(self.imports) < 12:
            told = Choices(question=f"Is it, {number}?", visibility="public", into="")
            made = imports.start(
                by=self.importer, format="exchange", data=FILE.encode(), name="a.txt", said=told
            )
            self.imports.append(made.pk)
        self._confirm()

    def _confirm(self) -> None:
        for made in Import.objects.filter(state="ready"):
            imports.confirm(made, by=self.importer)


@contextlib.contextmanager
def doing(them: Doing) -> Iterator[None]:
    thread = threading.Thread(target=them.run, daemon=True)
    thread.start()
    try:
        yield
        assert thread.is_alive(), "nothing was asked for any more"
    finally:
        them.over.set()
        thread.join(30)


def waiting(them: Doing) -> list[str]:
    """What is not done yet, in words."""
    them._confirm()
    event_count = Debate.objects.get(pk=them.claim.debate_id).event_count
    left = {
        "jobs": ProcrastinateJob.objects.exclude(task_name__in=BY_THE_CLOCK)
        .filter(status__in=["todo", "doing"])
        .exists(),
        "mails": Mail.objects.exists()
        or Notification.objects.filter(waits=True, person__mail_pace=Pace.AT_ONCE).exists(),
        "deliveries": Delivery.objects.exclude(state="delivered").exists()
        or Delivery.objects.count() < Event.objects.count(),
        "exports": Export.objects.filter(finished_at=None).exists(),
        "imports": Import.objects.exclude(state="done").exists(),
        "analysis": not Analysis.objects.filter(
            debate=them.claim.debate_id, event__gte=event_count
        ).exists(),
    }
    return [name for name, is_left in left.items() if is_left]


def test_every_effect_comes_however_often_the_worker_is_killed(
    transactional_db: None, note: Noted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [claim] = ledger.debates(1)
    readers = [wants(factories.UserFactory.create(), Pace.AT_ONCE) for _ in range(READERS)]
    for one in readers:
        following.follow_debate(claim.debate, by=one, level="followed")
    [(author, _), (importer, _), *others] = ledger.people(2 + 10)
    for name in ("IMPORTS", "EXPORTS"):
        monkeypatch.setattr(f"accounts.limits.{name}", Rate(1000, HOUR))
    them = Doing(claim, author, importer, [one for one, _ in others])
    with mailserver.running() as mails, receiver() as hook:
        monkeypatch.setattr(settings, "WEBHOOKS_INSIDE", [hook.place])
        Event.objects.all().delete()
        _, key = webhooks.create(by=readers[0], url=hook.url)
        told = {"EMAIL_URL": f"smtp://127.0.0.1:{mails.port}", "WEBHOOKS_INSIDE": hook.place}
        killed: Counter[str] = Counter()
        with started(tmp_path / "log", told) as kept:
            with doing(them):
                for _ in range(KILLS):
                    killed[strike(kept)] += 1
                    Webhook.objects.update(held_until=None)  # else a minute passes each time
            began = time.monotonic()
            while left := waiting(them):
                assert time.monotonic() < began + EMPTY_WITHIN, left
                _ask_again()
            took = time.monotonic() - began
        check_readers(them, readers, mails)
        sent_twice = check_hook(hook, key)
    check_files(them)
    twice = len(mails.caught) - len({mail["Message-ID"] for mail in mails.caught})
    at_work = ", ".join(f"{n} at {name}" for name, n in sorted(killed.items()))
    note(
        "kill -9 of workers at all kinds of jobs",
        f"{KILLS} kills, {WORKERS} workers ({at_work}): {len(them.said)} statements told to "
        f"{READERS} people, each once; {len(mails.caught)} mails, {twice} of them twice under "
        f"the same Message-ID; {len(hook.got)} calls of a webhook, {sent_twice} of them twice "
        f"under the same id; {Export.objects.count()} exports whole; {len(them.imports)} files of "
        f"{POINTS} points brought in once each; the queue empty {took:.0f} s after the last kill",
    )
    assert set(killed) >= STRUCK


def _ask_again() -> None:
    """Ask for the clock's jobs once more, as nobody waits for minutes here."""
    for name in ("notify", "revive"):
        if not ProcrastinateJob.objects.filter(task_name=name, status="todo").exists():
            app.configure_task(name).defer(timestamp=0)
    time.sleep(2)


@contextlib.contextmanager
def started(log: Path, told: dict[str, str]) -> Iterator[dict[int, Keeper]]:
    """The workers, by the numbers that the queue knows them by."""
    kept: dict[int, Keeper] = {}
    with contextlib.ExitStack() as stack:
        for _ in range(WORKERS):
            last = _newest()
            [one] = stack.enter_context(workers(log, 1, **told))
            kept[_after(last)] = one
        yield kept


def strike(kept: dict[int, Keeper]) -> str:
    """Kill one that is at work, now or within a second; gives the kind of job that it left."""
    until(lambda: _at_work(kept), 60)
    number = random.choice([*_at_work(kept)] or [*kept])
    time.sleep(random.choice((0, random.random())))
    last, victim = _newest(), kept.pop(number)
    process = victim.process
    victim.kill()
    process.wait(10)
    left = _at_work([number]).get(number, "nothing")
    kept[_after(last)] = victim  # it is started again, and has another number then
    return left


def _newest() -> int:
    """The number of the worker that has come last so far as to take jobs."""
    number: int = ProcrastinateWorker.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return number


def _after(last: int) -> int:
    """The number of the worker that comes next."""
    until(lambda: _newest() > last, 120)
    return _newest()


def _at_work(numbers: Iterable[int]) -> dict[int, str]:
    """The kind of job that each of these workers is at, by the worker's number."""
    doing = ProcrastinateJob.objects.filter(status="doing", worker__in=[*numbers])
    found: dict[int, str] = dict(doing.values_list("worker", "task_name"))
    return found


def check_readers(them: Doing, readers: list[User], mails: Catcher) -> None:
    """Each was told of each statement once, in the inbox and in one mail."""
    for one in readers:
        notices = Notification.objects.filter(person=one, event__statement__in=them.said)
        assert sorted(notices.values_list("event__statement", flat=True)) == sorted(them.said)
        one.refresh_from_db()
        assert one.unread_count == Notification.objects.filter(person=one, read_at=None).count()
        told = defaultdict(set)
        for mail in mails.caught:
            if mail["To"] == one.email:
                for number in range(len(them.said)):
                    if f"Word{number:05}." in _text(mail):
                        told[number].add(mail["Message-ID"])
        assert {number: len(ids) for number, ids in told.items()} == dict.fromkeys(
            range(len(them.said)), 1
        )


def _text(mail: Message) -> str:
    part = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def check_hook(hook: Receiver, key: str) -> int:
    """Each event was sent, always under one id; gives how many calls were one too many."""
    ids: dict[tuple[str, int], set[str]] = defaultdict(set)
    for got in hook.got:
        data = got.verified(key)["data"]
        ids[data["debate"], data["number"]].add(got.id)
    events = Event.objects.values_list("debate__slug", "number")
    assert set(ids) == set(events)
    assert all(len(names) == 1 for names in ids.values())
    return len(hook.got) - len(ids)


def check_files(them: Doing) -> None:
    """Exports are whole, each file came in once, nothing is left of failures."""
    for export in Export.objects.all():
        for form in ("json", "html"):
            parts = export.parts.filter(format=form).order_by("number")
            numbers = list(parts.values_list("number", flat=True))
            assert numbers == list(range(1, len(numbers) + 1))
            if form == "json":
                json.loads("".join(parts.values_list("text", flat=True)))
    done = Import.objects.filter(state="done")
    assert {made.pk for made in done} == set(them.imports)
    assert len({made.debate_id for made in done}) == len(them.imports)
    assert Debate.objects.count() == len(them.imports) + 1
    sizes = {made.debate.statement_count for made in done if made.debate}
    assert len(sizes) == 1
    for made in done[:2]:
        assert made.debate
        check_all(made.debate)
    assert not JobFailure.objects.exists(), list(JobFailure.objects.values())
