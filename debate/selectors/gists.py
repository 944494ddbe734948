"""The short of an analysis, for the head of a debate: it is stored beside it, and read with the
debate, so that no page pays a query for it.

It changes far less often than the analysis, whose numbers move with every mark: so pages are told
only of what they would show otherwise. It holds labels, ids and codes; sentences are made here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from debate.models import Debate
from debate.selectors import reasons
from debate.selectors.reasons import LOOKS, POSITION, Reason

NAMED = 6
"""How many claims of a kind are named; the rest are counted."""
FOUND = 2
"""How many claims are named that the marks show to be cruxes."""


@dataclass(frozen=True, slots=True)
class Named:
    """A statement by its label, and its id."""

    label: str
    pk: int


@dataclass(frozen=True, slots=True)
class Some:
    """How many statements there are of a kind, and the first of them."""

    n: int = 0
    named: list[Named] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.n - len(self.named)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a position stands: 'stands', 'challenged' or 'undecided', in a word, and why.

    The reason speaks of n claims, of which some are named.
    """

    label: str
    look: str
    word: str
    reason: Reason
    n: int
    named: list[Named]

    @property
    def more(self) -> int:
        """How many of the claims that the reason speaks of are not named."""
        return self.n - len(self.named)


@dataclass(frozen=True, slots=True)
class Gist:
    """The short of an analysis. `event`: after which it came out so. `places`: by position's id.

    `shared`: what all sides hold (all groups, where `by_groups`), of which there are `sides`.
    `found`: what the marks show to be a crux, where people name no double one. `pressing`: open
    points.
    """

    event: int
    places: dict[int, Place]
    challenged: Some
    undecided: Some
    shared: Some
    granted: Some
    pressing: list[Named]
    found: list[Named]
    sides: int
    by_groups: bool

    @property
    def number(self) -> int:
        """Grows as the gist changes; pages say by it which one they show."""
        return self.event + 1


def gist(
    result: Mapping[str, Any], ids: Mapping[str, int], granted: Sequence[str]
) -> dict[str, Any]:
    """What to store of a result; `ids`: of its statements by label. Without `event`, see `of`."""
    claims, positions = result["claims"], list(result["sides"])
    shared = [one["claim"] for one in result["common_ground"] if one["held_by_all"]]
    held = set(shared)
    judged = {
        look: [
            c for c, one in claims.items() if one["label"] == label and not c.startswith(POSITION)
        ]
        for label, look in LOOKS.items()
    }
    told = {
        "challenged": judged["challenged"],
        "undecided": judged["undecided"],
        "shared": shared,
        "granted": [label for label in granted if label not in held],
        "pressing": [one["point"] for one in result["open"]],
        "found": found(result),
    }
    kept = {
        name: {"n": len(all_of), "named": _with_ids(all_of, ids)} for name, all_of in told.items()
    }
    kept["shared"]["n"] = result["held"]
    grouped = bool(result["groups"]["stable"])
    return {
        "positions": [_position(one, claims[one], ids) for one in positions],
        "sides": result["groups"]["k"] if grouped else _held(result["sides"]),
        "by_groups": grouped,
        **kept,
    }


def _held(sides: Mapping[str, Mapping[str, int]]) -> int:
    """How many sides there are: positions that somebody holds, or one and who is against it."""
    held = [one for one in sides.values() if one["for"]]
    return 2 if len(held) == 1 and held[0]["against"] else len(held)


def found(result: Mapping[str, Any]) -> list[str]:
    """The claims that the marks show to be cruxes, the best first; none that people name.

    Of thirty claims some always seem to divide the sides: those count that stand out from chance.
    """
    cruxes = result["cruxes"]
    double = {one["claim"] for one in cruxes["double"]}
    shown = (one["claim"] for one in best_first(cruxes) if is_found(one))
    return list(dict.fromkeys(claim for claim in shown if claim not in double))


def best_first(cruxes: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The cruxes of all positions that the marks show, as the reasoning ranks them.

    Those of an older result, which tells no ranks, stay as they stand.
    """
    return sorted(cruxes["computed"], key=lambda one: -float(one.get("rank", 0)))


def is_found(crux: Mapping[str, Any]) -> bool:
    """Whether the sides differ about a claim, by more than chance has them differ about some."""
    return bool(crux["kept"] and crux["information"] > 0)


def _with_ids(labels: Iterable[str], ids: Mapping[str, int]) -> list[list[Any]]:
    return [[label, ids[label]] for label in list(labels)[:NAMED]]


def _position(name: str, claim: Mapping[str, Any], ids: Mapping[str, int]) -> dict[str, Any]:
    code, n, labels = reasons.parts(claim)
    return {
        "id": ids[name],
        "name": name,
        "label": claim["label"],
        "why": code,
        "n": n,
        "named": _with_ids(labels, ids),
    }


def of(debate: Debate) -> Gist | None:
    """The gist that was read with the debate; None before the first run. No query."""
    stored = vars(debate).get("gist")
    if not stored:
        return None
    some = {
        name: Some(stored[name]["n"], _named(stored[name]["named"]))
        for name in ("challenged", "undecided", "shared", "granted", "pressing", "found")
    }
    pressing, found_ones = some.pop("pressing"), some.pop("found")
    return Gist(
        event=stored["event"],
        places={one["id"]: _place(one) for one in stored["positions"]},
        pressing=pressing.named[:FOUND],
        found=found_ones.named[:FOUND],
        sides=stored["sides"],
        by_groups=stored["by_groups"],
        **some,
    )


def number(debate: Debate) -> int:
    """The number of the debate's gist, which grows as it changes; 0 before the first run."""
    stored = vars(debate).get("gist")
    return stored["event"] + 1 if stored else 0


def _place(stored: Mapping[str, Any]) -> Place:
    named = _named(stored["named"])
    reason = reasons.told(stored["why"], stored["n"], [one.label for one in named])
    look, word = LOOKS[stored["label"]], reasons.word(stored["label"])
    return Place(stored["name"], look, word, reason, stored["n"], named)


def _named(stored: Iterable[Sequence[Any]]) -> list[Named]:
    return [Named(label, pk) for label, pk in stored]
