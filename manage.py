"""Django's command line; in development it keeps our own database running meanwhile."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from environs import EnvError

from config import postgres


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        with postgres.for_development():
            execute_from_command_line(sys.argv)
    except (EnvError, ImproperlyConfigured, postgres.DatabaseUnavailable) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
