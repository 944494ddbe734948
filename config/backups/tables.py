"""All tables as they are in one snapshot: how many rows, and a checksum of what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

OURS = r"""
    n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.objid = {oid} AND e.deptype = 'e')
"""
TABLES = f"""
    SELECT n.nspname || '.' || c.relname, c.relpersistence = 'u'
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND {OURS.format(oid="c.oid")} ORDER BY 1
"""
SEQUENCES = f"""
    SELECT n.nspname || '.' || c.relname, tn.nspname || '.' || t.relname, a.attname
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_depend d ON d.objid = c.oid
        AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
    JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
    JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE c.relkind = 'S' AND {OURS.format(oid="c.oid")} ORDER BY 1
"""
ALL = f"""
    SELECT CASE WHEN c.relkind IN ('r', 'p') THEN 'table' ELSE 'other relation' END,
        n.nspname || '.' || c.relname
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND {OURS.format(oid="c.oid")}
    UNION ALL
    SELECT 'function', n.nspname || '.' || p.proname
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE {OURS.format(oid="p.oid")}
    UNION ALL
    SELECT 'type', n.nspname || '.' || t.typname
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype IN ('d', 'e') AND {OURS.format(oid="t.oid")}
    ORDER BY 1 DESC, 2
"""
ONE_FORM = """
    SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL TimeZone = 'UTC'; SET LOCAL extra_float_digits = 1;
    SET LOCAL IntervalStyle = 'postgres'; SET LOCAL bytea_output = 'hex';
"""
"""In which values become text, so that the same row has the same checksum everywhere."""
NOTHING = "0:0:0"
"""The sum of an empty table."""
SUM = """
    SELECT count(*) || ':' || coalesce(sum({left}), 0) || ':' || coalesce(sum({right}), 0)
    FROM (SELECT pg_catalog.md5("the row"::text) AS digest FROM {table} "the row") digests
"""
HALF = "('x' || pg_catalog.{half}(digest, 16))::bit(64)::bigint::numeric"
DIFFER = """
DO $crux$
DECLARE
    wrong text;
BEGIN
    SELECT string_agg(name, ', ' ORDER BY name) INTO wrong FROM ({all}) compared
    WHERE has IS DISTINCT FROM wanted;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'other than in the snapshot: %', wrong;
    END IF;
END $crux$;
"""


@dataclass(frozen=True)
class Snapshot:
    """What a database held at one moment: sums of tables, and what each sequence numbers."""

    sums: Mapping[str, str]
    left_out: list[str]
    sequences: list[tuple[str, str, str]]

    @property
    def rows(self) -> int:
        """How many rows it has in all."""
        return sum(int(found.split(":")[0]) for found in self.sums.values())


def snapshot(connection: Connection[Any]) -> Snapshot:
    """Read all tables within the connection's transaction; what is not logged is left out.

    Such tables are counters that begin anew after a crash, and so they do after a restore.
    """
    connection.execute(ONE_FORM)
    tables = connection.execute(TABLES).fetchall()
    sums = {name: _only(connection, sum_of(name)) for name, unlogged in tables if not unlogged}
    sequences = connection.execute(SEQUENCES).fetchall()
    return Snapshot(sums, [name for name, unlogged in tables if unlogged], sequences)


def sum_of(name: str) -> Composed:
    """The query for a table's sum: its rows, and both halves of their digests added up.

    Added up, it does not depend on the order of the rows, and takes no memory.
    """
    halves = {half: SQL(HALF.replace("{half}", half)) for half in ("left", "right")}
    return SQL(SUM).format(table=_named(name), **halves)


def differences(wanted: Snapshot) -> str:
    """A script that raises, with names, where a database is not as the snapshot was.

    A sequence may be ahead of it, as numbers are given before a commit; never behind its column.
    """
    expected = {**wanted.sums, **dict.fromkeys(wanted.left_out, NOTHING)}
    parts: list[Composable] = [
        _compared(name, sum_of(name), Literal(told)) for name, told in expected.items()
    ]
    parts += [_compared(name, *_ahead(name, table, of)) for name, table, of in wanted.sequences]
    names = SQL("SELECT string_agg(t.name, ' ') FROM ({}) t(name, unlogged)").format(SQL(TABLES))
    parts.append(_compared("the tables", names, Literal(" ".join(sorted(expected)))))
    both = SQL(" UNION ALL ").join(parts)
    return ONE_FORM + SQL(DIFFER).format(all=both).as_string(None)


def _compared(name: str, found: Composable, wanted: Composable) -> Composed:
    return SQL("SELECT {}::text AS name, ({})::text AS has, {}::text AS wanted").format(
        Literal(name), found, wanted
    )


def _ahead(sequence: str, table: str, column: str) -> tuple[Composable, Composable]:
    ask = "SELECT last_value >= coalesce((SELECT max({of}) FROM {table}), 0) FROM {sequence}"
    names = {"table": _named(table), "sequence": _named(sequence), "of": Identifier(column)}
    return SQL(ask).format(**names), Literal("true")


def held(connection: Connection[Any]) -> str:
    """What a database holds already, in words; '' where it is empty."""
    found = connection.execute(ALL).fetchall()
    kinds = dict.fromkeys(kind for kind, _ in found)
    counts = [_counted(kind, sum(kind == other for other, _ in found)) for kind in kinds]
    return f"{', '.join(counts)}, such as {_few(name for _, name in found)}" if found else ""


def _counted(kind: str, count: int) -> str:
    return f"{count} {kind}{'s' * (count != 1)}"


def _few(names: Iterable[str]) -> str:
    return ", ".join(list(names)[:3])


def _named(name: str) -> Identifier:
    return Identifier(*name.split(".", 1))


def _only(connection: Connection[Any], query: Composable | str) -> Any:
    row = connection.execute(query).fetchone()  # type: ignore[arg-type]  # no typed literal
    return row[0] if row else None
