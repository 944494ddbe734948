"""A thousand connections that send, or read, as slowly as they can: others are served as ever."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import resource
import socket
import statistics
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from debate.models import Debate
from tests.prove import ledger
from tests.prove.conftest import Noted
from tests.prove.processes import web
from tests.streams import Site

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

SECONDS = float(os.environ.get("CRUX_SLOW_SECONDS", "120"))
CONNECTIONS = 1000
EVERY = 5.0  # seconds between two letters of each
SUCCEED, P95 = 0.99, 1.0
OPEN = 0.95  # of the connections, until the end
BEGIN = 30.0  # seconds in which a connection must have come as far as it is to come
LARGE = "large"  # a debate
FILE = f"/d/{LARGE}/downloads/xaif/"
SIZE = 3_000_000  # bytes: more than lies between the site and who reads slowly


async def headers(port: int, slug: str, begun: asyncio.Event) -> None:
    """Send one header after the other, without an end."""
    _, write = await asyncio.open_connection("127.0.0.1", port)
    write.write(f"GET /d/{slug}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n".encode())
    begun.set()
    await _on(write, b"X-a: b\r\n")


async def body(port: int, slug: str, begun: asyncio.Event) -> None:
    """Promise a long body, and send it letter by letter."""
    _, write = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {10**6}\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    write.write((head + kind).encode())
    begun.set()
    await _on(write, b"a")


async def read(port: int, slug: str, begun: asyncio.Event) -> None:
    """Ask for a file of megabytes, and hardly read any of it."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    # parcels as a network has them: within a machine they are so large that megabytes wait there
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)
    line.setblocking(False)
    await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
    reading, write = await asyncio.open_connection(sock=line, limit=1)
    write.write(f"GET {FILE} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    assert await reading.readexactly(12) == b"HTTP/1.1 200"
    begun.set()
    while await reading.read(1):
        await asyncio.sleep(EVERY)


async def _on(write: asyncio.StreamWriter, letter: bytes) -> None:
    while True:
        await asyncio.sleep(EVERY)
        write.write(letter)
        await write.drain()


WAYS = {"headers": headers, "body": body, "read": read}


@pytest.mark.parametrize("way", WAYS)
def test_slow_clients_keep_nobody_waiting(
    way: str, transactional_db: None, note: Noted, tmp_path: Path
) -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, most), most))
    [claim] = ledger.debates(1)
    slug = Debate.objects.get(pk=claim.debate_id).slug
    call_command("fill", statements=2000, slug=LARGE, stdout=StringIO())
    assert len(b"".join(Client().get(FILE))) > SIZE
    with web(tmp_path / "log") as (site, _):
        times, failed, open_ = asyncio.run(_story(site, slug, way))
    p95 = statistics.quantiles(times, n=20)[-1]
    good = 1 - failed / (failed + len(times))
    note(
        f"slow clients: {way}",
        f"{CONNECTIONS} connections for {SECONDS:.0f} s straight at uvicorn, {open_} open at the "
        f"end: {good:.1%} of {failed + len(times)} ordinary requests answered, p95 "
        f"{p95 * 1000:.0f} ms",
    )
    assert open_ > OPEN * CONNECTIONS
    assert good >= SUCCEED
    assert p95 <= P95


async def _story(site: Site, slug: str, way: str) -> tuple[list[float], int, int]:
    """How long each ordinary request took, how many failed, and how many slow ones are open."""
    slow = []
    for _ in range(CONNECTIONS):
        begun = asyncio.Event()
        slow.append(asyncio.create_task(WAYS[way](site.port, slug, begun)))
        await asyncio.wait_for(begun.wait(), BEGIN)  # many at once would wait for the processor
    await asyncio.sleep(2)
    times, failed = [], 0
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        took = await asyncio.to_thread(_fetch, site, slug)
        failed += took is None
        times += [took] if took is not None else []
        await asyncio.sleep(0.1)
    open_ = sum(not one.done() for one in slow)
    for one in slow:
        one.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
    return times, failed, open_


def _fetch(site: Site, slug: str) -> float | None:
    began = time.monotonic()
    with contextlib.suppress(OSError, http.client.HTTPException):
        line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
        line.request("GET", f"/d/{slug}/")
        answer = line.getresponse()
        answer.read()
        line.close()
        if answer.status == 200:
            return time.monotonic() - began
    return None
