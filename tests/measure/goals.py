"""The rows of the table: what is compared with what, how far it may go, and what was found."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.measure.asking import Cost, quantile
from tests.measure.series import Series

Pair = tuple[Cost, Cost | None]
"""What a series cost, and the one beside it where there is one: measured in turns, since how
busy a machine is changes from one minute to the next."""
Rounds = Sequence[Mapping[str, Pair]]
"""The pairs of each round, by the title of their row."""


@dataclass(frozen=True)
class Ratio:
    """A row: the CPU of one series beside that of another, at most so much; and its queries."""

    title: str
    ours: str
    beside: str
    most: float | None = None
    queries: int | None = None

    def cells(self, rounds: Rounds) -> list[str]:
        """Title, goal, both in milliseconds, the ratio, queries, and whether the goal is met."""
        pairs = [one[self.title] for one in rounds]
        ours = [mine for mine, _ in pairs]
        queries = max(cost.queries for cost in ours)
        other = [theirs for _, theirs in pairs if theirs]
        found = [mine.cpu / theirs.cpu for mine, theirs in pairs if theirs]
        ratio = statistics.median(found) if found else None
        met = []
        if self.most is not None and ratio is not None:
            met.append(ratio <= self.most)
        if self.queries is not None:
            met.append(queries <= self.queries)
        return [
            self.title,
            self._goal(),
            _cpu(other),
            _cpu(ours),
            "–" if ratio is None else f"{ratio:.2f} ({min(found):.2f} to {max(found):.2f})",
            f"{queries:.1f}".removesuffix(".0"),
            said(met),
        ]

    def _goal(self) -> str:
        parts = [] if self.most is None else [f"≤ {self.most} times {self.beside}"]
        parts += [] if self.queries is None else [f"≤ {self.queries} queries"]
        return ", ".join(parts) or f"beside {self.beside}"


@dataclass(frozen=True)
class Single:
    """A row about one number, or None: at most, or at least, so much."""

    title: str
    value: float | None
    told: str
    most: float | None = None
    least: float | None = None

    def cells(self, rounds: Rounds) -> list[str]:
        """As a ratio has them."""
        parts = [] if self.most is None else [f"≤ {self.told.format(self.most)}"]
        parts += [] if self.least is None else [f"≥ {self.told.format(self.least)}"]
        value, met = "–", []
        if self.value is not None:
            value = self.told.format(self.value)
            met += [] if self.most is None else [self.value <= self.most]
            met += [] if self.least is None else [self.value >= self.least]
        return [self.title, ", ".join(parts), "–", "–", value, "", said(met)]


def said(met: Sequence[bool]) -> str:
    """Whether what could be compared was met."""
    return ("yes" if all(met) else "no") if met else "–"


def _cpu(costs: Sequence[Cost]) -> str:
    return f"{statistics.median(cost.cpu for cost in costs):.2f}" if costs else "–"


def spread(rounds: Rounds, title: str) -> float:
    """How many times the median of its times the slowest twentieth of a row takes."""
    times = [time for one in rounds for time in one[title][0].times]
    return quantile(times, 0.95) / quantile(times, 0.5)


PUBLISHED = "publish a reply"
RATIOS = (
    Ratio("first page of 1,000, signed out", "page 1000", "raw first50", 2.5),
    Ratio("first page of 1,000, signed in", "page in 1000", "raw first50", 5),
    Ratio("the same, drawn anew after a mark, signed out", "page anew 1000", "raw first50"),
    Ratio("the same, drawn anew after one's own mark", "page in anew 1000", "raw first50"),
    Ratio("first page of 10,000, signed out", "page 10000", "page 100", 1.5, 4),
    Ratio("first page of 10,000, signed in", "page in 10000", "page in 100", 1.5, 8),
    Ratio("the same, drawn anew after a mark", "page anew 10000", "page anew 100", 1.5),
    Ratio("deep page of 10,000, signed out", "deep 10000", "page anew 100", 1.5, 4),
    Ratio("deep page of 10,000, signed in", "deep in 10000", "page in anew 100", 1.5, 8),
    Ratio("link deep into 10,000, signed out", "link 10000", "page anew 100", 1.5, 4),
    Ratio("link deep into 10,000, signed in", "link in 10000", "page in anew 100", 1.5, 8),
    Ratio("whole thread of 1,000, streamed (as Markdown)", "whole 1000", "raw whole 1000", 1.0),
    Ratio("whole thread of 10,000, streamed (as Markdown)", "whole 10000", "raw whole 10000", 1.0),
    Ratio(PUBLISHED, "publish 10000", "raw publish", 6, 10),
    Ratio("publish a reply in 10,000, beside 100", "publish 10000", "publish 100", 1.5),
    Ratio("API, 50 statements", "api 50 1000", "raw api 50", 2.5, 6),
    Ratio("API, 50 statements, put together anew", "api 50 anew 1000", "raw api 50", 2.5, 6),
    Ratio("API, 1,000 statements", "api 1000", "raw api 1000", 1.5, 6),
    Ratio("API, 1,000 statements, put together anew", "api 1000 anew", "raw api 1000", 1.5, 6),
)
HEAD = ("what", "goal", "beside", "Crux", "ratio (rounds)", "queries", "met")


def pairs(series: Mapping[str, Series]) -> dict[str, Pair]:
    """A round: each row's series, one after the other."""
    found = {}
    for row in RATIOS:
        beside = series[row.beside].cost() if row.beside in series else None
        found[row.title] = (series[row.ours].cost(), beside)
        print(f"{row.title}: {found[row.title]}", file=sys.stderr, flush=True)
    return found
