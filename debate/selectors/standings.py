"""Where a debate stands, for its page: every position, and every claim that does not stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from debate import rules
from debate.models import Debate, Statement
from debate.rules import Viewer
from debate.selectors import analysis, course, gathering, reasons
from debate.selectors.analysis import Parts
from debate.selectors.course import Chart
from debate.selectors.gathering import Gathered
from debate.selectors.gists import Named
from debate.selectors.heads import Head, Stand
from debate.selectors.reasons import LOOKS, POSITION, Reason
from debate.text import plain

PAGE = 50
NAMED = 12
WORDS = 160


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim, how it stands and why; `named` are the claims that the reason speaks of.

    `strength` says how firmly it stands, from how many marks.
    """

    statement: Statement
    words: str
    look: str
    word: str
    reason: Reason
    named: list[Named]
    more: int
    strength: str


@dataclass(frozen=True, slots=True)
class Position:
    """A position with its side; its label, once that is worked out, and its course."""

    stand: Stand
    judged: Judged | None
    chart: Chart | None


@dataclass(frozen=True, slots=True)
class Standings:
    """The page: positions, then claims that are challenged or undecided, by their numbers.

    `count` is how many these are in all; `after` the number behind which they go on.
    """

    head: Head
    parts: Parts
    positions: list[Position]
    claims: list[Judged]
    count: int
    after: int | None


def standings(debate: Debate, viewer: Viewer, after: int = 0) -> Standings:
    """Where the debate stands, its claims from behind a number on. At most 15 queries."""
    parts = analysis.parts(debate, "labels", "sides")
    labels, positions = parts.found.get("labels", {}), parts.found.get("sides", {})
    judged = (one for one, label in labels.items() if label != "in")
    fallen = [one for one in judged if not one.startswith(POSITION)]
    fallen.sort(key=_place)
    page = fallen[after : after + PAGE]
    told = analysis.claims(debate, [*positions, *page])
    told |= analysis.claims(debate, _spoken_of(told))
    shown = [told[label]["statement"] for label in page]
    gathered = gathering.gather(debate, viewer, (), beside=shown)
    points = course.course(debate)
    return Standings(
        head=gathered.head,
        parts=parts,
        positions=[
            Position(
                stand,
                _judged(stand.side.position.label, told, gathered, viewer),
                course.of_position(points, stand.side.position.label),
            )
            for stand in gathered.head.stands
            if stand.shown
        ],
        claims=[one for label in page if (one := _judged(label, told, gathered, viewer))],
        count=len(fallen),
        after=after + PAGE if len(fallen) > after + PAGE else None,
    )


def _place(label: str) -> tuple[bool, int]:
    """Cruxes first, then by number."""
    return label[0] != "C", int(label[1:])


def _spoken_of(told: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The claims that the reasons of these speak of, and that are not among them."""
    named = {label for claim in told.values() for label in reasons.parts(claim)[2][:NAMED]}
    return named - told.keys()


def _judged(
    label: str, told: Mapping[str, Mapping[str, Any]], gathered: Gathered, viewer: Viewer
) -> Judged | None:
    claim = told.get(label)
    statement = gathered.known.get(claim["statement"]) if claim else None
    if claim is None or statement is None or not rules.may_read_text(statement, viewer):
        return None
    reason = reasons.why(claim)
    named = [Named(one, told[one]["statement"]) for one in reason.labels[:NAMED] if one in told]
    return Judged(
        statement=statement,
        words=statement.name or plain.excerpt(statement.body_html, WORDS),
        look=LOOKS[claim["label"]],
        word=reasons.word(claim["label"]),
        reason=reason,
        named=named,
        more=len(reason.labels) - len(named),
        strength=reasons.strength(claim),
    )
