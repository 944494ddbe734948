"""Discussions of Kialo as text: a tree of claims for and against, one on a line.

One position alone is the thesis, `1.`; several stand under the question as `1.1.`, `1.2.`. A claim
that stands in a second place is a link: `-> See 1.2.`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from debate.formats.bounds import LINES_MOST, text_of
from debate.formats.hypertext import shown
from debate.formats.losses import GONE, tell
from debate.formats.outline import (
    POINTS_MOST,
    ROOTS,
    Header,
    Link,
    Loss,
    Lost,
    Options,
    Outline,
    Point,
    Reading,
    Unreadable,
)
from debate.formats.trees import ordered
from debate.formats.values import Losses, on_one_line, short

HOLDS = ("link", "markup")
STANCES = {"support": "Pro", "objection": "Con"}
KINDS = {stance: kind for kind, stance in STANCES.items()}
TITLE = re.compile(r"Discussion Title:[ \t]*(.*)")
CLAIM = re.compile(
    r"(?P<path>1\.(?:\d++\.)++)[ \t](?:(?P<stance>Pro|Con):(?:[ \t]|$))?(?P<text>.*)"
)
THESIS = re.compile(r"1\.[ \t](?P<text>.*)")
SEE = re.compile(r"-> See (?P<path>(?:\d++\.)++)")
# What would begin another claim or a link, with what has been put before the sign against it.
GUARDED = re.compile(
    r"(?m:^(1)(?=(\\*)\.(?:\d++\.)++[ \t]))|\A(Pro|Con)(?=(\\*):(?:[ \t]|$))|\A(?=(\\*)-> See )"
)
TOP = "1."


# ---- writing
def write(outline: Outline, lost: Lost) -> Iterator[str]:
    """Give the discussion line by line; what is neither for nor against is left out."""
    question = on_one_line(outline.header.question)
    roots = sum(point.kind in ROOTS for point in outline.points)
    paths = _Paths(has_thesis=roots == 1)
    yield f"Discussion Title: {question}\n\n"
    if roots > 1:
        yield f"1. {question}\n"
    for point in outline.points:
        is_root = point.kind in ROOTS
        if not is_root and (point.kind not in STANCES or point.parent not in paths.places):
            lost(Loss("Kialo holds claims for and against alone.", "point", point.key))
            continue
        stance = "" if is_root else f"{STANCES[point.kind]}: "
        yield f"{paths.put(point.key, point.parent)} {stance}{_written(point)}\n"
    for link in outline.links:
        if link.kind not in STANCES:  # `tell` says so
            continue
        if {link.source, link.target} <= paths.places.keys():
            path, source = paths.put("", link.target), paths[link.source]
            yield f"{path} {STANCES[link.kind]}: -> See {source}\n"
        else:
            lost(Loss("This links what was left out.", "link", link.source))
    tell(outline, lost, HOLDS)


def _written(point: Point) -> str:
    """The words, so that no line of theirs begins another claim and none is a link."""
    text = GONE.get(point.gone) or point.body.strip("\n").rstrip() or "\u2026"
    return GUARDED.sub(lambda sign: f"{sign[0]}\\", text)


def _as_meant(text: str) -> str:
    """The words without what `_written` put into them."""
    made, done = [], 0
    for sign in GUARDED.finditer(text):
        guard = sign[2] or sign[4] or sign[5]
        if guard:
            made.append(text[done : sign.end()])
            done = sign.end() + 1
    return "".join([*made, text[done:]])


class _Paths:
    """Where each claim stands, as the key above it and its place there."""

    def __init__(self, *, has_thesis: bool) -> None:
        self.places: dict[str, tuple[str, int]] = {}
        self.counts: dict[str, int] = {}
        self.has_thesis = has_thesis

    def put(self, key: str, parent: str) -> str:
        """Place a claim under another one, or on top; gives its path."""
        place = self.counts.get(parent, 0) + 1
        self.counts[parent] = place
        if key:
            self.places[key] = parent, place
        above = self[parent] if parent else TOP
        return TOP if self.has_thesis and not parent else f"{above}{place}."

    def __getitem__(self, key: str) -> str:
        steps = []
        while key:
            key, place = self.places[key]
            if key or not self.has_thesis:
                steps.append(f"{place}.")
        return TOP + "".join(reversed(steps))


# ---- reading
@dataclass(slots=True)
class _Claim:
    path: str
    stance: str
    text: str
    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """All lines of it."""
        return _as_meant("\n".join([self.text, *self.lines]).rstrip())

    @property
    def parent(self) -> str:
        """The path of what it stands under."""
        return self.path[: self.path.rstrip(".").rfind(".") + 1]


def read(data: bytes, options: Options) -> Reading:
    """Read a discussion; raises Unreadable where it has no claims."""
    losses = Losses()
    lines = text_of(data, options, losses.append, LINES_MOST).split("\n")
    title, claims = _claims(lines, losses)
    if not claims:
        raise Unreadable("There are no claims in this file. It needs lines as '1. \u2026'.")
    question = on_one_line(title) or on_one_line(options.name) or short(claims[0].words, 200)
    found = _Found(question, claims, losses)
    outline = Outline(
        Header(question, found.background), [], [], ordered(found.points), found.links
    )
    return Reading(outline, losses)


def _claims(lines: Iterable[str], losses: list[Loss]) -> tuple[str, list[_Claim]]:
    """The title, and each claim with all its lines."""
    title, claims = "", list[_Claim]()
    for number, line in enumerate(lines, 1):
        claim = CLAIM.match(line) or (None if claims else THESIS.match(line))
        heading = None if claims or title else TITLE.match(line)
        if claim:
            given = claim.groupdict()
            path, stance = given.get("path") or TOP, given.get("stance") or ""
            claims.append(_Claim(path, stance, given["text"], number))
        elif heading:
            title = heading[1]
        elif claims:
            claims[-1].lines.append(line)
        elif line.strip():
            losses.append(Loss("This line belongs to no claim.", "line", f"line {number}"))
        if len(claims) > POINTS_MOST:
            raise Unreadable("This file has more than %(most)s claims.", most=POINTS_MOST)
    return title, claims


class _Found:
    """Claims as points and links."""

    def __init__(self, question: str, claims: Sequence[_Claim], losses: list[Loss]) -> None:
        self.points: list[Point] = []
        self.links: list[Link] = []
        self.losses = losses
        self.background = ""
        self.keys: set[str] = set()
        below = [claim for claim in claims if claim.parent == TOP]
        self.is_question = bool(below) and not any(claim.stance for claim in below)
        for claim in claims:
            if claim.path == TOP and self.is_question:
                self.background = "" if claim.words == question else claim.words
            elif not SEE.match(claim.text):
                self._point(claim)
        for claim in claims:
            if see := SEE.match(claim.text):
                self._link(claim, see["path"])

    def _lose(self, loss: Loss) -> None:
        self.losses.append(loss)

    def _point(self, claim: _Claim) -> None:
        key, parent, body = claim.path, claim.parent, claim.words
        if key in self.keys:
            self._lose(Loss("This path comes twice.", "line", f"line {claim.line}"))
            key = f"{key}{claim.line}"
        if not body.strip():
            self._lose(Loss("This claim has no words.", "line", f"line {claim.line}"))
            body = "\u2026"
        is_root = claim.path == TOP or (parent == TOP and self.is_question)
        if not is_root and parent not in self.keys:
            self._lose(Loss("What this stands under is not here.", "line", f"line {claim.line}"))
            is_root = True
        kind = "position" if is_root else KINDS.get(claim.stance, "remark")
        if kind == "remark":
            self._lose(Loss("This says neither for nor against.", "kind", f"line {claim.line}"))
        self.keys.add(key)
        self.points.append(
            Point(
                key,
                kind,
                body,
                "" if is_root else parent,
                on="truth" if kind == "objection" else "",
                name=short(shown(body)) if is_root else "",
                source_id=key,
                line=claim.line,
            )
        )

    def _link(self, claim: _Claim, source: str) -> None:
        target, kind = claim.parent, KINDS.get(claim.stance, "")
        if kind and source != target and source in self.keys and target in self.keys:
            on = "truth" if kind == "objection" else ""
            self.links.append(Link(source, target, kind, on))
        else:
            self._lose(Loss("This link leads nowhere.", "link", f"line {claim.line}"))
