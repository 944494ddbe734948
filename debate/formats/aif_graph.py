"""The graph of an AIF file, made into points, links and marks.

I nodes are points. What an L node says of an I node tells who said it; S nodes (RA, CA, MA) tell
what it does to what; where there is none, the transition from one L node to the next does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from debate.formats.hypertext import escaped
from debate.formats.outline import Link, Loss, Mark, Person, Point
from debate.formats.trees import Forest, ordered
from debate.formats.values import Losses, Tally, list_of, mapping_of, moment_of, short, words_of

SCHEMES = {"RA": "support", "CA": "objection", "MA": "clarification"}
KNOWN = {"I", "L", "YA", "TA", "PA", *SCHEMES}
VERDICTS = {"agreeing": "agree", "disagreeing": "disagree"}
MOVES = {"answer": "answer", "remark": "remark", "question": "question"}
ASKING = ("questioning", "challenging")
EDGES_MOST = 50  # of a node to nodes of one type, where they are followed
SPEAKER = re.compile(r"(?P<name>[^\n:]{1,120}) : (?P<words>.*)", re.DOTALL)


@dataclass(slots=True)
class Node:
    """A node with the nodes on either side of it."""

    id: str
    type: str
    text: str
    at: datetime | None
    before: dict[str, list[Node]] = field(default_factory=dict, repr=False)
    after: dict[str, list[Node]] = field(default_factory=dict, repr=False)

    def from_(self, *types: str) -> list[Node]:
        """What leads here, of these types."""
        return [node for kind in types for node in self.before.get(kind, ())]

    def to(self, *types: str) -> list[Node]:
        """Where it leads, of these types."""
        return [node for kind in types for node in self.after.get(kind, ())]


@dataclass(frozen=True, slots=True)
class _Edge:
    """That a point answers another: how, and whether somebody put it so in the dialogue.

    `is_link`: the relation is beyond the tree.
    """

    kind: str
    source: str
    target: str
    on: str = ""
    is_anchored: bool = False
    is_link: bool = False


class Graph:
    """A node set: `points` in reading order, `links`, `marks`, `people` and `losses`."""

    def __init__(self, inside: Mapping[str, Any]) -> None:
        self.losses = Losses()
        self.tally = Tally()
        self.nodes: dict[str, Node] = {}
        self.people: dict[str, Person] = {}
        self.said_by: dict[str, tuple[str, datetime | None]] = {}  # of each L node
        self._take(inside)
        self.own: dict[str, Node] = {}  # the I node of each L node
        self.said_in: dict[str, Node] = {}  # the L node of each I node
        self.marks: list[Mark] = []
        self.asked: dict[str, Node] = {}  # L nodes that ask about an I node, by their ids
        for node in self._of("L"):
            self._utterance(node)
        self.above: dict[str, _Edge] = {}
        self.links: list[Link] = []
        self._grow()
        self.points = ordered([self._point(node) for node in self._claims()])
        self._after()

    def _of(self, kind: str) -> Iterator[Node]:
        return (node for node in self.nodes.values() if node.type == kind)

    def _claims(self) -> Iterator[Node]:
        for node in self.nodes.values():
            if node.type == "I" or node.id in self.asked:
                yield node

    # ---- what is in the file
    def _take(self, inside: Mapping[str, Any]) -> None:
        for row in map(mapping_of, list_of(inside.get("nodes"))):
            self._node(row)
        for row in map(mapping_of, list_of(inside.get("edges"))):
            start = self.nodes.get(words_of(row.get("fromID")))
            end = self.nodes.get(words_of(row.get("toID")))
            if not (start and end and start is not end and _joined(start, end)):
                self.tally.add(Loss("Edges that lead nowhere: %(n)s.", "link"))
        names = {
            words_of(row.get("participantID")): _name(row)
            for row in map(mapping_of, list_of(inside.get("participants")))
        }
        for row in map(mapping_of, list_of(inside.get("locutions"))):
            key = words_of(row.get("personID"))
            at = moment_of(row.get("timestamp")) or moment_of(row.get("start"))
            self.said_by[words_of(row.get("nodeID"))] = self._person(key, names.get(key, "")), at

    def _node(self, row: Mapping[str, Any]) -> None:
        key, kind = words_of(row.get("nodeID")), words_of(row.get("type"))
        text = words_of(row.get("text"))
        if not key or key in self.nodes:
            self.tally.add(Loss("Nodes without an id, or with that of another: %(n)s.", "point"))
        elif kind not in KNOWN:
            self.tally.add(Loss("Nodes of a type that is not known: %(n)s.", "point"))
        else:
            self.nodes[key] = Node(key, kind, text, moment_of(row.get("timestamp")))

    def _person(self, key: str, name: str) -> str:
        if key and key not in self.people:
            self.people[key] = Person(key, name or f"Participant {key}"[:60], source_id=key)
        return key

    # ---- who says what
    def _utterance(self, node: Node) -> None:
        """What an L node says: a proposition, a verdict on one, or a question about one."""
        acts = [(act.text.lower(), at) for act in node.to("YA") for at in act.to("I")]
        own = [at for text, at in acts if text not in VERDICTS and "challenging" not in text]
        for at in own[:1]:
            if at.id in self.said_in:
                self.tally.add(Loss("Words that were said a second time: %(n)s.", "point"))
            else:
                self.said_in[at.id], self.own[node.id] = node, at
        verdicts = [(VERDICTS[text], at) for text, at in acts if text in VERDICTS]
        if own:
            return
        if verdicts:
            self._verdict(node, *verdicts[0])
        elif acts:
            self.asked[node.id] = acts[0][1]
            self.said_in[node.id] = node
        elif not any(act.to("L") for act in node.to("YA")):
            self.tally.add(Loss("Utterances that put nothing forward: %(n)s.", "point"))

    def _verdict(self, node: Node, truth: str, at: Node) -> None:
        person, when = self._speaker(node)
        if person:
            self.marks.append(Mark(at.id, person, truth, at=when or node.at))
        else:
            self.tally.add(Loss("Verdicts of nobody in particular: %(n)s.", "mark"))

    def _speaker(self, node: Node) -> tuple[str, datetime | None]:
        person, at = self.said_by.get(node.id, ("", None))
        spoken = SPEAKER.match(node.text)
        if not person and spoken:
            name = spoken["name"].strip()[:60]
            person = self._person(name, name)
        return person, at

    # ---- what answers what
    def _grow(self) -> None:
        """Put each claim under what it answers; what it answers besides becomes links."""
        forest = Forest()
        edges = [edge for kind in SCHEMES for node in self._of(kind) for edge in self._by(node)]
        told = [edge for edge in edges if edge.is_anchored]
        told += [edge for edge in self._moves() if edge.is_anchored]
        for edge in told:
            self._put(forest, edge)
        for edge in edges:
            if not edge.is_anchored:
                self._put(forest, edge, is_link=edge.is_link)
        for edge in self._moves():
            if not edge.is_anchored and forest.put(edge.source, edge.target):
                self.above[edge.source] = edge

    def _put(self, forest: Forest, edge: _Edge, *, is_link: bool = False) -> None:
        if not is_link and forest.put(edge.source, edge.target):
            self.above[edge.source] = edge
        elif edge.kind in ("support", "objection"):
            self.links.append(Link(edge.source, edge.target, edge.kind, edge.on))
        else:
            self.tally.add(Loss("What answers several things, no argument: %(n)s.", "link"))

    def _is_link(self, scheme: Node, premise: Node) -> bool:
        """Whether what opens something itself puts the relation forward: then it stays on top."""
        said = self.said_in.get(premise.id)
        if not said or said.from_("TA"):
            return False
        return any(said in act.from_("L") for act in scheme.from_("YA"))

    def _by(self, scheme: Node) -> Iterator[_Edge]:
        """What an S node says: each premise of it answers what it leads to."""
        anchored = any(act.from_("TA") for act in scheme.from_("YA"))
        premises = scheme.from_("I")
        if len(premises) > 1:
            self.losses.append(
                Loss("That premises work together was left out.", "link", scheme.id)
            )
        for target in scheme.to("I", *SCHEMES):
            kind, on = SCHEMES[scheme.type], ""
            claims = [target] if target.type == "I" else target.from_("I")[:1]
            if kind == "objection":
                on = "truth" if target.type == "I" else "relevance"
                on = "framing" if on == "truth" and "framing" in scheme.text.lower() else on
            for claim in claims:
                for premise in premises:
                    if premise is not claim:
                        is_link = self._is_link(scheme, premise)
                        yield _Edge(kind, premise.id, claim.id, on, anchored, is_link)

    def _moves(self) -> Iterator[_Edge]:
        """What follows from what is said in answer to what, and from what is asked about."""
        for key, about in self.asked.items():
            yield _Edge("question", key, about.id, is_anchored=True)
        for claim, said in self.said_in.items():
            granted = [at for act in said.to("YA") if act.text.lower() in VERDICTS
                       for at in act.to("I") if at.id != claim]  # fmt: skip
            if granted and said.id in self.own:
                yield _Edge("concession", claim, granted[0].id, is_anchored=True)
                continue
            for move in said.from_("TA"):
                for earlier in move.from_("L"):
                    if (target := self.own.get(earlier.id)) and target.id != claim:
                        told = MOVES.get(move.text.lower())
                        kind = told or self._kind(said, target)
                        yield _Edge(kind, claim, target.id, is_anchored=bool(told))

    def _kind(self, said: Node, target: Node) -> str:
        asks = any(sign in act.text.lower() for act in said.to("YA") for sign in ASKING)
        is_answer = target.id in self.said_in and any(
            "questioning" in act.text.lower() for act in self.said_in[target.id].to("YA")
        )
        return "question" if asks else "answer" if is_answer else "remark"

    # ---- points
    def _point(self, node: Node) -> Point:
        edge = self.above.get(node.id)
        said = self.said_in.get(node.id)
        person, at = self._speaker(said) if said else ("", None)
        words = node.text
        if node.type == "L" and (spoken := SPEAKER.match(words)):
            words = spoken["words"].strip()
        if not words:
            self.losses.append(Loss("This node has no words.", "text", node.id))
        return Point(
            node.id,
            edge.kind if edge else "position",
            escaped(words or "\u2026").replace("\n", "\n\n"),
            edge.target if edge else "",
            person,
            edge.on if edge else "",
            "" if edge else short(words),
            at or node.at,
            source_id=node.id,
        )

    def _after(self) -> None:
        """What can only be told when all points are known."""
        places = {point.key: place for place, point in enumerate(self.points)}
        marks = {(mark.point, mark.person): mark for mark in self.marks if mark.point in places}
        self.marks = sorted(marks.values(), key=lambda mark: places[mark.point])
        tops = {point.key for point in self.points if not point.parent}
        self.points = [_sound(point, tops, self.losses) for point in self.points]
        self.links = [
            replace(link, on="truth") if link.on == "relevance" and link.target in tops else link
            for link in self.links
        ]
        preferences = sum(1 for _ in self._of("PA"))
        if preferences:
            self.losses.append(
                Loss("Preferences were left out: %(n)s.", "link", "", {"n": preferences})
            )
        self.tally.tell(self.losses.append)


def _joined(start: Node, end: Node) -> bool:
    """Lead from one node to another, unless that makes far too many; of I nodes none are kept."""
    after, before = start.after.setdefault(end.type, []), end.before.setdefault(start.type, [])
    has_room = len(after) < EDGES_MOST or start.type == "I" or end.type == "TA"
    if not has_room or (len(before) >= EDGES_MOST and end.type != "I"):
        return False
    if start.type != "I" and end.type != "TA":
        after.append(end)
    if end.type != "I":
        before.append(start)
    return True


def _name(row: Mapping[str, Any]) -> str:
    parts = (words_of(row.get("firstname")), words_of(row.get("surname")))
    return " ".join(filter(None, parts))[:60]


def _sound(point: Point, tops: set[str], losses: list[Loss]) -> Point:
    """The point; an objection that a root does not bear is one to its truth."""
    if point.on != "relevance" or point.parent not in tops:
        return point
    losses.append(
        Loss("This undercuts what answers nothing; taken as an attack.", "kind", point.key)
    )
    return replace(point, on="truth")
