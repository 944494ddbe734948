"""Transactions that PostgreSQL itself fails, as it does those that lose a race."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

FUNCTION = """
    CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE turn bigint := nextval('losses_' || CASE
        WHEN NEW.body ~ 'writer [0-9]+' THEN substring(NEW.body from 'writer ([0-9]+)') ELSE '0'
        END);
    BEGIN
        IF (turn - 1) % {turns} < {turns} - 1 THEN
            RAISE EXCEPTION 'lost, turn %', turn
                USING ERRCODE = ('{{{codes}}}'::text[])[(turn - 1) % {count} + 1];
        END IF;
        RETURN NEW;
    END $$
"""


@contextmanager
def losing(codes: list[str], times: int, writers: int = 1) -> Iterator[None]:
    """Fail each new statement so many times by the codes in turn, then let it be.

    That counts for each of several writers, where they put `writer 3` into their words.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for number in range(writers):
            cursor.execute(f"CREATE SEQUENCE losses_{number}")
        of_codes = {"codes": ",".join(codes), "count": len(codes)}
        cursor.execute(FUNCTION.format(turns=times + 1, **of_codes))
        cursor.execute(
            "CREATE TRIGGER lose BEFORE INSERT ON debate_statement"
            " FOR EACH ROW EXECUTE FUNCTION lose()"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER lose ON debate_statement")
            cursor.execute("DROP FUNCTION lose()")
            for number in range(writers):
                cursor.execute(f"DROP SEQUENCE losses_{number}")
