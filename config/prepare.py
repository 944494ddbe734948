"""Make the database ready to be served: tables, the seed debate, an account for the admin."""

import os
import secrets
import sys

import django
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from environs import EnvError

ADMIN = "admin"


def main() -> None:
    """Bring the database up to date; what is there already stays as it is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
    except (EnvError, ImproperlyConfigured) as error:
        sys.exit(str(error))
    call_command("migrate", verbosity=0)
    call_command("seed")
    if password := create_admin():
        print(f"An account for /admin/ was made. Its name is {ADMIN}, and its password, shown")
        print(f"only now, is {password}", flush=True)


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
