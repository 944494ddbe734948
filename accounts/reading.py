"""What every request of somebody signed in reads first: their session, and their account.

Each is one plain statement, prepared once a connection: to put Django's own together takes four
times as long as to answer it, for what is the same with each request.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.utils import timezone

from accounts.models import User

M = TypeVar("M", bound=models.Model)


class ReadsAccounts:
    """For a backend of Django's: reads the account of a session."""

    def get_user(self, user_id: int) -> User | None:
        """Give the account with this id; None where there is none, or it may not sign in."""
        user = first(User, "id = %s", user_id)
        return user if user is not None and user.is_active else None


class Accounts(ReadsAccounts, ModelBackend):
    """Who signs in by username."""


class SessionStore(db.SessionStore):
    """Django's sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        where = "session_key = %s AND expire_date > %s"
        session = first(Session, where, self.session_key, timezone.now())
        if session is None:
            self._session_key = None
        return session


def first(
    model: type[M], where: str, *params: Any, later: frozenset[str] = frozenset()
) -> M | None:
    """Give the row that a condition finds; None where there is none.

    The fields `later` are read when they are asked for; JSON has to be, for it comes as text.
    """
    sql, names = _read(model, later)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} WHERE {where}", params)
        row = cursor.fetchone()
    return model.from_db(connection.alias, names, row) if row else None


@cache
def _read(model: type[models.Model], later: frozenset[str]) -> tuple[str, list[str]]:
    """What reads a model's rows, and the names of what it gives; the names are the model's own."""
    fields = [field for field in model._meta.concrete_fields if field.attname not in later]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return f'SELECT {columns} FROM "{model._meta.db_table}"', [field.attname for field in fields]
