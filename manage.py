"""Django's command line; in development it keeps our own database running meanwhile."""

import contextlib
import os
import sys
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from environs import EnvError

from config import postgres
from config.database.addresses import speak_directly


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    speak_directly()
    alone = reads_files(sys.argv)
    if alone:
        os.environ.setdefault("DEBUG", "1")
    try:
        with contextlib.nullcontext() if alone else postgres.for_development():
            execute_from_command_line(sys.argv)
    except (EnvError, ImproperlyConfigured, postgres.DatabaseUnavailable) as error:
        sys.exit(str(error))


def reads_files(arguments: Sequence[str]) -> bool:
    """Whether the command is about files of one's own: that takes no site and no database."""
    about_debates = any(argument.startswith("--debate") for argument in arguments)
    return list(arguments[1:2]) == ["analyse"] and not about_debates


if __name__ == "__main__":
    main()
