"""The replica: how far it has come, and whether it can be read from at all.

Positions are those of the primary's log, in bytes. Each process has one watcher, a thread that
asks both servers a few times a second; requests only look at what it has found, and never wait.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import deque
from functools import cache
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql import base

log = logging.getLogger(__name__)

LOOK = 0.25  # seconds between two looks
STALE = 2.0  # seconds after which a look says nothing any more
WRITTEN = "SELECT (pg_current_wal_lsn() - '0/0')::bigint"
REPLAYED = "SELECT (pg_last_wal_replay_lsn() - '0/0')::bigint WHERE pg_is_in_recovery()"
NEVER = float("-inf")
NOT_FOR_LOOKING = ("context", "cursor_factory", "prepare_threshold")


class _ReadOnly(base.DatabaseWrapper):
    """Makes the connections to the replica, which write nothing even once it is a primary."""

    def _configure_connection(self, connection: psycopg.Connection[Any]) -> Any:
        connection.execute("SET default_transaction_read_only = on")
        up: Any = super()
        return up._configure_connection(connection)


class Replica:
    """What this process knows of the replica. `most`: how many seconds it may be behind."""

    def __init__(self, address: dict[str, Any], most: float) -> None:
        self.most = most
        self.replayed = 0
        self.looked_at = self.fresh_at = NEVER
        self._said = "it has not been looked at yet"
        self._written: deque[tuple[float, int]] = deque()
        self._wrapper: Any = _ReadOnly(_complete(address), alias="replica")
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    @property
    def pool(self) -> Any:
        """Its connections."""
        return self._wrapper.pool

    def has(self, position: int) -> bool:
        """Whether it can be read from, and is as far as this position of the primary's log."""
        if self._thread is None:
            self._watch()
        now = time.monotonic()
        is_there = now - self.looked_at < STALE and now - self.fresh_at < self.most
        return is_there and position <= self.replayed

    def leave_alone(self, why: object) -> None:
        """Read nothing there until it has been looked at once more."""
        self._tell(str(why).strip())
        self.replayed, self.looked_at, self.fresh_at = 0, NEVER, NEVER
        self._forget_connections()

    def stop(self) -> None:
        """End the watcher and its connections."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(10)
        self._forget_connections()

    def _forget_connections(self) -> None:
        pool = self._wrapper._connection_pools.pop(self._wrapper.alias, None)
        if pool is not None:
            pool.close(timeout=1)

    # ---- the watcher

    def _watch(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._look_on, daemon=True, name="replica")
                self._thread.start()

    def _look_on(self) -> None:
        primary = _Asked(connection.get_connection_params())
        there = _Asked(self._wrapper.get_connection_params())
        while not self._stopping.is_set():
            self._look(primary, there)
            self._stopping.wait(LOOK)
        primary.hang_up()
        there.hang_up()

    def _look(self, primary: _Asked, there: _Asked) -> None:
        now = time.monotonic()
        with contextlib.suppress(psycopg.Error, OSError):  # the replica stays as fresh as it was
            self.wrote(now, primary.ask(WRITTEN) or 0)
        try:
            replayed = there.ask(REPLAYED)
        except (psycopg.Error, OSError) as error:
            self.leave_alone(error)
            return
        if replayed is None:
            self.leave_alone("it is no replica any more")
            return
        self.reached(now, replayed)

    def wrote(self, now: float, position: int) -> None:
        """Note that by now the primary has written up to there."""
        self._written.append((now, position))
        while self._written[0][0] < now - 2 * self.most:
            self._written.popleft()

    def reached(self, now: float, position: int) -> None:
        """Note that by now the replica has come to there: so it has all of an earlier time."""
        while self._written and self._written[0][1] <= position:
            self.fresh_at = self._written.popleft()[0]
        self.replayed, self.looked_at = position, now
        self._tell("" if now - self.fresh_at < self.most else f"over {self.most:g} s behind")

    def _tell(self, why: str) -> None:
        if why and not self._said:
            log.warning("All is read from the primary: the replica cannot be used (%s).", why)
        if not why and self._said:
            log.info("The replica is read from.")
        self._said = why


class _Asked:
    """One connection for one question now and then; made anew where it has broken."""

    def __init__(self, params: dict[str, Any]) -> None:
        self.params = {name: one for name, one in params.items() if name not in NOT_FOR_LOOKING}
        self.params |= {"connect_timeout": 2, "tcp_user_timeout": 2000, "keepalives_idle": 1}
        self.connection: psycopg.Connection[Any] | None = None

    def ask(self, question: str) -> int | None:
        """The one number of the answer, None where there is no row; psycopg.Error."""
        if self.connection is None or self.connection.closed:
            self.connection = psycopg.connect(
                **self.params, autocommit=True, prepare_threshold=None
            )
        try:
            row = self.connection.execute(question).fetchone()
        except psycopg.Error:
            self.hang_up()
            raise
        return row[0] if row else None

    def hang_up(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def _complete(address: dict[str, Any]) -> dict[str, Any]:
    """The settings of a database as Django completes them."""
    lacking = {"TIME_ZONE": None, "CONN_MAX_AGE": 0, "ATOMIC_REQUESTS": False, "AUTOCOMMIT": True}
    return lacking | dict.fromkeys(("USER", "PASSWORD", "HOST", "PORT"), "") | address


@cache
def here() -> Replica:
    """The replica as this process knows it."""
    return Replica(settings.REPLICA, settings.REPLICA_LAG)
