"""Who holds which position, how each side marks the cruxes, and which cruxes are double."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from debate.models import Mark, Statement
from debate.models.marks import Truth

HOLDERS = """
    SELECT m.person_id, m.statement_id AS position_id FROM debate_mark m
    JOIN debate_statement p ON p.id = m.statement_id
    WHERE p.debate_id = ANY(%(debates)s) AND p.parent_id IS NULL AND p.kind = 'position'
        AND m.truth = 'agree'
        AND p.hidden_at IS NULL AND p.withdrawn_at IS NULL
    UNION
    SELECT p.author_id, p.id FROM debate_statement p JOIN accounts_user u ON u.id = p.author_id
    WHERE p.debate_id = ANY(%(debates)s) AND p.parent_id IS NULL AND p.kind = 'position'
        AND u.kind <> 'bot'
        AND p.hidden_at IS NULL AND p.withdrawn_at IS NULL
        AND NOT EXISTS (SELECT FROM debate_mark m WHERE m.statement_id = p.id
            AND m.person_id = p.author_id AND m.truth <> '')
"""
STANCES = f"""
    WITH holder AS ({HOLDERS}), verdict AS (
        SELECT m.statement_id, m.person_id, m.truth FROM debate_mark m
        WHERE m.statement_id = ANY(%(cruxes)s) AND m.truth <> ''
        UNION ALL
        SELECT c.id, c.author_id, 'agree' FROM debate_statement c
        WHERE c.id = ANY(%(cruxes)s) AND c.kind NOT IN ('crux', 'question', 'concession')
            AND NOT EXISTS (SELECT FROM debate_mark m WHERE m.statement_id = c.id
                AND m.person_id = c.author_id AND m.truth <> '')
    )
    SELECT v.statement_id, h.position_id, v.truth, count(*) FROM verdict v
    JOIN holder h ON h.person_id = v.person_id
    GROUP BY 1, 2, 3
"""
DOUBLE = f"""
    WITH holder AS ({HOLDERS}), moved AS (
        SELECT r.claim_id, r.position_id, r.person_id, t.truth FROM debate_reliance r
        JOIN holder h ON h.person_id = r.person_id AND h.position_id = r.position_id
        JOIN debate_statement c ON c.id = r.claim_id
        LEFT JOIN debate_mark m ON m.statement_id = r.claim_id AND m.person_id = r.person_id
        CROSS JOIN LATERAL (SELECT coalesce(nullif(m.truth, ''), CASE
            WHEN c.author_id = r.person_id AND c.kind <> 'crux' THEN 'agree' END) AS truth) t
        WHERE c.debate_id = ANY(%(debates)s) AND c.hidden_at IS NULL AND c.withdrawn_at IS NULL
            AND c.crux_state <> 'dropped' AND t.truth IN ('agree', 'disagree')
            AND (abs(r.now - r.otherwise) >= 25 OR r.now IS NULL AND r.words <> '')
    )
    SELECT DISTINCT a.claim_id FROM moved a
    JOIN moved b ON b.claim_id = a.claim_id AND b.position_id <> a.position_id
        AND b.person_id <> a.person_id
    WHERE a.truth = 'agree' AND b.truth = 'disagree'
    ORDER BY 1
"""

Stances = dict[int, dict[str, int]]
"""Position id -> truth -> how many of its holders mark the crux so."""


@dataclass(frozen=True, slots=True)
class Side:
    """A position, who holds it (the first few, by name) and how many do."""

    position: Statement
    letter: str
    names: list[str]
    count: int


@dataclass(frozen=True, slots=True)
class Sides:
    """The sides of a debate in the order of its positions, and each author's letter."""

    sides: list[Side]
    letters: dict[int, str]


def holder_ids(position: Statement) -> set[int]:
    """Who holds the position: whoever agrees, its author by default. Two queries."""
    marks = dict(Mark.objects.filter(statement=position).values_list("person_id", "truth"))
    holders = {person for person, truth in marks.items() if truth == Truth.AGREE}
    if not marks.get(position.author_id) and not position.author.is_bot:
        holders.add(position.author_id)
    return holders


def sides(positions: Sequence[Statement], authors: Collection[int]) -> Sides:
    """Who holds which of one debate's positions, and these authors' letters. One query."""
    if not positions:
        return Sides([], {})
    sql = f"""
        SELECT position_id, count(*), (array_agg(coalesce(nullif(u.name, ''), u.username)
            ORDER BY u.id))[1:3], coalesce(array_agg(h.person_id)
            FILTER (WHERE h.person_id = ANY(%(authors)s)), '{{}}')
        FROM ({HOLDERS}) h JOIN accounts_user u ON u.id = h.person_id GROUP BY 1
    """
    params = {"debates": [positions[0].debate_id], "authors": list(authors)}
    found = {row[0]: row[1:] for row in _rows(sql, params)}
    made: list[Side] = []
    letters: dict[int, str] = {}
    for index, position in enumerate(positions):
        count, names, people = found.get(position.pk, (0, [], []))
        made.append(Side(position, letter(index), names, count))
        for person in people:
            letters.setdefault(person, letter(index))
    return Sides(made, letters)


def stances(cruxes: Collection[int], debate_id: int) -> dict[int, Stances]:
    """Per crux, how the holders of each position mark it. One query."""
    if not cruxes:
        return {}
    found: dict[int, Stances] = defaultdict(lambda: defaultdict(dict))
    for crux, position, truth, count in _rows(
        STANCES, {"debates": [debate_id], "cruxes": list(cruxes)}
    ):
        found[crux][position][truth] = count
    return found


def double_cruxes(*debate_ids: int) -> list[int]:
    """The claims that holders of different positions rely on while marking them oppositely.

    Each of the two would move by 25 points or says that the position would change. One query.
    """
    return [row[0] for row in _rows(DOUBLE, {"debates": list(debate_ids)})]


def is_settled(of_crux: Stances) -> bool:
    """Whether two sides or more have marked the crux, and all of them the same way."""
    verdicts = {truth for side in of_crux.values() for truth in side}
    return len(of_crux) > 1 and len(verdicts) == 1 and Truth.UNSURE not in verdicts


def verdict(side: dict[str, int]) -> str:
    """How a side marks a claim on the whole: 'unsure' where it is split, '' where nobody did."""
    agree, disagree = side.get(Truth.AGREE, 0), side.get(Truth.DISAGREE, 0)
    if agree == disagree:
        return Truth.UNSURE if side else ""
    return Truth.AGREE if agree > disagree else Truth.DISAGREE


def letter(index: int) -> str:
    """The letter of the index-th side: a, b, c … (after the 26th, 'z')."""
    return chr(ord("a") + min(index, 25))


def _rows(sql: str, params: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
