"""DOT, the language of Graphviz, to draw a debate with; written alone."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from debate.formats.drawings import HOLDS, relations, words
from debate.formats.losses import tell
from debate.formats.outline import Loss, Lost, Outline

WIDTH, WORDS_MOST = 40, 400
COLOURS = {"support": "darkgreen", "objection": "firebrick", "question": "darkorange"}
HOLDS_HERE = tuple(feature for feature in HOLDS if feature not in ("date", "generated"))


def write(outline: Outline, lost: Lost) -> Iterator[str]:
    """Give the graph line by line; long texts are cut."""
    people = {person.key: person.name for person in outline.people}
    yield f"digraph debate {{\n  label={_quoted(outline.header.question)};\n"
    yield '  rankdir="RL"; node [shape="box", fontname="sans-serif"];\n'
    for point in outline.points:
        text = words(point)
        if len(text) > WORDS_MOST:
            lost(Loss("The drawing shows only the beginning of this.", "text", point.key))
        lines = textwrap.wrap(textwrap.shorten(text, WORDS_MOST, placeholder=" \u2026"), WIDTH)
        head = ": ".join(filter(None, (point.key, people.get(point.person, ""))))
        label = "\\n".join(map(_escaped, filter(None, (head, point.name, *lines))))
        yield f'  {_quoted(point.key)} [label="{label}"];\n'
    for source, target, kind, on in relations(outline):
        label = f"{kind}, {on}" if on in ("relevance", "framing") else kind
        colour = COLOURS.get(kind, "gray40")
        look = f'label={_quoted(label)}, color="{colour}"'
        yield f"  {_quoted(source)} -> {_quoted(target)} [{look}];\n"
    yield "}\n"
    tell(outline, lost, HOLDS_HERE)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _quoted(text: str) -> str:
    return f'"{_escaped(" ".join(text.split()))}"'
