"""How much a query reads, as PostgreSQL counts it."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection


def rows_read(sql: str, params: Any = None) -> int:
    """All rows that the steps of the query's plan touch, those they throw away included."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
        found = cursor.fetchone()[0]
    return _read((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])


def _read(step: dict[str, Any]) -> int:
    removed = sum(value for name, value in step.items() if name.startswith("Rows Removed"))
    own: int = round((step["Actual Rows"] + removed) * step["Actual Loops"])
    return own + sum(_read(one) for one in step.get("Plans", ()))
