"""Asking something that may hang, and not hanging with it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

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
