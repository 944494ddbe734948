from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from psycopg.errors import DeadlockDetected, LockNotAvailable

WAIT = "2s"
"""A migration that waits for a table lets nobody else begin with it: so no longer than this."""
TRIES = 30
PAUSE = 2.0  # seconds, in which everybody else goes on


class Command(migrate.Command):
    """Django's, but it gives way to people who write, and tries again."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Migrate; raises CommandError where a table is not to be had after many tries.

        Each migration is a transaction of its own: what is done stays done.
        """
        connection = connections[options["database"]]
        for left in reversed(range(TRIES)):
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [WAIT])
            try:
                return super().handle(*args, **options)
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
                    raise
                self._give_way(left)
            finally:
                with connection.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")
        return None

    def _give_way(self, left: int) -> None:
        if not left:
            raise CommandError(
                f"A table was in use for longer than {WAIT}, {TRIES} times. What was done before "
                "stays done; find what holds it in pg_stat_activity, and migrate again."
            )
        self.stderr.write(f"A table is in use; tried again in {PAUSE:.0f} s ({left} tries left).")
        time.sleep(PAUSE)
