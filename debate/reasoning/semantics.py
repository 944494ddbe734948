"""Three ways in which reasons move a claim. Each takes arrays; columns are cases.

Edges come sorted by target, the edges of one target from `begin` on. `a` is an edge's weight,
above 0 for support; `s` the strength it starts from; `w` the weight of the claim it moves.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from debate.reasoning.graph import Floats, Ints

TINY = 1e-150
"""Stands for 0 where others are divided by it."""
STEEP = 300.0


class Semantics(ABC):
    """How energy is gathered from edges, and where it takes a claim; with their slopes."""

    @abstractmethod
    def energy(self, a: Floats, s: Floats, begin: Ints) -> Floats:
        """What the edges of each target bring together."""

    @abstractmethod
    def energy_slope(self, a: Floats, s: Floats, begin: Ints) -> Floats:
        """How the target's energy moves with s, for each edge."""

    @abstractmethod
    def settle(self, w: Floats, energy: Floats) -> Floats:
        """The strength of each target."""

    @abstractmethod
    def settle_slopes(self, w: Floats, energy: Floats) -> tuple[Floats, Floats]:
        """How the strength moves with w, and with the energy."""


class Sum(Semantics):
    """Energy adds up: supports less objections."""

    def energy(self, a: Floats, s: Floats, begin: Ints) -> Floats:
        """The sum over the edges of each target."""
        return np.add.reduceat(a * s, begin, axis=0)

    def energy_slope(self, a: Floats, s: Floats, begin: Ints) -> Floats:
        """The weight itself."""
        return a + 0 * s


class QuadraticEnergy(Sum):
    """Potyka, Continuous dynamical systems for weighted bipolar argumentation (KR 2018)."""

    def settle(self, w: Floats, energy: Floats) -> Floats:
        """From w towards 1 or 0 by the impact h(x) = max(x, 0)² / (1 + max(x, 0)²)."""
        return w - w * _impact(-energy) + (1 - w) * _impact(energy)

    def settle_slopes(self, w: Floats, energy: Floats) -> tuple[Floats, Floats]:
        """Moved up or down, w itself matters by what the impact leaves."""
        by_w = 1 - _impact(-energy) - _impact(energy)
        return by_w, w * _impact_slope(-energy) + (1 - w) * _impact_slope(energy)


def _impact(x: Floats) -> Floats:
    square = np.square(np.maximum(x, 0))
    impact: Floats = square / (1 + square)
    return impact


def _impact_slope(x: Floats) -> Floats:
    up = np.maximum(x, 0)
    slope: Floats = 2 * up / np.square(1 + np.square(up))
    return slope


class Euler(Sum):
    """Amgoud and Ben-Naim, Evaluation of arguments in weighted bipolar graphs (2018)."""

    def settle(self, w: Floats, energy: Floats) -> Floats:
        """1 - (1 - w²) / (1 + w·exp E)."""
        strength: Floats = 1 - (1 - w * w) / (1 + w * _power(energy))
        return strength

    def settle_slopes(self, w: Floats, energy: Floats) -> tuple[Floats, Floats]:
        """Of the quotient above."""
        power = _power(energy)
        below = np.square(1 + w * power)
        by_w = (2 * w * (1 + w * power) + (1 - w * w) * power) / below
        return by_w, (1 - w * w) * w * power / below


def _power(energy: Floats) -> Floats:
    power: Floats = np.exp(np.clip(energy, -STEEP, STEEP))
    return power


class DFQuAD(Semantics):
    """Rago, Toni, Aurisicchio and Baroni, Discontinuity-free decision support (KR 2016)."""

    def energy(self, a: Floats, s: Floats, begin: Ints) -> Floats:
        """What supports leave undone is subtracted from what objections leave undone."""
        up, down = _left(np.maximum(a, 0) * s, begin), _left(np.maximum(-a, 0) * s, begin)
        energy: Floats = down - up
        return energy

    def energy_slope(self, a: Floats, s: Floats, begin: Ints) -> Floats:
        """An edge counts for what the others of its kind leave undone."""
        others = _others(np.maximum(a, 0) * s, begin), _others(np.maximum(-a, 0) * s, begin)
        return a * np.where(a > 0, *others)

    def settle(self, w: Floats, energy: Floats) -> Floats:
        """Up by a share of what is missing to 1, down by a share of w."""
        strength: Floats = w - w * np.maximum(-energy, 0) + (1 - w) * np.maximum(energy, 0)
        return strength

    def settle_slopes(self, w: Floats, energy: Floats) -> tuple[Floats, Floats]:
        """Straight on either side."""
        return 1 - np.abs(energy), np.where(energy < 0, w, 1 - w)


def _left(share: Floats, begin: Ints) -> Floats:
    return np.multiply.reduceat(1 - share, begin, axis=0)


def _others(share: Floats, begin: Ints) -> Floats:
    """The product of what all other edges of the same target leave."""
    left = np.maximum(1 - share, TINY)
    many = np.diff(np.append(begin, len(left)))
    product = np.repeat(np.multiply.reduceat(left, begin, axis=0), many, axis=0)
    others: Floats = product / left
    return others


QE = QuadraticEnergy()
SEMANTICS: dict[str, Semantics] = {"qe": QE, "dfquad": DFQuAD(), "euler": Euler()}
