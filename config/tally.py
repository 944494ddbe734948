"""What a request takes of the database: counted by each statement, and the slow ones noted.

Statements are told without their values: words and addresses of people stand in those.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger("crux.database")
LONGEST = 500  # characters of a statement
MILLISECONDS = 1000


@dataclass(slots=True)
class Tally:
    """What one request has taken so far; `request` is its id."""

    request: str
    queries: int = 0
    seconds: float = 0.0
    slow: int = 0


now: ContextVar[Tally | None] = ContextVar("tally", default=None)
"""That of the request that is being answered; None in jobs and commands."""


def attach(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Count what a connection does; called for each new one."""
    if count not in connection.execute_wrappers:
        connection.execute_wrappers.append(count)


def count(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Execute a statement, as Django's wrappers do."""
    begun = perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = perf_counter() - begun
        tally = now.get()
        if tally is not None:
            tally.queries += 1
            tally.seconds += took
        if took * MILLISECONDS >= settings.SLOW_QUERY:
            _note(str(sql), took, tally)


def _note(sql: str, took: float, tally: Tally | None) -> None:
    if tally is not None:
        tally.slow += 1
    told = " ".join(sql.split())[:LONGEST]
    about = {"ms": round(took * MILLISECONDS, 1), "sql": told}
    log.warning("slow statement: %s ms: %s", about["ms"], told, extra={"about": about})
