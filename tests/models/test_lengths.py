"""No column takes text without end, whatever is written past all forms."""

from __future__ import annotations

import re

import pytest
from django.db import connection, models

from tests.hostility.columns import name_of, peoples

pytestmark = pytest.mark.django_db
BOUNDED = {
    **dict.fromkeys(
        ("Import.told", "Import.people", "Import.error", "Statement.source", "Mark.source"),
        "of a file that is brought in, which has an end of its own",
    ),
    "Held.opens": "fields of a debate, each of which has been checked",
    "HeldPoint.quote": "words that stand in a body: others are refused before they are held",
    "Rewording.before": "what stood in a column that has a most",
    "Delivery.log": "so many lines at most, each of our own making",
    "Authenticator.data": "a key, and a name that its form bounds",
    "SocialAccount.extra_data": "told by the issuer whom the site trusts",
}
"""Columns without a length of their own, and what bounds them."""


def checks() -> dict[str, str]:
    """The conditions of each table, all in one text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, string_agg(pg_get_constraintdef(oid), ' ') "
            "FROM pg_constraint WHERE contype = 'c' GROUP BY 1"
        )
        return dict(cursor.fetchall())


def test_every_column_that_people_fill_has_a_most() -> None:
    known, endless = checks(), set()
    for field in peoples():
        size = field.max_length if isinstance(field, models.CharField) else None
        bound = rf"(length|cardinality|jsonb_array_length|octet_length)\(\(?\"?{field.column}\b"
        if not size and not re.search(bound, known.get(field.model._meta.db_table, "")):
            endless.add(name_of(field))
    assert len(peoples()) > 60
    assert endless == set(BOUNDED)
