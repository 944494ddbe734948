"""A bad network between two: everything late, some connections reset, some gone silent."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field


@dataclass
class Faults:
    """How bad it is, and what has happened. `resets` and `silences` are shares of all parts."""

    delay: float = 0.1  # seconds, each way
    resets: float = 0.02
    silences: float = 0.0
    is_on: bool = True
    port: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    parts: int = 0
    were_reset: int = 0
    fell_silent: int = 0

    async def carry(self, read: asyncio.StreamReader, write: asyncio.StreamWriter) -> None:
        """Bring over what comes, until one side ends or chance ends it."""
        while part := await read.read(65536):
            self.parts += 1
            if self.is_on:
                await asyncio.sleep(self.delay)
                if self.dice.random() < self.resets:
                    self.were_reset += 1
                    raise ConnectionResetError
                if self.dice.random() < self.silences:
                    self.fell_silent += 1
                    await asyncio.sleep(3600)
            write.write(part)
            await write.drain()
        raise ConnectionResetError


async def _serve(faults: Faults, to: str | int, door: socket.socket) -> AsyncIterator[None]:
    async def serve(read: asyncio.StreamReader, write: asyncio.StreamWriter) -> None:
        if isinstance(to, int):
            far_read, far_write = await asyncio.open_connection("127.0.0.1", to)
        else:
            far_read, far_write = await asyncio.open_unix_connection(to)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(faults.carry(read, far_write))
                both.create_task(faults.carry(far_read, write))
        finally:
            far_write.transport.abort()

    async def quietly(read: asyncio.StreamReader, write: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ExceptionGroup, OSError):
            await serve(read, write)
        write.transport.abort()

    server = await asyncio.start_server(quietly, sock=door)
    faults.port = server.sockets[0].getsockname()[1]
    yield
    server.close()


@contextlib.contextmanager
def between(to: str | int, faults: Faults, door: socket.socket | None = None) -> Iterator[Faults]:
    """Serve a way to a port, or to a socket's file, through these faults, at a door of its own."""
    door = door or socket.create_server(("127.0.0.1", 0))
    ready, over = threading.Event(), threading.Event()

    async def run() -> None:
        async for _ in _serve(faults, to, door):
            ready.set()
            while not over.is_set():
                await asyncio.sleep(0.1)

    def in_thread() -> None:
        loop = asyncio.new_event_loop()
        loop.run_until_complete(run())
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.1))
        loop.close()

    thread = threading.Thread(target=in_thread, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield faults
    finally:
        over.set()
        thread.join(10)
