"""What the settings say of the database, made into what Django is told."""

from __future__ import annotations

import os
from typing import Any

GIVES_UP = {
    "connect_timeout": 5,  # seconds
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 5000,  # milliseconds
}
"""A host that is gone without a word is noticed within seconds, not after a quarter of an hour."""
GIVES_UP_SOON = {
    "connect_timeout": 2,
    "keepalives_idle": 1,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "tcp_user_timeout": 2000,
}
"""There is the primary to read from instead."""
WITH_REPLICA = "config.database"


def primary(
    address: dict[str, Any],
    *,
    connections: int,
    wait: float,
    is_pooled: bool,
    is_prepared: bool,
    copied: bool,
) -> dict[str, Any]:
    """The database that is written to. `wait`: seconds that a request waits for a connection.

    `is_pooled`: by PgBouncer, transaction by transaction. It gives a session to somebody else
    after each: what is to live longer, a cursor of the server's, cannot be had there.
    """
    made = {
        **address,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": is_pooled,
        "OPTIONS": GIVES_UP | address.get("OPTIONS", {}),
    }
    if copied:
        made["ENGINE"] = WITH_REPLICA
    made["OPTIONS"].update(
        # A connection found dead is replaced; trying again soon matters more than backing off.
        pool={"min_size": 1, "max_size": connections, "timeout": wait, "reconnect_timeout": 5},
        # Statements are planned once a connection, not once a request: half their cost.
        server_side_binding=True,
        prepare_threshold=5 if is_prepared else None,
    )
    return made


def replica(address: dict[str, Any], *, connections: int) -> dict[str, Any]:
    """The copy that is read from. Nothing is connected until it is used."""
    made = {
        **address,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": GIVES_UP_SOON | address.get("OPTIONS", {}),
    }
    made["OPTIONS"].update(
        pool={"min_size": 0, "max_size": connections, "timeout": 2, "reconnect_timeout": 2},
        server_side_binding=True,
        prepare_threshold=5,
    )
    return made


def speak_directly() -> None:
    """For commands and the worker: the locks of a session, and LISTEN, pass no pooler."""
    for kind in ("", "_FILE"):
        if direct := os.environ.get(f"DATABASE_DIRECT_URL{kind}"):
            os.environ.pop("DATABASE_URL_FILE", None)  # which would win
            os.environ[f"DATABASE_URL{kind}"] = direct
