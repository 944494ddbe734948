"""Somebody who said ten thousand things takes them along, and leaves without a trace."""

from __future__ import annotations

import logging
import os
import time
import tracemalloc
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from debate.actions import bulk, exports
from debate.models import Event, ExportPart, Statement
from tests import factories, lives, streams, traces
from tests.jobs.test_cleaning import work
from tests.prove.conftest import Noted
from tests.prove.processes import until, workers
from tests.prove.test_clocks import LIBRARY, faked

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]
MANY = int(os.environ.get("CRUX_LEAVING", "10000"))
LATER = 31  # days
BODY = "One more thing to say, with *some* words. " * 10
SMALL = 20_000_000  # bytes


def long_life() -> lives.Life:
    """The person of `lives`, who has said very much beside."""
    life = lives.lived()
    debate = factories.DebateFactory.create()
    now = timezone.now()
    root = bulk.Draft(life.other, "position", "Ask on.", now, name="Ask")
    said = [bulk.Draft(life.person, "question", BODY, now, answers=0) for _ in range(MANY)]
    bulk.publish(debate, [root, *said])
    return life


def test_ten_thousand_statements_are_exported_in_little_memory(note: Noted) -> None:
    life = long_life()
    export, _ = exports.start(by=life.person)
    tracemalloc.start()
    began = time.monotonic()
    exports.gather(export.pk)
    took = time.monotonic() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    parts = ExportPart.objects.filter(export=export)
    size = sum(len(text) for text in parts.values_list("text", flat=True))
    export.refresh_from_db()
    assert export.done == export.total > MANY
    assert peak < SMALL
    note(
        "export of all one's data",
        f"{export.total:,} entries, {MANY:,} of them statements, {size / 1e6:.0f} MB of JSON and "
        f"HTML in {parts.count()} parts: {took:.0f} s (traced), {peak / 1e6:.1f} MB of memory",
    )


def thirty_days_later(tmp_path: Path) -> dict[str, str]:
    """Let a worker whose clock is late do all that goes by the clock; gives what is there then."""
    clock, log = tmp_path / "clock", tmp_path / "log"
    clock.write_text(f"+{LATER}d\n")
    ended = streams.session_of(factories.UserFactory.create())
    tasks = {task for task, _ in app.periodic_registry.periodic_tasks}
    assert "clean" in tasks
    for task in tasks:
        app.configure_task(task).defer(timestamp=0)
    mine = ProcrastinateJob.objects.filter(args={"timestamp": 0})
    assert mine.count() == len(tasks)
    with workers(log, 1, **faked(clock), LOG_LEVEL="INFO"):
        until(lambda: not mine.exists(), 120)  # what succeeds is removed
    assert not Session.objects.filter(pk=ended).exists(), "the clock is late"
    return {**traces.dumps(), "log of the worker": log.read_text()}


@pytest.mark.skipif(not LIBRARY.exists(), reason="needs libfaketime")
@pytest.mark.parametrize("choice", ["keep", "withdraw"])
def test_after_deletion_no_trace_is_left(
    note: Noted,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    choice: str,
) -> None:
    monkeypatch.setattr(logging.getLogger("django"), "propagate", True)
    life = long_life()
    words = [*lives.TRACES, life.person.password]
    before = traces.found(words, traces.dumps())
    browser = Client(REMOTE_ADDR=lives.ADDRESS, headers={"User-Agent": lives.AGENT})
    browser.force_login(life.person)
    with caplog.at_level(logging.INFO):
        began = time.monotonic()
        browser.post("/accounts/deletion/", {"password": lives.PASSWORD, "statements": choice})
        at_once = time.monotonic() - began
        work()
        took = time.monotonic() - began
        browser.get(f"/u/{lives.USERNAME}/")
    assert "GET u/<slug:username>/ 404" in caplog.text
    texts = {**traces.dumps(), "log": caplog.text}
    assert len(before) > len(words)
    assert traces.found(words, texts) == []
    said = Statement.objects.filter(author=life.person)
    left = said.filter(withdrawn_at=None).count()
    assert left == (0 if choice == "withdraw" else said.count())
    assert Event.objects.filter(actor=life.person).count() > MANY
    later = thirty_days_later(tmp_path)
    assert traces.found(words, later) == []
    emptied = [place for place, text in texts.items() if text and later.get(place) == ""]
    note(
        f"traces after deletion ({choice})",
        f"{len(words)} words (names, mails, address, browser, password's hash) of a person with "
        f"{MANY:,} statements, looked for in {len(texts)} places: tables, expressions of indexes, "
        f"sessions, answers kept for others, the log with a look for the gone page. "
        f"{len(before)} hits before, 0 after; nobody can enter after "
        f"{at_once:.2f} s, the job is done after {took:.0f} s. {LATER} days later, when "
        f"all that is done by the clock was done by a worker whose clock is so late: 0 hits in "
        f"{len(later)} places, its log among them; emptied meanwhile: "
        f"{', '.join(sorted(one for one in emptied if ':' not in one))}",
    )
