"""The statements of an outline as a debate can hold them: where they stand, and what they are."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from debate.formats.fitting.quoting import Quoting
from debate.formats.fitting.words import GENERATED, NAME, Mending, bare, nobody
from debate.formats.outline import (
    KINDS,
    ON,
    ROOTS,
    Dropped,
    Loss,
    Person,
    Point,
    Wording,
    phrased,
)

DEPTH_MOST = 500
BODY, KEY = 10_000, 1_000
PARTS = 10  # of a text that is too long for one statement
REASON = 500
OPENING = re.compile(r"[#>*_`\s-]*")


@dataclass(slots=True)
class _Above:
    """A statement on the way from the root to where one is."""

    point: Point
    depth: int


def trees(
    given: Sequence[Point], known: dict[str, Person], kinds: Mapping[str, str], mending: Mending
) -> list[Point]:
    """The points, parents before children, each of a kind that may stand where it stands.

    `kinds` are others for some of them, by key. Who is not known is added to `known`.
    """
    placing = _Placing(known, kinds, mending)
    for point in in_reading_order(_unique(given, mending), mending):
        placing.take(point)
    return placing.placed


def _unique(given: Sequence[Point], mending: Mending) -> dict[str, Point]:
    found: dict[str, Point] = {}
    for point in given:
        key = point.key or f"#{len(found) + 1}"
        if key in found:
            mending.lost(Loss("A statement with this key is there already.", "point", key[:60]))
        else:
            named = bare(point.source_id or key, KEY)
            found[key] = replace(point, key=key, source_id=named)
    return found


def in_reading_order(points: Mapping[str, Point], mending: Mending) -> Iterator[Point]:
    """Each root with all that is under it; what answers nothing that is there becomes a root."""
    under: defaultdict[str, list[str]] = defaultdict(list)
    roots: list[str] = []
    for key, point in points.items():
        if point.parent in points:
            under[point.parent].append(key)
            continue
        roots.append(key)
        if point.parent:
            mending.lost(Loss("What it answers is not in the file.", "point", key[:60]))
    roots.sort(key=lambda key: points[key].kind == "crux")
    seen: set[str] = set()
    yield from _walk(roots, under, points, seen)
    for key in points:
        if key not in seen:
            mending.lost(Loss("It answers itself, in a circle.", "point", key[:60]))
            yield replace(points[key], parent="")
            seen.add(key)
            yield from _walk(under[key], under, points, seen)


def _walk(
    first: Sequence[str],
    under: Mapping[str, list[str]],
    points: Mapping[str, Point],
    seen: set[str],
) -> Iterator[Point]:
    waiting = list(reversed(first))
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            yield points[key]
            waiting.extend(reversed(under.get(key, ())))


class _Placing:
    """One run: what is placed, and the way down to the latest of it."""

    def __init__(
        self, known: dict[str, Person], kinds: Mapping[str, str], mending: Mending
    ) -> None:
        self.known = known
        self.kinds = kinds
        self.mending = mending
        self.placed: list[Point] = []
        self.way: list[_Above] = []
        self.authors: Counter[str] = Counter()
        self.quoting = Quoting(mending)
        self.place: dict[str, int] = {}  # how deep each on the way stands

    def take(self, point: Point) -> None:
        """Place a point under what it answers, which was placed before."""
        parent = self._parent(point)
        point = self._worded(replace(point, parent=parent.key if parent else ""))
        point = self._of_kind(point, parent)
        if parent is not None:
            point = self.quoting.quoted(point, parent)
        elif point.quote is not None:
            self._lose("A root answers nothing, so it quotes nothing.", "quotation", point)
            point = replace(point, quote=None)
        parts = list(self._parts(point))
        for part in parts:
            self.placed.append(part)
        self._step_down(parts[0])

    # ---- the way down
    def _parent(self, point: Point) -> Point | None:
        """What it answers; where that lies too deep, what lies above it."""
        if point.parent not in self.place:
            depth = -1
        else:
            depth = self.place[point.parent]
            if depth >= DEPTH_MOST:
                self._lose("It lies too deep, and was put higher up.", "point", point)
                depth = DEPTH_MOST - 1
        while len(self.way) > depth + 1:
            gone = self.way.pop()
            self.authors[gone.point.person] -= 1
        return self.way[-1].point if self.way else None

    def _step_down(self, point: Point) -> None:
        self.place[point.key] = len(self.way)
        self.way.append(_Above(point, len(self.way)))
        self.authors[point.person] += 1

    # ---- what it is
    def _of_kind(self, point: Point, parent: Point | None) -> Point:
        kind = self.kinds.get(point.key, point.kind)
        kind = kind if kind in KINDS else "remark"
        wrong = _misplaced(kind, point, parent) or self._not_ones_own(kind, point, parent)
        if wrong:
            self._lose(wrong, "kind", point)
            kind = "remark" if parent else "position"
        elif kind != point.kind and point.key not in self.kinds:
            self._lose("This kind is not known here; it became a remark.", "kind", point)
        on = self._on(point, kind, parent)
        return self._named(replace(point, kind=kind, on=on))

    def _not_ones_own(self, kind: str, point: Point, parent: Point | None) -> str:
        """Why it cannot be a clarification or a concession: whose what it answers is."""
        if parent is None or point.gone or parent.gone:
            return ""
        if kind == "clarification" and not (self.authors[point.person] or self.authors[""]):
            return phrased("Only one's own words are made clear; it became a remark.")
        if kind != "concession":
            return ""
        person = self.known[point.person]
        if parent.person == point.person or parent.kind == "question" or person.bot:
            return phrased("Only what somebody else claims is granted; it became a remark.")
        return ""

    def _on(self, point: Point, kind: str, parent: Point | None) -> str:
        if kind != "objection":
            if point.on:
                self._lose("Only an objection says what is wrong.", "kind", point)
            return ""
        if point.on not in ON:
            self._lose("What is wrong is not said; it became “not true”.", "kind", point)
            return "truth"
        if point.on == "relevance" and parent is not None and not parent.parent:
            self._lose("What answers nothing is not beside a point: “not true”.", "kind", point)
            return "truth"
        return point.on

    def _named(self, point: Point) -> Point:
        if point.kind not in ROOTS:
            if point.name:
                self._lose("Only positions and cruxes have a name.", "name", point)
            return replace(point, name="")
        name = self.mending.line(point.name, NAME, "name", point.key[:60])
        return replace(point, name=name or _first_words(point.body) or "Position")

    # ---- its words
    def _worded(self, point: Point) -> Point:
        where = point.key[:60]
        body = self.mending.text(point.body, PARTS * BODY, "text", where)
        gone = point.gone
        if not body and not gone:
            self._lose("It has no words.", "text", point)
            gone = "withdrawn"
        by = self.mending.one_of(point.generated_by, GENERATED, "point", where)
        point = replace(point, generated_by=by, dropped=self._dropped(point))
        if gone:
            gone = gone if gone == "hidden" else "withdrawn"
            return replace(
                point, body="", gone=gone, person="", quote=None, wordings=(), note={}, edited=None
            )
        person = point.person
        if person not in self.known:
            if person:
                self._lose("Whose words these are the file does not say.", "author", point)
            person = nobody(self.known)
        return replace(
            point,
            body=body,
            person=person,
            at=self.mending.at(point.at, where),
            edited=self.mending.at(point.edited, where),
            note=self.mending.note(point.note, where),
            wordings=tuple(self._wordings(point)),
            revision=1 + len(point.wordings),
        )

    def _wordings(self, point: Point) -> Iterator[Wording]:
        for number, one in enumerate(point.wordings, 1):
            body = self.mending.text(one.body, BODY, "revision", point.key[:60])
            reason = self.mending.line(one.reason, REASON, "revision", point.key[:60])
            yield replace(
                one,
                number=number,
                body=body or "…",
                reason=reason,
                at=self.mending.at(one.at, point.key[:60]),
                generated_by=one.generated_by if one.generated_by in GENERATED else "",
            )

    def _dropped(self, point: Point) -> Dropped | None:
        told = point.dropped
        if told is None or point.kind != "crux" or told.person not in self.known:
            return None
        reason = self.mending.line(told.reason, REASON, "crux", point.key[:60])
        at = self.mending.at(told.at, point.key[:60])
        return replace(told, reason=reason, at=at) if reason else None

    def _parts(self, point: Point) -> Iterator[Point]:
        """The point; what does not fit into it follows as its author's clarifications."""
        pieces = _pieces(point.body)
        yield replace(point, body=pieces[0]) if len(pieces) > 1 else point
        deep = len(self.way) >= DEPTH_MOST
        for number, piece in enumerate(pieces[1:], 2):
            self._lose("It is too long for one statement, and goes on in another.", "text", point)
            yield Point(
                key=f"{point.key}+{number}",
                kind="remark" if deep else "clarification",
                body=piece,
                parent=point.parent if deep else point.key,
                person=point.person,
                at=point.at,
                turn=point.turn,
                source_id=f"{point.source_id}+{number}",
            )

    def _lose(self, why: str, what: str, point: Point) -> None:
        self.mending.lost(Loss(why, what, point.key[:60]))


def _misplaced(kind: str, point: Point, parent: Point | None) -> str:
    """Why a kind cannot stand there, whoever says it; empty where it can."""
    if parent is None:
        return "" if kind in ROOTS else phrased("It answers nothing, so it became a position.")
    if kind in ROOTS:
        return phrased("It answers something, so it became a remark.")
    if kind == "answer" and parent.kind != "question":
        return phrased("Only questions are answered; it became a remark.")
    return ""


def _first_words(body: str) -> str:
    words = " ".join(OPENING.sub("", body, count=1)[: 3 * NAME].split())
    if len(words) <= NAME:
        return words
    return words[: NAME - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def _pieces(body: str) -> list[str]:
    """The text in pieces that fit, cut between paragraphs where there are any."""
    pieces = []
    while len(body) > BODY:
        cut = body.rfind("\n\n", 1, BODY)
        cut = cut if cut > 0 else body.rfind(" ", BODY // 2, BODY)
        cut = cut if cut > 0 else BODY
        pieces.append(body[:cut].strip())
        body = body[cut:].strip()
    return [*pieces, body] if body or not pieces else pieces
