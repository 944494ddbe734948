"""What both drawings of a debate, GraphML and DOT, show: points, and what they do to what."""

from __future__ import annotations

import re
from collections.abc import Iterator

from debate.formats.hypertext import shown
from debate.formats.losses import GONE
from debate.formats.outline import Outline, Point
from debate.formats.values import on_one_line

HOLDS = (
    *("author", "date", "name", "relevance", "framing", "crux", "generated", "gone", "link"),
    *("people", "duplicate", "part"),
    *("link relevance", "link framing"),
)
NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")


def words(point: Point) -> str:
    """What a point says, on one line and without what XML forbids."""
    text = GONE[point.gone] if point.gone else on_one_line(shown(point.body))
    return NO_XML.sub("", text)


def relations(outline: Outline) -> Iterator[tuple[str, str, str, str]]:
    """From which point to which, what it does, and for objections to what; links at the end."""
    for point in outline.points:
        if point.parent:
            yield point.key, point.parent, point.kind, point.on
    for link in outline.links:
        yield link.source, link.target, link.kind, link.on
