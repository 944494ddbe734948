"""What an account must be shown at least: all it has written, wherever it reads.

Each account carries the position of the database's log behind its last write. It is kept only
where there is a replica that reads may go to; a replica that has come so far has the write.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from accounts.models import User

log = logging.getLogger(__name__)

# It rests on a write that is safe already: so nobody waits until it is on disk.
WROTE = """
    WITH quick AS (SELECT set_config('synchronous_commit', 'off', true))
    UPDATE accounts_user SET last_write = (pg_current_wal_insert_lsn() - '0/0')::bigint
    FROM quick WHERE id = ANY(%s)
"""


def wrote(accounts: Collection[int]) -> None:
    """Note that these have just written, or been told of what others wrote."""
    if not settings.REPLICA or not accounts:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(WROTE, [list(accounts)])
    except DatabaseError as error:  # what was written stays written
        log.warning("It was not noted that somebody wrote: %s", error)


def read_as(account: User) -> None:
    """Let the rest of the request be read from the replica, if it has what the account wrote."""
    if settings.REPLICA:
        here: Any = connection
        here.read_behind(account.last_write or 0)
