"""Somebody who said ten thousand things takes them along, and leaves without a trace."""

from __future__ import annotations

import logging
import time
import tracemalloc

import pytest
from django.test import Client
from django.utils import timezone

from debate.actions import bulk, exports
from debate.models import Event, ExportPart, Statement
from tests import factories, lives, traces
from tests.jobs.test_cleaning import work
from tests.prove.conftest import Noted

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]
MANY = 10_000
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


@pytest.mark.parametrize("choice", ["keep", "withdraw"])
def test_after_deletion_no_trace_is_left(
    note: Noted,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
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
    note(
        f"traces after deletion ({choice})",
        f"{len(words)} words (names, mails, address, browser, password's hash) of a person with "
        f"{MANY:,} statements, looked for in {len(texts)} places: tables, expressions of indexes, "
        f"sessions, answers kept for others, the log with a look for the gone page. "
        f"{len(before)} hits before, 0 after; nobody can enter after "
        f"{at_once:.2f} s, the job is done after {took:.0f} s",
    )
