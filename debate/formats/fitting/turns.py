"""Who published what in one go, and in which order everything was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from debate.formats.fitting.words import Mending
from debate.formats.outline import Loss, Person, Point, Turn

NUMBER = 1_000_000
MOST = {"most": NUMBER}


def with_turns(
    given: Iterable[Turn], points: Sequence[Point], known: Mapping[str, Person], mending: Mending
) -> tuple[list[Turn], list[Point]]:
    """The turns, and the points each in a turn of its author's and numbered as they were said.

    What the file puts in no turn is one of its own; cruxes may be in none, and so may what is gone
    where another turn is there.
    """
    turns = _known_turns(given, known, mending)
    places = _places(points)
    used: dict[int, Turn] = {}
    highest = max(turns, default=0)
    changed: dict[str, Point] = {}
    for point in sorted(points, key=lambda one: places[one.key]):
        number = point.turn
        turn = turns.get(number)
        if turn is not None and (turn.person == point.person or (point.gone and not turn.person)):
            used[number] = turn
        elif (point.gone or point.kind == "crux") and not number:
            pass
        else:
            if number and turns:
                mending.lost(Loss("Its turn is another person's.", "turn", point.key[:60]))
            highest = number = highest + 1
            used[number] = turns[number] = Turn(number, point.person, point.at)
        changed[point.key] = replace(point, turn=number, number=places[point.key])
    if not used:  # all of it is gone, or cruxes alone
        used[1] = Turn(1, points[0].person, points[0].at)
    for number in sorted(turns.keys() - used.keys()):
        mending.lost(Loss("Nothing was said in this turn.", "turn", f"turn {number}"))
    return [used[number] for number in sorted(used)], [changed[one.key] for one in points]


def _known_turns(
    given: Iterable[Turn], known: Mapping[str, Person], mending: Mending
) -> dict[int, Turn]:
    found: dict[int, Turn] = {}
    for turn in given:
        where = f"turn {turn.number}"
        if turn.number > NUMBER:
            mending.lost(Loss("The number of a turn is at most %(most)s.", "turn", where, MOST))
        elif turn.number < 1 or turn.number in found:
            mending.lost(Loss("A turn with this number is there already.", "turn", where))
        elif turn.person and turn.person not in known:
            mending.lost(Loss("Whose turn this is the file does not say.", "turn", where))
        else:
            found[turn.number] = replace(turn, at=mending.at(turn.at, where))
    return found


def _places(points: Sequence[Point]) -> dict[str, int]:
    """Each point's place in the order of saying: as numbered, else by time, else as they stand."""
    numbers = {point.number for point in points if point.number > 0}
    if len(numbers) == len(points):
        ordered = sorted(points, key=lambda point: point.number)
    elif all(point.at is not None for point in points):
        ordered = sorted(points, key=lambda point: point.at)  # type: ignore[arg-type,return-value]  # none is None
    else:
        ordered = list(points)
    return {point.key: place for place, point in enumerate(ordered, 1)}
