"""Common ground, for its page: what all sides or groups hold, and where exactly they part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from debate import rules
from debate.models import Debate, Statement
from debate.models.statements import CruxState
from debate.rules import Viewer
from debate.selectors import analysis, gathering, gists, pivots
from debate.selectors.analysis import Parts
from debate.selectors.cruxes import Hinge, hinges
from debate.selectors.gathering import Gathered
from debate.selectors.gists import Gist
from debate.selectors.heads import Head, Stand
from debate.selectors.pivots import Share
from debate.selectors.reasons import FEW, points
from debate.selectors.rows import Row

HELD, NEARLY, PARTING = 50, 10, 5
"""How many claims are shown: that all hold, that some of every side agree with, that part them."""
SHAPES = ("disc", "ring", "square", "diamond", "cross")
"""What people of a group are drawn as."""


@dataclass(frozen=True, slots=True)
class Sharer:
    """A side or a group, and how many of it agree. The letter is a side's; of who is against
    a position it has none.
    """

    name: str
    letter: str
    share: Share


@dataclass(slots=True)
class Shared:
    """A claim, and how many of each side agree.

    `told` says it of all in a sentence; `at_least` is None where a side is too small for a share.
    """

    row: Row
    told: str
    at_least: int | None
    sharers: list[Sharer]


@dataclass(frozen=True, slots=True)
class Marker:
    """A claim that marks out a group: how many of it agree or disagree, and of the others.

    `elsewhere`, of 100, is None where fewer than three others have marked it.
    """

    row: Row
    agrees: bool
    share: Share
    elsewhere: int | None
    count_elsewhere: int
    n_elsewhere: int


@dataclass(frozen=True, slots=True)
class Group:
    """People who mark alike: what they are called and drawn as, where, and what marks them out."""

    name: str
    shape: str
    n: int
    dots: list[tuple[float, float]]
    markers: list[Marker]


@dataclass(slots=True)
class Ground:
    """The page. `people` have marked enough to be in a group; `stability` is of 100.

    `no_groups`: none were found at all, not even such as change with who is left out.
    """

    head: Head
    parts: Parts
    held: list[Shared] = field(default_factory=list)
    held_count: int = 0
    nearly: list[Shared] = field(default_factory=list)
    settled: list[Hinge] = field(default_factory=list)
    parting: list[Hinge] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    people: int = 0
    stability: int | None = None
    no_groups: bool = False


def ground(debate: Debate, viewer: Viewer) -> Ground:
    """What all sides hold, and where they part. At most 17 queries."""
    parts = analysis.parts(debate, "common_ground", "held", "groups")
    told = parts.found.get("common_ground") or []
    held = [one for one in told if one["held_by_all"]][:HELD]
    nearly = [one for one in told if not one["held_by_all"]][:NEARLY]
    groups = parts.found.get("groups") or {"stable": False, "representative": {}, "people": 0}
    marking = [one for of_group in groups["representative"].values() for one in of_group]
    marking = marking if groups["stable"] else []
    gist = gists.of(debate)
    further = [one.pk for one in gist.found] if gist else []
    ids = [one["statement"] for one in (*held, *nearly, *marking)] + further
    gathered = gathering.gather(debate, viewer, list(dict.fromkeys(ids)))
    page = Ground(gathered.head, parts, people=groups["people"])
    page.held, page.nearly = _shared(held, gathered, viewer), _shared(nearly, gathered, viewer)
    page.held_count = parts.found.get("held") or 0
    page.no_groups = groups.get("stability") is None
    _with_cruxes(page, debate, viewer, gathered, gist)
    if groups["stable"]:
        page.groups = _groups(groups, gathered, viewer)
        page.stability = points(groups["stability"])
    return page


def _with_cruxes(
    page: Ground, debate: Debate, viewer: Viewer, gathered: Gathered, gist: Gist | None
) -> None:
    """Add the cruxes that are settled, and the claims on which the sides part."""
    settled = debate.statements.filter(crux_state=CruxState.SETTLED).order_by("path")
    readable = settled.filter(rules.readable_by(viewer))
    found = (
        [gathered.known[one.pk] for one in gist.found if one.pk in gathered.known] if gist else []
    )
    claims = [*readable[:PARTING], *found]
    held = [stand.side for stand in gathered.head.stands]
    made = hinges(debate.pk, held, viewer, claims, ())
    known = {one.row.id for one in page.held}
    page.settled = [
        one
        for one in made
        if one.claim.crux_state == CruxState.SETTLED and one.claim.pk not in known
    ]
    named = {one.claim.pk for one in gathered.head.hinges}
    named |= {one.claim.pk for one in made if one.claim.crux_state == CruxState.SETTLED}
    others = [one for one in made if one.claim.pk not in named]
    page.parting = [*gathered.head.hinges, *others][:PARTING]


def _shared(
    found: Iterable[Mapping[str, Any]], gathered: Gathered, viewer: Viewer
) -> list[Shared]:
    stands = {stand.side.position.label: stand for stand in gathered.head.stands}
    made = []
    for one in found:
        if _is_readable(gathered.known.get(one["statement"]), viewer):
            sharers = [_sharer(side, stands) for side in one["sides"]]
            is_small = any(side.share.share is None for side in sharers)
            at_least = None if is_small else points(one["at_least"])
            by_groups = any("group" in side for side in one["sides"])
            told = _told(sharers, at_least, held=one["held_by_all"], by_groups=by_groups)
            made.append(Shared(gathered.row(one["statement"]), told, at_least, sharers))
    return made


def _is_readable(statement: Statement | None, viewer: Viewer) -> bool:
    return statement is not None and rules.may_read_text(statement, viewer)


def _sharer(side: Mapping[str, Any], stands: Mapping[str, Stand]) -> Sharer:
    share = pivots.share(side)
    if "group" in side:
        return Sharer(group_name(side["group"]), "", share)
    stand = stands.get(side["position"])
    name = (stand.name if stand else "") or side["position"]
    if side["holds"]:
        return Sharer(name, stand.side.letter if stand else "", share)
    return Sharer(gettext("Against “%(name)s”") % {"name": name}, "", share)


def group_name(number: int) -> str:
    """What a group is called: from 1 on, so that it is not taken for a side."""
    return gettext("Group %(number)s") % {"number": number + 1}


def _told(sharers: Sequence[Sharer], at_least: int | None, *, held: bool, by_groups: bool) -> str:
    """How many agree, in a sentence: people where a side is small, else a share of each side."""
    if at_least is not None and by_groups:
        told = gettext("As far as the marks tell, at least %(share)s of 100 of every group agree.")
        return told % {"share": at_least}
    if at_least is not None:
        told = gettext("As far as the marks tell, at least %(share)s of 100 of every side agree.")
        return told % {"share": at_least}
    if not held:
        return gettext("Some of every side agree; too few have marked it to say how many hold it.")
    *first, last = (one.share.agree for one in sharers)
    if by_groups:
        told = gettext("All groups hold it (%(first)s and %(last)s).")
    elif first[1:]:
        told = gettext("All sides hold it (%(first)s and %(last)s).")
    else:
        told = gettext("Both sides hold it (%(first)s and %(last)s).")
    return told % {"first": ", ".join(map(str, first)), "last": last}


def _groups(stored: Mapping[str, Any], gathered: Gathered, viewer: Viewer) -> list[Group]:
    """The groups, their people in a square of 100, the axes to one scale."""
    dots = [dot for of_group in stored["dots"].values() for dot in of_group]
    middle = [(min(axis) + max(axis)) / 2 for axis in zip(*dots, strict=True)]
    reach = max(abs(value - middle[axis]) for dot in dots for axis, value in enumerate(dot)) or 1
    made = []
    for place, (number, of_group) in enumerate(stored["dots"].items()):
        drawn = [(_at(x, middle[0], reach), _at(y, middle[1], reach)) for x, y in of_group]
        markers = _markers(stored["representative"].get(number, ()), gathered, viewer)
        shape = SHAPES[place % len(SHAPES)]
        made.append(Group(group_name(int(number)), shape, stored["sizes"][number], drawn, markers))
    return made


def _at(value: float, middle: float, reach: float) -> float:
    return round(50 + 46 * (value - middle) / reach, 1)


def _markers(
    found: Iterable[Mapping[str, Any]], gathered: Gathered, viewer: Viewer
) -> list[Marker]:
    return [
        Marker(
            gathered.row(one["statement"]),
            one["agrees"],
            pivots.share({**one, "agree": one["count"]}),
            None if one["elsewhere"] is None else points(one["elsewhere"]),
            one.get("count_elsewhere", 0),
            one.get("n_elsewhere", 0),
        )
        for one in found
        if _is_readable(gathered.known.get(one["statement"]), viewer) and one["n"] >= FEW
    ]
