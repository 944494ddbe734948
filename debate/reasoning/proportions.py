"""Shares of people: with an interval, and drawn towards one half where few have spoken."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from debate.reasoning.graph import Floats

Z = 1.2816
"""80 of 100 intervals reach so far; and one side of 90 of 100."""


def smoothed(yes: npt.ArrayLike, no: npt.ArrayLike) -> Floats:
    """The share of yes by Laplace's rule of succession: (yes + 1) / (yes + no + 2)."""
    first, second = np.asarray(yes, float), np.asarray(no, float)
    share: Floats = (first + 1) / (first + second + 2)
    return share


def wilson(yes: npt.ArrayLike, n: npt.ArrayLike, z: float = Z) -> tuple[Floats, Floats]:
    """Low and high end of the interval of a share (Wilson 1927); 0 and 1 where n is 0."""
    count = np.asarray(n, float)
    some = np.maximum(count, 1)
    share = np.asarray(yes, float) / some
    middle = share + z * z / (2 * some)
    half = z * np.sqrt(share * (1 - share) / some + z * z / (4 * some * some))
    whole = 1 + z * z / some
    low, high = (middle - half) / whole, (middle + half) / whole
    return np.where(count > 0, low, 0.0), np.where(count > 0, high, 1.0)


def differ(
    yes: npt.ArrayLike, n: npt.ArrayLike, others: npt.ArrayLike, m: npt.ArrayLike
) -> Floats:
    """The two-proportion z (pooled) of yes of n against others of m; 0 where either is unknown."""
    a, of_a, b, of_b = (np.asarray(x, float) for x in (yes, n, others, m))
    some_a, some_b = np.maximum(of_a, 1), np.maximum(of_b, 1)
    pooled = (a + b) / np.maximum(of_a + of_b, 1)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / some_a + 1 / some_b))
    known = (spread > 0) & (of_a > 0) & (of_b > 0)
    return np.where(known, (a / some_a - b / some_b) / np.where(known, spread, 1), 0.0)


def above_half(yes: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
    """Polis's z of a share against one half, with one yes added (Small et al. 2021)."""
    count = np.asarray(n, float) + 1
    z: Floats = 2 * np.sqrt(count) * ((np.asarray(yes, float) + 1) / count - 0.5)
    return z


def above_others(
    yes: npt.ArrayLike, n: npt.ArrayLike, others: npt.ArrayLike, m: npt.ArrayLike
) -> Floats:
    """Polis's z of a share against another, with one yes added to both (Small et al. 2021)."""
    return differ(*(np.asarray(x, float) + 1 for x in (yes, n, others, m)))
