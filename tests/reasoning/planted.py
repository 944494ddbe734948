"""Debates with cruxes planted in them, and with what looks like cruxes and is none.

A debate is a tree of claims under a position. Two claims are cruxes: they bear on the position,
and the sides are of two minds about them. Besides there are disagreements that do not bear (they
hang on nothing, on what does not bear, or lie deep), agreed claims that do bear, and claims that
divide people by something else than the sides, which may go along with them a little.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from debate.reasoning.disagreement import told_marked

POSITION = "p"


@dataclass(frozen=True)
class Plan:
    """What debates are made like."""

    people: int = 60
    noise: float = 0.1
    missing: float = 0.4
    deep: float = 0.25  # how often a crux hangs on an agreed claim instead of on the position
    agreed: tuple[int, int] = (3, 8)
    idle: tuple[int, int] = (3, 8)
    others: tuple[int, int] = (4, 20)
    smaller_side: tuple[float, float] = (0.3, 0.5)
    likeness: tuple[float, float] = (0.0, 0.4)  # of what else divides people, with the sides
    coherent: bool = True  # whether each side believes what speaks for it
    sided: float = 1.0  # the share of people who say where they stand


@dataclass
class Planted:
    """A debate in the format of a marks graph, and its cruxes."""

    graph: dict[str, Any]
    cruxes: set[str]
    believed: dict[str, tuple[float, float]] = field(default_factory=dict)


def planted(rng: np.random.Generator, plan: Plan) -> Planted:
    """One debate after the plan."""
    made = Planted({"position": POSITION, "claims": [POSITION], "edges": [], "marks": []}, set())
    agreed = [_agreed(made, rng, i) for i in range(int(rng.integers(*plan.agreed, endpoint=True)))]
    for index in range(2):
        name = _add(made, f"crux{index}", _bearing(rng, agreed, plan.deep), rng)
        made.believed[name] = _opposed(made, name, rng, plan)
        made.cruxes.add(name)
    _idle(made, rng, int(rng.integers(*plan.idle, endpoint=True)))
    second = _others(made, rng, int(rng.integers(*plan.others, endpoint=True)))
    _mark(made, rng, plan, second)
    order = rng.permutation(len(made.graph["claims"]))
    made.graph["claims"] = [made.graph["claims"][i] for i in order]
    return made


def _add(made: Planted, name: str, parent: str | None, rng: np.random.Generator) -> str:
    made.graph["claims"].append(name)
    if parent is not None:
        made.graph["edges"].append([name, parent, str(rng.choice(["supports", "objects"]))])
    return name


def _bearing(rng: np.random.Generator, agreed: list[str], deep: float) -> str:
    return str(rng.choice(agreed)) if agreed and rng.random() < deep else POSITION


def _agreed(made: Planted, rng: np.random.Generator, index: int) -> str:
    name = _add(made, f"agreed{index}", POSITION, rng)
    share = float(rng.choice([0.0, 1.0], p=[0.2, 0.8]))
    made.believed[name] = (share, share)
    return name


def _opposed(
    made: Planted, name: str, rng: np.random.Generator, plan: Plan
) -> tuple[float, float]:
    """The share of either side that believes it: if coherent, S+ what speaks for the position."""
    if not plan.coherent:
        return (1.0, 0.0) if rng.random() < 0.5 else (0.0, 1.0)
    above = {source: (target, kind) for source, target, kind in made.graph["edges"]}
    sign, at = 1, name
    while at in above:
        at, kind = above[at]
        sign *= 1 if kind == "supports" else -1
    return (1.0, 0.0) if sign > 0 else (0.0, 1.0)


def _idle(made: Planted, rng: np.random.Generator, count: int) -> None:
    """Disagreements that do not bear: on nothing, or on one another, or three steps below."""
    roots: list[str] = []
    for index in range(count):
        parent = str(rng.choice(roots)) if roots and rng.random() < 0.4 else None
        name = _add(made, f"idle{index}", parent, rng)
        made.believed[name] = (1.0, 0.0) if rng.random() < 0.5 else (0.0, 1.0)
        roots.append(name)
    if rng.random() < 0.5:
        below = POSITION
        for step in range(3):
            below = _add(made, f"step{step}", below, rng)
            made.believed[below] = (0.8, 0.8)
        made.believed[_add(made, "deep", below, rng)] = (1.0, 0.0)


def _others(made: Planted, rng: np.random.Generator, count: int) -> set[str]:
    """Claims that people are divided about by something else, anywhere in the tree."""
    found = set()
    for index in range(count):
        parent = str(rng.choice(made.graph["claims"])) if rng.random() < 0.8 else None
        name = _add(made, f"other{index}", parent, rng)
        made.believed[name] = (1.0, 0.0) if rng.random() < 0.5 else (0.0, 1.0)
        found.add(name)
    return found


def _mark(made: Planted, rng: np.random.Generator, plan: Plan, second: set[str]) -> None:
    smaller = rng.uniform(*plan.smaller_side)
    foe = rng.random(plan.people) < (smaller if rng.random() < 0.5 else 1 - smaller)
    alike = rng.random(plan.people) < rng.uniform(*plan.likeness)
    other = np.where(alike, foe, rng.random(plan.people) < 0.5)
    sided = rng.random(plan.people) < plan.sided
    for person in np.flatnonzero(sided):
        made.graph["marks"].append([f"u{person}", POSITION, -1 if foe[person] else 1])
    for claim, shares in made.believed.items():
        side = other if claim in second else foe
        believes = rng.random(plan.people) < np.where(side, shares[1], shares[0])
        believes ^= rng.random(plan.people) < plan.noise
        for person in np.flatnonzero(rng.random(plan.people) >= plan.missing):
            made.graph["marks"].append([f"u{person}", claim, 1 if believes[person] else -1])


def precision(plan: Plan, debates: int, *, seed: int = 0) -> dict[str, float]:
    """How many of the first two are cruxes, on the average: found, and by two simple measures."""
    hits = {"cruxes": 0, "largest disagreement": 0, "largest influence": 0}
    for number in range(debates):
        made = planted(np.random.default_rng((seed, number)), plan)
        found = told_marked(made.graph)["cruxes"]
        by_influence = sorted(found, key=lambda crux: -crux["influence"])
        firsts = {
            "cruxes": [crux["claim"] for crux in found],
            "largest influence": [crux["claim"] for crux in by_influence],
            "largest disagreement": _divided(made.graph),
        }
        for name, order in firsts.items():
            hits[name] += len(made.cruxes & set(order[:2]))
    return {name: count / (2 * debates) for name, count in hits.items()}


def _divided(graph: dict[str, Any]) -> list[str]:
    """The claims by the difference between the sides, the largest first."""
    side = {person: mark for person, claim, mark in graph["marks"] if claim == POSITION}
    counts: dict[str, list[list[int]]] = {c: [[0, 0], [0, 0]] for c in graph["claims"]}
    for person, claim, mark in graph["marks"]:
        if person in side and claim != POSITION:
            row = counts[claim][side[person] > 0]
            row[0] += mark > 0
            row[1] += 1
    shares = {c: [(a + 1) / (n + 2) for a, n in rows] for c, rows in counts.items()}
    return sorted(shares, key=lambda claim: -abs(shares[claim][0] - shares[claim][1]))
