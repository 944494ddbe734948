"""All rows of a debate's tables but the log's and the events', to compare before and after."""

from __future__ import annotations

from typing import Any

from django.db import connection

from debate.models import Debate

OF = "IN (SELECT id FROM debate_statement WHERE debate_id = %(debate)s)"
TABLES = {
    "debate_debate": "id = %(debate)s",
    "debate_statement": "debate_id = %(debate)s",
    "debate_turn": "debate_id = %(debate)s",
    "debate_quotation": f"statement_id {OF}",
    "debate_revision": f"statement_id {OF}",
    "debate_mark": f"statement_id {OF}",
    "debate_markchange": f"mark_id IN (SELECT id FROM debate_mark WHERE statement_id {OF})",
    "debate_reliance": f"claim_id {OF}",
    "debate_drop": f"crux_id {OF}",
    "debate_link": f"statement_id {OF}",
    "debate_report": f"statement_id {OF}",
    "debate_draftpoint": "debate_id = %(debate)s",
    "debate_following": f"debate_id = %(debate)s OR statement_id {OF}",
    "debate_participation": "debate_id = %(debate)s",
    "debate_searchtext": "debate_id = %(debate)s",
}
"""Of each table the rows of a debate; events, acts, appeals and suspensions are the log."""


def dump(debate: Debate) -> dict[str, list[Any]]:
    """The rows, every column as text; of the debate itself but the count of its events."""
    found: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for table, where in TABLES.items():
            drop = " - 'event_count'" if table == "debate_debate" else ""
            drop = " - 'id'" if table == "debate_searchtext" else drop
            cursor.execute(
                f"SELECT (to_jsonb(t){drop})::text FROM {table} t WHERE {where} ORDER BY 1",
                {"debate": debate.pk},
            )
            found[table] = [row for (row,) in cursor.fetchall()]
    return found
