from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from config.backups import making
from config.backups.archive import NotMade
from config.postgres import DatabaseUnavailable
from config.postgres.clients import Server


class Command(BaseCommand):
    """Writes all of the database into one file, while people go on writing."""

    help = (
        "Write all of the database into one file, as it is at one moment, while people go on "
        "writing. Given a folder, the file is named by date and time. What SECRET_KEY and "
        "FORMER_NAMES_KEY are is not in it: keep them apart."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where it goes, and how many stay there."""
        parser.add_argument("target", type=Path, metavar="FILE|FOLDER")
        parser.add_argument(
            "--keep", type=int, metavar="N", help="remove all but the newest N of the folder's"
        )

    def handle(self, *args: Any, target: Path, keep: int | None, **options: Any) -> None:
        """Make the backup, whole or not at all; raises CommandError with what is wrong."""
        if keep is not None and (keep < 1 or not target.is_dir()):
            raise CommandError("--keep takes 1 or more, and a folder.")
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # leave nothing half-written
        path = making.in_folder(target) if target.is_dir() else target
        try:
            made = making.make(Server.of(connection.get_connection_params()), path, self._say)
        except (NotMade, DatabaseUnavailable) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped: no backup was made.") from None
        self._say(f"{path} has all that was committed at {made.made_at}.")
        for gone in making.let_go(target, keep) if keep else ():
            self._say(f"Removed {gone}.")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
