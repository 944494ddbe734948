"""Argdown as text: what it says, line by line, and which relations it draws.

The rules are those of the lexer and parser of @argdown/core, but for what it takes as an error:
that is told with its line, and the rest is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from debate.formats.argdown_words import (
    PAIR,
    plain_of,
    said_of,
    value_of,
    without_comments,
    without_data,
    without_tags,
)
from debate.formats.outline import POINTS_MOST, Loss, Unreadable

RELATION = re.compile(
    r"(?P<indent>['\s]*)(?P<sign>\+>|->|_>|><|<\+|<-|<_|\+|-|_(?=\s|$))(?P<rest>.*)"
)
HEADING = re.compile(r"#+ +(?P<rest>.*)")
PREMISE = re.compile(r"['\s]*\(\d{1,6}\)(?P<rest>.*)")
ITEM = re.compile(r"(?P<indent>['\s]*)(?:\d{1,6}\.|\*)\s(?P<rest>.*)")
INFERENCE = re.compile(r"['\s]*--(?P<rest>.*)")
TITLED = re.compile(
    r"\s*(?:\[(?P<statement>[^\[\]\n]{1,300})\]|<(?P<argument>[^-!<>\n][^<>\n]{0,300})>)"
    r"(?P<colon>:?)(?P<rest>.*)",
    re.DOTALL,
)
TYPES = {"+": "support", "-": "attack", "_": "undercut"}


@dataclass(slots=True, eq=False)
class Node:
    """A statement or an argument, by its title: all that is said of it."""

    is_argument: bool
    title: str
    line: int
    body: str = ""
    is_untitled: bool = False
    tags: list[str] = field(default_factory=list)
    data: dict[str, object] = field(default_factory=dict)
    premises: list[Node] = field(default_factory=list)
    conclusion: Node | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """One supports, attacks or undercuts another, or each contradicts the other."""

    type: str
    source: Node
    target: Node
    line: int


@dataclass(slots=True)
class _Said:
    """What is being said of a node: the lines of it so far."""

    lines: list[str]
    line: int
    sign: str = ""
    parent: Node | None = None
    node: Node | None = None


class Document:
    """An Argdown text as nodes and relations."""

    def __init__(self, text: str, losses: list[Loss]) -> None:
        self.losses = losses
        self.nodes: dict[tuple[bool, str], Node] = {}
        self.relations: dict[tuple[str, int, int], Relation] = {}
        self.headings: list[str] = []
        self.front: dict[str, object] = {}
        self.unnamed = 0
        self.said: _Said | None = None
        self.indents, self.members = [0], list[Node | None]()
        self.top: Node | None = None  # of this block or the one before it
        self.steps: list[Node | str] = []  # of a reconstruction: statements, '--' for inferences
        self.is_inferring = self.is_heading = False
        self._read(self._after_front_matter(text))

    # ---- lines
    def _after_front_matter(self, text: str) -> str:
        """Take the front matter; what comes after it, with as many lines before as it had."""
        begin = len(text) - len(text.lstrip())
        if not text.startswith("===", begin):
            return text
        inside = begin + len(text[begin:]) - len(text[begin:].lstrip("="))
        close = text.find("===", inside)
        if close < 0:
            return text
        for line in text[inside:close].split("\n"):
            if (pair := PAIR.match(line)) and not line[:1].isspace():
                self.front[pair["key"]] = value_of(pair["value"] or "")
        rest = text[close:].lstrip("=")
        return "\n" * text.count("\n", 0, len(text) - len(rest)) + rest

    def _read(self, text: str) -> None:
        is_new = True  # after an empty line
        for number, line in without_comments(text):
            if not line.strip():
                self._end_block()
                is_new = True
            elif self.is_inferring:
                self.is_inferring = "--" not in line
            else:
                self._line(number, line, is_new=is_new)
                is_new = False
        self._end_block()

    def _line(self, number: int, line: str, *, is_new: bool) -> None:
        inference = INFERENCE.match(line) if self.steps and not is_new else None
        if inference:
            self._infer(inference["rest"])
        elif found := PREMISE.match(line):
            self._end_said()
            self._begin(found["rest"], number)
            self.indents, self.members = [0], []
            self.steps.append("")
        elif found := RELATION.match(line):
            self._relate(found["indent"], found["sign"], found["rest"], number)
        elif found := HEADING.match(line):
            self._end_said()
            self.is_heading = True
            self._begin(found["rest"], number)
        elif found := ITEM.match(line):
            self._end_said()
            self._begin(found["rest"], number)
            self.indents, self.members = [0, len(found["indent"]) + 1], [None]
        elif self.said and not is_new:
            self.said.lines.append(line)
        else:
            self._begin(line, number)
            self.indents, self.members = [0], []

    def _begin(self, rest: str, number: int) -> None:
        self.said = _Said([rest], number)

    def _infer(self, rest: str) -> None:
        """A line of an inference: it ends in the same line or in a later one."""
        self._end_said()
        self.steps.append("--")
        self.is_inferring = "--" not in rest
        self.indents, self.members = [0], [self._argument()]

    def _relate(self, indent: str, sign: str, rest: str, number: int) -> None:
        self._end_said()
        width = len(indent) + 1
        is_deeper = width > self.indents[-1]
        while width < self.indents[-1]:
            self.indents.pop()
        if is_deeper or self.indents == [0]:  # less indented than the first is as deep as that
            self.indents.append(width)
        level = len(self.indents) - 1
        del self.members[level:]
        parent = self.members[level - 1] if len(self.members) >= level else None
        if not parent:
            self.members = [None] * level
            self._lose(
                Loss("There is nothing above that this could answer.", "line", f"line {number}")
            )
        self.said = _Said([rest], number, sign, parent)

    # ---- what is said
    def _end_block(self) -> None:
        self._end_said()
        if self.steps:
            self._reconstruct()
        elif not self.members:
            self.top = None
        self.indents, self.members = [0], []
        self.is_inferring = False

    def _end_said(self) -> None:
        """Put down what was said of a node, and how it relates to the one above."""
        said, self.said = self.said, None
        if not said:
            return
        content = " ".join(line.strip() for line in said.lines).strip()
        if self.is_heading:
            self.is_heading = False
            self.headings.append(plain_of(content))
            self.top = None
            return
        node = self._node(content, said.line)
        self.members.append(node)
        if self.steps and self.steps[-1] == "":
            self.steps[-1] = node
        elif len(self.members) == 1 and not said.sign and not self.steps:
            self.top = node
        if said.parent:
            self._join(said.sign, node, said.parent, said.line)

    def _node(self, content: str, line: int) -> Node:
        titled = TITLED.match(content)
        is_known = titled and (titled["colon"] or _is_bare(titled["rest"]))
        if titled and is_known:
            title = (titled["statement"] or titled["argument"]).strip()
            node = self._known(bool(titled["argument"]), title, line)
            content = titled["rest"]
        else:
            node = self._untitled(line)
        self._tell(node, content, line, is_reference=bool(titled and not titled["colon"]))
        return node

    def _known(self, is_argument: bool, title: str, line: int) -> Node:
        key = (is_argument, title)
        if key not in self.nodes:
            if len(self.nodes) >= POINTS_MOST:
                raise Unreadable("This file has more than %(most)s statements.", most=POINTS_MOST)
            self.nodes[key] = Node(is_argument, title, line)
        return self.nodes[key]

    def _untitled(self, line: int, *, is_argument: bool = False) -> Node:
        self.unnamed += 1
        node = self._known(is_argument, f"Untitled {self.unnamed}", line)
        node.is_untitled = True
        return node

    def _tell(self, node: Node, content: str, line: int, *, is_reference: bool) -> None:
        """Take the words, tags and data that are given for a node."""
        words, data = without_data(content)
        node.data |= data
        body, tags = said_of(words)
        node.tags += [tag for tag in tags if tag not in node.tags]
        if not body or is_reference or body == node.body:
            return
        if node.body:
            self._lose(Loss("Another wording of what was said before.", "text", f"line {line}"))
        else:
            node.body, node.line = body, line

    def _join(self, sign: str, node: Node, parent: Node, line: int) -> None:
        if sign == "><":
            self._add("contradictory", parent, node, line)
        elif sign.endswith(">"):
            self._add(TYPES[sign[0]], parent, node, line)
        else:
            self._add(TYPES[sign[-1]], node, parent, line)

    def _add(self, kind: str, source: Node, target: Node, line: int) -> None:
        if source is target:
            self._lose(Loss("This answers itself.", "link", f"line {line}"))
        else:
            key = (kind, id(source), id(target))
            self.relations.setdefault(key, Relation(kind, source, target, line))

    # ---- reconstructions
    def _argument(self) -> Node:
        """The argument that is being reconstructed: the one just before, else one of its own."""
        if not (self.top and self.top.is_argument):
            self.top = self._untitled(0, is_argument=True)
        return self.top

    def _reconstruct(self) -> None:
        steps, self.steps = self.steps, []
        nodes = [step for step in steps if isinstance(step, Node)]
        if "--" not in steps or not isinstance(steps[-1], Node):
            line = nodes[0].line if nodes else 0
            self._lose(Loss("These premises have no conclusion.", "line", f"line {line}"))
        else:
            argument = self._argument()
            argument.premises += nodes[:-1]
            argument.conclusion = nodes[-1]
        self.top = None

    def _lose(self, loss: Loss) -> None:
        self.losses.append(loss)


def _is_bare(rest: str) -> bool:
    """Whether nothing but tags and data follows a title, so that it only refers."""
    words, _ = without_data(rest)
    return not without_tags(" ".join(words.split()))
