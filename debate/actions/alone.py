"""Being the only one at something, by advisory locks: who is killed gives it up by dying.

Behind a pooler a session is somebody else's after each transaction, so there a lock is held by a
transaction; only short things are done there, the rest by the worker, which speaks directly.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction


@contextmanager
def alone(what: int, number: int) -> Iterator[bool]:
    """Whether nobody else is at this number of something, until the end of the block.

    `what` tells kinds of work apart; both are 32 bits.
    """
    if settings.IS_POOLED:
        with transaction.atomic():
            yield _asked("SELECT pg_try_advisory_xact_lock(%s, %s)", what, number)
        return
    is_ours = _asked("SELECT pg_try_advisory_lock(%s, %s)", what, number)
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [what, number])


def _asked(sql: str, what: int, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [what, number])
        [is_ours] = cursor.fetchone() or [False]
    return bool(is_ours)
