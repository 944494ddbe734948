"""Threads of comments as other sites have them, made into an outline.

Where a comment quotes what it answers and goes on in its own words, each such answer is a point
under what it quotes, and carries the quotation; what answers nothing in particular comes first.
A few words as 'Agree.' after a quotation are a mark on the passage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from debate.formats.exchange import AGREES, DISAGREES
from debate.formats.exchange import KINDS as SIGNS
from debate.formats.hypertext import Piece, escaped, pieces, shown
from debate.formats.outline import (
    KINDS,
    ROOTS,
    Header,
    Loss,
    Mark,
    Options,
    Outline,
    Person,
    Point,
    Problem,
    Quote,
    Reading,
    Turn,
    Unreadable,
)
from debate.formats.passages import Found, Passages
from debate.formats.repeats import Line
from debate.formats.trees import ordered, without_circles
from debate.formats.values import BODY_MOST, Losses, short

COMMENTS_MOST = 20_000
VERDICT_MOST = 60
CHECKED_MOST = 500_000
REPLIES = tuple(kind for kind in KINDS if kind not in ROOTS)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Comment:
    """A comment of another site, or the post on top; `pieces` are its words and what it quotes."""

    id: str
    parent: str
    person: str
    pieces: Sequence[Piece]
    at: datetime | None = None
    edited: datetime | None = None
    gone: str = ""
    number: str = ""
    """What others quote it by."""
    name: str = ""
    note: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody who has spoken no further holds of a comment, or of words of it."""

    comment: str
    person: str
    truth: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of a comment: what it quotes, and what it says to that."""

    quote: Piece | None
    text: str


class Thread:
    """Takes in people, comments and verdicts in any order, and makes the reading of them."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.people: dict[str, Person] = {}
        self.comments: dict[str, Comment] = {}
        self.verdicts: list[Verdict] = []
        self.losses = Losses()
        self.problems: list[Problem] = []
        self.points: list[Point] = []
        self.marks: dict[tuple[str, str], Mark] = {}
        self.of: dict[str, list[str]] = {}  # the keys of the points of each comment
        self.by_number: dict[str, str] = {}
        self.by_key: dict[str, Point] = {}
        self.passages = Passages()
        self.numbers: dict[str, int] = {}
        self.answered: set[str] = set()
        self.length = 0
        self.top = ""

    def person(self, key: str, name: str, username: str = "", *, is_bot: bool = False) -> str:
        """Take in who speaks; gives the key, nothing where there is none."""
        if key and key not in self.people:
            self.people[key] = Person(key, name or key, username, is_bot, source_id=key)
        return key

    def pieces(self, html: str) -> list[Piece]:
        """What a comment says; checked as long as all of them are not too much together."""
        self.length += len(html)
        return pieces(html, is_checked=self.length < CHECKED_MOST)

    def expect(self, count: int) -> None:
        """Refuse more comments than can be read, before any is; raises Unreadable."""
        if count > COMMENTS_MOST:
            raise Unreadable("This file has more than %(most)s comments.", most=COMMENTS_MOST)

    def add(self, comment: Comment) -> None:
        """Take in a comment; a second one with its id is left out and told."""
        if not comment.id or comment.id in self.comments:
            self.losses.append(
                Loss(
                    "Of comments with the same id, or none, only the first was kept.",
                    "point",
                    comment.id,
                )
            )
        else:
            self.expect(len(self.comments) + 1)
            self.comments[comment.id] = comment
            if comment.number:
                self.by_number[comment.number] = comment.id

    def reading(self, header: Header, top: str = "") -> Reading:
        """Everything as an outline; `top` is the id of the post that all else is under."""
        self.top = top if top in self.comments else ""
        self._set_parents()
        made = sorted(self.comments.values(), key=lambda one: one.at or NEVER)
        self.numbers = {one.id: number for number, one in enumerate(made, 1)}
        self.answered = {one.parent for one in made}
        for point in ordered([Point(one.id, "", "", one.parent) for one in made]):
            self._take(self.comments[point.key])
        if not self.points:
            raise Unreadable("There are no comments in this file.")
        for verdict in self.verdicts:
            self._judge(verdict)
        self._tell_of_kinds()
        return Reading(self._outline(header), self.losses, self.problems)

    def _outline(self, header: Header) -> Outline:
        points = ordered(self.points)
        places = {point.key: place for place, point in enumerate(points)}
        marks = sorted(self.marks.values(), key=lambda mark: places[mark.point])
        used = {point.person for point in points} | {mark.person for mark in marks}
        people = [one for one in self.people.values() if one.key in used]
        numbers = {point.turn: point for point in self.points if point.turn}
        turns = [Turn(n, point.person, point.at) for n, point in sorted(numbers.items())]
        return Outline(header, people, turns, points, [], marks)

    # ---- what answers what
    def _set_parents(self) -> None:
        """Have each comment answer one that is there, or nothing, and none itself in a circle."""
        parents = {one.id: self._parent(one) for one in self.comments.values()}
        for broken in without_circles(parents, self.top):
            self.losses.append(
                Loss("This answers itself in a circle; it was put on top.", "point", broken)
            )
        for one in self.comments.values():
            one.parent = parents[one.id]

    def _parent(self, comment: Comment) -> str:
        if comment.id == self.top:
            return ""
        if comment.parent and comment.parent not in self.comments:
            self.losses.append(
                Loss(
                    "What this answers is not in the file; it was put on top.", "link", comment.id
                )
            )
        return comment.parent if comment.parent in self.comments else self.top

    def _above(self, comment: Comment) -> list[str]:
        """The ids of what a comment may quote: what it answers, what that answers, the post."""
        parent = comment.parent
        grand = self.comments[parent].parent if parent else ""
        return [one for one in dict.fromkeys((parent, grand, self.top)) if one]

    # ---- a comment
    def _take(self, comment: Comment) -> None:
        """Make the points of a comment."""
        self.of[comment.id] = []
        if comment.gone:
            self._gone(comment)
            return
        parts = self._looked_up(comment, _parts(comment.pieces))
        for key, quote, text in parts:
            truth = _verdict(text) if quote else ""
            is_needed = len(parts) == 1 and comment.id in self.answered
            if truth and not is_needed and self._may_mark(key, comment.person):
                self._mark(key, comment.person, truth, quote, comment.at)
            else:
                self._say(comment, text, key, quote)
        if not parts:
            self.losses.append(Loss("A comment without words was left out.", "point", comment.id))
            self.of[comment.id] = self.of.get(comment.parent, [])

    def _looked_up(
        self, comment: Comment, parts: list[_Part]
    ) -> list[tuple[str, Quote | None, str]]:
        """What each part of a comment answers; what quotes nothing that is here stays together."""
        made: list[tuple[str, Quote | None, str]] = []
        main = next(iter(self.of.get(comment.parent, [])), "")
        for part in parts:
            found = self._find(comment, part.quote) if part.quote and comment.parent else None
            text = part.text
            if part.quote and not (found and text):
                text = f"{_as_quoted(part.quote.text)}\n\n{text}".strip()
            if found and part.text:
                made.append((found.key, found.quote, text))
            elif made and not made[-1][1]:
                made[-1] = (made[-1][0], None, f"{made[-1][2]}\n\n{text}")
            else:
                made.append((main, None, text))
        return made

    def _find(self, comment: Comment, piece: Piece) -> Found | None:
        """Where the quoted words stand; told with the nearest passages where they do not."""
        if piece.inner:
            self.losses.append(
                Loss("A quotation within a quotation was left out.", "quotation", comment.id)
            )
        said_by = self.by_number.get(piece.post, "")
        parent = comment.parent
        above = (said_by, parent, self.comments[parent].parent if parent else "", self.top)
        keys = [key for one in above for key in self.of.get(one, [])]
        found = self.passages.find(piece.text, keys)
        if not found:
            near = self.passages.candidates(piece.text, keys)
            told = {"words": short(piece.text, 120)}
            self.losses.append(
                Loss(
                    "These words are not in what is answered: %(words)s",
                    "quotation",
                    comment.id,
                    told,
                    near,
                )
            )
        return found

    def _gone(self, comment: Comment) -> None:
        parent = next(iter(self.of.get(comment.parent, [])), "")
        kind = "remark" if parent else "position"
        self._put(comment, Point(comment.id, kind, "", parent, at=comment.at, gone=comment.gone))

    def _say(self, comment: Comment, text: str, parent: str, quote: Quote | None) -> None:
        """Make a point of a text, or several where it is too long for one."""
        first, *rest = _cut(text)
        key = self._key(comment)
        kind = self._kind(key, shown(first), comment, parent) if parent else "position"
        point = Point(
            key,
            kind,
            first,
            parent,
            comment.person,
            on="truth" if kind == "objection" else "",
            name=comment.name or short(shown(first)) if kind in ROOTS else "",
            at=comment.at,
            edited=comment.edited,
            turn=self.numbers[comment.id],
            quote=quote,
            source_id=key,
            note=comment.note,
        )
        self._put(comment, point)
        for more in rest:
            name = self._key(comment)
            self._put(
                comment,
                replace(
                    point,
                    key=name,
                    kind="clarification",
                    body=more,
                    parent=key,
                    on="",
                    name="",
                    quote=None,
                    source_id=name,
                    note={},
                ),
            )
        if rest:
            self.losses.append(
                Loss("This was too long for one statement and is several now.", "text", comment.id)
            )

    def _put(self, comment: Comment, point: Point) -> None:
        self.points.append(point)
        self.by_key[point.key] = point
        self.of[comment.id].append(point.key)
        self.passages.add(point.key, point.body)

    def _key(self, comment: Comment) -> str:
        number = len(self.of[comment.id]) + 1
        key = comment.id if number == 1 else f"{comment.id}/{number}"
        while key in self.by_key or (number > 1 and key in self.comments):
            key += "/"
        return key

    # ---- what a comment does, and what people hold of it
    def _kind(self, key: str, words: str, comment: Comment, parent: str) -> str:
        """The kind proposed for a person to confirm; a remark where nothing speaks for another."""
        proposed = _proposed(words, self.by_key[parent], comment.person)
        chosen = self.options.choices.get(f"kind:{key}", "")
        if proposed != "remark":
            others = [kind for kind in REPLIES if kind != proposed]
            self.problems.append(Problem(f"kind:{key}", proposed, tuple(others)))
        return chosen if chosen in REPLIES else proposed

    def _may_mark(self, key: str, person: str) -> bool:
        point = self.by_key[key]
        is_claim = point.kind not in ("question", "concession") and not point.gone
        return bool(person) and is_claim and point.person != person

    def _mark(
        self, key: str, person: str, truth: str, quote: Quote | None, at: datetime | None
    ) -> None:
        self.marks[key, person] = Mark(key, person, truth, "", quote, at)

    def _judge(self, verdict: Verdict) -> None:
        keys = self.of.get(verdict.comment, [])
        found = self.passages.find(verdict.words, keys) if verdict.words else None
        key = found.key if found else next(iter(keys), "")
        if key and self._may_mark(key, verdict.person) and (key, verdict.person) not in self.marks:
            self._mark(key, verdict.person, verdict.truth, found.quote if found else None, None)

    def _tell_of_kinds(self) -> None:
        number = sum(point.kind == "remark" and not point.gone for point in self.points)
        if number:
            self.losses.append(
                Loss(
                    "What comments do to what they answer is not told; taken as remarks: %(n)s.",
                    "kind",
                    "",
                    {"n": number},
                )
            )


def _parts(pieces: Sequence[Piece]) -> list[_Part]:
    """Quotations with what follows each; a second quotation in a row has the answer."""
    parts: list[_Part] = []
    for piece in pieces:
        if piece.quoted:
            parts.append(_Part(piece, ""))
        elif parts and parts[-1].quote and not parts[-1].text:
            first, _, rest = piece.text.partition("\n\n")
            is_verdict = bool(rest and _verdict(first))
            parts[-1] = _Part(parts[-1].quote, first if is_verdict else piece.text)
            if is_verdict:
                parts.append(_Part(None, rest))
        else:
            parts.append(_Part(None, piece.text))
    return parts


def _as_quoted(words: str) -> str:
    return "\n".join(f"> {line}" for line in escaped(words).split("\n"))


def _verdict(text: str) -> str:
    """What a short answer says: agree, disagree; nothing where it says more."""
    said = Line(0, text).folded if len(text) < VERDICT_MOST else ""
    return "agree" if AGREES.fullmatch(said) else "disagree" if DISAGREES.fullmatch(said) else ""


def _proposed(words: str, parent: Point, person: str) -> str:
    """The kind a comment may be of, by how it ends and begins."""
    if words.rstrip(" \"'\u201d\u2019)").endswith("?"):
        return "question"
    said = words[:80].casefold()
    kind = next((kind for kind, sign in SIGNS if sign.match(said)), "remark")
    is_own = bool(person) and parent.person == person
    fits = {
        "concession": not is_own and parent.kind != "question" and not parent.gone,
        "clarification": is_own,
    }
    return kind if fits.get(kind, True) else "remark"


def _cut(text: str) -> list[str]:
    """The text in pieces that each fit into a statement, cut between paragraphs if possible."""
    pieces: list[str] = []
    while len(text) > BODY_MOST:
        at = max(text.rfind("\n\n", 0, BODY_MOST), 0) or max(text.rfind(" ", 0, BODY_MOST), 0)
        pieces.append(text[: at or BODY_MOST].strip())
        text = text[at or BODY_MOST :].strip()
    return [*pieces, text]
