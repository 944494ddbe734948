"""What a debate turns on, for its page: what people say, and what their marks give away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from debate import rules
from debate.models import Debate, Reliance, Statement
from debate.models.statements import CruxState, Kind
from debate.rules import Viewer
from debate.selectors import analysis, course, cruxes, gathering, gists, listings
from debate.selectors.analysis import Parts
from debate.selectors.course import Chart
from debate.selectors.cruxes import Hinge
from debate.selectors.gathering import Gathered
from debate.selectors.heads import Head, Stand
from debate.selectors.reasons import FEW, points
from debate.selectors.reliances import Rests
from debate.selectors.rows import Row

CRUXES = 50
"""How many cruxes that were put forward are shown, the first ones."""
RELIED, FOUND = 20, 10
"""How many other claims: that people rely on, and that the marks show, of either kind."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a side agree; in points of 100 with its interval where they are not too few."""

    agree: int
    n: int
    share: int | None
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Swing:
    """How far a position moves between what its two sides think of a claim, in points of 100.

    `settled`: how far if the claim were settled one way or the other. `flips`: whether that
    changes where the position stands. `rank`: what cruxes are sorted by. `ours`, `theirs`: who
    holds it and who is against it.
    """

    letter: str
    name: str
    label: str
    rank: float
    swing: int
    low: int
    high: int
    n: int
    settled: int
    flips: bool
    kept: bool
    ours: Share
    theirs: Share


@dataclass(slots=True)
class Relied:
    """What the people of a position say would become of it."""

    letter: str
    name: str
    label: str
    reliances: list[Reliance]


@dataclass(slots=True)
class Pivot:
    """A claim as the page shows it: each side's stance, what rests on it, how far it moves."""

    row: Row
    hinge: Hinge | None
    relied: list[Relied]
    swings: list[Swing]


@dataclass(slots=True)
class Pivots:
    """The page: claims by what makes them cruxes, in the order of the page.

    `ask`: the sides may part there, but too few have marked it. `too_few`: no position has three
    people on either side. `more`: more were put forward than are shown.
    """

    head: Head
    double: list[Pivot] = field(default_factory=list)
    relied: list[Pivot] = field(default_factory=list)
    both: list[Pivot] = field(default_factory=list)
    found: list[Pivot] = field(default_factory=list)
    ask: list[Pivot] = field(default_factory=list)
    named: list[Pivot] = field(default_factory=list)
    settled: list[Pivot] = field(default_factory=list)
    dropped: list[Pivot] = field(default_factory=list)
    course: list[tuple[str, int, Chart]] = field(default_factory=list)
    parts: Parts | None = None
    too_few: bool = True
    more: bool = False


def pivots(debate: Debate, viewer: Viewer) -> Pivots:
    """What the debate turns on. At most 18 queries."""
    parts = analysis.parts(debate, "cruxes", "sides")
    told = parts.found.get("cruxes") or {"relied": [], "double": [], "computed": []}
    first = debate.statements.filter(kind=Kind.CRUX).order_by("path")
    put_forward = list(first.values_list("pk", flat=True)[: CRUXES + 1])
    wanted = list(dict.fromkeys([*put_forward[:CRUXES], *_stored(parts.found)]))
    gathered = gathering.gather(debate, viewer, wanted)
    known = [gathered.known[pk] for pk in wanted if pk in gathered.known]
    shown = [claim for claim in known if rules.may_read_text(claim, viewer)]
    moved = _swings(told["computed"], gathered.head.stands)
    made = _made(debate, viewer, gathered, shown, moved)
    page = Pivots(gathered.head, parts=parts, more=len(put_forward) > CRUXES)
    for one in made:
        getattr(page, _section(one, gathered.reading.rests)).append(one)
    page.found.sort(key=lambda one: -max(swing.rank for swing in one.swings if swing.kept))
    page.too_few = not any(
        min(one.values()) >= FEW for one in parts.found.get("sides", {}).values()
    )
    page.course = _course(debate, shown)
    return page


def _stored(found: Mapping[str, Any]) -> list[int]:
    """The ids of the claims that the analysis names as cruxes, the best of each kind."""
    if not found:
        return []
    told = found["cruxes"]
    best = gists.best_first(told)
    kept = [one["statement"] for one in best if gists.is_found(one)][:FOUND]
    ask = [one["statement"] for one in best if one["ask"]][:FOUND]
    declared = [one["statement"] for one in (*told["double"], *told["relied"])]
    return [*declared[:RELIED], *kept, *ask]


def _made(
    debate: Debate,
    viewer: Viewer,
    gathered: Gathered,
    shown: Sequence[Statement],
    moved: Mapping[int, list[Swing]],
) -> list[Pivot]:
    held = [stand.side for stand in gathered.head.stands]
    hinges = cruxes.hinges(debate.pk, held, viewer, shown, ())
    by_claim = {hinge.claim.pk: hinge for hinge in hinges}
    relied = listings.relied_on(list(by_claim))
    made = []
    for claim in shown:
        row = gathered.row(claim.pk)
        row.hinge = by_claim.get(claim.pk)
        resting = gathered.reading.rests.by_claim.get(claim.pk, [])
        by_position = _by_position(relied[claim.pk], gathered.head.stands, dict(resting))
        made.append(Pivot(row, row.hinge, by_position, moved.get(claim.pk, [])))
    return made


def _by_position(
    found: Iterable[Reliance], stands: Sequence[Stand], resting: Mapping[str, int]
) -> list[Relied]:
    """Who relies on a claim, position by position; those on which nobody does, without anybody.

    Left out is what is `resting` on it, by label, by words at a duplicate: they are told there.
    """
    of: dict[int, list[Reliance]] = {}
    for reliance in found:
        of.setdefault(reliance.position_id, []).append(reliance)
    made = [
        Relied(
            one.side.letter, one.name, one.side.position.label, of.get(one.side.position.pk, [])
        )
        for one in stands
        if one.shown and one.side.count
    ]
    made = [one for one in made if one.reliances or one.label not in resting]
    return made if any(one.reliances for one in made) else []


def _section(one: Pivot, rests: Rests) -> str:
    """Which part of the page a claim belongs to."""
    state = one.row.statement.crux_state
    if state == CruxState.DROPPED:
        return "dropped"
    if one.row.id in rests.double:
        return "double"
    if state == CruxState.SETTLED:
        return "settled"
    own = sum(bool(side.reliances) for side in one.relied)
    if resting := len(rests.by_claim.get(one.row.id, ())) or own:
        return "relied" if resting == 1 else "both"
    if any(swing.kept for swing in one.swings):
        return "found"
    return "named" if one.row.kind == Kind.CRUX else "ask"


def _swings(
    computed: Iterable[Mapping[str, Any]], stands: Sequence[Stand]
) -> dict[int, list[Swing]]:
    """By claim, how far which positions move with it."""
    by_label = {stand.side.position.label: stand for stand in stands if stand.shown}
    made: dict[int, list[Swing]] = {}
    for one in computed:
        if one["position"] in by_label:
            made.setdefault(one["statement"], []).append(_swing(one, by_label[one["position"]]))
    return made


def _swing(one: Mapping[str, Any], stand: Stand) -> Swing:
    ours, theirs = (share(side) for side in one["sides"])
    return Swing(
        letter=stand.side.letter,
        name=stand.name,
        label=one["position"],
        rank=one.get("rank", 0),
        swing=points(one["swing"]),
        low=points(one["low"]),
        high=points(one["high"]),
        n=one["n"],
        settled=points(one["influence"]),
        flips=bool(one["flips"]),
        kept=gists.is_found(one),
        ours=ours,
        theirs=theirs,
    )


def share(told: Mapping[str, Any]) -> Share:
    """A stored share in points of 100."""
    if told["share"] is None:
        return Share(told["agree"], told["n"], None, 0, 0)
    of_100 = (points(told[name]) for name in ("share", "low", "high"))
    return Share(told["agree"], told["n"], *of_100)


def _course(debate: Debate, shown: Sequence[Statement]) -> list[tuple[str, int, Chart]]:
    """How far the first cruxes of today moved a position, over time."""
    kept, ids = course.course(debate), {one.label: one.pk for one in shown}
    today = kept[-1].cruxes if kept else {}
    charts = [(label, course.of_crux(kept, label)) for label in today if label in ids]
    return [(label, ids[label], chart) for label, chart in charts if chart]
