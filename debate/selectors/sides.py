"""Who holds which position, how each side marks the cruxes, and which cruxes are double."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from debate import rules
from debate.models import Mark, Statement
from debate.models.cruxes import MOVES
from debate.models.marks import Truth
from debate.models.statements import Kind
from debate.rules import Viewer

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
_MERGED = """{0}.hidden_at IS NULL AND {0}.withdrawn_at IS NULL
            AND {0}.kind NOT IN ('position', 'question', 'concession')"""
"""Whether a statement counts as one with its duplicates, as `arguments` has it."""
RELIED = f"""
    WITH holder AS ({HOLDERS}), relied AS (
        SELECT DISTINCT ON (c.id, r.position_id, r.person_id)
            c.id AS claim_id, r.position_id, r.person_id, t.truth,
            c.hidden_at IS NULL AND c.withdrawn_at IS NULL AND c.crux_state <> 'dropped'
            AND t.truth IN ('agree', 'disagree')
            AND (abs(r.now - r.otherwise) >= {MOVES} OR r.now IS NULL AND r.words <> '') AS moves
        FROM debate_reliance r
        JOIN holder h ON h.person_id = r.person_id AND h.position_id = r.position_id
        JOIN debate_statement o ON o.id = r.claim_id
        LEFT JOIN debate_link l ON l.statement_id = o.id AND l.kind = 'duplicate'
            AND {_MERGED.format("o")}
        LEFT JOIN debate_statement s ON s.id = l.to_id AND {_MERGED.format("s")}
        JOIN debate_statement c ON c.id = coalesce(s.id, o.id)
        LEFT JOIN debate_mark m ON m.statement_id = c.id AND m.person_id = r.person_id
        LEFT JOIN LATERAL (
            SELECT coalesce(nullif(n.truth, ''), 'agree') AS truth
            FROM debate_link k JOIN debate_statement d ON d.id = k.statement_id
            LEFT JOIN debate_mark n ON n.statement_id = d.id AND n.person_id = r.person_id
            WHERE k.to_id = c.id AND k.kind = 'duplicate'
                AND {_MERGED.format("c")} AND {_MERGED.format("d")}
                AND (n.truth <> '' OR d.author_id = r.person_id AND d.kind <> 'crux')
            ORDER BY coalesce(n.truth, '') = '', n.id DESC LIMIT 1
        ) twin ON TRUE
        CROSS JOIN LATERAL (SELECT coalesce(nullif(m.truth, ''), twin.truth, CASE
            WHEN c.author_id = r.person_id AND c.kind <> 'crux' THEN 'agree' END) AS truth) t
        WHERE o.debate_id = ANY(%(debates)s)
        ORDER BY c.id, r.position_id, r.person_id, r.claim_id <> c.id, r.id
    )
"""
"""Who relies on what for a position they hold, how they mark it, whether they would move. What was
merged as a duplicate counts as what it says the same as: of two marks, or two reliances, of a
person those on that one hold."""
OPPOSED = """
    FROM relied a JOIN relied b ON b.claim_id = a.claim_id AND b.position_id <> a.position_id
        AND b.person_id <> a.person_id AND b.truth <> a.truth
    WHERE a.moves AND b.moves
"""
BY_POSITION = f"""{RELIED}, by_position AS (
        SELECT claim_id, position_id, count(*) AS n,
            bool_or(moves AND truth = 'agree') AS agree,
            bool_or(moves AND truth = 'disagree') AS disagree
        FROM relied GROUP BY 1, 2
    ), double AS (
        SELECT DISTINCT a.claim_id FROM by_position a
        JOIN by_position b ON b.claim_id = a.claim_id AND b.position_id <> a.position_id
        WHERE a.agree AND b.disagree
    )
"""
"""How many rely on what for which position, and which claims are double cruxes by that."""
DOUBLE = f"{BY_POSITION} SELECT claim_id FROM double ORDER BY 1"
HELD = f"SELECT DISTINCT position_id FROM ({HOLDERS}) h"
HELD_BY = f"SELECT position_id FROM ({HOLDERS}) h WHERE person_id = %(person)s"

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
    """The sides of a debate in the order of its positions; the authors' letters and positions."""

    sides: list[Side]
    letters: dict[int, str]
    holding: dict[int, list[int]] = field(default_factory=dict)


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
    found = {row[0]: row[1:] for row in rows(sql, params)}
    made: list[Side] = []
    letters: dict[int, str] = {}
    holding: dict[int, list[int]] = {}
    for index, position in enumerate(positions):
        count, names, people = found.get(position.pk, (0, [], []))
        made.append(Side(position, letter(index), names, count))
        for person in people:
            letters.setdefault(person, letter(index))
            holding.setdefault(person, []).append(position.pk)
    return Sides(made, letters, holding)


def of_debate(debate_id: int, people: Collection[int]) -> Sides:
    """The sides of a debate, and these people's letters and positions. 2 queries."""
    positions = Statement.objects.filter(debate=debate_id, kind=Kind.POSITION).order_by("path")
    return sides(list(positions.defer("body", "body_html", "source")), people)


def held(debate_id: int) -> set[int]:
    """The positions of a debate that somebody holds. One query."""
    return {row[0] for row in rows(HELD, {"debates": [debate_id]})}


def held_by(person_id: int, *debate_ids: int) -> set[int]:
    """The positions that a person holds in these debates. One query."""
    params = {"debates": list(debate_ids), "person": person_id}
    return {row[0] for row in rows(HELD_BY, params)}


def stances(cruxes: Collection[int], debate_id: int) -> dict[int, Stances]:
    """Per crux, how the holders of each position mark it. One query."""
    if not cruxes:
        return {}
    found: dict[int, Stances] = defaultdict(lambda: defaultdict(dict))
    for crux, position, truth, count in rows(
        STANCES, {"debates": [debate_id], "cruxes": list(cruxes)}
    ):
        found[crux][position][truth] = count
    return found


def double_cruxes(*debate_ids: int) -> list[int]:
    """The claims that holders of different positions rely on while marking them oppositely.

    Each of the two would move by 25 points or says that the position would change. One query.
    """
    return [row[0] for row in rows(DOUBLE, {"debates": list(debate_ids)})]


def is_settled(of_crux: Stances, held: Set[int]) -> bool:
    """Whether all sides, two or more, mark the crux the same way; `held` are their positions."""
    verdicts = {truth for side in of_crux.values() for truth in side}
    spoke = len(held) > 1 and held <= of_crux.keys()
    return spoke and len(verdicts) == 1 and Truth.UNSURE not in verdicts


def verdict(side: dict[str, int]) -> str:
    """What more than half of a side's marks on a claim say, else 'unsure'; '' where nobody did."""
    half = sum(side.values()) / 2
    most = (truth for truth in (Truth.AGREE, Truth.DISAGREE) if side.get(truth, 0) > half)
    return next(most, Truth.UNSURE) if side else ""


def name(position: Statement, viewer: Viewer) -> str:
    """What to call a side: its position's name; its label where that is gone from sight."""
    return position.name if rules.may_read_text(position, viewer) else position.label


def letter(index: int) -> str:
    """The letter of the index-th side: a, b, c … (after the 26th, 'z')."""
    return chr(ord("a") + min(index, 25))


def rows(sql: str, params: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
    """What a query that is written out finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
