"""What positions rest on: who relies on a claim, on whom a person's double cruxes turn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db.models import Case, Q, When

from accounts.models import FORMER, User
from debate.models import Reliance, Statement
from debate.models.statements import LETTERS, Kind
from debate.selectors import sides

MOST = 100

RESTS = f"""{sides.BY_POSITION}
    SELECT b.claim_id, p.ordinal, b.n, d.claim_id IS NOT NULL FROM by_position b
    JOIN debate_statement p ON p.id = b.position_id LEFT JOIN double d ON d.claim_id = b.claim_id
    WHERE b.claim_id = ANY(%(claims)s) OR d.claim_id IS NOT NULL ORDER BY 1, 2
"""
PAIRS = f"""{sides.RELIED}, pair AS (
        SELECT DISTINCT a.claim_id, a.truth, b.person_id {sides.OPPOSED}
            AND a.person_id = %(person)s
    )
    SELECT pair.claim_id, pair.truth, count(*), (array_agg(u.username ORDER BY u.id))[1:3],
        (array_agg(coalesce(nullif(u.name, ''), u.username) ORDER BY u.id))[1:3]
    FROM pair JOIN accounts_user u ON u.id = pair.person_id GROUP BY 1, 2 ORDER BY 1
"""


@dataclass(slots=True)
class Rests:
    """Which positions rest on which claims: by claim, labels and how many people; double ones."""

    by_claim: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    double: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Pair:
    """A double crux of a person: how they mark it, and the first who mark it oppositely."""

    claim_id: int
    truth: str
    count: int
    others: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Group:
    """The reliances on a claim for one position."""

    position: Statement
    letter: str
    reliances: list[Reliance]


def rests(debate_id: int, claims: Collection[int]) -> Rests:
    """How many rest which position on these claims; all double cruxes of the debate. One query."""
    made = Rests()
    params = {"debates": [debate_id], "claims": list(claims)}
    for claim, ordinal, count, is_double in sides.rows(RESTS, params):
        made.by_claim.setdefault(claim, []).append((f"{LETTERS[Kind.POSITION]}{ordinal}", count))
        if is_double:
            made.double.add(claim)
    return made


def on(
    claim: Statement, held: Sequence[sides.Side], person: User | None
) -> tuple[list[Group], dict[int, Reliance]]:
    """Who relies on a claim, side by side, at most 100 in all; and `own`. One query."""
    mine = Q(person=person) if person else Q(pk=None)
    found = Reliance.objects.filter(claim=claim).with_holding().filter(mine | Q(is_held=True))
    first = Case(When(mine, then=0), default=1)
    read = list(found.select_related("person__owner").order_by(first, "id")[:MOST])
    relied: dict[int, list[Reliance]] = defaultdict(list)
    for reliance in sorted(read, key=lambda one: one.pk):
        if vars(reliance)["is_held"]:
            relied[reliance.position_id].append(reliance)
    groups = [Group(side.position, side.letter, relied[side.position.pk]) for side in held]
    own = {one.position_id: one for one in read if person and one.person_id == person.pk}
    return [group for group in groups if group.reliances], own


def position(claim: Statement, pk: int | None) -> Statement | None:
    """The position of the claim's debate with this id, if there is one. One query."""
    found = Statement.objects.filter(debate=claim.debate_id, kind=Kind.POSITION)
    return found.filter(pk=pk or 0).first()


def own(claim: Statement, person: User) -> dict[int, Reliance]:
    """A person's own reliances on a claim, by position, held or not any more. One query."""
    return {one.position_id: one for one in Reliance.objects.filter(claim=claim, person=person)}


def pairs(person: User, debate_ids: Collection[int]) -> list[Pair]:
    """A person's double cruxes in these debates, with the other sides' people. One query."""
    params = {"debates": list(debate_ids), "person": person.pk}
    return [
        Pair(claim, truth, count, list(zip(map(_with_page, usernames), names, strict=True)))
        for claim, truth, count, usernames, names in sides.rows(PAIRS, params)
    ]


def _with_page(username: str) -> str:
    """The username, empty where its person has left, for they have no page."""
    return "" if username.startswith(FORMER) else username
