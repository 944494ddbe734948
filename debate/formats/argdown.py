"""Argdown: positions and cruxes are statements, what answers them arguments, by their keys.

Support, attack and undercut ('this does not bear') are Argdown's relations. It has none for
questions, answers, clarifications, concessions and remarks: each of these begins a block of its
own, and data in braces says what it is and what it answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from debate.formats.argdown_text import Document, Node
from debate.formats.bounds import LINES_MOST, text_of
from debate.formats.hypertext import shown
from debate.formats.losses import GONE, named, tell
from debate.formats.outline import (
    KINDS,
    ROOTS,
    Header,
    Link,
    Loss,
    Lost,
    Options,
    Outline,
    Person,
    Point,
    Quote,
    Reading,
    Unreadable,
)
from debate.formats.trees import Forest, ordered
from debate.formats.values import (
    Losses,
    list_of,
    mapping_of,
    moment_of,
    on_one_line,
    short,
    words_of,
)

HOLDS = (
    *("background", "terms", "topics", "author", "date", "edited", "name", "relevance", "framing"),
    *("people", "crux", "quotation", "generated", "gone", "link", "link relevance"),
)
SIGNS = {
    ("support", ""): "+",
    ("objection", "truth"): "-",
    ("objection", ""): "-",
    ("objection", "framing"): "-",
    ("objection", "relevance"): "_",
}
INDENT, NESTED_MOST = "    ", 20
FINE = re.compile(r"[\w@.+/ ][\w@.+/ :-]*")
SPECIAL = re.compile(
    r"[\\*_\[\]<>#@{}|`/]|=(?==)|(?<==)=|[.:](?=[^\s.:]+[.:])|[.:](?=[.:])|^(?=[-+'(]|\d+\.)"
)
UNSAFE = re.compile(r"[{}\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|=(?==)|(?<==)=")


# ---- writing
def write(outline: Outline, lost: Lost) -> Iterator[str]:
    """Give the document block by block."""
    names = named(outline.people)
    titles = _Titles()
    yield from _front(outline.header)
    open_: list[str] = []  # what the next line could stand under, from the top of the block down
    for point in outline.points:
        sign = SIGNS.get((point.kind, point.on), "") if point.parent else ""
        title = titles.put(point)
        if sign and point.parent not in open_[:NESTED_MOST]:
            yield f"\n{titles[point.parent]}\n"
            open_ = [point.parent]
        depth = open_.index(point.parent) + 1 if sign else 0
        open_ = [*open_[:depth], point.key]
        lead = f"{INDENT * depth}{sign} " if sign else "\n"
        yield f"{lead}{title}: {_words(point)} {_data(_facts(point, names, titles))}\n"
    for link in outline.links:
        if sign := SIGNS.get((link.kind, link.on), ""):
            yield f"\n{titles[link.source]}\n{INDENT}{sign}> {titles[link.target]}\n"
    tell(outline, lost, HOLDS)


class _Titles:
    """What points are called: by their keys, in square brackets those that answer nothing."""

    def __init__(self) -> None:
        self.roots: set[str] = set()
        self.odd: dict[str, str] = {}

    def put(self, point: Point) -> str:
        """The title of a point that is about to be written."""
        if point.kind in ROOTS:
            self.roots.add(point.key)
        if not FINE.fullmatch(point.key) or point.key.startswith("Untitled"):
            self.odd[point.key] = f"@{len(self.odd) + 1}"
        return self[point.key]

    def bare(self, key: str) -> str:
        """The title without brackets."""
        return self.odd.get(key, key)

    def __getitem__(self, key: str) -> str:
        return f"[{self.bare(key)}]" if key in self.roots else f"<{self.bare(key)}>"


def _front(header: Header) -> Iterator[str]:
    facts = {
        "background": header.background,
        "terms": [list(term) for term in header.terms],
        "topics": list(header.topics),
    }
    yield f"===\ntitle: {_json(header.question)}\n"
    if told := {name: value for name, value in facts.items() if value}:
        yield f"debate: {_json(told, braces=True)}\n"
    yield "===\n"


def _words(point: Point) -> str:
    """The words on one line, each sign that means something here escaped."""
    text = on_one_line(shown(point.body)) if not point.gone else GONE[point.gone]
    return SPECIAL.sub(lambda sign: "\\" + sign[0], text) or "\u2026"


def _facts(point: Point, names: Mapping[str, str], titles: _Titles) -> dict[str, object]:
    is_plain = (point.kind, point.on) in SIGNS
    return {
        "proponent": names.get(point.person, ""),
        "at": point.at.isoformat() if point.at else "",
        "edited": point.edited.isoformat() if point.edited else "",
        "name": point.name,
        "kind": "" if is_plain else point.kind,
        "answers": titles.bare(point.parent) if point.parent and not is_plain else "",
        "on": point.on if point.on == "framing" else "",
        "quote": point.quote.exact if point.quote else "",
        "generated_by": point.generated_by,
        "gone": point.gone,
    }


def _data(facts: Mapping[str, object]) -> str:
    pairs = (f"{name}: {_json(value)}" for name, value in facts.items() if value)
    inside = ", ".join(pairs)
    return f"{{{inside}}}" if inside else ""


def _json(value: object, *, braces: bool = False) -> str:
    """JSON that YAML reads alike, and in which nothing ends what it stands in."""
    made = json.dumps(value, ensure_ascii=False)
    return UNSAFE.sub(
        lambda sign: sign[0] if braces and sign[0] in "{}" else f"\\u{ord(sign[0]):04x}", made
    )


# ---- reading
def read(data: bytes, options: Options) -> Reading:
    """Read a document; raises Unreadable where nothing is said in it."""
    losses = Losses()
    document = Document(text_of(data, options, losses.append, LINES_MOST), losses)
    if not document.nodes:
        raise Unreadable("There is no statement and no argument in this file.")
    front = document.front
    headings = document.headings
    title = on_one_line(words_of(front.get("title"))) or on_one_line(options.name)
    title = title or (headings.pop(0) if headings else "Argument map")
    if headings:
        losses.append(Loss("Headings were left out: %(n)s.", "debate", "", {"n": len(headings)}))
    told = mapping_of(front.get("debate"))
    found = _Found(document, losses)
    header = Header(
        short(title, 300),
        words_of(told.get("background")),
        _terms(told.get("terms")),
        tuple(filter(None, map(words_of, list_of(told.get("topics"))))),
    )
    people = list(found.people.values())
    return Reading(Outline(header, people, [], ordered(found.points), found.links), losses)


def _terms(value: Any) -> tuple[tuple[str, str], ...]:
    pairs = (list(map(words_of, list_of(pair))) for pair in list_of(value))
    return tuple((pair[0], pair[1]) for pair in pairs if len(pair) > 1 and pair[0] and pair[1])


Edge = tuple[str, Node, Node, str]  # kind, from, to, on


class _Found:
    """A document's nodes as points in a tree, and its other relations as links."""

    def __init__(self, document: Document, losses: list[Loss]) -> None:
        self.losses = losses
        self.people: dict[str, Person] = {}
        self.links: list[Link] = []
        self.keys = _keys(document)
        by_title = {node.title: node for node in document.nodes.values()}
        self.above: dict[int, Edge] = {}
        forest = Forest()
        later: list[Edge] = []
        for edge in [*_answers(document, by_title), *_edges(document)]:
            is_top = words_of(edge[1].data.get("kind")) in ROOTS
            if not is_top and forest.put(id(edge[1]), id(edge[2])):
                self.above[id(edge[1])] = edge
            else:
                later.append(edge)
        self.points = [self._point(node) for node in document.nodes.values()]
        self._tell_of_reconstructions(document)
        for edge in later:
            self._link(edge)

    def _tell_of_reconstructions(self, document: Document) -> None:
        for node in document.nodes.values():
            if len(node.premises) > 1:
                self.losses.append(
                    Loss("That premises work together was left out.", "link", self.keys[id(node)])
                )

    def _point(self, node: Node) -> Point:
        key = self.keys[id(node)]
        kind, parent, on = self._place(node)
        data = node.data
        gone = words_of(data.get("gone"))
        is_gone = gone in GONE
        if not node.body and not is_gone:
            self.losses.append(Loss("Only the title of this is told.", "text", key))
        quote = words_of(data.get("quote"))
        body = node.body or node.title
        name = words_of(data.get("name")) or ("" if node.is_untitled else node.title)
        return Point(
            key,
            kind,
            "" if is_gone else body,
            parent,
            "" if is_gone else self._person(words_of(data.get("proponent"))),
            on,
            (name or short(shown(body)))[:60] if kind in ROOTS else "",
            moment_of(data.get("at")),
            moment_of(data.get("edited")),
            quote=Quote(quote) if quote and parent else None,
            generated_by=words_of(data.get("generated_by")),
            gone=gone if is_gone else "",
            source_id=key,
            note={"tags": node.tags} if node.tags else {},
            line=node.line,
        )

    def _place(self, node: Node) -> tuple[str, str, str]:
        """The kind of a node, the key of what it answers, and what it objects to."""
        edge = self.above.get(id(node))
        told = words_of(node.data.get("kind"))
        if not edge:
            return told if told in ROOTS else "position", "", ""
        kind, _, target, on = edge
        on = self._on(node, target, on) if kind == "objection" else ""
        return kind, self.keys[id(target)], on

    def _on(self, node: Node, target: Node, on: str) -> str:
        if on == "relevance" and id(target) not in self.above:
            self.losses.append(
                Loss("This undercuts what answers nothing; taken as an attack.", "kind",
                     self.keys[id(node)])
            )  # fmt: skip
            return "truth"
        told = words_of(node.data.get("on"))
        return told if on == "truth" and told == "framing" else on

    def _person(self, name: str) -> str:
        if name:
            self.people.setdefault(name, Person(name, name, source_id=name))
        return name

    def _link(self, edge: Edge) -> None:
        kind, source, target, on = edge
        link = Link(self.keys[id(source)], self.keys[id(target)], kind)
        if kind in ("support", "objection"):
            on = "truth" if on == "relevance" and id(target) not in self.above else on
            self.links.append(Link(link.source, link.target, kind, on))


def _keys(document: Document) -> dict[int, str]:
    """A key for each node: its title, with a sign where a statement has the same."""
    keys: dict[int, str] = {}
    for (is_argument, title), node in document.nodes.items():
        is_double = is_argument and (False, title) in document.nodes
        keys[id(node)] = f"<{title}>" if is_double else title
    return keys


def _answers(document: Document, by_title: Mapping[str, Node]) -> Iterator[Edge]:
    """What our own data say of questions, answers and the like, and of objections to terms."""
    for node in document.nodes.values():
        parent = by_title.get(words_of(node.data.get("answers")))
        kind = words_of(node.data.get("kind"))
        if parent and parent is not node and kind in KINDS and kind not in ROOTS:
            yield kind, node, parent, "truth" if kind == "objection" else ""


def _edges(document: Document) -> Iterator[Edge]:
    """The relations, those of reconstructed arguments as those of their conclusions."""
    for relation in document.relations.values():
        source = relation.source.conclusion or relation.source
        if relation.type == "support":
            yield "support", source, relation.target, ""
        elif relation.type == "undercut":
            yield "objection", source, relation.target, "relevance"
        elif relation.type == "attack":
            yield "objection", source, relation.target, "truth"
        else:  # each contradicts the other; below in the text is below in the tree
            yield "objection", relation.target, source, "truth"
            yield "objection", source, relation.target, "truth"
    for node in document.nodes.values():
        if node.conclusion:
            yield "support", node, node.conclusion, ""
            for premise in node.premises:
                yield "support", premise, node, ""
