"""Hours of people reading, writing, marking and listening: the process stays as it was."""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import astuple, dataclass, field
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections

from debate.models import Debate, Statement
from tests import streams
from tests.oracle import check_all
from tests.prove import ledger
from tests.prove.conftest import Noted
from tests.prove.processes import in_public, web, workers
from tests.prove.test_live import rss
from tests.streams import HTTPS, Reader, Site, aside, reading

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

MINUTES = float(os.environ.get("CRUX_SOAK_MINUTES", "120"))
WARM = min(10.0, MINUTES / 3)  # minutes
RATE, STREAMS = 30, 200
GROWS_AT_MOST = 0.05
PEOPLE, BOTS = 120, 40
PROCESSES, POOL = 2, 16
LOOKS = 10  # of which the median is taken: six minutes of two hours
SIZES = (2000, 1000, 500, *[200] * 13)
"""Statements of each debate. The requests go to all alike, as do the streams."""


@dataclass
class Client:
    """Somebody by session, or a program by token."""

    session: str = ""
    key: str = ""


@dataclass
class Soak:
    """What is asked, and what came of it."""

    sites: Sequence[Site]
    claims: dict[str, list[int]]  # by debate
    people: list[Client]
    bots: list[Client]
    found: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(7))

    async def one(self) -> None:
        """One request: of a hundred two say something, six mark, five list; the others read.

        Half of the readers are not signed in.
        """
        draw, slug = self.dice.random(), self.dice.choice([*self.claims])
        bot = self.dice.choice(self.bots)
        claim = self.dice.choice(self.claims[slug])
        if draw < 0.02:
            words = f"Said while it goes on, {self.dice.randrange(9**9)}."
            sent = json.dumps({"kind": "remark", "body": words})
            status = await self._ask("POST", f"/api/v1/statements/{claim}/replies/", bot, sent)
        elif draw < 0.08:
            truth = self.dice.choice(["agree", "unsure", "disagree"])
            sent = json.dumps({"truth": truth})
            status = await self._ask("PUT", f"/api/v1/statements/{claim}/mark/", bot, sent)
        elif draw < 0.13:
            status = await self._ask("GET", f"/api/v1/debates/{slug}/statements/", bot)
        else:
            ways = ("", "", "", "exchange/", "open/", "history/", "standing/")
            person = self.dice.choice([self.dice.choice(self.people), Client()])
            address = f"/d/{slug}/{self.dice.choice(ways)}"
            address = "/search/?q=library" if draw > 0.95 else address
            status = await self._ask("GET", address, person)
        self.found[status] += 1

    async def _ask(self, method: str, path: str, who: Client, sent: str = "") -> int:
        began, port = time.monotonic(), self.dice.choice(self.sites).port
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in HTTPS.items()]
        lines += [f"Cookie: sessionid={who.session}"] if who.session else []
        lines += [f"Authorization: Bearer {who.key}"] if who.key else []
        lines += ["Content-Type: application/json", f"Content-Length: {len(sent)}"] if sent else []
        try:
            async with asyncio.timeout(30):
                read, write = await asyncio.open_connection("127.0.0.1", port)
                write.write(("\r\n".join(lines) + "\r\n\r\n" + sent).encode())
                answer = await read.read(-1)
                write.close()
        except (OSError, TimeoutError):
            return 0
        self.times.append(time.monotonic() - began)
        return int(answer[9:12] or b"0")


class Heard(Reader):
    """Keeps the ids of what it is told, and not the words: there are millions."""

    def feed(self, line: str) -> None:
        if line.startswith("id: "):
            self.ids.append(int(line[4:]))


@dataclass(frozen=True)
class Measured:
    """Processes at a moment, together. `memory`: KiB."""

    memory: int
    files: int
    connections: int


def measure(pids: Sequence[int]) -> Measured:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        held = int(cursor.fetchone()[0])
    files = sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids)
    return Measured(sum(map(rss, pids)), files, held)


def test_a_site_that_runs_for_hours_stays_as_it_was(
    transactional_db: None, note: Noted, tmp_path: Path
) -> None:
    for number, size in enumerate(SIZES):
        call_command("fill", statements=size, slug=f"soaked-{number}", verbosity=0)
    claims = {
        one.slug: [*one.statements.filter(kind="support").values_list("pk", flat=True)[:60]]
        for one in Debate.objects.all()
    }
    people = [Client(session=streams.session_of(one)) for one, _ in ledger.people(PEOPLE)]
    bots = [Client(key=key) for _, key in ledger.people(BOTS)]
    told = in_public()
    with ExitStack() as stack:
        served = [
            stack.enter_context(web(tmp_path / f"log{number}", told=told))
            for number in range(PROCESSES)
        ]
        stack.enter_context(workers(tmp_path / "worker", 1, **told))
        serving = [pid for _, keeper in served for pid in keeper.children()]
        assert len(serving) == PROCESSES
        soak = Soak([site for site, _ in served], claims, people, bots)
        measured, heard = asyncio.run(_story(soak, serving))
        assert [keeper.starts for _, keeper in served] == [1] * PROCESSES
        assert [pid for _, keeper in served for pid in keeper.children()] == serving
    memory, files, held = zip(*map(astuple, measured), strict=True)
    warm, last = statistics.median(memory[:LOOKS]), statistics.median(memory[-LOOKS:])
    grown = last / warm - 1
    p50, p95 = (statistics.quantiles(soak.times, n=20)[at] * 1000 for at in (9, 18))
    answers = ", ".join(f"{n} times {status}" for status, n in sorted(soak.found.items()))
    note(
        "soak",
        f"{MINUTES:g} minutes at {sum(soak.found.values()) / MINUTES / 60:.0f} requests a second, "
        f"{STREAMS} streams, {len(SIZES)} debates, {PROCESSES} web processes: {answers}; p50 "
        f"{p50:.0f} ms, p95 {p95:.0f}; memory {warm / 1024:.0f} MiB after {WARM:g} minutes, "
        f"{last / 1024:.0f} at the end ({grown:+.1%}); files {min(files)} to {max(files)}, "
        f"connections {min(held)} to {max(held)}; the streams heard {heard:,} events",
    )
    for debate in Debate.objects.all():
        check_all(debate)
    assert Statement.objects.filter(body__startswith="Said while").count() > 0
    assert not {status for status in soak.found if status >= 500 or status == 0}, answers
    assert grown <= GROWS_AT_MOST
    assert files[-1] <= files[0] + 20
    begun, ended = statistics.median(held[:LOOKS]), statistics.median(held[-LOOKS:])
    assert ended <= begun + 2 * PROCESSES, held  # pools grow and shrink
    assert max(held) <= (PROCESSES + 1) * (POOL + 2)


async def _story(soak: Soak, pids: Sequence[int]) -> tuple[list[Measured], int]:
    """Ask and listen; gives measurements from when it was warm on, and how much was heard."""
    measured: list[Measured] = []
    slugs = [*soak.claims]
    async with AsyncExitStack() as stack:
        listening: list[Reader] = []
        for number in range(STREAMS):
            who = soak.people[number % PEOPLE]
            source = f"127.0.0.{1 + number // 45}"
            slug = slugs[number % len(slugs)]
            site = soak.sites[number // len(slugs) % len(soak.sites)]
            context = reading(site, slug, who.session, source=source, reader=Heard())
            listening.append(await stack.enter_async_context(context))
        assert {one.status for one in listening} == {200}
        began = due = time.monotonic()
        look = began + WARM * 60
        running: set[asyncio.Task[None]] = set()
        while (now := time.monotonic()) < began + MINUTES * 60:
            task = asyncio.create_task(soak.one())
            running.add(task)
            task.add_done_callback(running.discard)
            if now >= look:
                measured.append(await aside(measure, pids))
                look += max(10.0, MINUTES * 60 / 200)
            due += 1 / RATE
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        await asyncio.gather(*running)
        await asyncio.sleep(8)
        measured.append(await aside(measure, pids))
        assert not any(one.ended for one in listening), "a stream was closed"
        for number, one in enumerate(listening):
            beside = listening[number % len(slugs)]
            assert len({*one.ids}) == len(one.ids) == len(beside.ids), "some have missed something"
    return measured, sum(len(one.ids) for one in listening)
