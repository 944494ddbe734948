"""Argdown: what is read of other people's maps, and ours there and back."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings

from debate.formats.argdown_text import Document, Node
from debate.formats.hypertext import shown
from debate.formats.outline import POINTS_MOST, Loss, Outline, Point, Unreadable
from tests.formats.sketches import all_told, example, outlines, read, written

MAPS = Path(__file__).resolve().parents[3] / "shared" / "data" / "argdown"
EXPECTED = json.loads((Path(__file__).parent / "argdown_maps.json").read_text())
"""What @argdown/core finds in the maps: statements, arguments, relations by sort."""

TEXT = """\
===
title: Can a shoggoth be agentic?
===
[Agentic]: An LLM's underlying predictor
can be an agent. {proponent: "A"}
    + <Goal pull>: Its outputs are *pulled* towards targets. {proponent: "A"}
        - <Mask only>: That shows the character has goals. {proponent: "B"}
          // a comment
        _ <Wrong question>: "Agentic" is used in two senses. #frame {proponent: "B"}
    +> [Danger]: Then it is dangerous.

[Danger]
    >< [Safe]: Nothing can happen.
"""


def drawn(text: str) -> tuple[Document, list[Loss]]:
    losses: list[Loss] = []
    return Document(text, losses), losses


def name(node: Node) -> str:
    return "" if node.is_untitled else node.title


def relations(document: Document) -> Counter[tuple[str, str, str]]:
    return Counter(
        (one.type, name(one.source.conclusion or one.source), name(one.target))
        for one in document.relations.values()
    )


def test_a_document_is_a_tree_with_links() -> None:
    found = read("argdown", TEXT)
    outline = found.outline
    assert outline.header.question == "Can a shoggoth be agentic?"
    assert [(one.key, one.kind, one.on, one.parent, one.person) for one in outline.points] == [
        ("Danger", "position", "", "", ""),
        ("Agentic", "support", "", "Danger", "A"),
        ("Goal pull", "support", "", "Agentic", "A"),
        ("Mask only", "objection", "truth", "Goal pull", "B"),
        ("Wrong question", "objection", "relevance", "Goal pull", "B"),
        ("Safe", "objection", "truth", "Danger", ""),
    ]
    points = {one.key: one for one in outline.points}
    assert points["Agentic"].body == "An LLM's underlying predictor can be an agent."
    assert points["Goal pull"].body == "Its outputs are *pulled* towards targets."
    assert points["Wrong question"].note == {"tags": ["frame"]}
    [link] = outline.links
    assert (link.source, link.target, link.kind, link.on) == (
        *("Danger", "Safe", "objection", "truth"),
    )


def test_less_indented_than_the_first_is_as_deep_as_that() -> None:
    found, losses = drawn("[A]: x\n    + [B]: y\n  - [C]: z\n        + [D]: w\n   + [E]: v\n")
    told = [("support", "B", "A"), ("attack", "C", "A"), ("support", "D", "C")]
    assert relations(found) == Counter([*told, ("support", "E", "A")])
    assert losses == []


def test_a_reconstruction_supports_its_conclusion() -> None:
    premises = "<A>: It follows.\n\n(1) [P]: First.\n(2) Second."
    text = f"{premises}\n-- rule --\n(3) [C]: Third.\n  -> [D]: x"
    document, losses = drawn(text)
    [argument] = [node for node in document.nodes.values() if node.is_argument]
    assert [one.body for one in argument.premises] == ["First.", "Second."]
    assert argument.conclusion and argument.conclusion.title == "C"
    assert relations(document) == {("attack", "C", "D"): 1}
    assert not losses


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("[A]: one\ntwo", "one two"),
        ("[A]: a \\[b\\] \\* c", "a \\[b\\] \\* c"),
        ("[A]: see [there](https://a.b) now", "see [there](https://a.b) now"),
        ("[A]: as @[B] said #tag {x: 1}", "as B said"),
        ("[A]: half *open", "half \\*open"),
        ("[A]: a <!-- gone\ngone --> b", "a b"),
        ("[A]: a /* gone */ b // gone", "a b"),
        ("[A]: x\n<!-- a line -->\ny", "x y"),
        ("A sentence alone.", "A sentence alone."),
    ],
)
def test_words_become_markdown(text: str, body: str) -> None:
    [node] = drawn(text)[0].nodes.values()
    assert node.body == body


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[A]: x\n\n  + <B>: stands alone", "line 3"),
        ("[A]: x\n\n[A]: another x", "line 3"),
        ("[A]: x\n  + [A]", "line 2"),
        ("(1) a premise\n(2) another", "line 1"),
    ],
)
def test_what_makes_no_sense_is_told_with_its_line(text: str, line: str) -> None:
    assert [loss.where for loss in drawn(text)[1]] == [line]


def test_nothing_said_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="no statement"):
        read("argdown", "===\ntitle: x\n===\n\n// nothing\n")


@pytest.mark.skipif(not MAPS.exists(), reason="the maps are not here")
@pytest.mark.parametrize("name_of_map", sorted(EXPECTED))
def test_maps_are_read_with_the_relations_that_argdown_finds(name_of_map: str) -> None:
    expected = EXPECTED[name_of_map]
    document, _ = drawn((MAPS / f"{name_of_map}.argdown").read_text())
    nodes = document.nodes.values()
    assert sum(not one.is_argument for one in nodes) == expected["statements"]
    assert sum(one.is_argument for one in nodes) == expected["arguments"]
    assert sum(one.conclusion is not None for one in nodes) == expected["reconstructions"]
    found = [[*key, number] for key, number in sorted(relations(document).items())]
    assert found == expected["relations"]
    outline = read("argdown", (MAPS / f"{name_of_map}.argdown").read_bytes()).outline
    assert len(list(outline.points)) == len(nodes)
    parts = sum(len(one.premises) + 1 for one in nodes if one.conclusion)
    both = sum(one.type == "contradictory" for one in document.relations.values())
    edges = sum(bool(one.parent) for one in outline.points) + len(list(outline.links))
    assert edges == len(document.relations) + both + parts


def told(point: Point) -> tuple[object, ...]:
    quote = point.quote.exact if point.quote else ""
    has = point.key, point.kind, point.on, point.name, point.at, quote, point.gone
    return *has, point.generated_by, " ".join(shown(point.body).split())


@given(outlines())
@settings(max_examples=150, deadline=None)
def test_what_argdown_can_hold_comes_back_and_the_rest_is_told(outline: Outline) -> None:
    data, losses = written("argdown", outline)
    assert all_told("argdown", outline, losses)
    back = read("argdown", data).outline
    assert [told(one) for one in back.points] == [told(one) for one in outline.points]
    assert [one.parent for one in back.points] == [one.parent for one in outline.points]
    names = {one.key: one.name for one in outline.people}
    assert [one.person for one in back.points] == [names.get(x.person, "") for x in outline.points]
    assert {(x.source, x.target, x.kind) for x in back.links} == {
        (x.source, x.target, x.kind) for x in outline.links
    }
    header = outline.header
    assert back.header.question == header.question
    assert (back.header.background, back.header.terms) == (header.background, header.terms)
    assert back.header.topics == header.topics


def test_the_loss_report_names_what_argdown_has_no_room_for() -> None:
    told_of = {loss.what for loss in written("argdown", example())[1]}
    assert told_of == {"person", "turn", "text", "link", "mark", "reliance"}


def test_as_many_statements_as_can_be_read_are_and_one_more_is_refused() -> None:
    full = "".join(f"[{number}]: x\n\n" for number in range(POINTS_MOST)) + "[0]\n  + [1]\n"
    found = read("argdown", full)
    assert len(list(found.outline.points)) == POINTS_MOST
    assert not found.losses
    with pytest.raises(Unreadable, match="more than 20000 statements"):
        read("argdown", full + "\n[another]: x\n")


def test_many_tags_at_an_end_are_tags() -> None:
    tags = [f"t{number}" for number in range(30)]
    found = read("argdown", "[A]: Words. " + " ".join(f"#{tag}" for tag in tags))
    [point] = found.outline.points
    assert point.body == "Words."
    assert point.note["tags"] == tags
