"""Who listens in this process, and the one database connection that tells them of events.

PostgreSQL says which debate has a new event. The hub then reads it once, asks of everybody who
listens to that debate whether they still may, and puts what it found into their queues. Every few
seconds it does the same for all debates: so nobody listens on after losing the right to, and
nothing is missed while the connection is down. Streams hold no connection.

Each process and event loop has a hub of its own, which runs while somebody listens.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar
from weakref import WeakKeyDictionary

import psycopg
from django.db import DatabaseError, connection, connections

from debate.models.events import CHANNEL
from debate.rules import Viewer
from debate.selectors import changes
from debate.selectors.changes import Change, Ticket, Window

log = logging.getLogger(__name__)
T = TypeVar("T")

Told: TypeAlias = Change | int | None
"""What a stream is told: a change, the number of a newer gist, or that it ends."""

LOOK = 3.0  # seconds between looks at everybody's rights
GATHER = 0.02  # seconds in which events that come together are gathered
RETRY = 1.0  # seconds until the database is tried again
QUEUE = 2 * changes.MOST  # changes that may wait for a reader; what follows stays in the database
SLOW = 30.0  # seconds in which a reader must have taken what was sent
NOT_OURS = {"context", "cursor_factory", "prepare_threshold"}  # of Django's own connections


@dataclass(slots=True, eq=False)
class Listener:
    """One stream: what it is to be told, in order; `reached` is the last number looked at.

    `standing`: the number of the debate's gist that the reader knows, None where they know none
    yet. A number in the queue is a newer one.
    """

    ticket: Ticket
    reached: int
    standing: int | None = None
    queue: deque[Told] = field(default_factory=deque)
    filled: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[object] | None = None
    sending_since: float = 0.0
    is_behind: bool = False

    @property
    def has_room(self) -> bool:
        """Whether as much as one look can find fits into the queue."""
        return len(self.queue) <= QUEUE - changes.MOST

    def put(self, found: Sequence[Change], viewer: Viewer) -> None:
        """Queue what may be told of the changes that follow `reached`."""
        self.is_behind = len(found) == changes.MOST
        if found:
            self.queue.extend(changes.told(found, viewer))
            self.reached = found[-1].number
        if self.queue:
            self.filled.set()

    def stand(self, number: int) -> None:
        """Queue that the debate stands as this gist has it, unless the reader knows."""
        if self.standing is not None and number > self.standing:
            self.queue.append(number)
            self.filled.set()
        self.standing = max(number, self.standing or 0)

    def end(self) -> None:
        """Send nothing more, not even what waits."""
        self.queue.clear()
        self.queue.append(None)
        self.filled.set()
        if self.sending_since and self.task is not None:  # to one who does not read
            self.task.cancel()

    def take(self) -> list[Told]:
        """What waits, None last where nothing follows."""
        waiting = list(self.queue)
        self.queue.clear()
        self.filled.clear()
        return waiting


@dataclass(slots=True)
class Found:
    """What one look at the database found."""

    changes: Mapping[Window, list[Change]]
    standings: Mapping[int, int]
    readers: Mapping[Ticket, Viewer]


def look(windows: Collection[Window], tickets: Collection[Ticket]) -> Found:
    """New events, and who may listen: as it is after the events, so never too generous."""
    found = changes.changes(windows) if windows else {}
    standings = changes.standings({debate for debate, _ in windows}) if windows else {}
    return Found(found, standings, changes.readers(tickets))


async def aside(do: Callable[[], T]) -> T:
    """Do it in a thread, which gives its database connection back."""

    def done() -> T:
        try:
            return do()
        finally:
            connections.close_all()

    return await asyncio.to_thread(done)


class Hub:
    """The listeners of one event loop."""

    def __init__(self) -> None:
        self.listeners: dict[int, set[Listener]] = {}
        self.due: set[Listener] = set()  # to be looked after soon
        self.stirred = asyncio.Event()
        self.watchers: set[asyncio.Event] = set()  # of who listens to all debates
        self.tasks: list[asyncio.Task[None]] = []

    def join(self, ticket: Ticket, after: int, standing: int | None = None) -> Listener:
        """Listen from behind the event with the number `after` on."""
        listener = Listener(ticket, after, standing, task=asyncio.current_task())
        self.listeners.setdefault(ticket[1], set()).add(listener)
        self.stir([listener])
        self._start()
        return listener

    def watch(self) -> asyncio.Event:
        """What is set whenever something happens anywhere, until it is given to `unwatch`."""
        heard = asyncio.Event()
        self.watchers.add(heard)
        self._start()
        return heard

    def unwatch(self, heard: asyncio.Event) -> None:
        """Set it no more; where nobody else listens, stop."""
        self.watchers.discard(heard)
        self._stop()

    def _start(self) -> None:
        if not self.tasks:
            self.tasks = [asyncio.create_task(do()) for do in (self._deliver, self._hear)]

    def leave(self, listener: Listener) -> None:
        """Forget a stream; where it was the last, stop."""
        debate = listener.ticket[1]
        there = self.listeners.get(debate, set())
        there.discard(listener)
        if not there:
            self.listeners.pop(debate, None)
        self._stop()

    def _stop(self) -> None:
        if not self.listeners and not self.watchers:
            for task in self.tasks:
                task.cancel()
            self.tasks = []

    def stir(self, listeners: Iterable[Listener]) -> None:
        """Say that there may be something new for these."""
        self.due.update(listeners)
        self.stirred.set()

    def all(self) -> list[Listener]:
        """Everybody who listens."""
        return [one for there in self.listeners.values() for one in there]

    async def _hear(self) -> None:
        """Listen to the database; after a break, everything may be new."""
        while True:
            try:
                async with await _connect() as heard:
                    await heard.execute(f"LISTEN {CHANNEL}")
                    self.stir(self.all())
                    async for notice in heard.notifies():
                        debate = notice.payload.split()[0]
                        self.stir(self.listeners.get(int(debate), ()))
                        for watcher in self.watchers:
                            watcher.set()
            except (psycopg.Error, OSError) as error:
                log.warning("Live updates are late, as the database cannot be heard: %s", error)
            await asyncio.sleep(RETRY)

    async def _deliver(self) -> None:
        """Bring what is new to those who may have it, and look at everybody's rights, for ever."""
        loop = asyncio.get_running_loop()
        again = loop.time() + LOOK
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(again):
                    await self.stirred.wait()
            await asyncio.sleep(GATHER)
            if loop.time() >= again:
                self.due.update(self.all())
                again = loop.time() + LOOK
            self.stirred.clear()
            there, self.due = self.due.intersection(self.all()), set()
            try:
                await self._bring(there)
            except DatabaseError as error:  # nobody is told anything meanwhile
                log.warning("Live updates wait for the database: %s", error)
                await asyncio.sleep(RETRY)
                self.stir(there)
            except Exception:
                log.exception("Live updates failed; those who listen come again.")
                for one in there:
                    one.end()

    async def _bring(self, there: Collection[Listener]) -> None:
        now = asyncio.get_running_loop().time()
        windows = {one: (one.ticket[1], one.reached) for one in there if one.has_room}
        tickets = {one.ticket for one in there}
        asked = set(windows.values())
        found = await aside(lambda: look(asked, tickets))
        for one in there:
            viewer = found.readers.get(one.ticket)
            if viewer is None or (one.sending_since and now - one.sending_since > SLOW):
                one.end()
            elif one in windows:
                one.put(found.changes.get(windows[one], ()), viewer)
                one.stand(found.standings.get(one.ticket[1], 0))
            else:
                one.is_behind = True


async def _connect() -> psycopg.AsyncConnection[tuple[object, ...]]:
    params = connection.get_connection_params()
    given = {name: value for name, value in params.items() if name not in NOT_OURS}
    return await psycopg.AsyncConnection.connect(
        **given, autocommit=True, application_name="crux live"
    )


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def here() -> Hub:
    """The hub of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


def message(change: Change | int) -> bytes:
    """A change as server-sent events have it, or that the debate stands otherwise.

    That has no id: a stream that is resumed says by another way what its reader knows.
    """
    if isinstance(change, int):
        return f'event: standing\ndata: {{"standing":{change}}}\n\n'.encode()
    told = json.dumps(change.told, separators=(",", ":"))
    return f"id: {change.place or change.number}\nevent: change\ndata: {told}\n\n".encode()
