"""GraphML, for programs that draw and measure graphs; written alone."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from debate.formats.drawings import HOLDS, NO_XML, relations, words
from debate.formats.losses import tell
from debate.formats.outline import Lost, Outline

HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
"""
KEYS = {
    "node": ("kind", "name", "text", "author", "at", "generated_by"),
    "edge": ("relation", "on"),
}


def write(outline: Outline, lost: Lost) -> Iterator[str]:
    """Give the graph piece by piece: a node a point, an edge for what it answers and each link."""
    yield HEAD
    for what, names in KEYS.items():
        for name in names:
            yield f'<key id="{name}" for="{what}" attr.name="{name}" attr.type="string"/>\n'
    yield f'<graph id={_attribute(outline.header.question)} edgedefault="directed">\n'
    people = {person.key: person.name for person in outline.people}
    for point in outline.points:
        told = {
            "kind": point.kind,
            "name": point.name,
            "text": words(point),
            "author": people.get(point.person, ""),
            "at": point.at.isoformat() if point.at else "",
            "generated_by": point.generated_by,
        }
        yield f"<node id={_attribute(point.key)}>{_data(told)}</node>\n"
    for source, target, kind, on in relations(outline):
        ends = f"source={_attribute(source)} target={_attribute(target)}"
        yield f"<edge {ends}>{_data({'relation': kind, 'on': on})}</edge>\n"
    yield "</graph>\n</graphml>\n"
    tell(outline, lost, HOLDS)


def _attribute(text: str) -> str:
    return quoteattr(NO_XML.sub("", text))


def _data(told: dict[str, str]) -> str:
    return "".join(
        f'<data key="{name}">{escape(NO_XML.sub("", value))}</data>'
        for name, value in told.items()
        if value
    )
