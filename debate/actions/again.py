"""Doing once more what lost a race: its transaction was undone, so that nothing of it is left.

PostgreSQL breaks a deadlock by failing one of its transactions, and a unique constraint fails the
second of two who both found something free. The doors go round the whole of what was asked with
this, so that all rights and facts are looked at anew: who comes second is refused, or finds it
done.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection

T = TypeVar("T")
P = ParamSpec("P")
log = logging.getLogger(__name__)

RETRIES = 3
WAIT = 0.03  # seconds before the first one; the next wait twice as long
RACES = {"40001": "a serialization failure", "40P01": "a deadlock", "23505": "a row came first"}
"""By PostgreSQL's code for it."""


def is_race(error: BaseException | None) -> bool:
    """Whether its transaction lost against another one, and is over."""
    return _code(error) in RACES and not connection.in_atomic_block


def _code(error: BaseException | None) -> str:
    cause = error.__cause__ if isinstance(error, DatabaseError) else None
    return str(getattr(cause, "sqlstate", ""))


def tried(do: Callable[P, T], *, retries: int = RETRIES) -> Callable[P, T]:
    """Do the same, and again where that loses a race, at most so many times more."""

    @wraps(do)
    def done(*args: P.args, **given: P.kwargs) -> T:
        for number in range(retries):
            try:
                return do(*args, **given)
            except DatabaseError as error:
                if not is_race(error):
                    raise
                pause(error, number)
        return do(*args, **given)

    return done


def pause(error: BaseException, number: int = 0) -> None:
    """Say that something is done again, and wait a moment, by chance: the other one does too."""
    log.warning("Done again after %s.", RACES[_code(error)])
    time.sleep(WAIT * 2**number * random.uniform(0.5, 1))
