"""A plain exchange: turns, quotations and marks found in text as people paste it.

Who speaks is told by speaker lines ('Ann: ...'), headings, or the numbers of the lines at which
turns begin; where nothing tells it, turns begin where somebody quotes what was said in the turn
before. Whatever is not certain is a problem with its candidates, for a person to decide.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from debate.formats.outline import Unreadable
from debate.formats.repeats import CANDIDATES, STEPS, Line, Told, copies, nearest, said_before
from debate.text.differences import Budget

LINES_MOST = 5_000
BETWEEN_SHOWN = 12
NAME_WORDS = 4
SPEAKER = re.compile(r"(?P<name>[^\s:>#*_][^:>#]{0,59}?)\s*:(?:\s+(?P<rest>\S.*))?$")
# The signs at the end of a heading are not looked for here: many of them would take for ever.
HEADING = re.compile(r"#{1,6}\s+(?P<hash>.+)|(?P<stars>\*\*|__)(?P<bold>[^*_]+)(?P=stars):?")
MARKED = re.compile(r">[>\s]*")
_HOW = "(?:i )?(?:fully |completely |totally |entirely |strongly )?"
_WITH = "(?: with (?:this|that))?"
AGREES = re.compile(
    f"{_HOW}(?:agree(?:d)?|yes|yep|yeah|true|right|exactly|granted|correct|fair(?: enough| point)?"
    f"|good point|quite(?: so)?|indeed|of course|sure){_WITH}"
)
DISAGREES = re.compile(
    f"{_HOW}(?:disagree(?:d)?|no|nope|false|wrong|not true|not so|i don't think so"
    f"|i do not think so|i don't agree|i do not agree){_WITH}"
)
VERDICT_WORDS = 6
SPEAKERS_LEAST = 2
KINDS = (
    (
        "concession",
        re.compile(r"(?:true|granted|agreed|i agree|fair enough|yes, i|sure,|admittedly)\b"),
    ),
    (
        "objection",
        re.compile(r"(?:but|no(?=[,.])|i disagree|i don't|i do not|i would not|however|not so)\b"),
    ),
    ("clarification", re.compile(r"(?:sorry|to be clear|my point is|i mean|what i meant)\b")),
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person says at a time: the numbers of its lines, without quotations and marks."""

    author: str
    paragraphs: list[int]


@dataclass(frozen=True, slots=True)
class Quoted:
    """That a line repeats words of another; `exact` where sign for sign."""

    line: int
    of_line: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """That a line only says what its author holds of the passage that another line quotes."""

    line: int
    of_line: int
    truth: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A line whose part is not certain, what it is taken for, and what it could be as well."""

    line: int
    proposal: str
    candidates: list[str]


@dataclass(slots=True)
class Exchange:
    """What was found, each line by its number from 1. `kinds` are proposals, by line."""

    turns: list[Turn] = field(default_factory=list)
    quotations: list[Quoted] = field(default_factory=list)
    marks: list[Marked] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    kinds: dict[int, str] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    """What each line says, without speakers and marks of quotations."""
    authors: dict[int, str] = field(default_factory=dict)
    """Whose each line is, quotations too."""


def read(text: str, turns_at: Sequence[int] = ()) -> Exchange:
    """Read an exchange; `turns_at` are the numbers of the lines that begin a turn.

    Raises Unreadable for no words, too many lines, or numbers of lines that are not there.
    """
    lines, begins = _lines(text)
    if not lines:
        raise Unreadable("There are no words here. Paste the exchange as text.")
    if len(lines) > LINES_MOST:
        raise Unreadable(
            "Use at most %(most)s lines; these are %(count)s.",
            most=f"{LINES_MOST:,}",
            count=f"{len(lines):,}",
        )
    if turns_at:
        begins = _given(turns_at, {line.number for line in lines})
    return _Reading(lines, begins).read()


def _given(turns_at: Sequence[int], known: set[int]) -> dict[int, str]:
    """The two who take turns, where lines are given. What comes before the first is its too."""
    wrong = [number for number in turns_at if number not in known]
    if wrong:
        told = ", ".join(map(str, wrong))
        raise Unreadable(
            "No words stand on line %(lines)s. Give lines at which somebody begins.", lines=told
        )
    return {number: "AB"[place % 2] for place, number in enumerate(sorted(set(turns_at)))}


# ---- lines and who speaks
def _lines(text: str) -> tuple[list[Line], dict[int, str]]:
    """The paragraphs, and who begins to speak at which; nobody where nothing says it."""
    shown = [
        (number, " ".join(line.split()))
        for number, line in enumerate(
            text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1
        )
    ]
    shown = [(number, line) for number, line in shown if line]
    names = _speakers([line for _, line in shown])
    lines: list[Line] = []
    begins: dict[int, str] = {}
    waiting = ""
    for number, line in shown:
        name, rest = _spoken(line, names)
        waiting = name or waiting
        if not rest:
            continue
        if waiting:
            begins[number], waiting = waiting, ""
        bare = MARKED.sub("", rest, count=1) if rest.startswith(">") else rest
        if bare:
            lines.append(Line(number, bare, quoted=bare != rest))
    return lines, _joined(begins)


def _joined(begins: dict[int, str]) -> dict[int, str]:
    """A name that is said again within its own turn begins no other one."""
    places = sorted(begins)
    same = {later for one, later in pairwise(places) if begins[one] == begins[later]}
    return {place: begins[place] for place in places if place not in same}


def _speakers(lines: Sequence[str]) -> set[str]:
    """The names that lines begin with, where these are speakers: the first line has one.

    Of two and more, those that come once only are kept where all come once.
    """
    found = [name for line in lines if (name := _name(line))]
    if not lines or not _name(lines[0]) or len(set(found)) < SPEAKERS_LEAST:
        return set()
    often = {name for name, number in Counter(found).items() if number > 1}
    return often | {found[0]} if len(often) > 1 else set(found)


def _name(line: str) -> str:
    heading = HEADING.fullmatch(line)
    if heading:
        name = (heading["hash"] or "").rstrip("#") or heading["bold"] or ""
    else:
        spoken = SPEAKER.fullmatch(line)
        name = spoken["name"] if spoken else ""
    name = name.strip(" :*_")
    is_name = name[:1].isupper() and len(name.split()) <= NAME_WORDS and name[-1] not in ".?!,"
    return name if is_name else ""


def _spoken(line: str, names: set[str]) -> tuple[str, str]:
    """Who begins to speak at a line, and what the line says; nobody goes on."""
    name = _name(line)
    if name not in names or not name:
        return "", line
    spoken = SPEAKER.fullmatch(line)
    return name, (spoken["rest"] or "") if spoken and not HEADING.fullmatch(line) else ""


# ---- what the lines are
class _Reading:
    """One reading of the lines, step by step."""

    def __init__(self, lines: Sequence[Line], begins: dict[int, str]) -> None:
        self.begins = begins
        self.is_told = bool(begins)
        self.copied = copies(lines)
        self.live = [line for line in lines if line.number not in self.copied]
        self.all_told = Told()
        self.budget = Budget(STEPS)
        for line in self.live:
            self.all_told.add(line)
        self.found = Exchange(dropped=sorted(self.copied))
        self.found.texts = {line.number: line.text for line in lines}
        self.strays = self._strays()
        self.of: dict[int, int] = {}  # what a quotation is of

    def read(self) -> Exchange:
        """Take one step after the other."""
        self._quotations([line for line in self.live if line.number not in self.strays])
        self._marks()
        self._turns()
        for number in sorted(self.strays - {mark.line for mark in self.found.marks}):
            self.found.problems.append(self._stray(number))
        self.found.problems.sort(key=lambda problem: problem.line)
        return self.found

    # ---- lines that only the second copy has
    def _strays(self) -> set[int]:
        """Lines among or right beside those of a second copy, that no copy and no turn holds."""
        if not self.copied:
            return set()
        first, last = min(self.copied), max(self.copied)
        originals = set(self.copied.values())
        before = [line for line in self.live if line.number < first]
        strays = {line.number for line in self.live if first < line.number < last}
        strays |= {line.number for line in self.live if line.number > last}
        while before and before[-1].number not in originals and not self._quotes(before[-1]):
            strays.add(before.pop().number)
        return strays

    def _quotes(self, line: Line) -> bool:
        alike = self.all_told.alike(line, line.number)
        return line.quoted or bool(said_before(line, alike, self.budget))

    def _stray(self, number: int) -> Problem:
        """What a stray line may be: where it stands in the copy tells where it belongs."""
        following = min((n for n in self.copied if n > number), default=None)
        before = max((n for n in self.copied if n < number), default=None)
        candidates = []
        turn = self._opened_by(self.copied[following]) if following else None
        if turn:
            candidates.append(f"opens turn {turn}")
        elif following:
            candidates.append(f"stands before line {self.copied[following]}")
        if before:
            candidates.append(f"stands after line {self.copied[before]}")
        last = max((line.number for line in self.live if line.number < number), default=None)
        if last is not None:
            told = "answers the quotation of" if last in self.of else "goes on after"
            candidates.append(f"{told} line {last}")
        return Problem(number, candidates[0], candidates)

    def _opened_by(self, number: int) -> int | None:
        """The number of the turn whose first paragraph this is."""
        places = [turn.paragraphs[0] for turn in self.found.turns if turn.paragraphs]
        return places.index(number) + 1 if number in places else None

    # ---- quotations
    def _quotations(self, lines: Sequence[Line]) -> None:
        """Find what each line says again of an earlier turn; without turns, of what is above."""
        told = Told()  # what can be quoted
        begun = lines[0].number if lines else 0
        for line in lines:
            begun = line.number if line.number in self.begins else begun
            until = begun if self.is_told else line.number
            said = said_before(line, told.alike(line, until), self.budget)
            if said:
                self.of[line.number] = said[0].line.number
                self.found.quotations.append(
                    Quoted(line.number, said[0].line.number, said[0].exact)
                )
                begun = self._begins_by_quoting(line.number, begun, told.lines)
            elif line.quoted:
                near = [
                    f"quotes line {number}" for number in nearest(line, told.lines[-CANDIDATES:])
                ]
                self.found.problems.append(
                    Problem(line.number, "quotes what is not here", [*near, "is no quotation"])
                )
            else:
                told.add(line)

    def _begins_by_quoting(self, number: int, begun: int, told: Sequence[Line]) -> int:
        """Where nothing tells the turns: who quotes the turn that goes on begins another one."""
        if self.is_told or self.of[number] < begun:
            return begun
        self.begins[number] = ""
        latest = told[-BETWEEN_SHOWN:]
        between = [one.number for one in latest if one.number > self.of[number]]
        others = [f"the turn begins at line {one}" for one in (*between, number)]
        proposal = f"the turn begins at line {number}"
        self.found.problems.append(Problem(number, proposal, others))
        return number

    # ---- marks
    def _marks(self) -> None:
        """A short answer right after a quotation is a mark on it; after all else, a question."""
        before: Line | None = None
        for line in self.live:
            truth = verdict(line)
            if truth and before is not None and before.number in self.of:
                self.found.marks.append(Marked(line.number, before.number, truth))
            elif truth and before is not None:
                choices = ["is a paragraph", f"marks line {before.number}"]
                self.found.problems.append(Problem(line.number, choices[0], choices))
            if line.number not in self.strays:  # what follows a copy follows what is above it
                before = line

    # ---- turns
    def _turns(self) -> None:
        apart = set(self.of) | {mark.line for mark in self.found.marks}
        apart |= {one.line for one in self.found.problems if one.proposal.startswith("quotes")}
        author, place = "", -1
        for line in self.live:
            if line.number in self.strays:
                continue
            if line.number in self.begins or place < 0:
                place += 1
                author = self.begins.get(line.number) or "AB"[place % 2]
                self.found.turns.append(Turn(author, []))
            self.found.authors[line.number] = author
            if line.number not in apart:
                self.found.turns[-1].paragraphs.append(line.number)
                self.found.kinds[line.number] = _kind(line, first=place == 0)
        self.found.turns = [turn for turn in self.found.turns if turn.paragraphs]


def verdict(line: Line) -> str:
    """What a short answer says: agree, disagree; nothing where it says more."""
    if line.quoted or len(line.words) > VERDICT_WORDS:
        return ""
    said = line.folded
    return "agree" if AGREES.fullmatch(said) else "disagree" if DISAGREES.fullmatch(said) else ""


def _kind(line: Line, *, first: bool) -> str:
    """The kind a paragraph may be of: by how it ends and begins."""
    if line.text.rstrip(" \"'\u201d\u2019)").endswith("?"):
        return "question"
    said = line.folded
    return next(
        (kind for kind, sign in KINDS if sign.match(said)), "support" if first else "remark"
    )


def preview(found: Exchange) -> dict[str, object]:
    """The exchange as `import_debate --preview --json` prints it."""
    return {
        "turns": [
            {"author": one.author, "paragraphs": list(one.paragraphs)} for one in found.turns
        ],
        "quotations": [
            {"line": one.line, "of_line": one.of_line, "exact": one.exact}
            for one in found.quotations
        ],
        "marks": [{"line": one.line, "of_line": one.of_line} for one in found.marks],
        "dropped": found.dropped,
        "problems": [
            {"line": one.line, "proposal": one.proposal, "candidates": one.candidates}
            for one in found.problems
        ],
    }
