"""Looking for words in all that a database holds, whatever its tables are."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.contrib.sessions.models import Session
from django.db import connection

TABLES = """
    SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    ORDER BY 1
"""
INDEXES = """
    SELECT format('%I.%I', n.nspname, t.relname), c.relname,
        pg_get_indexdef(i.indexrelid, k.n, true)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    CROSS JOIN LATERAL generate_series(1, i.indnatts) AS k(n)
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
"""


def dumps() -> dict[str, str]:
    """Every table as COPY gives it, every expression of an index, and sessions decoded."""
    made = {}
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            made[table] = _all(f"SELECT t FROM {table} t")
        cursor.execute(INDEXES)
        for table, index, column in cursor.fetchall():
            made[f"{index}: {column}"] = _all(f"SELECT {column} FROM {table}")
    decoded = [session.get_decoded() for session in Session.objects.all()]
    made["sessions, decoded"] = json.dumps(decoded, default=str)
    return made


def _all(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return "\n".join(str(row) for row in cursor.fetchall())


def found(words: Sequence[str], texts: dict[str, str]) -> list[tuple[str, str]]:
    """Where which of the words stands, in any case, also as hex."""
    hits = []
    for place, text in texts.items():
        lower = text.lower()
        for word in words:
            if word.lower() in lower or word.encode().hex() in lower:
                hits.append((place, word))
    return hits
