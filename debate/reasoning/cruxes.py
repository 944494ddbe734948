"""What a disagreement turns on: claims that people name, and claims that the marks give away.

A crux divides the sides and bears on the position. Neither is enough: a disagreement that changes
nothing is no crux, and a claim on which all hangs is none where everybody agrees about it.

People mark few claims, so that of many claims some always seem to divide the sides. Therefore
only that part of a difference counts which stands out from chance: 1 - (2/z)², the non-negative
garrote of Breiman (1995). z is the difference over its spread, with one mark of either kind added
on each side (Agresti and Caffo 2000). Where so few have marked a claim that even a perfect split
would stand out little, two fifths of that take the place of 2.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from debate.reasoning.graph import AGREE, DISAGREE, Bools, Floats, Graph, Ints, Marks
from debate.reasoning.influence import flips, gradient, influence, swing
from debate.reasoning.proportions import Z, differ, smoothed, wilson
from debate.reasoning.sides import about
from debate.reasoning.standing import Standing
from debate.reasoning.strength import Network
from debate.reasoning.tally import Counts, by_side

SIDE = 3
"""Cruxes are worked out where each side has so many people."""
MANY_MARKS = 40
"""From so many marks on (of the median claim) score is the surer measure, below it swing."""
CHANCE, SPLIT = 2.0, 0.4
EXACT, CELLS = 20, 400_000
"""How many claims are settled for a try: 20, or as many as cost no more than so many numbers."""
FLIPS, LABELS = 10, 20_000
"""For how many it is asked what they flip: 10, or as many as cost no more than so many labels."""
APART = 0.5
"""Who might still differ by so much (80 %) is worth asking."""
TINY = 1e-6


class Parting(NamedTuple):
    """How each claim divides two sides; arrays over claims.

    rates (2, claims): the share of each side that agrees, smoothed; z: whether they differ; both
    of those alone who say where they stand. information: bits that a mark on the claim and the
    side tell of each other; sure: how much of that stands out from chance.
    """

    rates: Floats
    z: Floats
    information: Floats
    sure: Floats
    counts: Counts


class Crux(NamedTuple):
    """A claim that a position may turn on.

    influence: how far the position moves if the claim is settled one way or the other; swing: how
    far it moves between what the two sides think of the claim, within an interval (80 %). rank:
    what cruxes are sorted by.
    flips: whether settling it changes the position's label, None where that was not looked into.
    kept: the sides differ; ask: too few have marked it to say. agree, marked: how many of S+ and
    of S-.
    """

    claim: int
    score: float
    swing: float
    low: float
    high: float
    influence: float
    information: float
    rank: float
    flips: bool | None
    kept: bool
    ask: bool
    agree: tuple[int, int]
    marked: tuple[int, int]


class Declared(NamedTuple):
    """A claim that people rely on: who, for which positions; whether it is a double crux."""

    claim: int
    people: tuple[int, ...]
    positions: tuple[int, ...]
    double: bool


def declared(graph: Graph) -> list[Declared]:
    """The claims that people rely on: double cruxes first, then those with the most people.

    A double crux has two people of different positions who mark it oppositely and would move.
    """
    rows = graph.reliances
    relied: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for person, position, claim in zip(rows.person, rows.position, rows.claim, strict=True):
        relied[int(claim)].add((int(person), int(position)))
    double = _double(graph)
    found = [
        Declared(claim, *_each(double.get(claim, by)), claim in double)
        for claim, by in relied.items()
    ]
    return sorted(found, key=lambda one: (not one.double, -len(one.people), one.claim))


def _each(by: Iterable[tuple[int, int]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    people, positions = zip(*by, strict=True)
    return tuple(sorted(set(people))), tuple(sorted(set(positions)))


def _double(graph: Graph) -> dict[int, set[tuple[int, int]]]:
    """Each double crux with the people and positions that make it one."""
    marks, rows = graph.marks, graph.reliances
    on = np.flatnonzero(np.isin(marks.claim, rows.claim) & np.isin(marks.person, rows.person))
    marked = zip(marks.person[on].tolist(), marks.claim[on].tolist(), strict=True)
    value = dict(zip(marked, marks.value[on].tolist(), strict=True))
    ways: dict[int, dict[int, set[tuple[int, int]]]] = defaultdict(lambda: defaultdict(set))
    for row in np.flatnonzero(rows.moves):
        person, position, claim = (int(x[row]) for x in (rows.person, rows.position, rows.claim))
        ways[claim][value.get((person, claim), 0)].add((person, position))
    found = {claim: _opposed(way[AGREE], way[DISAGREE]) for claim, way in ways.items()}
    return {claim: by for claim, by in found.items() if by}


def _opposed(agree: set[tuple[int, int]], disagree: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of either side who face somebody of another position on the other side."""
    ours, theirs = ({position for _, position in one} for one in (agree, disagree))
    return {by for by in agree if theirs - {by[1]}} | {by for by in disagree if ours - {by[1]}}


def computed(
    graph: Graph, standing: Standing, flow: Network, w: Floats, s: Floats, position: int
) -> list[Crux]:
    """What may be a crux of a position, the best first; see `kept` and `ask` for what is one.

    Nothing where a side has fewer than three people. Positions are no cruxes of one another.
    """
    sides = about(graph, position)
    if min(int(side.sum()) for side in sides) < SIDE:
        return []
    parting = part(graph.marks, sides)
    claims = _shortlist(graph, parting, gradient(flow, w, s, position))
    moved = influence(flow, w, position, claims)
    between = swing(flow, w, position, claims, *parting.rates[:, claims])
    low, high = (swing(flow, w, position, claims, *ends[:, claims]) for ends in _ends(parting))
    swings = np.stack((between, np.minimum(low, between), np.maximum(high, between)), axis=1)
    by_score = ranked_by(graph) == "score"
    found = [
        _crux(int(c), parting, float(moved[i]), swings[i].tolist(), by_score)
        for i, c in enumerate(claims)
        if moved[i] > 0 and np.isfinite(swings[i]).all()
    ]
    found.sort(key=lambda crux: (-crux.rank, crux.claim))
    return _with_flips(graph, standing, position, found)


def _with_flips(graph: Graph, standing: Standing, position: int, found: list[Crux]) -> list[Crux]:
    """The cruxes, those that come first with whether they flip the position's label."""
    looked_at = [crux.claim for crux in found][: max(FLIPS, LABELS // graph.size)]
    flipped = flips(graph, standing, position, np.array(looked_at, dtype=np.int64))
    known = dict(zip(looked_at, flipped.tolist(), strict=True))
    return [crux._replace(flips=known.get(crux.claim)) for crux in found]


def part(marks: Marks, sides: tuple[Bools, Bools]) -> Parting:
    """How claims divide S+ and S-, whose people these are; who is unsure counts half.

    Who is on neither side counts for the one that their other marks tell of, as far as they do.
    """
    counts = by_side(marks, list(sides))
    n = counts.seen.astype(float)
    yes = (n + counts.agree - counts.disagree) / 2
    rates, z = smoothed(yes, n - yes), differ(yes[0], n[0], yes[1], n[1])
    more_yes, more = _leaning(marks, ~(sides[0] | sides[1]), rates, _sure(rates, n))
    n = n + more
    all_rates = smoothed(yes + more_yes, n - yes - more_yes)
    return Parting(rates, z, _information(all_rates, n), _sure(all_rates, n), counts)


def _leaning(marks: Marks, people: Bools, rates: Floats, sure: Floats) -> tuple[Floats, Floats]:
    """What these people add to each side, (2, claims): how much of agreement, and how much.

    What a person's other marks say of their side is naive Bayes; twice as far from one half as
    that is counts, squared. So a mark does not speak for itself, and a guess counts for nothing.
    """
    rows = np.flatnonzero(people[marks.person])
    person, claim, value = marks.person[rows], marks.claim[rows], (marks.value[rows] + 1) / 2
    if_agree = (sure * np.log(rates[0] / rates[1]))[claim]
    if_not = (sure * np.log((1 - rates[0]) / (1 - rates[1])))[claim]
    odds = value * if_agree + (1 - value) * if_not
    others = np.bincount(person, odds, len(marks.people))[person] - odds
    lean = np.tanh(others / 2)
    found = []
    for one in (np.maximum(lean, 0) ** 2, np.minimum(lean, 0) ** 2):
        found.append([np.bincount(claim, part, len(marks.claims)) for part in (one * value, one)])
    return np.array([one[0] for one in found]), np.array([one[1] for one in found])


def _ends(parting: Parting) -> tuple[Floats, Floats]:
    """The shares of both sides where their intervals come nearest, and where they are farthest.

    Intervals that overlap meet in the middle.
    """
    n = parting.counts.seen
    low, high = wilson((n + parting.counts.agree - parting.counts.disagree) / 2, n)
    ahead = np.stack((parting.rates[0] >= parting.rates[1], parting.rates[0] < parting.rates[1]))
    near, far = np.where(ahead, low, high), np.where(ahead, high, low)
    crossed = np.where(ahead[0], near[0] < near[1], near[0] > near[1])
    return np.where(crossed, near.mean(axis=0), near), far


def _sure(rates: Floats, n: Floats) -> Floats:
    """How much of the difference between the sides stands out from chance, 0 to 1."""
    split = np.stack((smoothed(n[0], 0 * n[0]), smoothed(0 * n[1], n[1])))
    chance = np.minimum(CHANCE, SPLIT * _apart(split, n))
    return np.maximum(1 - (chance / np.maximum(_apart(rates, n), TINY)) ** 2, 0)


def _apart(rates: Floats, n: Floats) -> Floats:
    spread = np.sqrt((rates * (1 - rates) / (n + 2)).sum(axis=0))
    return np.asarray(np.abs(rates[0] - rates[1]) / spread)


def ranked_by(graph: Graph) -> str:
    """What the cruxes of a debate are sorted by: 'score' where people mark a lot, else 'swing'."""
    marks = np.bincount(graph.marks.claim)
    return "score" if len(marks) and np.median(marks[marks > 0]) >= MANY_MARKS else "swing"


def _crux(claim: int, parting: Parting, moved: float, swings: list[float], by_score: bool) -> Crux:
    counts, sure = parting.counts, float(parting.sure[claim])
    information = float(parting.information[claim]) * sure
    score = information * moved
    between, low, high = swings
    raw = float(parting.information[claim]) * moved if by_score else between
    marked = counts.seen[:, claim]
    return Crux(
        claim=claim,
        score=score,
        swing=between,
        low=low,
        high=high,
        influence=moved,
        information=information,
        rank=raw * (sure + TINY),
        flips=None,
        kept=bool(abs(parting.z[claim]) >= Z),
        ask=_might_be(parting, claim),
        agree=(int(counts.agree[0, claim]), int(counts.agree[1, claim])),
        marked=(int(marked[0]), int(marked[1])),
    )


def _might_be(parting: Parting, claim: int) -> bool:
    """Whether the sides are not known to differ about the claim, and may yet differ a lot."""
    if abs(parting.z[claim]) >= Z:
        return False
    share = parting.rates[:, claim]
    n = parting.counts.seen[:, claim]
    spread = np.sqrt((share * (1 - share) / (n + 2)).sum())
    return bool(abs(share[0] - share[1]) + Z * spread >= APART)


def _information(rates: Floats, n: Floats) -> Floats:
    """Mutual information of the mark on a claim and the side, in bits."""
    first = smoothed(n[0], n[1])
    mixed = _bits(first * rates[0] + (1 - first) * rates[1])
    apart = first * _bits(rates[0]) + (1 - first) * _bits(rates[1])
    return np.maximum(mixed - apart, 0)


def _bits(share: Floats) -> Floats:
    return -(share * np.log2(share) + (1 - share) * np.log2(1 - share))


def _shortlist(graph: Graph, parting: Parting, slope: Floats) -> Ints:
    """The claims to look at closely: all in a small debate, the most promising in a large one."""
    promise = np.nan_to_num(np.abs(slope)) * parting.information * (parting.sure + TINY)
    others: Bools = np.isfinite(slope)
    others[graph.positions] = False
    order = np.flatnonzero(others)[np.argsort(-promise[others], kind="stable")]
    return order[: max(EXACT, CELLS // max(graph.size, 1))]
