"""The course of a debate: a point where it came to stand otherwise, and no more than it needs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import User
from debate.actions import analysis, marks, statements
from debate.models import AnalysisPoint, Debate, Statement
from debate.selectors import course
from debate.selectors.course import Point

WHEN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def position(label: str, strength: float | None, n: int = 5) -> dict[str, Any]:
    low, high = (strength - 0.1, strength + 0.1) if strength is not None else (None, None)
    return {"P1": {"label": label, "strength": strength, "low": low, "high": high, "n": n}}


def points(*positions: dict[str, Any]) -> list[Point]:
    return [Point(10 * number, WHEN, one, {}) for number, one in enumerate(positions)]


def test_a_point_is_kept_where_something_came_out_otherwise(
    claim: Statement, bob: User, charlie: User
) -> None:
    def kept() -> int:
        analysis.refresh(claim.debate_id)
        return AnalysisPoint.objects.filter(debate=claim.debate_id).count()

    assert kept() == 1
    statements.reply(claim, by=bob, kind="question", body="Is it?")
    assert kept() == 1
    statements.reply(claim.parent or claim, by=bob, kind="objection", on="truth", body="No.")
    assert kept() == 2
    position = claim.debate.statements.filter(kind="position").order_by("pk")[0]
    marks.mark(position, by=charlie, truth="disagree")
    assert kept() == 3
    told = course.course(claim.debate)
    assert [one.positions["P1"]["label"] for one in told] == ["in", "out", "in"]  # three take part
    assert told[-1].positions["P1"]["n"] == told[0].positions["P1"]["n"] + 1


def test_old_points_are_thinned_out_and_the_newest_stay(
    debate: Debate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course, "MOST", 20)
    result = {"claims": {}, "sides": {}, "cruxes": {"computed": [], "ranked_by": "swing"}}
    for event in range(200):
        told = {**result, "sides": {"P1": {}}, "claims": position("in", event % 50 / 100)}
        analysis._keep_point(debate.pk, event, told)
    kept = [one.event for one in course.course(debate)]
    assert len(kept) <= 20
    assert kept[0] == 0
    assert kept[-10:] == list(range(190, 200))


def test_a_position_is_told_with_the_marks_that_count() -> None:
    claims = position("in", 0.5, n=40)
    claims["P1"]["counted"] = 2
    cruxes: dict[str, Any] = {"computed": [], "ranked_by": "swing"}
    found = course.found({"claims": claims, "sides": {"P1": {}}, "cruxes": cruxes})
    assert found["positions"] == position("in", 0.5, n=2)


def test_the_first_cruxes_are_kept_each_of_the_position_it_ranks_highest_for() -> None:
    def crux(claim: str, position: str, rank: float, swing: float) -> dict[str, Any]:
        told = {"claim": claim, "position": position, "rank": rank, "swing": swing}
        return {**told, "low": 0.0, "high": 1.0, "n": 9, "kept": True, "information": 0.1}

    computed = [crux("S1", "P1", 0.1, 0.4), crux("S2", "P1", 0.3, 0.2)]
    computed += [crux("S1", "P2", 0.2, 0.1)]
    cruxes = {"computed": computed, "double": [], "ranked_by": "swing"}
    found = course.found({"claims": {}, "sides": {}, "cruxes": cruxes})["cruxes"]
    told = [(label, one["position"], one["swing"]) for label, one in found.items()]
    assert told == [("S2", "P1", 0.2), ("S1", "P2", 0.1)]


def test_a_chart_has_line_interval_and_how_it_stood() -> None:
    made = course.of_position(
        points(position("in", 0.5), position("out", 0.3), position("out", 0.4)), "P1"
    )
    assert made
    assert made.lines == ["0.0,50 50.0,70 100.0,60"]
    assert made.bands == ["0.0,40 50.0,60 100.0,50 100.0,70 50.0,80 0.0,60"]
    assert [(one.start, one.width, one.look) for one in made.spans] == [
        (0.0, 50.0, "stands"),
        (50.0, 50.0, "challenged"),
    ]
    assert (made.last.value, made.last.low, made.last.high) == (40, 30, 50)


def test_where_there_are_too_few_marks_or_no_value_the_line_is_broken() -> None:
    made = course.of_position(
        points(
            position("in", 0.5, n=2),
            position("in", 0.5),
            position("undecided", None),
            position("in", 0.6),
        ),
        "P1",
    )
    assert made
    assert [one.value for one in made.told] == [None, 50, None, 60]
    assert made.lines == ["33.33,50", "100.0,40"]


def test_one_point_is_no_chart() -> None:
    assert course.of_position(points(position("in", 0.5)), "P1") is None
    assert course.of_crux(points(position("in", 0.5), position("in", 0.6)), "C1") is None
