from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from config import compiled


class Command(BaseCommand):
    """Compiles the pages, so that no process has to when it starts."""

    help = "Compile the pages in every language, once the site's files are those of a release."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them anew, and say how many."""
        made = compiled.make()
        if options["verbosity"]:
            self.stdout.write(f"{made} compiled pages are kept.")
