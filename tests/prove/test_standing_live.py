"""A mark in a debate of ten thousand reaches an open page: its count, and where it then stands."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from procrastinate.contrib.django import app

from accounts.models import User
from debate.actions import marks, statements
from debate.models import Analysis, Debate, Statement
from tests import factories, streams
from tests.prove.conftest import Noted
from tests.streams import Reader, Site, aside, reading

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

SIZE, MARKS = 10_000, 4
COUNTS, STANDS = 1.0, 3.0  # seconds
APART = 6.0  # between marks, so that each has a run of its own


@contextmanager
def worker() -> Iterator[None]:
    """The worker with its clock, as it runs beside a site."""
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's
    ready, ended = threading.Event(), threading.Event()

    async def run() -> None:
        with app.replace_connector(connector) as its_own:
            async with its_own.open_async():
                task = asyncio.create_task(
                    its_own.run_worker_async(install_signal_handlers=False, delete_jobs="always")
                )
                ready.set()
                while not ended.is_set():
                    await asyncio.sleep(0.05)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        ended.set()
        thread.join(20)


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with streams.running() as site:
        yield site


def test_a_mark_in_a_large_debate_is_counted_at_once_and_stands_within_seconds(
    site: Site, note: Noted
) -> None:
    call_command("fill", statements=SIZE, verbosity=0)
    debate = Debate.objects.get(slug="filled")
    people = factories.UserFactory.create_batch(MARKS)
    claims = _lone(debate, people)
    counted, stood = [], []

    async def story() -> None:
        while not await aside(_is_fresh, debate):
            await asyncio.sleep(0.2)
        async with reading(site, debate.slug) as reader:
            await asyncio.sleep(APART)
            for claim, person in zip(claims, people, strict=True):
                begun, seen = time.monotonic(), len(reader.changes)
                await aside(marks.mark, claim, by=person, truth="agree")
                counted.append(await _until(reader, seen, "number", begun))
                stood.append(await _until(reader, seen, "standing", begun))
                await asyncio.sleep(APART)

    with worker():
        asyncio.run(story())
    note(
        "a mark in a debate of 10,000, to an open page",
        f"{MARKS} marks that second an objection: counts after {max(counted):.2f} s at most, how "
        f"the debate stands after {min(stood):.1f} to {max(stood):.1f} s",
    )
    assert max(counted) <= COUNTS
    assert max(stood) <= STANDS


def _lone(debate: Debate, people: list[User]) -> list[Statement]:
    """Objections to positions, which wait for a second: a mark changes what stands."""
    position = debate.statements.filter(kind="position").order_by("path")[0]
    return [
        statements.reply(position, by=person, kind="objection", on="truth", body="No.")
        for person in people[1:] + people[:1]
    ]


def _is_fresh(debate: Debate) -> bool:
    debate.refresh_from_db()
    return Analysis.objects.filter(debate=debate, event=debate.event_count).exists()


async def _until(reader: Reader, seen: int, key: str, begun: float) -> float:
    """Seconds until the stream has said something of this kind."""
    await streams.wait_for(lambda: any(key in one for one in reader.changes[seen:]), 30)
    return time.monotonic() - begun
