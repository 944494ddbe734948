"""The words that a slip may have meant, worked out anew from what anybody may read."""

from __future__ import annotations

from django.db import connection

from debate.models.search import WORD_MAX

SHORTEST = 3
REFRESH = f"""
    WITH found AS MATERIALIZED (
        SELECT word, ndoc FROM ts_stat(
            'SELECT t.words FROM debate_searchtext t JOIN debate_debate d ON d.id = t.debate_id
                WHERE d.visibility = ''public'''
        ) WHERE length(word) BETWEEN {SHORTEST} AND {WORD_MAX} AND word !~ '[0-9]'
    ), gone AS (
        DELETE FROM debate_searchword w
        WHERE NOT EXISTS (SELECT FROM found WHERE found.word = w.word)
    )
    INSERT INTO debate_searchword AS known (word, count) SELECT word, ndoc FROM found
    ON CONFLICT (word) DO UPDATE SET count = EXCLUDED.count
        WHERE abs(EXCLUDED.count - known.count) > known.count / 10
"""
"""A count only tells the likelier of two words, so small changes of it are not written."""


def refresh() -> int:
    """Work them out; says how many were new or have become more or less frequent. One query."""
    with connection.cursor() as cursor:
        cursor.execute(REFRESH)
        return int(cursor.rowcount)
