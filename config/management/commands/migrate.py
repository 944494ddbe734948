from __future__ import annotations

import time
from typing import Any, Self

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from psycopg.errors import DeadlockDetected, LockNotAvailable

WAIT = "2s"
"""A migration that waits for a table lets nobody else begin with it: so no longer than this."""
FIRST = "debate_debate"
"""The table that all writes to debates begin with."""
TRIES = 30
PAUSE = 2.0  # seconds, in which everybody else goes on


class Editor(DatabaseSchemaEditor):
    """Keeps off who writes to a debate before it takes anything else.

    Every write locks its debate's row first. Without this, a migration that holds statements and
    wants debates would meet a writer who holds a debate and wants statements: one of them fails,
    and on a busy site it would be the migration, again and again. Whoever reads goes on.
    """

    def __enter__(self) -> Self:
        """Begin a migration's transaction, with nobody under way in a debate."""
        super().__enter__()
        if self.atomic_migration and not self.collect_sql:
            with self.connection.cursor() as cursor:
                cursor.execute("SELECT to_regclass(%s)::text", [FIRST])
                if cursor.fetchone() != (None,):
                    cursor.execute(f"LOCK TABLE {FIRST} IN EXCLUSIVE MODE")
        self._bear("0")
        return self

    def __exit__(self, *error: Any) -> None:
        """End the migration's transaction."""
        super().__exit__(*error)
        self._bear(WAIT)

    def _bear(self, wait: str) -> None:
        """Outside of a transaction wait so long: nobody queues behind CREATE INDEX CONCURRENTLY.

        Given up halfway it would leave a broken index, over which the next try falls.
        """
        if not (self.atomic_migration or self.collect_sql):
            _wait_at_most(self.connection, wait)


def _wait_at_most(connection: BaseDatabaseWrapper, wait: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [wait])


class Command(migrate.Command):
    """Django's, but it gives way to people who write, and tries again."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Migrate; raises CommandError where a table is not to be had after many tries.

        Each migration is a transaction of its own: what is done stays done.
        """
        connection = connections[options["database"]]
        connection.SchemaEditorClass = Editor
        for left in reversed(range(TRIES)):
            _wait_at_most(connection, WAIT)
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
