"""Make the database ready to be served: tables, the seed debate, an account for the admin."""

import contextlib
import os
import secrets
import sys
from collections.abc import Iterator

import django
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from environs import EnvError

from config.database.addresses import speak_directly

ADMIN = "admin"
LOCK = 0x63727578  # any number that nothing else in this database locks


def main() -> None:
    """Bring the database up to date; what is there already stays as it is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    speak_directly()
    try:
        django.setup()
    except (EnvError, ImproperlyConfigured) as error:
        sys.exit(str(error))
    with alone():
        call_command("migrate", verbosity=0)
        call_command("seed")
        password = create_admin()
    if password:
        print(f"An account for /admin/ was made. Its name is {ADMIN}, and its password, shown")
        print(f"only now, is {password}", flush=True)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one process at a time make this database ready; the others wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def create_admin() -> str:
    """Make the first administrator and give the password, or '' where there is one already."""
    users = get_user_model().objects
    if users.filter(is_superuser=True).exists() or users.filter(username=ADMIN).exists():
        return ""
    password = secrets.token_urlsafe(12)
    users.create_superuser(username=ADMIN, email="", password=password)
    return password


if __name__ == "__main__":
    main()
