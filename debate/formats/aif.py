"""AIF, as AIFdb has it in JSON, and xAIF around it: written here, read by `aif_graph`.

Each point is an I node and the L node of who said it. Support is an RA node, an objection a CA
node, a clarification an MA node; an objection that something does not bear attacks the RA or CA
node of what it answers. Questions, answers, concessions and remarks follow by transition alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from typing import TypeAlias

from debate.formats.aif_graph import Graph
from debate.formats.bounds import json_of
from debate.formats.hypertext import shown
from debate.formats.losses import GONE, tell
from debate.formats.outline import (
    Header,
    Link,
    Loss,
    Lost,
    Mark,
    Options,
    Outline,
    Point,
    Reading,
    Unreadable,
)
from debate.formats.values import list_of, mapping_of, on_one_line, short

HOLDS = (
    *("people", "author", "date", "relevance", "framing", "link", "link framing", "truth"),
    *("mark date",),
)
SCHEMES = {
    "support": ("RA", "Default Inference", "Arguing"),
    "objection": ("CA", "Default Conflict", "Disagreeing"),
    "clarification": ("MA", "Default Rephrase", "Restating"),
}
FRAMING = "Conflict of framing"
VERDICTS = {"agree": ("Agreeing", "Agree."), "disagree": ("Disagreeing", "Disagree.")}
I_NODE, L_NODE, YA_NODE, S_NODE, TA_NODE, SECOND_YA = 1, 2, 3, 4, 5, 6
STEP = 10  # node ids that each point, link and mark has for itself
DATED = "%Y-%m-%d %H:%M:%S"
Row: TypeAlias = dict[str, object]


# ---- reading
def read(data: bytes, options: Options) -> Reading:
    """Read a node set, or the one in an xAIF file; raises Unreadable."""
    value = mapping_of(json_of(data, options))
    inside = mapping_of(value.get("AIF")) or value
    if not list_of(inside.get("nodes")):
        raise Unreadable("There are no nodes in this file. It needs 'nodes' and 'edges'.")
    graph = Graph(inside)
    if not graph.points:
        raise Unreadable("Nothing is said in this file: it has no I nodes.")
    header = Header(short(on_one_line(options.name) or "Argument graph", 300))
    people = list(graph.people.values())
    outline = Outline(header, people, [], graph.points, graph.links, graph.marks)
    return Reading(outline, graph.losses)


# ---- writing
def write(outline: Outline, lost: Lost) -> Iterator[str]:
    """Give a node set of AIF piece by piece."""
    yield from _node_set(outline, lost)
    yield "\n"


def write_extended(outline: Outline, lost: Lost) -> Iterator[str]:
    """Give an xAIF file piece by piece: the node set, and the words with a span for each L."""
    yield '{"AIF": '
    yield from _node_set(outline, lost)
    yield ',\n"text": {"txt": "'
    names = {person.key: person.name for person in outline.people}
    for number, point in enumerate(outline.points, 1):
        span = f'<span class="highlighted" id="{STEP * number + L_NODE}">{escape(_words(point))}'
        said = f"{escape(names.get(point.person, ''))} {span}</span><br><br>"
        yield json.dumps(said, ensure_ascii=False)[1:-1]
    yield '"},\n"dialog": true, "ova": []}\n'


def _node_set(outline: Outline, lost: Lost) -> Iterator[str]:
    graph = _Written(outline, lost)
    yield '{"nodes": ['
    yield from _listed(graph.nodes())
    yield '],\n"edges": ['
    yield from _listed(_numbered(graph.edges()))
    yield '],\n"locutions": ['
    yield from _listed(graph.locutions())
    yield '],\n"participants": ['
    yield from _listed(graph.participants())
    yield '],\n"schemefulfillments": [], "descriptorfulfillments": []}'
    lost(Loss("The question was left out.", "debate"))
    tell(outline, lost, HOLDS)


def _listed(rows: Iterable[Row]) -> Iterator[str]:
    for place, row in enumerate(rows):
        yield f"{',' if place else ''}\n{json.dumps(row, ensure_ascii=False)}"


def _numbered(edges: Iterable[tuple[int, int]]) -> Iterator[Row]:
    for number, (start, end) in enumerate(edges, 1):
        yield {
            "edgeID": str(number),
            "fromID": str(start),
            "toID": str(end),
            "formEdgeID": None,
        }


def _words(point: Point) -> str:
    return GONE[point.gone] if point.gone else shown(point.body) or "\u2026"


def _stamp(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime(DATED) if at else ""


def _node(number: int, kind: str, text: str, at: datetime | None = None) -> Row:
    return {"nodeID": str(number), "text": text, "type": kind, "timestamp": _stamp(at)}


class _Written:
    """The nodes and edges of a debate. Of each point it keeps a number, and if it has an S."""

    def __init__(self, outline: Outline, lost: Lost) -> None:
        self.outline, self.lost = outline, lost
        self.people = {person.key: n for n, person in enumerate(outline.people, 1)}
        self.names = {person.key: person.name for person in outline.people}
        self.bases: dict[str, int] = {}
        self.schemed: set[str] = set()
        for number, point in enumerate(outline.points, 1):
            self.bases[point.key] = STEP * number
            if point.kind in SCHEMES and point.parent:
                self.schemed.add(point.key)
            if point.on == "relevance" and point.parent not in self.schemed:
                lost(Loss("This became a plain objection: what it answers is no argument.",
                          "kind", point.key))  # fmt: skip

    def _links(self) -> Iterator[tuple[int, Link]]:
        for number, link in enumerate(self.outline.links, len(self.bases) + 1):
            if link.kind in SCHEMES:
                yield STEP * number, link

    def _marks(self) -> Iterator[tuple[int, Mark]]:
        number = len(self.bases) + sum(1 for _ in self.outline.links)
        for mark in self.outline.marks:
            number += 1
            if mark.truth in VERDICTS and mark.point in self.bases:
                yield STEP * number, mark

    def nodes(self) -> Iterator[Row]:
        """All nodes: of points, links and marks."""
        for point in self.outline.points:
            yield from self._nodes_of(point)
        for base, link in self._links():
            kind, text, illocution = _scheme(link.kind, link.on)
            yield _node(base + S_NODE, kind, text)
            yield _node(base + SECOND_YA, "YA", illocution)
        for base, mark in self._marks():
            illocution, words = VERDICTS[mark.truth]
            said = f"{self.names.get(mark.person, '')} : {words}"
            yield _node(base + L_NODE, "L", said, mark.at)
            yield _node(base + YA_NODE, "YA", illocution)
            yield _node(base + TA_NODE, "TA", "Default Transition")

    def _nodes_of(self, point: Point) -> Iterator[Row]:
        base, words = self.bases[point.key], _words(point)
        name = self.names.get(point.person, "")
        yield _node(base + I_NODE, "I", words, point.at)
        yield _node(base + L_NODE, "L", f"{name} : {words}" if name else words, point.at)
        asks = point.kind == "question"
        yield _node(base + YA_NODE, "YA", "Pure Questioning" if asks else "Asserting")
        if not point.parent:
            return
        move = "Default Transition" if point.kind in SCHEMES else point.kind.capitalize()
        yield _node(base + TA_NODE, "TA", move)
        if point.kind in SCHEMES:
            kind, text, illocution = _scheme(point.kind, point.on)
            yield _node(base + S_NODE, kind, text)
            yield _node(base + SECOND_YA, "YA", illocution)
        elif point.kind == "concession":
            yield _node(base + SECOND_YA, "YA", "Agreeing")

    def edges(self) -> Iterator[tuple[int, int]]:
        """All edges, as pairs of node ids."""
        for point in self.outline.points:
            base = self.bases[point.key]
            yield base + L_NODE, base + YA_NODE
            yield base + YA_NODE, base + I_NODE
            if point.parent:
                yield from self._edges_to(point, base, self.bases[point.parent])
        for base, link in self._links():
            source, target = self.bases[link.source], self.bases[link.target]
            yield source + I_NODE, base + S_NODE
            yield base + S_NODE, target + I_NODE
            yield source + L_NODE, base + SECOND_YA
            yield base + SECOND_YA, base + S_NODE
        for base, mark in self._marks():
            target = self.bases[mark.point]
            yield base + L_NODE, base + YA_NODE
            yield base + YA_NODE, target + I_NODE
            yield target + L_NODE, base + TA_NODE
            yield base + TA_NODE, base + L_NODE

    def _edges_to(self, point: Point, base: int, parent: int) -> Iterator[tuple[int, int]]:
        yield parent + L_NODE, base + TA_NODE
        yield base + TA_NODE, base + L_NODE
        if point.kind in SCHEMES:
            undercuts = point.on == "relevance" and point.parent in self.schemed
            yield base + I_NODE, base + S_NODE
            yield base + S_NODE, parent + (S_NODE if undercuts else I_NODE)
            yield base + TA_NODE, base + SECOND_YA
            yield base + SECOND_YA, base + S_NODE
        elif point.kind == "concession":
            yield base + L_NODE, base + SECOND_YA
            yield base + SECOND_YA, parent + I_NODE

    def locutions(self) -> Iterator[Row]:
        """Who said what is in the L nodes."""
        for point in self.outline.points:
            if point.person in self.people:
                yield self._locution(self.bases[point.key], point.person, point.at)
        for base, mark in self._marks():
            if mark.person in self.people:
                yield self._locution(base, mark.person, mark.at)

    def _locution(self, base: int, person: str, at: datetime | None) -> Row:
        return {
            "nodeID": str(base + L_NODE),
            "personID": str(self.people[person]),
            "timestamp": _stamp(at),
            "start": _stamp(at) or None,
            "end": None,
            "source": None,
        }

    def participants(self) -> Iterator[Row]:
        """The people, in the order of their numbers."""
        for person in self.outline.people:
            number = str(self.people[person.key])
            yield {"participantID": number, "firstname": person.name, "surname": ""}


def _scheme(kind: str, on: str) -> tuple[str, str, str]:
    type_, text, illocution = SCHEMES[kind]
    return type_, FRAMING if on == "framing" else text, illocution
