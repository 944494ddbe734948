"""Statements with what a page shows beside them, read by queries that are written out.

A thread page reads some fifty statements with their authors and quotations. Through the query
builder that takes more time to put into words than PostgreSQL takes to answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from accounts.models import User
from debate.models import Quotation, Statement
from debate.models.statements import LETTERS
from debate.selectors.links import Linked

QUOTATIONS_MOST = 25
"""Of one statement, the first; those by statements in sight come too."""
UNREAD = {"body", "source"}

_STATEMENT = [f.attname for f in Statement._meta.concrete_fields if f.attname not in UNREAD]
_PERSON = ["id", "username", "name", "kind", "owner_id"]
QUOTATION = [f.attname for f in Quotation._meta.concrete_fields]
_ENDS = (
    len(_STATEMENT),
    len(_STATEMENT) + len(_PERSON),
    len(_STATEMENT) + 2 * len(_PERSON),
)


def columns(table: str, names: Sequence[str]) -> str:
    """The columns of a table as a query names them."""
    return ", ".join(f'{table}."{name}"' for name in names)


_GRANTERS = """
    CASE WHEN s.status IN ('granted', 'granted without bearing') THEN ARRAY(
        SELECT coalesce(nullif(p.name, ''), p.username) FROM debate_mark m
        JOIN accounts_user p ON p.id = m.person_id
        WHERE m.statement_id = s.id AND m.truth = 'agree' AND m.person_id <> s.author_id
            AND (s.status = 'granted' OR m.bears = 'no')
        ORDER BY m.id LIMIT 3) END
"""
"""The first who grant a statement as its status says, by name."""
_OLDER_MARKS = """
    CASE WHEN s.revision > 1 THEN (
        SELECT ARRAY[count(*) FILTER (WHERE m.revision < s.revision), count(*)]
        FROM debate_mark m WHERE m.statement_id = s.id AND (m.truth <> '' OR m.bears <> '')) END
"""
"""Of an edited statement, how many of its marks are of an earlier wording, and how many it has."""
_LINKS = """
    (SELECT jsonb_agg(jsonb_build_array(l.kind, l.statement_id = s.id, t.id, t.kind, t.ordinal))
    FROM (
        SELECT * FROM debate_link WHERE statement_id = s.id
        UNION ALL SELECT * FROM debate_link WHERE to_id = s.id
        ORDER BY id LIMIT 12
    ) l JOIN debate_statement t ON t.id = l.statement_id + l.to_id - s.id)
"""
"""The links of a statement, both ways: kind, whether they are from it, and its other end."""
_READ = f"""
    SELECT {columns("s", _STATEMENT)}, {columns("u", _PERSON)}, {columns("o", _PERSON)},
        {columns("q", QUOTATION)}, {_GRANTERS}, {_OLDER_MARKS}, {_LINKS}
    FROM %s
    JOIN accounts_user u ON u.id = s.author_id
    LEFT JOIN accounts_user o ON o.id = u.owner_id
    LEFT JOIN debate_quotation q ON q.id = s.quotation_id
"""
ROOTS = f"""{_READ % "debate_statement s"}
    WHERE s.debate_id = %s AND s.parent_id IS NULL ORDER BY s.path LIMIT %s
"""
BY_IDS = f"""{_READ % "debate_statement s"}
    WHERE s.id = ANY(%s) ORDER BY s.depth
"""
WITH_ROOTS = f"""{_READ % "debate_statement s"}
    WHERE s.id IN (SELECT unnest(%s::bigint[]) UNION (
        SELECT id FROM debate_statement
        WHERE debate_id = %s AND parent_id IS NULL ORDER BY path LIMIT %s))
    ORDER BY s.path
"""
"""Some statements and, whether or not they are among them, the first roots of their debate."""
UNDER = f"""{
    _READ
    % '''(
        SELECT * FROM debate_statement WHERE id IN (SELECT unnest(%s::bigint[]) UNION (
            SELECT id FROM debate_statement
            WHERE debate_id = %s AND parent_id IS NULL ORDER BY path LIMIT %s))
        UNION ALL
        (SELECT * FROM debate_statement
        WHERE debate_id = %s AND path > %s AND path < %s AND depth <= %s
        ORDER BY path LIMIT %s)
    ) s'''
}
    ORDER BY s.path
"""
"""As WITH_ROOTS, and what stands between two paths."""
WINDOWS = f"""{
    _READ
    % '''unnest(%s::bytea[], %s::bytea[], %s::int[]) AS part(low, high, most)
    CROSS JOIN LATERAL (
        SELECT * FROM debate_statement
        WHERE debate_id = %s AND path > low AND path < high AND depth <= %s
        ORDER BY path LIMIT most
    ) s'''
}
    ORDER BY s.path
"""
BESIDE = f"""{
    _READ
    % '''(
        (SELECT * FROM debate_statement WHERE parent_id = %s AND id < %s ORDER BY id DESC LIMIT %s)
        UNION ALL
        (SELECT * FROM debate_statement WHERE parent_id = %s AND id > %s ORDER BY id LIMIT %s)
    ) s'''
}
    ORDER BY s.path
"""
QUOTED = f"""
    SELECT {columns("q", QUOTATION)}, s.id, s.kind, s.ordinal, m.truth, m.bears,
        coalesce(nullif(u.name, ''), u.username)
            || CASE u.kind WHEN 'bot' THEN ' (bot)' ELSE '' END
    FROM (
        SELECT quotation_id AS id FROM debate_statement
        WHERE id = ANY(%(ids)s) AND quotation_id IS NOT NULL
        UNION
        SELECT first.id FROM unnest(%(ids)s::bigint[]) AS quoted(id)
        CROSS JOIN LATERAL (
            SELECT id FROM debate_quotation WHERE statement_id = quoted.id
            ORDER BY id LIMIT {QUOTATIONS_MOST}
        ) first
    ) wanted
    JOIN debate_quotation q ON q.id = wanted.id AND q.statement_id = ANY(%(ids)s)
    LEFT JOIN debate_statement s ON s.quotation_id = q.id
        AND s.hidden_at IS NULL AND s.withdrawn_at IS NULL
    LEFT JOIN debate_mark m ON m.quotation_id = q.id
    JOIN accounts_user u ON u.id = coalesce(s.author_id, m.person_id)
    ORDER BY q.id
"""

M = TypeVar("M", bound=Model)


def statements(sql: str, params: Sequence[Any]) -> list[Statement]:
    """What ROOTS, BY_IDS … find, each with author, quotation and what its marks say."""
    people: dict[int, User] = {}
    found = []
    for row in rows(sql, params):
        of_author, of_owner, of_quotation = _ENDS
        one = made(Statement, _STATEMENT, row[:of_author])
        author = people.get(one.author_id)
        if author is None:
            author = _person(row[of_author:of_owner], row[of_owner:of_quotation])
            people[author.pk] = author
        one.author = author
        one.quotation = (
            made(Quotation, QUOTATION, row[of_quotation:-3]) if one.quotation_id else None
        )
        vars(one).update(granters=row[-3], older_marks=row[-2], links=_links(row[-1]))
        found.append(one)
    return found


def _links(found: Any) -> list[Linked]:
    """Kind, whether it is from the statement, the id and label of the other end."""
    rows = json.loads(found) if isinstance(found, str) else found or []
    return [
        (kind, is_from, pk, f"{LETTERS.get(of, 'S')}{ordinal}")
        for kind, is_from, pk, of, ordinal in rows
    ]


@dataclass(frozen=True, slots=True)
class Quoting:
    """A quotation, and who quotes: a statement, by id and label, or a mark (`sign` is its answer).

    `sign` is the statement's kind, or what the mark says.
    """

    quotation: Quotation
    sign: str
    statement: int | None
    label: str
    name: str


def quotings(ids: Iterable[int]) -> list[Quoting]:
    """The passages of these statements that marks and statements quote, 25 each. One query."""
    return [_quoting(row) for row in rows(QUOTED, {"ids": list(ids)})]


def _quoting(row: Sequence[Any]) -> Quoting:
    statement, kind, ordinal, truth, bears, name = row[len(QUOTATION) :]
    sign = kind or truth or {"yes": "bears", "no": "not-bears"}.get(bears, "")
    label = f"{LETTERS.get(kind, 'S')}{ordinal}" if statement else ""
    return Quoting(made(Quotation, QUOTATION, row), sign, statement, label, name)


def _person(author: Sequence[Any], owner: Sequence[Any]) -> User:
    person = made(User, _PERSON, author)
    person.owner = made(User, _PERSON, owner) if person.owner_id else None
    return person


def made(model: type[M], names: Sequence[str], values: Sequence[Any]) -> M:
    """The model's row with these values of these columns; further values are left out."""
    return model.from_db("default", names, values)


def rows(sql: str, params: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What a query finds. One query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
