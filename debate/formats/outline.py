"""The neutral outline of a debate that every format is read into and written from. Data only.

A reader makes an `Outline` of lists. A writer gets one whose parts may be streams: each part can
be gone through several times, in its order, and is never in memory as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

KINDS = (
    *("position", "crux", "support", "objection", "question", "answer", "clarification"),
    *("concession", "remark"),
)
ROOTS = ("position", "crux")
TRUTHS = ("agree", "unsure", "disagree")
BEARS = ("yes", "no")
ON = ("truth", "relevance", "framing")
LINKS = ("support", "objection", "duplicate", "part")


def phrased(words: str) -> str:
    """The words as they are: extraction of messages knows this call, as it does `Loss`."""
    return words


def in_words(one: Mapping[str, Any], speak: Callable[[str], str]) -> str:
    """What was told as `why` and `told`, in the words of `speak`; nothing where nothing was."""
    why, told = one.get("why", ""), one.get("told", {})
    words = speak(why) if why else ""
    return words % told if told else words


POINTS_MOST = 20_000
"""Statements of one file."""


class Unreadable(ValueError):
    """A file that cannot be read at all: why, and what to do.

    `why` is English with %(places)s, which `told` fills, so that it can be translated.
    """

    def __init__(self, why: str, **told: object) -> None:
        """Take the words and what fills their places."""
        super().__init__(why % told if told else why)
        self.why = why
        self.told = told


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that a format, or a debate, does not hold.

    `what` is one of WHAT; `where` a point's key or 'line 12'; `why` as in Unreadable (write it
    right in the call: extraction of messages knows `Loss`); `candidates` the nearest passages.
    """

    why: str
    what: str
    where: str = ""
    told: Mapping[str, object] = field(default_factory=dict)
    candidates: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The reason in English."""
        return self.why % self.told if self.told else self.why


WHAT = (
    *("debate", "person", "turn", "point", "kind", "name", "text", "date", "author", "quotation"),
    *("link", "mark", "reliance", "crux", "revision", "line"),
)
"""What can be lost: the values of `Loss.what`."""
Lost: TypeAlias = Callable[[Loss], None]
"""Where a writer puts what its format does not hold, as it meets it."""


def untold(loss: Loss) -> None:
    """A place for losses that nobody asks for: what takes a look of its own is not counted."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a reader could not decide: what it takes it for, and what it could be as well.

    `key` names it among `Options.choices`; `line` is 0 where the file has no lines.
    """

    key: str
    proposal: str
    candidates: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who speaks or marks; `key` within the outline. `owner` is the key of a bot's.

    `source_id` is what the place it comes from calls them, and stays the same from file to file.
    """

    key: str
    name: str
    username: str = ""
    bot: bool = False
    owner: str = ""
    left: bool = False
    source_id: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person published in one go; nobody is named where all of it is gone."""

    number: int
    person: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of what is answered or marked. `start` and `end` count in its plain text, if known.

    Readers need only give `exact`: whether and where it stands there, the import finds out.
    """

    exact: str
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    end: int | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Wording:
    """Earlier words of a point, and when and why they were replaced."""

    number: int
    body: str
    at: datetime | None = None
    reason: str = ""
    generated_by: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """That a crux was dropped, by whom, why and when."""

    person: str
    reason: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A statement. `key` is its label in what we write ('S16'); `parent` the key it answers.

    In an outline a parent stands before its children. `number` is its place in the order in which
    things were said (0: as they stand). `gone` ('hidden', 'withdrawn') has neither words nor
    author. `body` is Markdown (HTML has been turned into it). `source_id` is what the place it
    comes from calls it: imported again, it is known by that. `note`: what else the source says.
    """

    key: str
    kind: str
    body: str
    parent: str = ""
    person: str = ""
    on: str = ""
    name: str = ""
    at: datetime | None = None
    edited: datetime | None = None
    turn: int = 0
    number: int = 0
    quote: Quote | None = None
    generated_by: str = ""
    gone: str = ""
    revision: int = 1
    wordings: tuple[Wording, ...] = ()
    dropped: Dropped | None = None
    source_id: str = ""
    note: Mapping[str, object] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A relation beyond the tree (keys).

    `source` also supports, objects to, says the same as, or was split off from `target`.
    """

    source: str
    target: str
    kind: str  # one of LINKS
    on: str = ""
    person: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A mark as it was at one time; `because` is the key of what changed the person's mind."""

    truth: str = ""
    bears: str = ""
    at: datetime | None = None
    revision: int = 1
    because: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A person's verdict on a point (keys): truth, bears, and the passage it is meant for.

    `changes` are its history, oldest first, where it has more than the mark itself.
    """

    point: str
    person: str
    truth: str = ""
    bears: str = ""
    quote: Quote | None = None
    at: datetime | None = None
    revision: int = 1
    changes: tuple[Change, ...] = ()
    note: Mapping[str, object] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Reliance:
    """That a person's position rests on a claim (keys), in words or with numbers of 100."""

    person: str
    position: str
    claim: str
    words: str = ""
    now: int | None = None
    otherwise: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What a debate says of itself. `source_id` is what the place it comes from calls it."""

    question: str
    background: str = ""
    terms: tuple[tuple[str, str], ...] = ()
    topics: tuple[str, ...] = ()
    state: str = "open"
    outcome: str = ""
    bots: str = "write"
    source: str = ""
    licence: str = ""
    language: str = ""
    address: str = ""  # where it can be read
    slug: str = ""
    at: datetime | None = None
    source_id: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many points, turns ... there are, where known; for progress only."""


@dataclass(slots=True)
class Outline:
    """A debate. Points stand in reading order: each root with all that is under it.

    For writers the parts are streams: go through them with `for`, as often as needed, and keep
    nothing that grows with them but keys and numbers. Marks come in the order of their points.
    """

    header: Header
    people: Iterable[Person] = ()
    turns: Iterable[Turn] = ()
    points: Iterable[Point] = ()
    links: Iterable[Link] = ()
    marks: Iterable[Mark] = ()
    reliances: Iterable[Reliance] = ()
    said: Iterable[Point] = ()
    """The same points in the order in which they were said; for writers only."""


@dataclass(slots=True)
class Reading:
    """What was read: the outline (of lists), what it does not hold, and what is undecided."""

    outline: Outline
    losses: list[Loss] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    preview: Mapping[str, object] = field(default_factory=dict)
    """What a format has to say of its own in `import_debate --preview --json`."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may be said with a file: its name, and what was chosen of the problems, by their key.

    `turns_at` are lines at which turns begin, of plain exchanges alone.
    """

    name: str = ""
    turns_at: tuple[int, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    bytes_most: int = 10_000_000


Reader: TypeAlias = Callable[[bytes, Options], Reading]
"""Raises Unreadable where nothing can be read; what is broken in parts it reports as losses."""
Chunk: TypeAlias = str | bytes
Writer: TypeAlias = Callable[[Outline, Lost], Iterator[Chunk]]
"""Gives the file piece by piece, text as UTF-8 later; tells what is lost as it meets it."""
