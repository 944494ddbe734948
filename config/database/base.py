"""Django's PostgreSQL, and in the same connection a replica to read from.

Queries are written in many places, by the ORM and by hand, and all use one connection of the
thread. So what they speak to is chosen there: a request that may read what is a little older has
a connection to the replica, until it writes something, something goes wrong, or it is over. A
replica refuses every write, and each statement outside a transaction stands alone: so one that is
refused is simply said again to the primary, and the rest of the request is said there too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import DatabaseError
from django.db.backends.postgresql import base

from config.database import replica

log = logging.getLogger(__name__)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of a thread. It is the primary's unless a request has asked otherwise.

    `may_read_behind`: whether this request may; `is_behind`: whether it does; `has_written`: that
    it did until it wrote something.
    """

    may_read_behind = False
    is_behind = False
    has_written = False

    # ---- what a request says

    def read_behind(self, position: int) -> None:
        """Read from the replica from now on, if this may be and it has come to the position."""
        if (
            self.may_read_behind
            and not self.is_behind
            and not self.in_atomic_block
            and replica.here().has(position)
        ):
            self.close()
            self.is_behind = True
            self.execute_wrappers.append(self._mended)

    def read_at_primary(self) -> None:
        """Read from the primary from now on."""
        self.may_read_behind = False
        if self.is_behind:
            try:
                self.close()
            finally:
                self.execute_wrappers.remove(self._mended)
                self.is_behind = False

    # ---- what Django asks

    @property
    def pool(self) -> Any:
        """The pool that the next connection comes from."""
        up: Any = super()
        return replica.here().pool if self.is_behind else up.pool

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; to the primary where the replica cannot be reached."""
        if self.is_behind:
            try:
                return super().get_new_connection(conn_params)
            except psycopg.Error as error:
                replica.here().leave_alone(error)
                self.read_at_primary()
        return super().get_new_connection(conn_params)

    def set_autocommit(self, autocommit: bool, *args: Any, **named: Any) -> None:
        """Transactions are for writing, so they begin at the primary."""
        if not autocommit and self.is_behind:
            self.has_written = True
            self.read_at_primary()
        super().set_autocommit(autocommit, *args, **named)

    def chunked_cursor(self) -> Any:
        """Read piece by piece; where that takes long, a replica would break it off."""
        self.read_at_primary()
        return super().chunked_cursor()

    def _mended(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Say it to the replica, and to the primary where that does not do it."""
        try:
            return execute(sql, params, many, context)
        except DatabaseError as error:
            if not self.is_behind:
                raise
            self._note(error)
            self.read_at_primary()
            self.ensure_connection()
            context["cursor"].cursor = self.create_cursor()
            return execute(sql, params, many, context)

    def _note(self, error: DatabaseError) -> None:
        if isinstance(error.__cause__, psycopg.errors.ReadOnlySqlTransaction):
            self.has_written = True
        elif self.connection is None or self.connection.closed:
            replica.here().leave_alone(error)
        else:
            log.warning("Read from the primary instead of the replica: %s", error)
