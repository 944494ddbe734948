"""The order of all events, of all debates: each gets its place once it is committed.

Numbers of rows are given before a commit, and a slow writer could come in behind a reader who has
gone past its number. Places are given to what is committed, by one at a time, who lets go of the
lock when the places are visible: so what comes after a place was not there before it. In a debate
places rise as its numbers do. Publishing pays nothing: who reads the order gives the places.
"""

from __future__ import annotations

from django.db import connection, transaction

from debate.models import Event

LOCK = 0x706C6163  # "plac" among advisory locks
MOST = 5_000
PLACE = f"""
    UPDATE debate_event e SET place = last.place + fresh.n
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM (
            SELECT id FROM debate_event WHERE place IS NULL ORDER BY id LIMIT {MOST}) AS next
         ) AS fresh,
         (SELECT coalesce(max(place), 0) AS place FROM debate_event) AS last
    WHERE e.id = fresh.id
"""


def place() -> None:
    """Give all committed events a place. One query where none is without."""
    while Event.objects.filter(place=None).exists():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            cursor.execute(PLACE)
