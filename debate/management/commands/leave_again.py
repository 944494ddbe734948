from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from debate.actions import leaving

NOTED = re.compile(
    rf"Account (\d+) has left at (\S+); its words ({leaving.STAY}|{leaving.WITHDRAWN})"
)


class Command(BaseCommand):
    """Lets people leave again who left after the backup that was restored."""

    help = (
        "After a restore, before the site is opened: let those leave again who left after the "
        "backup, as the site's logs have noted it. Done again, it changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the logs, and when the backup was made."""
        parser.add_argument("logs", nargs="+", type=Path, metavar="LOG")
        parser.add_argument(
            "--since", required=True, type=datetime.fromisoformat, help="when the backup was made"
        )

    def handle(self, *args: Any, logs: list[Path], since: datetime, **options: Any) -> None:
        """Do it for each; raises CommandError naming the accounts that could not leave."""
        if since.tzinfo is None:
            raise CommandError("--since needs a zone, as `restore` says it: ...+00:00.")
        try:
            lines = [line for path in logs for line in path.open(errors="replace")]
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        noted = dict(departures(lines, since))
        stayed = {pk: why for pk, fate in noted.items() if (why := _leave(pk, fate))}
        self.stdout.write(f"{len(noted)} left after {since.isoformat()}; they have left again.")
        if stayed:
            named = "; ".join(f"account {pk}: {why}" for pk, why in stayed.items())
            raise CommandError(f"But not all of them: {named}")


def departures(lines: Iterable[str], since: datetime) -> Iterator[tuple[int, str]]:
    """Who left later, and what became of their words.

    Earlier ones are passed over: numbers given after an earlier restore may be others' now.
    """
    for line in lines:
        for pk, moment, fate in NOTED.findall(line):
            if datetime.fromisoformat(moment) > since:
                yield int(pk), fate


def _leave(pk: int, fate: str) -> str:
    """Let an account leave that is still here; gives why it cannot, or ''."""
    person = User.objects.filter(pk=pk).exclude(username__startswith="_").first()
    if person is None:
        return ""
    try:
        leaving.leave(by=person, withdraw=fate == leaving.WITHDRAWN)
    except PermissionDenied as error:
        return str(error)
    return ""
