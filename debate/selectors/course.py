"""How a debate came to stand where it does: its positions and cruxes after each change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from debate.models import AnalysisPoint, Debate
from debate.selectors import gists, reasons

MOST = 200
"""How many points a debate keeps; of older ones fewer than of new ones."""
CRUXES = 3
LEAST = 2
"""So many points make a chart."""
DIGITS = 2


@dataclass(frozen=True, slots=True)
class Point:
    """Where a debate stood after an event: its positions and its first cruxes, by label.

    A position has `label`, `strength` with `low`, `high` and `n`, the marks that count; a crux
    `swing` with these, and its `position`.
    """

    event: int
    at: datetime
    positions: dict[str, dict[str, Any]]
    cruxes: dict[str, dict[str, Any]]


def found(result: Mapping[str, Any]) -> dict[str, Any]:
    """What to keep of a result, in so few digits that small moves are none."""
    claims, best = result["claims"], gists.best_first(result["cruxes"])
    first = gists.found({**result, "cruxes": {**result["cruxes"], "double": []}})[:CRUXES]
    at = {one["claim"]: one for one in reversed(best) if gists.is_found(one)}
    return {
        "positions": {
            label: {
                **_rounded(claims[label], ("label", "strength", "low", "high")),
                "n": reasons.counted(claims[label]),
            }
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


@dataclass(frozen=True, slots=True)
class Span:
    """From where to where, of 100, a position stood so: 'stands', 'challenged', 'undecided'."""

    start: float
    width: float
    look: str


@dataclass(frozen=True, slots=True)
class Told:
    """A point of a chart in numbers, of 100; `value` is None where there were too few to say."""

    at: datetime
    look: str
    word: str
    value: int | None
    low: int
    high: int
    n: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A value over the changes of a debate, drawn in a square of 100.

    `lines` and `bands` are points for SVG: broken where there were too few to say. Bands are the
    80 % interval.
    """

    lines: list[str]
    bands: list[str]
    spans: list[Span]
    told: list[Told]

    @property
    def first(self) -> Told:
        """Where it began."""
        return self.told[0]

    @property
    def last(self) -> Told:
        """How it is now."""
        return self.told[-1]


def of_position(points: Sequence[Point], label: str) -> Chart | None:
    """How firmly a position stood, and whether; None where there are not two points of it."""
    return _chart(
        [(one, one.positions[label]) for one in points if label in one.positions], "strength"
    )


def of_crux(points: Sequence[Point], label: str) -> Chart | None:
    """How far a crux moved its position; None where there are not two points of it."""
    return _chart([(one, one.cruxes[label]) for one in points if label in one.cruxes], "swing")


def _chart(found: Sequence[tuple[Point, Mapping[str, Any]]], name: str) -> Chart | None:
    if len(found) < LEAST:
        return None
    told = [_told(point, one, name) for point, one in found]
    begun, over = found[0][0].event, found[-1][0].event - found[0][0].event
    places = [round(100 * (point.event - begun) / over, 2) for point, _ in found]
    runs = _runs(
        [place if one.value is not None else None for place, one in zip(places, told, strict=True)]
    )
    lines, bands = [], []
    for start, end in runs:
        run = list(zip(places[start:end], told[start:end], strict=True))
        lines.append(" ".join(f"{x},{100 - (one.value or 0)}" for x, one in run))
        edge = [f"{x},{100 - one.high}" for x, one in run]
        bands.append(" ".join([*edge, *(f"{x},{100 - one.low}" for x, one in reversed(run))]))
    return Chart(lines, bands, _spans(places, told), told)


def _told(point: Point, one: Mapping[str, Any], name: str) -> Told:
    label = one.get("label", "")
    few = one["n"] < reasons.FEW or one[name] is None
    value, low, high = (
        (0, 0, 0) if few else (reasons.points(one[key]) for key in (name, "low", "high"))
    )
    look, word = (reasons.LOOKS[label], reasons.word(label)) if label else ("", "")
    return Told(point.at, look, word, None if few else value, low, high, one["n"])


def _runs(places: Sequence[float | None]) -> list[tuple[int, int]]:
    """The stretches without a gap, as from and to."""
    runs: list[tuple[int, int]] = []
    for index, place in enumerate(places):
        if place is None:
            continue
        if runs and runs[-1][1] == index:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    return runs


def _spans(places: Sequence[float], told: Sequence[Told]) -> list[Span]:
    """Stretches in which a position stood the same way."""
    spans: list[Span] = []
    for start, end, one in zip(places, places[1:], told, strict=False):
        if spans and spans[-1].look == one.look:
            spans[-1] = Span(spans[-1].start, round(end - spans[-1].start, 2), one.look)
        else:
            spans.append(Span(start, round(end - start, 2), one.look))
    return spans if told[0].look else []
