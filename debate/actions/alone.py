"""Being the only one at something, by advisory locks: who is killed gives it up by dying."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone(what: int, number: int) -> Iterator[bool]:
    """Whether nobody else is at this number of something, until the end of the block.

    `what` tells kinds of work apart; both are 32 bits.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [what, number])
        [is_ours] = cursor.fetchone() or [False]
    try:
        yield bool(is_ours)
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [what, number])
