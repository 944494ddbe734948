"""AIF and xAIF: who says what in answer to what, there and back."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest
from hypothesis import given, settings

from debate.formats.hypertext import shown
from debate.formats.losses import GONE
from debate.formats.outline import ROOTS, Outline, Point, Unreadable
from tests.formats.sketches import all_told, example, outlines, read, written

SCHEMED = ("support", "objection", "clarification")
NODES = [
    *(("1", "L", "A : it has targets"), ("2", "YA", "Asserting"), ("3", "I", "it has targets")),
    *(("4", "L", "B : only the mask does"), ("5", "YA", "Asserting"), ("6", "I", "only the mask")),
    *(("7", "CA", "Default Conflict"), ("8", "TA", "Default Transition")),
    *(("9", "YA", "Disagreeing"), ("10", "L", "A : Why?"), ("11", "YA", "Challenging")),
    *(("12", "TA", "Default Transition"), ("13", "L", "C : yes"), ("14", "YA", "Agreeing")),
]
EDGES = [
    *((1, 2), (2, 3), (4, 5), (5, 6), (6, 7), (7, 3), (1, 8), (8, 4), (8, 9), (9, 7)),
    *((10, 11), (11, 6), (4, 12), (12, 10), (13, 14), (14, 3)),
]


def file(
    nodes: Iterable[tuple[object, str, str]] = NODES,
    edges: Iterable[tuple[object, object]] = EDGES,
    *,
    is_number: bool = False,
) -> str:
    as_id = int if is_number else str
    return json.dumps(
        {
            "nodes": [
                {"nodeID": as_id(str(n)), "type": kind, "text": text, "timestamp": ""}
                for n, kind, text in nodes
            ],
            "edges": [
                {"edgeID": n, "fromID": as_id(str(a)), "toID": as_id(str(b)), "formEdgeID": None}
                for n, (a, b) in enumerate(edges)
            ],
            "locutions": [
                {"nodeID": as_id("1"), "personID": 1, "start": "2021-11-11 21:50:00"},
                {"nodeID": as_id("4"), "personID": "2"},
                {"nodeID": as_id("10"), "personID": 1},
            ],
            "participants": [
                {"participantID": 1, "firstname": "Ann", "surname": "A"},
                {"participantID": "2", "firstname": "Bo", "surname": ""},
            ],
        }
    )


@pytest.mark.parametrize("is_number", [False, True])
@pytest.mark.parametrize("is_wrapped", [False, True])
def test_a_dialogue_is_read(is_number: bool, is_wrapped: bool) -> None:
    text = file(is_number=is_number)
    found = read("xaif", f'{{"AIF": {text}, "text": "x", "dialog": true}}' if is_wrapped else text)
    assert [(x.key, x.kind, x.on, x.parent, x.person, x.body) for x in found.outline.points] == [
        ("3", "position", "", "", "1", "it has targets"),
        ("6", "objection", "truth", "3", "2", "only the mask"),
        ("10", "question", "", "6", "1", "Why?"),
    ]
    assert [person.name for person in found.outline.people] == ["Ann A", "Bo", "C"]
    [mark] = found.outline.marks
    assert (mark.point, mark.person, mark.truth) == ("3", "C", "agree")
    [first, *_] = found.outline.points
    assert first.at and first.at.hour == 21
    assert not found.losses


def test_a_map_without_speakers_is_a_tree_with_links() -> None:
    nodes = [("a", "I", "A"), ("b", "I", "B"), ("c", "I", "C"), ("r", "RA", "x"), ("q", "RA", "y")]
    nodes += [("u", "CA", "z"), ("d", "I", "D")]
    edges = [("b", "r"), ("c", "r"), ("r", "a"), ("b", "q"), ("q", "c"), ("d", "u"), ("u", "r")]
    found = read("aif", file(nodes, edges))
    assert [(x.key, x.kind, x.on, x.parent) for x in found.outline.points] == [
        ("a", "position", "", ""),
        ("b", "support", "", "a"),
        ("d", "objection", "relevance", "b"),
        ("c", "support", "", "a"),
    ]
    [link] = found.outline.links
    assert (link.source, link.target, link.kind) == ("b", "c", "support")
    assert [loss.what for loss in found.losses] == ["link"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (file([*NODES, ("1", "I", "again")]), "point"),
        (file([*NODES, ("99", "ZZ", "odd")]), "point"),
        (file(edges=[*EDGES, (1, 77)]), "link"),
        (file([*NODES, ("99", "PA", "x")]), "link"),
        (file([*NODES, ("99", "L", "D : hm")]), "point"),
        (file([*NODES, ("99", "I", "")]), "text"),
    ],
)
def test_what_does_not_fit_is_told_and_the_rest_is_read(text: str, what: str) -> None:
    found = read("aif", text)
    assert [loss.what for loss in found.losses] == [what]
    assert len(list(found.outline.points)) >= 3


@pytest.mark.parametrize("text", ["{}", "[]", '{"nodes": [1, null, "x", {}]}', "{", "[" * 10_000])
def test_without_nodes_nothing_can_be_read(text: str) -> None:
    with pytest.raises(Unreadable):
        read("aif", text)


# ---- there and back
def meant(point: Point, schemed: set[str]) -> tuple[object, ...]:
    on = "truth" if point.on == "relevance" and point.parent not in schemed else point.on
    kind = "position" if point.kind in ROOTS else point.kind
    words = GONE.get(point.gone) or shown(point.body)
    return kind, on, " ".join(words.split()), point.at and point.at.replace(microsecond=0)


@pytest.mark.parametrize("name", ["aif", "xaif"])
@given(outline=outlines())
@settings(max_examples=100, deadline=None)
def test_what_aif_can_hold_comes_back_and_the_rest_is_told(name: str, outline: Outline) -> None:
    data, losses = written(name, outline)
    assert all_told("aif", outline, losses)
    json.loads(data)
    back = read(name, data).outline
    points, kept = list(back.points), list(outline.points)
    schemed = {one.key for one in kept if one.parent and one.kind in SCHEMED}
    assert [meant(one, {x.key for x in points}) for one in points] == [
        meant(one, schemed) for one in kept
    ]
    places = {one.key: place for place, one in enumerate(kept)}
    again = {one.key: place for place, one in enumerate(points)}
    assert [again.get(one.parent) for one in points] == [places.get(one.parent) for one in kept]
    names = {one.key: one.name for one in outline.people}
    who = {one.key: one.name for one in back.people}
    assert [who.get(one.person) for one in points] == [names.get(one.person) for one in kept]
    assert {(again[x.source], again[x.target], x.kind, x.on) for x in back.links} == {
        (places[x.source], places[x.target], x.kind, x.on) for x in outline.links
    }
    assert {(again[x.point], who[x.person], x.truth, x.at) for x in back.marks} == {
        (places[x.point], names[x.person], x.truth, x.at)
        for x in outline.marks
        if x.truth != "unsure"
    }


def test_xaif_has_a_span_for_each_utterance() -> None:
    value = json.loads(written("xaif", example())[0])
    said = {node["nodeID"] for node in value["AIF"]["nodes"] if node["type"] == "L"}
    spans = value["text"]["txt"].count('<span class="highlighted" id="')
    assert spans == len(list(example().points))
    assert all(f'id="{10 * n + 2}"' in value["text"]["txt"] for n in range(1, spans + 1))
    assert {str(10 * n + 2) for n in range(1, spans + 1)} <= said


def test_the_loss_report_names_what_aif_has_no_room_for() -> None:
    told = {loss.what for loss in written("aif", example())[1]}
    assert told == {
        *("debate", "person", "turn", "name", "kind", "text", "quotation", "author", "point"),
        *("mark", "reliance", "link"),
    }
