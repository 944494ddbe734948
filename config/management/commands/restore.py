from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from config.backups import manifest, restoring
from config.backups.manifest import Manifest, NotRestored
from config.postgres import DatabaseUnavailable
from config.postgres.clients import Server


class Command(BaseCommand):
    """Puts a backup back into an empty database, or says why not and leaves it empty."""

    help = (
        "Put a backup back into the database of DATABASE_URL, which has to be empty: all of it, "
        "or nothing. Only the same Crux on the same major version of PostgreSQL does it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--check", action="store_true", help="read the file through, and restore nothing"
        )
        parser.add_argument(
            "--other-key", action="store_true", help="restore although SECRET_KEY is another one"
        )

    def handle(self, *args: Any, file: Path, check: bool, other_key: bool, **options: Any) -> None:
        """Restore or check it; raises CommandError with what is wrong."""
        try:
            if check:
                self._tell(restoring.look(file))
                return
            server = Server.of(connection.get_connection_params())
            connection.close()
            told = restoring.restore(server, file, self._say, other_key=other_key)
        except (NotRestored, DatabaseUnavailable) as error:
            raise CommandError(str(error)) from error
        self._tell(told)
        self._lead_on(told)

    def _tell(self, told: Manifest) -> None:
        found = told.snapshot
        self._say(
            f"Crux {told.crux} on PostgreSQL {told.postgresql}, {told.made_at}: "
            f"{found.rows:,} rows of {len(found.sums)} tables."
        )

    def _lead_on(self, told: Manifest) -> None:
        """Say what is left to do before the site is opened."""
        self._say("Restored: every table has the checksum that it had, sequences are right.")
        if behind := manifest.pending(told):
            self._say(f"{behind} migrations are to be applied: manage.py migrate.")
        self._say(
            "Before you open the site, let those leave again who left after this backup: "
            f"manage.py leave_again --since {told.made_at} LOG (docs/backup.md)."
        )

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
