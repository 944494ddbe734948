"""A replica for the requests of a test, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from pytest_django import Settings

from config.database import addresses, base, replica


@contextmanager
def reading_from(
    address: dict[str, Any], settings: Settings, *, most: float = 10, is_watched: bool = True
) -> Iterator[replica.Replica]:
    """Let requests read from the database at the address, as the settings would say.

    Tests that use it are not within a transaction. Where nobody watches it, it is never behind.
    """
    plain = connections["default"]
    settings.REPLICA = addresses.replica(address, connections=4)
    settings.REPLICA_LAG = most
    replica.here.cache_clear()
    made = base.DatabaseWrapper(plain.settings_dict, alias="default")
    connections["default"] = made
    try:
        if not is_watched:
            never_behind(replica.here())
        yield replica.here()
    finally:
        made.read_at_primary()
        made.close()
        replica.here().stop()
        replica.here.cache_clear()
        connections["default"] = plain


def never_behind(known: replica.Replica) -> None:
    """Let nobody look, and have seen the best."""
    known._watch = lambda: None  # type: ignore[method-assign]  # no thread
    known.looked_at = known.fresh_at = float("inf")
    known.replayed = 1 << 62
