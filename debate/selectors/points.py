"""Open points: objections and questions that nobody has met, and whom they await."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from accounts.models import User
from debate import rules
from debate.models import Debate, Statement
from debate.models.statements import Kind
from debate.rules import Viewer
from debate.selectors import gathering, listings, sides
from debate.selectors.gathering import Answered, Gathered
from debate.selectors.heads import Head
from debate.selectors.listings import Cut, Part
from debate.selectors.rows import Person, Row

PAGE = 25
KINDS = (Kind.OBJECTION, Kind.QUESTION)
ME, OTHERS = "me", "others"

HELD = f"SELECT position_id FROM ({sides.HOLDERS}) h WHERE person_id = %(person)s"
TO_ME = f"""(s.author_id <> %(person)s
    AND (p.author_id = %(person)s OR p.id IN ({HELD})))"""
"""Put to what a person wrote or holds, by somebody else."""
PUT_TO = "SELECT id, author_id, hidden_at, withdrawn_at FROM debate_statement"
FROM_ALL = f"""
    debate_statement s CROSS JOIN LATERAL ({PUT_TO} WHERE id = s.parent_id OFFSET 0) p
"""
"""In the order of an index; OFFSET keeps the planner from reading all parents first."""
FROM_MINE = f"""
    ({PUT_TO} WHERE debate_id = %(debate)s AND author_id = %(person)s
        UNION {PUT_TO} WHERE id IN ({HELD})
    ) p CROSS JOIN LATERAL (
        SELECT * FROM debate_statement
        WHERE parent_id = p.id AND author_id <> %(person)s AND status = 'open' OFFSET 0) s
"""
"""From what a person wrote or holds to what was put to it."""
OPEN = """
    SELECT s.id, s.parent_id, {mine} FROM {source}
    WHERE s.debate_id = %(debate)s AND s.status BETWEEN 'open' AND 'open'
        AND (s.status, s.id) {beyond} ('open', %(key)s)
        AND {asked}
    ORDER BY s.status {order}, s.id {order} LIMIT {most:d}
"""
"""In the order of the index `statement_by_status`, said so that no other one has it.

By id alone the planner would walk through all debates; a limit it cannot see, it takes for large.
"""
OF_KIND = "s.kind = %(kind)s"
OF_SIDE = f"""p.author_id IN (
    SELECT person_id FROM ({sides.HOLDERS}) side WHERE position_id = %(side)s)
    AND (p.hidden_at IS NULL AND p.withdrawn_at IS NULL
        OR p.author_id = %(person)s OR %(reads_all)s)"""
"""Who wrote what is gone is told to nobody by this either."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which open points: of one kind; awaiting the holders of a position, oneself, others."""

    kind: str = ""
    side: int = 0
    awaits: str = ""
    after: int = 0


@dataclass(slots=True)
class OpenPoint:
    """An open objection or question, with what it is put to."""

    row: Row
    to: Answered | None


@dataclass(slots=True)
class Group:
    """The points of a page that await one person; None where that is nobody in sight."""

    person: Person | None
    points: list[OpenPoint] = field(default_factory=list)


@dataclass(slots=True)
class OpenPoints:
    """A page of them: one's own turn first. `more_…` are the keys that their lists go on after."""

    head: Head
    mine: list[OpenPoint]
    more_mine: int | None
    others: list[Group]
    more_others: int | None


class Found(NamedTuple):
    """An open point by its id, what it answers, and whether it is the viewer's turn."""

    id: int
    parent: int
    mine: bool


def open_points(debate: Debate, viewer: Viewer, asked: Asked) -> OpenPoints:
    """The open points that await the viewer, then the others by whom they await; at most 25.

    Those that wait longest come first. At most 12 queries.
    """
    found = _both(debate, viewer, asked)
    mine = [one for one in found if one.mine]
    others = [one for one in found if not one.mine]
    room = max(PAGE - len(mine), 0)
    shown, rest = mine[:PAGE], others[:room]
    ids = [one.id for one in (*shown, *rest)]
    gathered = gathering.gather(
        debate, viewer, ids, beside=[one.parent for one in (*shown, *rest)]
    )
    return OpenPoints(
        head=gathered.head,
        mine=[_point(one, gathered) for one in shown],
        more_mine=shown[-1].id if len(mine) > PAGE else None,
        others=_by_person([_point(one, gathered) for one in rest]),
        more_others=(rest[-1].id if rest else 0) if len(others) > room else None,
    )


def _both(debate: Debate, viewer: Viewer, asked: Asked) -> list[Found]:
    """One's own turn and the rest, one more of each than fits a page. One query."""
    if asked.awaits or not isinstance(viewer, User):
        return find(debate, viewer, asked, most=PAGE + 1)
    parts = " UNION ALL ".join(
        f"({_sql(replace(asked, awaits=whose), viewer, PAGE + 1)})" for whose in (ME, OTHERS)
    )
    return _found(parts, _params(debate, viewer, asked))


def find(
    debate: Debate, viewer: Viewer, asked: Asked, *, most: int, before: int | None = None
) -> list[Found]:
    """Open points in the order of their publication, after one or before one. One query."""
    if not isinstance(viewer, User) and asked.awaits == ME:
        return []
    params = _params(debate, viewer, asked)
    if before is None:
        return _found(_sql(asked, viewer, most), params)
    return _found(_sql(asked, viewer, most, back=True), {**params, "key": before})[::-1]


def _sql(asked: Asked, viewer: Viewer, most: int, *, back: bool = False) -> str:
    """The query for one's own turn, for the rest or for all, with no more than was asked for."""
    beyond, order = ("<", "DESC") if back else (">", "ASC")
    to_me = f"coalesce({TO_ME}, FALSE)" if isinstance(viewer, User) else "FALSE"
    conditions = [OF_KIND] * bool(asked.kind) + [OF_SIDE] * bool(asked.side)
    conditions += [f"NOT {to_me}"] * (asked.awaits == OTHERS)
    return OPEN.format(
        mine="TRUE" if asked.awaits == ME else to_me,
        source=FROM_MINE if asked.awaits == ME else FROM_ALL,
        asked=" AND ".join(conditions or ["TRUE"]),
        beyond=beyond,
        order=order,
        most=most,
    )


def _params(debate: Debate, viewer: Viewer, asked: Asked) -> dict[str, Any]:
    return {
        "debate": debate.pk,
        "debates": [debate.pk],
        "person": viewer.pk,
        "reads_all": rules.may_moderate(viewer),
        "kind": asked.kind,
        "side": asked.side,
        "key": asked.after,
    }


def _found(sql: str, params: dict[str, Any]) -> list[Found]:
    return [Found(*row) for row in sides.rows(sql, params)]


def _point(one: Found, gathered: Gathered) -> OpenPoint:
    return OpenPoint(gathered.row(one.id), gathered.answered(one.parent))


def _by_person(points: Iterable[OpenPoint]) -> list[Group]:
    groups: dict[str, Group] = {}
    for point in points:
        person = point.to.author if point.to else None
        groups.setdefault(person.username if person else "", Group(person)).points.append(point)
    return list(groups.values())


@dataclass(frozen=True, slots=True)
class Awaiting:
    """An open point, and who wrote what it is put to; None where that is nobody in sight."""

    statement: Statement
    person: User | None
    mine: bool


def listed(debate: Debate, viewer: Viewer, asked: Asked, cut: Cut) -> Part[Awaiting]:
    """Open points for programs, those that wait longest first; the key is an id. 5 queries."""
    backwards = cut.before is not None
    asked = replace(asked, after=cut.after or 0)
    found = find(debate, viewer, asked, most=cut.limit + 1, before=cut.before)
    more = len(found) > cut.limit
    kept = found[-cut.limit :] if backwards else found[: cut.limit]
    rows = _awaiting(debate, viewer, kept)
    if backwards:
        return Part(rows, bool(rows), more)
    return Part(rows, more, cut.after is not None and bool(rows))


def _awaiting(debate: Debate, viewer: Viewer, found: Sequence[Found]) -> list[Awaiting]:
    said = listings.by_ids(debate, [one.id for one in found])
    parents = Statement.objects.select_related("author__owner").defer("body", "body_html")
    put_to = parents.in_bulk({one.parent for one in found})
    rows = []
    for one, statement in zip(found, said, strict=True):
        parent = put_to[one.parent]
        seen = rules.may_read_text(parent, viewer)
        rows.append(Awaiting(statement, parent.author if seen else None, one.mine))
    return rows
