"""The wiring as an app of Django's: what is set up once everything is loaded."""

from importlib import import_module

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from config import tally


class Wiring(AppConfig):
    """Counts what connections do, and has the settings checked."""

    name = "config"

    def ready(self) -> None:
        """Begin; it has to be before the first connection."""
        import_module("config.checks")  # they say for themselves when they run
        connection_created.connect(tally.attach)
