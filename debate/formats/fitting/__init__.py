"""Making what was read fit for a debate: each thing mended is told, and nothing goes silently."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from debate.formats.fitting.marks import links, marks, reliances
from debate.formats.fitting.trees import trees
from debate.formats.fitting.turns import with_turns
from debate.formats.fitting.words import Mending, header, people
from debate.formats.outline import POINTS_MOST, Options, Outline, Reading, Unreadable

__all__ = ["fit"]


def fit(reading: Reading, options: Options, now: datetime) -> Reading:
    """The reading as a debate can hold it, its losses told with those that it had.

    `options.choices` may have another kind for a point ('kind:' and its key). Times after `now`
    are none. Raises Unreadable for too much, or where nothing is left.
    """
    given = reading.outline
    points = list(given.points)
    if not points:
        raise Unreadable("Nothing was found here that anybody said.")
    if len(points) > POINTS_MOST:
        raise Unreadable(
            "There are %(count)s statements here; the most is %(most)s. Take a part of them.",
            count=f"{len(points):,}",
            most=f"{POINTS_MOST:,}",
        )
    mending = Mending(reading.losses.append, now)
    known = people(given.people, mending)
    placed = trees(points, known, _kinds(options.choices), mending)
    turns, placed = with_turns(given.turns, placed, known, mending)
    by_key = {point.key: point for point in placed}
    outline = Outline(
        header=header(given.header, mending),
        people=list(known.values()),
        turns=turns,
        points=placed,
        links=links(given.links, by_key, mending),
        marks=marks(given.marks, by_key, known, mending),
        reliances=reliances(given.reliances, by_key, known, mending),
    )
    return Reading(outline, reading.losses, reading.problems, reading.preview)


def _kinds(choices: Mapping[str, str]) -> dict[str, str]:
    return {
        key.removeprefix("kind:"): kind for key, kind in choices.items() if key.startswith("kind:")
    }
