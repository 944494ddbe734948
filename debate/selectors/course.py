"""How a debate came to stand where it does: its positions and cruxes after each change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from debate.models import AnalysisPoint, Debate
from debate.selectors import gists

MOST = 200
"""How many points a debate keeps; of older ones fewer than of new ones."""
CRUXES = 3
DIGITS = 2


@dataclass(frozen=True, slots=True)
class Point:
    """Where a debate stood after an event: its positions and its first cruxes, by label.

    A position has `label`, `strength` with `low`, `high` and `n`; a crux `swing` with these, and
    its `position`.
    """

    event: int
    at: datetime
    positions: dict[str, dict[str, Any]]
    cruxes: dict[str, dict[str, Any]]


def found(result: Mapping[str, Any]) -> dict[str, Any]:
    """What to keep of a result, in so few digits that small moves are none."""
    claims, computed = result["claims"], result["cruxes"]["computed"]
    first = gists.found({**result, "cruxes": {**result["cruxes"], "double": []}})[:CRUXES]
    at = {one["claim"]: one for one in reversed(computed) if one["kept"]}
    return {
        "positions": {
            label: _rounded(claims[label], ("label", "strength", "low", "high", "n"))
            for label in result["sides"]
        },
        "cruxes": {
            label: _rounded(at[label], ("position", "swing", "low", "high", "n"))
            for label in first
        },
    }


def _rounded(told: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: told[name] for name in names}
    return {
        name: round(value, DIGITS) if isinstance(value, float) else value
        for name, value in values.items()
    }


def course(debate: Debate) -> list[Point]:
    """The points of a debate, in order. One query."""
    kept = AnalysisPoint.objects.filter(debate=debate.pk).order_by("event")
    rows = kept.values_list("event", "at", "found")
    return [Point(event, at, one["positions"], one["cruxes"]) for event, at, one in rows]
