from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from debate.actions import transfers

EXCHANGE = Path(__file__).parent.parent / "data" / "exchange.toml"


class Command(BaseCommand):
    """Loads the debate that Crux starts with."""

    help = "Load the debate that Crux starts with. Loading it twice changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load data/exchange.toml and say what became of it."""
        debate, is_new = transfers.load_exchange(tomllib.loads(EXCHANGE.read_text("utf-8")))
        self.stdout.write(f"{'Loaded' if is_new else 'Already there'}: {debate.question}")
