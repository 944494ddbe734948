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
