"""Kialo: a tree of claims for and against, with links, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from debate.formats.bounds import LINES_MOST
from debate.formats.losses import GONE
from debate.formats.outline import POINTS_MOST, ROOTS, Outline, Point, Unreadable
from tests.formats.sketches import all_told, example, outlines, read, written

TEXT = """\
Discussion Title: Can a shoggoth be agentic?

1. The predictor itself can be an agent.
1.1. Pro: Its outputs are pulled towards targets.
1.1.1. Con: Only the character is pulled.
which goes on here
1.2. Con: -> See 1.1.1.
1.3. Pro: A [link](https://a.b) stays.
"""


def test_claims_stances_and_links_are_read() -> None:
    found = read("kialo", TEXT)
    outline = found.outline
    assert outline.header.question == "Can a shoggoth be agentic?"
    assert [(one.key, one.kind, one.parent) for one in outline.points] == [
        ("1.", "position", ""),
        ("1.1.", "support", "1."),
        ("1.1.1.", "objection", "1.1."),
        ("1.3.", "support", "1."),
    ]
    assert [one.body for one in outline.points][2] == (
        "Only the character is pulled.\nwhich goes on here"
    )
    [link] = outline.links
    assert (link.source, link.target, link.kind, link.on) == ("1.1.1.", "1.", "objection", "truth")
    assert not found.losses


def test_several_theses_are_positions_under_the_question() -> None:
    text = "Discussion Title: What?\n\n1. What?\n1.1. This.\n1.2. That.\n1.2.1. Pro: It works."
    outline = read("kialo", text).outline
    assert [(one.key, one.kind, one.parent) for one in outline.points] == [
        *(("1.1.", "position", ""), ("1.2.", "position", ""), ("1.2.1.", "support", "1.2."))
    ]
    assert not outline.header.background


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("1.1. Pro: Twice.\n1.1. Con: Twice.", "line"),
        ("1.7.1. Pro: Under nothing.", "line"),
        ("1.1. Pro: x\n1.1.1. Neither.", "kind"),
        ("1.1. Con: -> See 1.9.", "link"),
        ("1.1. Pro:", "line"),
    ],
)
def test_what_does_not_fit_is_told_and_the_rest_is_read(line: str, what: str) -> None:
    found = read("kialo", f"Discussion Title: T\n\n1. Thesis\n1.5. Pro: Sound.\n{line}\n")
    assert [loss.what for loss in found.losses] == [what]
    assert "Sound." in [one.body for one in found.outline.points]


def test_without_claims_nothing_can_be_read() -> None:
    with pytest.raises(Unreadable, match="no claims"):
        read("kialo", "Discussion Title: T\n\nNothing here.")


# ---- there and back
def held(outline: Outline) -> list[Point]:
    """The points that Kialo has room for: claims for and against, as far as they hang together."""
    kept: dict[str, Point] = {}
    for point in outline.points:
        if point.kind in ROOTS or (
            point.kind in ("support", "objection") and point.parent in kept
        ):
            kept[point.key] = point
    return list(kept.values())


def said(point: Point) -> tuple[str, str]:
    kind = "position" if point.kind in ROOTS else point.kind
    return kind, GONE.get(point.gone) or point.body


@given(outlines())
@settings(max_examples=150, deadline=None)
def test_what_kialo_can_hold_comes_back_and_the_rest_is_told(outline: Outline) -> None:
    data, losses = written("kialo", outline)
    back = read("kialo", data).outline
    kept = held(outline)
    points = list(back.points)
    assert back.header.question == outline.header.question
    assert [said(one) for one in points] == [(kind, body) for kind, body in map(said, kept)]
    places = {point.key: place for place, point in enumerate(kept)}
    again = {point.key: place for place, point in enumerate(points)}
    assert [again.get(one.parent) for one in points] == [places.get(one.parent) for one in kept]
    assert {(again[x.source], again[x.target], x.kind) for x in back.links} == {
        (places[x.source], places[x.target], x.kind)
        for x in outline.links
        if x.source in places and x.target in places
    }
    dropped = {one.key for one in outline.points} - set(places)
    assert {loss.where for loss in losses if loss.what == "point" and loss.where} == dropped
    assert all_told("kialo", outline, losses)


def test_the_loss_report_names_what_kialo_has_no_room_for() -> None:
    losses = written("kialo", example())[1]
    assert {loss.what for loss in losses} == {
        *("debate", "person", "author", "date", "turn", "name", "kind", "quotation", "point"),
        *("mark", "reliance", "link"),
    }
    assert {loss.where for loss in losses if loss.where} == {"S4", "S5", "S8", "S9", "S10"}


@pytest.mark.parametrize(
    ("made", "why"),
    [
        ("1. x\n" + "1.1. y\n" * POINTS_MOST, "This file has more than 20000 claims."),
        ("x\n" * (LINES_MOST + 1), "This file has more than 200,000 lines. Take a part of it."),
    ],
)
def test_a_file_with_more_than_can_be_read_is_refused(made: str, why: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read("kialo", made)
    assert str(refused.value) == why
