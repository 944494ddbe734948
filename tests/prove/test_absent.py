"""What one may not know of is answered as quickly as what was never there.

That the answers are the same, byte for byte, show the tests of rights at each run; here it is
measured how long this process and its PostgreSQL work for each, asked for in turns. Where they
differ, it is measured again: what lies in the program does so each time.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from typing import Any

import pytest

from tests.prove.conftest import Noted
from tests.prove.test_sizes import busy
from tests.rights.routes import Route
from tests.rights.rows import cells
from tests.rights.table import Row
from tests.rights.test_ids import Secret, answer, build, kind_of, knows_people
from tests.rights.world import Who, World

pytestmark = [pytest.mark.prove, pytest.mark.django_db]

ROUNDS = int(os.environ.get("CRUX_ROUNDS", "20"))
ASKERS = ("visitor", "member", "write token")
LIMIT = 5.0  # ms between the medians
TRIES = 4

Place = tuple[Route, Row, str, tuple[Any, Any]]


def places(secret: Secret, who: Who) -> Iterator[Place]:
    """Each part of an address in which an id may stand, with one of each sort."""
    for route, row in cells():
        if route.door == "admin" or not route.is_ours:
            continue
        for part in route.parts:
            kind = kind_of(part, row, route)
            if kind in secret.there and not (kind == "username" and knows_people(who, route)):
                yield route, row, part, (secret.there[kind], secret.never[kind])


def differs(made: World, who: Who, place: Place) -> float:
    """Milliseconds of work by which the medians of the two differ."""
    route, row, part, ids = place
    sent = row.sends(made.places["public"], who)
    times: list[list[float]] = [[], []]
    for turn in range(ROUNDS + 2):
        for which in (0, 1) if turn % 2 else (1, 0):
            begun = busy()
            answer(made, who, route, row, {part: ids[which]}, sent)
            if turn > 1:  # what is loaded once
                times[which].append(busy() - begun)
    there, never = map(statistics.median, times)
    return abs(there - never)


def test_what_may_not_be_known_takes_no_longer_than_what_is_not_there(note: Noted) -> None:
    made, secret = build()
    found: dict[str, float] = {}
    for name in ASKERS:
        who = made.who[name]
        for place in places(secret, who):
            route, row, part, _ = place
            tries = (differs(made, who, place) for _ in range(TRIES))
            least = next((one for one in tries if one <= LIMIT), 2 * LIMIT)
            found[f"{row.method} {route.name} <{part}>, {name}"] = least
    worst = max(found, key=lambda name: found[name])
    note(
        "what one may not know beside what is not there",
        f"{len(found)} addresses and methods as {', '.join(ASKERS)}, {ROUNDS} times each in turn: "
        f"medians differ by {statistics.median(found.values()):.2f} ms in the median, "
        f"{found[worst]:.1f} at most ({worst})",
    )
    assert len(found) > 250
    assert [name for name, apart in found.items() if apart > LIMIT] == []
