"""Asking something that may hang, and not hanging with it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

NOT_OURS = {"context", "cursor_factory", "prepare_threshold"}  # of Django's own connections
SOON: dict[str, Any] = {"connect_timeout": 2, "tcp_user_timeout": 2000}
log = logging.getLogger("crux.health")
T = TypeVar("T")


class Asking(Generic[T]):
    """Does something in a thread of its own; who asks meanwhile shares the answer.

    While one try hangs no other is begun, so that those who ask pile up nothing.
    """

    def __init__(self, do: Callable[[], T]) -> None:
        self.do = do
        self.lock = threading.Lock()
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="asking")
        self.tried: Future[T] | None = None

    def answer(self, seconds: float) -> T | None:
        """What came of it; None where it failed or took longer than this."""
        with self.lock:
            if self.tried is None or self.tried.done():
                self.tried = self.thread.submit(self.do)
            tried = self.tried
        try:
            return tried.result(seconds)
        except TimeoutError:
            log.warning("The database has not answered for %s seconds.", seconds)
        except Exception as error:
            log.warning("The database cannot be asked: %s", error)
        return None


def beside_the_pool(alias: str = DEFAULT_DB_ALIAS) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection of one's own, at once or not at all: those of the pool may all be at work.

    Nothing waits in it for long, not even for a table that is locked. Raises psycopg.Error.
    """
    given = connections[alias].get_connection_params()
    params = {name: value for name, value in given.items() if name not in NOT_OURS}
    params |= {**SOON, "application_name": "crux asks", "prepare_threshold": None}
    made: psycopg.Connection[tuple[Any, ...]] = psycopg.connect(**params)
    made.execute("SET LOCAL statement_timeout = '1s'")
    return made
