"""The graph of a debate: claims, edges between them, marks on both. Immutable, all in arrays.

Claims, edges and people are numbered from 0 on; names are looked up in the tuples beside. An
undercut is an edge onto an edge. A file and a database both make a graph by `build`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]

SUPPORTS, OBJECTS, UNDERCUTS, RELIES = 1, -1, -2, 2
"""Kinds of edges. A reliance is an edge from a claim onto a position, with a weight of its own."""
KINDS = {"supports": SUPPORTS, "objects": OBJECTS, "undercuts": UNDERCUTS, "relies": RELIES}
AGREE, UNSURE, DISAGREE = 1, 0, -1
NOBODY = -1
IN_WORDS = 0.5
"""How far somebody would move who relies on a claim without numbers."""


class Claim(NamedTuple):
    """A claim in words. `author`: who speaks, for a `bot` its owner; '' where unknown.

    `imported`: by a speaker who is not here. `base`: its weight, where a file gives it. `minds`:
    how many people it changed the minds of.
    """

    name: str
    author: str = ""
    position: bool = False
    imported: bool = False
    bot: bool = False
    base: float = nan
    minds: int = 0


class Edge(NamedTuple):
    """An edge in words. `target` is a claim's name; of an undercut, the attacked edge's place.

    `weight`, where given, is taken for what marks would say: of a reliance from -1 to 1.
    """

    source: str
    target: str | int
    kind: str
    weight: float = nan


class Relied(NamedTuple):
    """A person's word that a position of theirs rests on a claim; `now` of 100 and `otherwise`.

    Both are nan where it was said in words; `moves`: whether that is enough for a double crux.
    """

    person: str
    position: str
    claim: str
    now: float = nan
    otherwise: float = nan
    moves: bool = True


class Point(NamedTuple):
    """An open objection or question: its name, its author, the name of what it was put to."""

    name: str
    author: str
    to: str


@dataclass(frozen=True, slots=True)
class Marks:
    """Who marked which claim how, one row a mark: AGREE, UNSURE or DISAGREE; one a pair."""

    people: tuple[str, ...]
    claims: tuple[str, ...]
    person: Ints
    claim: Ints
    value: Ints

    def count(self, value: int) -> Ints:
        """How many marks of this value each claim has: shape (claims,)."""
        there = self.claim[self.value == value]
        return np.bincount(there, minlength=len(self.claims))

    def among(self, people: Bools) -> Marks:
        """The marks of these people alone; `people` has shape (people,), numbers stay."""
        kept = people[self.person]
        return Marks(
            self.people, self.claims, self.person[kept], self.claim[kept], self.value[kept]
        )


@dataclass(frozen=True, slots=True)
class Reliances:
    """What people rely on, one row a reliance."""

    person: Ints
    position: Ints
    claim: Ints
    now: Floats
    otherwise: Floats
    moves: Bools


@dataclass(frozen=True, slots=True)
class Points:
    """Open points, one row each. `claim`: itself as a claim, `to`: what it is put to, else -1."""

    names: tuple[str, ...]
    author: Ints
    claim: Ints
    to: Ints


@dataclass(frozen=True, slots=True)
class Graph:
    """A debate of n claims and m edges.

    claims: names. positions: the numbers of those that are. author, imported, bot, base, minds,
    each (n,): as in `Claim`; author a number of `marks.people`, or NOBODY. source (m,): a claim.
    target (m,): a claim; of an undercut an edge. kind (m,). weight (m,): nan where marks say it.
    bearer, bearing, bears: of the marks on edges the person, the edge, and 1 or -1.
    taking_part: how many people other than imported speakers wrote or marked.
    """

    claims: tuple[str, ...]
    positions: Ints
    author: Ints
    imported: Bools
    bot: Bools
    base: Floats
    minds: Ints
    source: Ints
    target: Ints
    kind: Ints
    weight: Floats
    bearer: Ints
    bearing: Ints
    bears: Ints
    marks: Marks
    reliances: Reliances
    points: Points
    taking_part: int

    @property
    def size(self) -> int:
        """How many claims there are."""
        return len(self.claims)

    def edges(self, *kinds: int) -> Ints:
        """The numbers of the edges of these kinds."""
        return np.flatnonzero(np.isin(self.kind, kinds))


def marks_of(
    rows: Iterable[tuple[str, str, int]],
    *,
    people: Sequence[str] = (),
    claims: Sequence[str] = (),
) -> Marks:
    """Marks from rows of person, claim and value; a later row replaces an earlier one.

    Names that `people` and `claims` do not have are added in the order in which they come.
    """
    latest = {(person, claim): value for person, claim, value in rows}
    who = _numbered(people, (person for person, _ in latest))
    what = _numbered(claims, (claim for _, claim in latest))
    return Marks(
        tuple(who),
        tuple(what),
        _ints(who[person] for person, _ in latest),
        _ints(what[claim] for _, claim in latest),
        _ints(latest.values()),
    )


def build(
    claims: Sequence[Claim | str],
    edges: Sequence[Edge] = (),
    *,
    marks: Iterable[tuple[str, str, int]] = (),
    bearings: Sequence[tuple[str, int, int]] = (),
    reliances: Sequence[Relied] = (),
    points: Sequence[Point] = (),
    people: Sequence[str] = (),
    taking_part: int | None = None,
) -> Graph:
    """A graph from plain lists with names. Edges onto what is no claim go, and what hangs on them.

    marks: person, claim, value. bearings: person, place in `edges`, 1 (bears) or -1. Edges keep
    their order: of one author's edges onto one claim the first weighs most. Reliances make edges
    of their own.
    """
    given = [Claim(one) if isinstance(one, str) else one for one in claims]
    names = tuple(claim.name for claim in given)
    number = {name: place for place, name in enumerate(names)}
    speakers = [*(claim.author for claim in given), *(point.author for point in points)]
    speakers += [*(row.person for row in reliances), *(row[0] for row in bearings)]
    everybody = tuple(_numbered(people, filter(None, speakers)))
    there = [row for row in marks if row[1] in number]
    edges = [*edges, *_relying(reliances, there)]
    all_marks = marks_of(there, people=everybody, claims=names)
    who = {name: place for place, name in enumerate(all_marks.people)}
    kept, place = _kept(edges, number)
    on_edges = [(who[p], place[e], value) for p, e, value in bearings if place[e] >= 0]
    return Graph(
        claims=names,
        positions=_ints(number[claim.name] for claim in given if claim.position),
        author=_ints(who.get(claim.author, NOBODY) for claim in given),
        imported=_bools(claim.imported for claim in given),
        bot=_bools(claim.bot for claim in given),
        base=_floats(claim.base for claim in given),
        minds=_ints(claim.minds for claim in given),
        source=_ints(number[edge.source] for edge in kept),
        target=_ints(_place(edge, number, place) for edge in kept),
        kind=_ints(KINDS[edge.kind] for edge in kept),
        weight=_floats(edge.weight for edge in kept),
        bearer=_ints(row[0] for row in on_edges),
        bearing=_ints(row[1] for row in on_edges),
        bears=_ints(row[2] for row in on_edges),
        marks=all_marks,
        reliances=_reliances(reliances, who, number),
        points=_points(points, who, number),
        taking_part=len(who) if taking_part is None else taking_part,
    )


def _relying(reliances: Sequence[Relied], marks: Iterable[tuple[str, str, int]]) -> Iterable[Edge]:
    """An edge from each claim that is relied on onto the position, with a sign and a weight.

    They are the mean of mark · (now - otherwise) / 100 over who relies; in words that is ± .5.
    """
    relied = {row.claim for row in reliances}
    marked = {(row[0], row[1]): row[2] for row in marks if row[1] in relied}
    moves: dict[tuple[str, str], list[float]] = {}
    for row in reliances:
        far = IN_WORDS if isnan(row.now) else (row.now - row.otherwise) / 100
        mark = marked.get((row.person, row.claim), UNSURE)
        moves.setdefault((row.claim, row.position), []).append(mark * far)
    for (claim, position), each in moves.items():
        yield Edge(claim, position, "relies", sum(each) / len(each))


def _place(edge: Edge, number: Mapping[str, int], place: Ints) -> int:
    onto = edge.target
    return number[onto] if isinstance(onto, str) else int(place[onto])


def _kept(edges: Sequence[Edge], number: Mapping[str, int]) -> tuple[list[Edge], Ints]:
    """The edges between claims, and onto such edges; the new place of each edge, -1 if gone."""
    there = np.array([e.source in number for e in edges], dtype=bool)
    onto = np.array([e.target if isinstance(e.target, int) else -1 for e in edges], dtype=int)
    for place, edge in enumerate(edges):
        if isinstance(edge.target, str):
            there[place] &= edge.target in number
    undercuts = onto >= 0
    while True:
        held = there & (~undercuts | there[onto])
        if np.array_equal(held, there):
            break
        there = held
    kept = [edge for edge, stays in zip(edges, there, strict=True) if stays]
    return kept, np.where(there, np.cumsum(there) - 1, -1)


def _reliances(
    rows: Iterable[Relied], who: Mapping[str, int], number: Mapping[str, int]
) -> Reliances:
    kept = [row for row in rows if row.position in number and row.claim in number]
    return Reliances(
        _ints(who[row.person] for row in kept),
        _ints(number[row.position] for row in kept),
        _ints(number[row.claim] for row in kept),
        _floats(row.now for row in kept),
        _floats(row.otherwise for row in kept),
        _bools(row.moves for row in kept),
    )


def _points(rows: Sequence[Point], who: Mapping[str, int], number: Mapping[str, int]) -> Points:
    return Points(
        tuple(row.name for row in rows),
        _ints(who.get(row.author, NOBODY) for row in rows),
        _ints(number.get(row.name, -1) for row in rows),
        _ints(number.get(row.to, -1) for row in rows),
    )


def _numbered(first: Iterable[str], then: Iterable[str]) -> dict[str, int]:
    """Each name once, in order, with its place."""
    return {name: place for place, name in enumerate(dict.fromkeys((*first, *then)))}


def _ints(values: Iterable[Any]) -> Ints:
    return _fixed(np.fromiter(values, dtype=np.int64))


def _floats(values: Iterable[float]) -> Floats:
    return _fixed(np.fromiter(values, dtype=np.float64))


def _bools(values: Iterable[bool]) -> Bools:
    return _fixed(np.fromiter(values, dtype=np.bool_))


def _fixed(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    array.setflags(write=False)
    return array
