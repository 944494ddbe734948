"""GraphML and DOT: drawings that other programs can read, whatever people have said."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from hypothesis import given, settings

from debate.formats.outline import Outline
from tests.formats.sketches import all_told, example, outlines, written

SPACE = "{http://graphml.graphdrawing.org/xmlns}"
QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def edges(outline: Outline) -> list[tuple[str, str]]:
    tree = [(one.key, one.parent) for one in outline.points if one.parent]
    return tree + [(link.source, link.target) for link in outline.links]


@given(outlines())
@settings(max_examples=80, deadline=None)
def test_graphml_has_every_point_and_every_relation(outline: Outline) -> None:
    data, losses = written("graphml", outline)
    graph = ElementTree.fromstring(data)[-1]
    nodes = [one.get("id") for one in graph.iter(f"{SPACE}node")]
    assert nodes == [one.key for one in outline.points]
    found = [(one.get("source"), one.get("target")) for one in graph.iter(f"{SPACE}edge")]
    assert found == edges(outline)
    assert all_told("graphml", outline, losses)


@given(outlines())
@settings(max_examples=80, deadline=None)
def test_dot_has_every_point_and_every_relation_each_on_a_sound_line(outline: Outline) -> None:
    data, losses = written("dot", outline)
    lines = data.decode().split("\n")
    assert sum(" -> " in QUOTED.sub("", line) for line in lines) == len(edges(outline))
    assert sum("[label" in QUOTED.sub("", line) for line in lines) == (
        len(list(outline.points)) + len(edges(outline))
    )
    for line in lines:
        assert '"' not in QUOTED.sub("", line)
    assert {"mark"} <= {loss.what for loss in losses} or not outline.marks


def test_what_is_drawn_of_the_example_is_told() -> None:
    for name in ("graphml", "dot"):
        told = {loss.what for loss in written(name, example())[1]}
        assert told >= {"debate", "text", "quotation", "mark", "reliance", "turn"}
