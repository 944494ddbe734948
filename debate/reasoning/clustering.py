"""k-means with several starts, silhouettes, and the adjusted Rand index: small and of one piece.

Points may weigh as much as the people they stand for. Lloyd (1982); Arthur and Vassilvitskii
(k-means++, 2007); Rousseeuw (silhouettes, 1987); Hubert and Arabie (adjusted Rand, 1985).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from debate.reasoning.graph import Floats, Ints

STEPS = 100


class Clusters(NamedTuple):
    """Which cluster each point is in, the clusters' centres, and the summed squared distance."""

    labels: Ints
    centres: Floats
    cost: float


def kmeans(
    points: Floats,
    k: int,
    rng: np.random.Generator,
    *,
    weights: Floats | None = None,
    starts: int = 10,
    steps: int = STEPS,
) -> Clusters:
    """The best of several runs, each from points that lie apart."""
    weighing = np.ones(len(points)) if weights is None else weights
    spread = (_spread(points, k, weighing, rng) for _ in range(starts))
    runs = (lloyd(points, centres, weighing, steps) for centres in spread)
    return min(runs, key=lambda run: run.cost)


def lloyd(points: Floats, centres: Floats, weights: Floats, steps: int = STEPS) -> Clusters:
    """Move centres to the mean of what is nearest to them, until nothing moves (or so often)."""
    labels = nearest(points, centres)
    for _ in range(steps):
        centres = _means(points, labels, centres, weights)
        moved = nearest(points, centres)
        if np.array_equal(moved, labels):
            break
        labels = moved
    away = ((points - centres[labels]) ** 2).sum(axis=1)
    return Clusters(labels, centres, float(away @ weights))


def nearest(points: Floats, centres: Floats) -> Ints:
    """The index of the centre nearest to each point."""
    return np.asarray(_squared(points, centres).argmin(axis=1))


def silhouette(points: Floats, labels: Ints, weights: Floats) -> float:
    """How much nearer people are to their own cluster than to the next: their mean, -1 to 1.

    Each point stands for as many people as it weighs. Who is alone in a cluster counts 0, and so
    does everybody where there is but one.
    """
    if labels.max() == 0:
        return 0.0
    member = (labels[:, None] == np.arange(labels.max() + 1)).astype(float)
    size = weights @ member
    total = np.sqrt(_squared(points, points)) @ (member * weights[:, None])
    own = labels[:, None] == np.arange(len(size))
    inside = total[own] / np.maximum(size[labels] - 1, 1)
    outside = np.where(own, np.inf, total / np.maximum(size, 1)).min(axis=1)
    most = np.maximum(inside, outside)
    width = np.where((size[labels] > 1) & (most > 0), outside - inside, 0.0)
    return float(np.average(width / np.where(most > 0, most, 1), weights=weights))


def adjusted_rand(first: Ints, second: Ints) -> float:
    """How far two groupings of the same people agree: 1 is the same, 0 is what chance gives."""
    ours, theirs = (np.unique(labels, return_inverse=True)[1] for labels in (first, second))
    if not len(ours):
        return 1.0
    table = np.zeros((ours.max() + 1, theirs.max() + 1))
    np.add.at(table, (ours, theirs), 1)
    together, rows, columns = (
        _pairs(n) for n in (table.ravel(), table.sum(axis=1), table.sum(axis=0))
    )
    expected = rows * columns / max(_pairs(np.array([len(ours)])), 1)
    most = (rows + columns) / 2
    return 1.0 if most == expected else float((together - expected) / (most - expected))


def _pairs(sizes: Floats | Ints) -> float:
    return float((sizes * (sizes - 1) / 2).sum())


def _squared(points: Floats, centres: Floats) -> Floats:
    apart = np.zeros((len(points), len(centres)))
    for axis in range(points.shape[1]):
        apart += (points[:, axis, None] - centres[None, :, axis]) ** 2
    return apart


def _means(points: Floats, labels: Ints, before: Floats, weights: Floats) -> Floats:
    size = np.bincount(labels, weights, len(before))
    sums = [np.bincount(labels, weights * axis, len(before)) for axis in points.T]
    means = np.stack(sums, axis=1) / np.where(size > 0, size, 1)[:, None]
    return np.asarray(np.where(size[:, None] > 0, means, before))


def _spread(points: Floats, k: int, weights: Floats, rng: np.random.Generator) -> Floats:
    """k-means++: each further centre is a point, far ones being likelier."""
    chosen = [int(rng.choice(len(points), p=weights / weights.sum()))]
    apart = _squared(points, points[chosen])[:, 0]
    for _ in range(k - 1):
        chance = apart * weights
        likely = chance / chance.sum() if chance.sum() > 0 else weights / weights.sum()
        chosen.append(int(rng.choice(len(points), p=likely)))
        apart = np.minimum(apart, _squared(points, points[chosen[-1:]])[:, 0])
    return np.asarray(points[chosen])
