"""Streams that are cut, that strangers try to hear, and that are many."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import resource
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from accounts.models import User
from debate.actions import marks
from debate.models import Debate, Statement
from tests import factories, streams
from tests.prove.conftest import PROJECT, Noted
from tests.streams import Reader, Site, aside, reading
from tests.web.test_listening import known, walk_with_company

__all__ = ["known"]  # a fixture
pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

EVENTS = 1000
CUTS = 200
ACTS = 500
STREAMS = 1000
PEOPLE = 200
POOL = 4
PAGES = 150
P95 = 300  # ms
RSS = 100  # kB


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with streams.running() as site:
        yield site


# ---- cuts
@contextlib.asynccontextmanager
async def faulty(port: int, dice: random.Random, cuts: list[int]) -> AsyncIterator[Site]:
    """A proxy that breaks each connection off after a while, wherever it is in what it sends."""

    async def pipe(read: asyncio.StreamReader, write: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while part := await read.read(97):
                write.write(part)
                await write.drain()

    async def serve(read: asyncio.StreamReader, write: asyncio.StreamWriter) -> None:
        far_read, far_write = await asyncio.open_connection("127.0.0.1", port)
        both = asyncio.gather(pipe(read, far_write), pipe(far_read, write))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(both, dice.uniform(0.01, 0.16))
        cuts.append(1)
        for side in (write, far_write):
            side.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield Site(server.sockets[0].getsockname()[1])
    server.close()


def test_no_event_is_lost_or_repeated_by_cuts(
    site: Site, debate: Debate, claim: Statement, bob: User, note: Noted
) -> None:
    cuts: list[int] = []

    async def story() -> list[int]:
        got: list[int] = []

        async def write() -> None:
            for number in range(EVENTS):
                truth = ("agree", "unsure")[number % 2]
                await aside(marks.mark, claim, by=bob, truth=truth)
                await asyncio.sleep(0.01)

        writing = asyncio.create_task(write())
        async with faulty(site.port, random.Random(7), cuts) as proxy, asyncio.timeout(300):
            while len(got) < EVENTS or len(cuts) < CUTS:
                with contextlib.suppress(OSError, ValueError, IndexError):
                    async with reading(proxy, debate.slug, last=got[-1] if got else 0) as reader:
                        await reader.over(60)
                        got += reader.ids
        await writing
        return got

    got = asyncio.run(story())
    assert got == list(range(1, EVENTS + 1))
    assert len(cuts) >= CUTS
    note(
        "streams that are cut and resumed",
        f"{len(cuts)} cuts during {EVENTS} events: 0 lost, 0 repeated",
    )


# ---- strangers
def test_nobody_hears_what_they_may_not_in_five_hundred_acts(
    site: Site, debate: Debate, known: dict[str, User], note: Noted
) -> None:
    events = walk_with_company(site, debate, known, ACTS)
    note(
        "who hears what, while others act at random",
        f"19 listen, all nine identities, to a public and a private debate, {ACTS} acts in each, "
        f"{events} events; 5 lose a right halfway: 0 events to those who may not, all to those "
        "who may",
    )


# ---- many
@contextlib.contextmanager
def server() -> Iterator[tuple[Site, int]]:
    """The site in a process of its own, by uvicorn, with a small pool; gives its process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = connections["default"].get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    parts = {name: given[name] for name in names if name in given}
    database = f"postgresql:///{parts.pop('dbname')}?" + "&".join(
        f"{k}={v}" for k, v in parts.items()
    )
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port)]
    quiet = ["--log-level", "warning", "--no-access-log", "--lifespan", "on"]
    stop = ["--timeout-graceful-shutdown", "1"]
    process = subprocess.Popen(
        [*command, *quiet, *stop],
        cwd=PROJECT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database,
            "DATABASE_POOL": str(POOL),
            "SECRET_KEY": settings.SECRET_KEY,
            "DEBUG": "1",
        },
    )
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield Site(port), process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def rss(pid: int) -> int:
    """Resident memory of a process, in kB."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def threads(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/task"))


def held() -> int:
    """Database connections of the server: all in this database but ours."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def fetch(site: Site, slug: str, session: str) -> float:
    """Milliseconds that the Thread page takes."""
    request = urllib.request.Request(
        f"{site.url}/d/{slug}/", headers={"Cookie": f"sessionid={session}"}
    )
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()
    return (time.perf_counter() - began) * 1000


def test_a_thousand_streams_leave_the_site_its_connections_and_its_pace(
    transactional_db: None, note: Noted
) -> None:
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    )
    call_command("fill", statements=1000, verbosity=0)
    debate = Debate.objects.get()
    people = [factories.UserFactory.create() for _ in range(PEOPLE)]
    sessions = [streams.session_of(person) for person in people]
    claim = debate.statements.filter(kind="support", author__kind="person").first()
    assert claim
    with server() as (site, pid):
        for _ in range(10):
            fetch(site, debate.slug, sessions[0])
        found = asyncio.run(_many(site, pid, debate, claim, people, sessions))
    told, each, connected, alone = found
    p95 = statistics.quantiles(told, n=20)[-1]
    p95_alone = statistics.quantiles(alone, n=20)[-1]
    note(
        "1,000 open streams",
        f"{STREAMS} streams of {PEOPLE} people: {connected} database connections in all "
        f"(a pool of {POOL} and the one that listens), so 0 held by streams; {each:.0f} kB of "
        f"memory each; the Thread page meanwhile p95 {p95:.0f} ms (without them {p95_alone:.0f})",
    )
    assert connected <= POOL + 1
    assert each <= RSS
    assert p95 <= P95


async def _many(
    site: Site, pid: int, debate: Debate, claim: Statement, people: list[User], sessions: list[str]
) -> tuple[list[float], float, int, list[float]]:
    alone = [await asyncio.to_thread(fetch, site, debate.slug, sessions[0]) for _ in range(PAGES)]
    before, threads_before = rss(pid), threads(pid)
    async with contextlib.AsyncExitStack() as stack:
        opened: list[Reader] = []
        for number in range(STREAMS):
            source = f"127.0.0.{1 + number // 45}"
            context = reading(site, debate.slug, sessions[number % PEOPLE], source=source)
            opened.append(await stack.enter_async_context(context))
        assert {reader.status for reader in opened} == {200}
        await asyncio.sleep(5)
        each = (rss(pid) - before) / STREAMS
        assert threads(pid) <= threads_before + 10
        writing = asyncio.create_task(_act(claim, people))
        told = [
            await asyncio.to_thread(fetch, site, debate.slug, sessions[n % PEOPLE])
            for n in range(PAGES)
        ]
        connected = await aside(held)
        events = await writing
        async with asyncio.timeout(20):
            for reader in opened:
                await reader.until(events, 20)
                assert len(set(reader.ids)) == len(reader.ids) == events
    return told, each, connected, alone


async def _act(claim: Statement, people: list[User]) -> int:
    """Somebody marks every half second; gives how many events that makes."""
    first = claim.debate.event_count
    for person in people[:20]:
        await aside(marks.mark, claim, by=person, truth="agree")
        await asyncio.sleep(0.5)
    last = await aside(Debate.objects.get, pk=claim.debate_id)
    return last.event_count - first
