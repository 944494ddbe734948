"""A site under a real server in this process, and readers of its streams."""

from __future__ import annotations

import asyncio
import http.client
import json
import ssl
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import uvicorn
from django.db import connections
from django.test import Client

from accounts.models import User
from config.asgi import application

T = TypeVar("T")
WITHIN = 8.0  # seconds in which what is waited for must have come


@dataclass
class Site:
    """Where a server can be reached. `known_by`: what its certificate is held against, if any."""

    port: int
    known_by: ssl.SSLContext | None = None

    @property
    def url(self) -> str:
        if self.known_by:
            return f"https://localhost:{self.port}"
        return f"http://127.0.0.1:{self.port}"

    def line(self, timeout: float) -> http.client.HTTPConnection:
        """Prepare a connection to it. `timeout`: seconds."""
        if self.known_by:
            return http.client.HTTPSConnection(
                "localhost", self.port, timeout=timeout, context=self.known_by
            )
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)


@contextmanager
def running() -> Iterator[Site]:
    """Serve the site by uvicorn in a thread, as production does."""
    config = uvicorn.Config(
        application,
        port=0,
        log_level="error",
        lifespan="off",
        timeout_graceful_shutdown=1,
        access_log=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Site(server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    thread.join(10)


def session_of(person: User | None) -> str:
    """The key of a session of this person, made without the form; empty for a visitor."""
    if person is None:
        return ""
    client = Client()
    client.force_login(person, backend="accounts.reading.Accounts")
    return client.cookies["sessionid"].value


@dataclass
class Reader:
    """What one stream has said: its status, its changes, and whether it is over."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    raw: str = ""
    ended: float = 0.0
    writer: asyncio.StreamWriter | None = None

    @property
    def kinds(self) -> list[str]:
        return [change["kind"] for change in self.changes]

    async def until(self, count: int, within: float = WITHIN) -> None:
        """Wait for so many changes."""
        await wait_for(lambda: len(self.changes) >= count, within)

    async def over(self, within: float = WITHIN) -> None:
        """Wait until the other side has ended the stream."""
        await wait_for(lambda: self.ended > 0, within)

    def leave(self) -> None:
        """Close the connection."""
        assert self.writer
        self.writer.close()

    def feed(self, line: str) -> None:
        self.raw += line
        if line.startswith("id: "):
            self.ids.append(int(line[4:]))
        elif line.startswith("data: "):
            self.changes.append(json.loads(line[6:]))


async def aside(act: Callable[..., T], *args: Any, **named: Any) -> T:
    """Do it in a thread with a database connection of its own, as the site does."""

    def done() -> T:
        try:
            return act(*args, **named)
        finally:
            connections.close_all()

    return await asyncio.to_thread(done)


async def wait_for(is_so: Any, within: float = WITHIN) -> None:
    async with asyncio.timeout(within):
        while not is_so():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def reading(
    site: Site,
    slug: str,
    session: str = "",
    *,
    after: int | None = None,
    last: int | None = None,
    standing: int | None = None,
    source: str = "127.0.0.1",
    key: str = "",
    at: str = "",
    reader: Reader | None = None,
) -> AsyncIterator[Reader]:
    """Read the stream of a debate; `last` is sent as Last-Event-ID, the rest in the address.

    `key` is sent as a token, to the API; `at` is another address; `reader` keeps what is said.
    """
    read, write = await asyncio.open_connection("127.0.0.1", site.port, local_addr=(source, 0))
    asked = {"after": after, "standing": standing}
    query = "&".join(f"{name}={value}" for name, value in asked.items() if value is not None)
    query = f"?{query}" if query else ""
    at = at or (f"/api/v1/debates/{slug}/live/" if key else f"/d/{slug}/live/")
    lines = [f"GET {at}{query} HTTP/1.1", "Host: 127.0.0.1", f"Accept: {ACCEPT}"]
    lines += [f"{name}: {value}" for name, value in HTTPS.items()]
    if session:
        lines.append(f"Cookie: sessionid={session}")
    if key:
        lines.append(f"Authorization: Bearer {key}")
    if last is not None:
        lines.append(f"Last-Event-ID: {last}")
    write.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    reader = reader or Reader()
    reader.writer = write
    status = (await read.readline()).decode()
    reader.status = int(status.split()[1])
    while (line := (await read.readline()).decode().strip()) != "":
        name, _, value = line.partition(": ")
        reader.headers[name.lower()] = value
    task = asyncio.create_task(_read(read, reader))
    try:
        yield reader
    finally:
        task.cancel()
        write.close()


ACCEPT = "text/event-stream"
HTTPS = {"X-Forwarded-Proto": "https"}
"""What a proxy adds to a request that came to it by HTTPS; it counts where PROXIES says so."""


async def _read(read: asyncio.StreamReader, reader: Reader) -> None:
    """Take the chunks apart; a chunk may hold several events, and an event never two chunks."""
    try:
        while size := int((await read.readline()).strip() or b"0", 16):
            for line in (await read.readexactly(size)).decode().splitlines():
                reader.feed(line)
            await read.readexactly(2)
    except (OSError, asyncio.IncompleteReadError, ValueError):
        pass
    reader.ended = time.monotonic()
