"""Groups of people who mark alike, found as Polis finds them (Small et al. 2021).

Groups are published only where they are there to be found: thirty people or more, and much the
same groups whoever of them is left out. Otherwise there are no clear groups yet, and the sides
serve instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from debate.reasoning.clustering import Clusters, adjusted_rand, kmeans, lloyd, nearest, silhouette
from debate.reasoning.graph import Bools, Floats, Ints, Marks
from debate.reasoning.projection import Plane, project

MARKS = 7
"""Who has marked fewer claims (or fewer than all there are) is in no group."""
BASE, BASE_STEPS = 100, 20
MOST_GROUPS, MOST_ASKED = 5, 50
PEOPLE_A_GROUP = 12
SMALLEST, SMALLEST_SHARE = 5, 0.05
PEOPLE, STABLE = 30, 0.7
NEARLY = 1.02
RESAMPLES, KEPT, MOST_RESAMPLED = 20, 0.8, 2000


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of a debate.

    of (people,): 0 ... k-1, or -1 for people in none. numbers: what the groups are called; group 0
    stays 0 while most of its people stay in it. plane: where people stand. stability: None where
    it was not measured.
    """

    of: Ints
    numbers: tuple[int, ...]
    plane: Plane
    silhouette: float = 0.0
    stability: float | None = None
    people: tuple[str, ...] = field(default=(), repr=False)

    @property
    def k(self) -> int:
        """How many groups there are."""
        return len(self.numbers)

    @property
    def n(self) -> int:
        """How many people are in a group."""
        return int((self.of >= 0).sum())

    @property
    def stable(self) -> bool:
        """Whether the groups are fit to be shown."""
        kept = self.stability is not None and self.stability >= STABLE
        return self.k > 1 and self.n >= PEOPLE and kept

    def dissolved(self) -> Groups:
        """Nobody in any group."""
        return replace(self, of=np.full_like(self.of, -1), numbers=())

    def told(self) -> dict[str, Any]:
        """The groups for JSON; `find` takes it as `before`."""
        of = zip(self.people, self.of, strict=True)
        return {
            "stable": self.stable,
            "n": self.n,
            "k": self.k,
            "silhouette": self.silhouette,
            "stability": self.stability,
            "of": {person: self.numbers[group] for person, group in of if group >= 0},
        }


def find(
    marks: Marks,
    *,
    before: Mapping[str, Any] | None = None,
    k: int | None = None,
    hidden: Bools | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Groups:
    """The groups: k of them, or as many as fit best, which may be none.

    before: what `Groups.told` gave the last time, so that groups keep their numbers. hidden
    (claims,): claims that count as passed by everybody. Without resamples nothing is stable.
    """
    if k is not None and not 1 <= k <= MOST_ASKED:
        raise ValueError(f"There can be 1 to {MOST_ASKED} groups, not {k}.")
    plane = project(marks, hidden)
    points, inside = plane.points, enough(marks)
    known = _known(marks, before)
    rng = np.random.default_rng(seed)
    of = np.full(len(points), -1)
    found = _partition(points[inside], k, known[inside], rng)
    if found is None:
        return Groups(of, (), plane, people=marks.people)
    of[inside] = found[0].labels
    of, numbers = _numbered(of, known)
    stability = _stability(marks, hidden, of, rng, resamples) if resamples else None
    return Groups(of, numbers, plane, found[1], stability, marks.people)


def enough(marks: Marks) -> Bools:
    """Who has marked enough to be in a group, a truth for each person."""
    least = max(min(MARKS, len(marks.claims)), 1)
    return np.asarray(np.bincount(marks.person, minlength=len(marks.people)) >= least)


def _known(marks: Marks, before: Mapping[str, Any] | None) -> Ints:
    earlier = (before or {}).get("of", {})
    return np.array([earlier.get(person, -1) for person in marks.people], dtype=np.int64)


def _partition(
    points: Floats, k: int | None, known: Ints, rng: np.random.Generator
) -> tuple[Clusters, float] | None:
    """The grouping with the best silhouette and that silhouette; None where no groups fit.

    At most a hundred base clusters stand for the people where silhouettes are compared.
    """
    base, weights = _base(points, rng)
    found = []
    for wanted in (k,) if k else _choices(len(points)):
        if len(np.unique(base, axis=0)) < wanted:
            continue
        fit = _clusters(points, wanted, known, rng)
        if np.bincount(fit.labels, minlength=wanted).min() >= (1 if k else _smallest(len(points))):
            width = silhouette(base, nearest(base, fit.centres), weights)
            found.append((fit, width))
    return max(found, key=lambda one: one[1], default=None)


def _clusters(points: Floats, k: int, known: Ints, rng: np.random.Generator) -> Clusters:
    """The best of ten starts; what the earlier groups lead to, where that is as good or nearly."""
    best = kmeans(points, k, rng)
    numbers = np.unique(known[known >= 0])
    if len(numbers) != k:
        return best
    before = np.stack([points[known == number].mean(axis=0) for number in numbers])
    warm = lloyd(points, before, np.ones(len(points)))
    return warm if warm.cost <= NEARLY * best.cost else best


def _choices(n: int) -> range:
    return range(2, min(MOST_GROUPS, 2 + n // PEOPLE_A_GROUP) + 1)


def _smallest(n: int) -> float:
    return max(SMALLEST, SMALLEST_SHARE * n)


def _base(points: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    if len(points) <= BASE:
        return points, np.ones(len(points))
    found = kmeans(points, BASE, rng, starts=1, steps=BASE_STEPS)
    size = np.bincount(found.labels, minlength=BASE).astype(float)
    return found.centres[size > 0], size[size > 0]


def _numbered(labels: Ints, known: Ints) -> tuple[Ints, tuple[int, ...]]:
    """Groups in the order of their numbers: an earlier group's where most are the same people.

    New groups take the lowest free numbers, the largest first.
    """
    k = int(labels.max()) + 1
    both = (labels >= 0) & (known >= 0)
    shared = np.zeros((k, int(known.max(initial=-1)) + 1), dtype=int)
    np.add.at(shared, (labels[both], known[both]), 1)
    numbers: dict[int, int] = {}
    for flat in np.argsort(-shared, axis=None, kind="stable"):
        group, number = divmod(int(flat), shared.shape[1])
        if shared[group, number] and group not in numbers and number not in numbers.values():
            numbers[group] = number
    free = (number for number in range(2 * k) if number not in numbers.values())
    sizes = np.bincount(labels[labels >= 0], minlength=k)
    fresh = [int(group) for group in np.argsort(-sizes, kind="stable") if group not in numbers]
    numbers |= dict(zip(fresh, free, strict=False))
    order = sorted(numbers, key=lambda group: numbers[group])
    place = np.empty(k + 1, dtype=np.int64)
    place[order], place[k] = np.arange(k), -1
    return place[labels], tuple(numbers[group] for group in order)


def _stability(
    marks: Marks, hidden: Bools | None, of: Ints, rng: np.random.Generator, resamples: int
) -> float:
    """The mean adjusted Rand index of the groups with those found among four fifths of people."""
    k, people = int(of.max()) + 1, len(of)
    size = max(k, min(int(KEPT * people), MOST_RESAMPLED))
    indices = []
    for _ in range(resamples):
        drawn = np.sort(rng.choice(people, min(size, people), replace=False))
        inside = of[drawn] >= 0
        points = project(_only(marks, drawn), hidden).points[inside]
        found = _partition(points, k, np.full(len(points), -1), rng) if len(points) else None
        indices.append(adjusted_rand(found[0].labels, of[drawn][inside]) if found else 0.0)
    return float(np.mean(indices))


def _only(marks: Marks, drawn: Ints) -> Marks:
    """The marks of these people, who are numbered anew."""
    place = np.full(len(marks.people), -1)
    place[drawn] = np.arange(len(drawn))
    kept = place[marks.person] >= 0
    people = tuple(marks.people[person] for person in drawn)
    person = place[marks.person[kept]]
    return Marks(people, marks.claims, person, marks.claim[kept], marks.value[kept])
