"""A plain exchange as an outline, and an outline as the plain text of an exchange.

`exchange` finds turns, quotations and marks. Here each paragraph becomes a statement: what follows
a quotation answers the line that is quoted, the rest of a turn what the one before began with.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from debate.formats import exchange
from debate.formats.bounds import text_of
from debate.formats.exchange import Exchange
from debate.formats.losses import named, tell
from debate.formats.outline import (
    Header,
    Loss,
    Lost,
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
from debate.formats.repeats import STEPS, Line
from debate.text.differences import Budget, shared
from debate.text.words import tokens

HOLDS = (
    *("people", "author", "turn", "markup", "quotation"),
    *("gone", "name", "revision", "relevance", "framing", "crux"),  # or told one by one
    *("truth", "unsure", "bears", "marked passage", "mark date", "mark history"),
    *("link", "duplicate", "part", "link relevance", "link framing", "link author", "reliance"),
)
OPENS, QUOTES_NOTHING = "opens turn ", "quotes what is not here"
IS_PARAGRAPH, IS_NONE = "is a paragraph", "is no quotation"
MARKS, QUOTES, BEGINS = "marks line ", "quotes line ", "the turn begins at line "
GOES_ON = ("goes on after line ", "answers the quotation of line ", "stands after line ")
STANDS_BEFORE = "stands before line "
LEFT_OUT = "is left out"
BYTES_MOST = 800_000
DIGITS = 8  # of the number of a line


def read(data: bytes, options: Options) -> Reading:
    """Read the plain text of an exchange; `options.choices` decide its problems, by line."""
    losses: list[Loss] = []
    most = min(BYTES_MOST, options.bytes_most)
    text = text_of(data, replace(options, bytes_most=most), losses.append)
    found = exchange.read(text, _turns_at(text, options))
    preview = exchange.preview(found)  # before anything is decided
    building = _Building(found, options, losses.append)
    return Reading(building.outline(), losses, building.problems(), preview)


def _turns_at(text: str, options: Options) -> tuple[int, ...]:
    """The lines at which turns begin: as given, moved where another one was chosen."""
    chosen = {
        int(key.removeprefix("line ")): int(value.removeprefix(BEGINS))
        for key, value in options.choices.items()
        if value.startswith(BEGINS)
        and value.removeprefix(BEGINS).isdecimal()
        and key.removeprefix("line ").isdecimal()
    }
    if options.turns_at or not chosen:
        return options.turns_at
    found = exchange.read(text)
    begins = []
    for turn in found.turns:
        first = min(_lines_of(found, turn))
        begins.append(chosen.get(first, first))
    return tuple(sorted(set(begins)))


def _lines_of(found: Exchange, turn: exchange.Turn) -> list[int]:
    """The lines of a turn with the quotations right before them."""
    quoting = {one.line for one in found.quotations}
    first = turn.paragraphs[0]
    before = first - 1
    while before in quoting or (before > 0 and before not in found.texts):
        before -= 1
    opening = [line for line in range(before + 1, first) if line in quoting]
    return [*opening, *turn.paragraphs]


class _Building:
    """One run: the statements that paragraphs become."""

    def __init__(self, found: Exchange, options: Options, lost: Lost) -> None:
        self.found = found
        self.choices = options.choices
        self.lost = lost
        self.of = {one.line: one for one in found.quotations}
        self.points: dict[int, Point] = {}
        self.used: set[int] = set()
        self.moved: set[int] = set()
        self.loose: set[int] = set()  # quotations of words that stand nowhere
        self.budget = Budget(STEPS)
        self.turn_of = {
            line: number for number, turn in enumerate(found.turns, 1) for line in turn.paragraphs
        }
        self._decide()

    # ---- what was chosen
    def problems(self) -> list[Problem]:
        """What is not certain, each with what was chosen of it as the proposal."""
        return [
            Problem(
                f"line {one.line}",
                self._chosen(one),
                tuple(dict.fromkeys([*one.candidates, *self._also(one)])),
                one.line,
            )
            for one in self.found.problems
        ]

    def _also(self, one: exchange.Problem) -> list[str]:
        return [] if one.proposal.startswith(BEGINS) else [LEFT_OUT]

    def _chosen(self, one: exchange.Problem) -> str:
        chosen = self.choices.get(f"line {one.line}", "")
        allowed = [*one.candidates, *self._also(one), one.proposal]
        return chosen if chosen in allowed else one.proposal

    def _decide(self) -> None:
        """Put each undecided line where it was chosen to be, and tell so."""
        for one in self.found.problems:
            chosen = self._chosen(one)
            if f"line {one.line}" not in self.choices:
                self.lost(
                    Loss(
                        "This line was not certain: it “%(proposal)s”.",
                        "line",
                        f"line {one.line}",
                        {"proposal": chosen},
                    )
                )
            self._place(one.line, chosen, one.candidates)

    def _place(self, line: int, chosen: str, others: Sequence[str]) -> None:
        turns = self.found.turns
        number = _number(chosen)
        if chosen.startswith(OPENS) and 0 < number <= len(turns):
            turns[number - 1].paragraphs.insert(0, line)
            self.turn_of[line] = number
            self.moved.add(line)
        elif chosen.startswith(QUOTES) and number in self.found.texts:
            self._forget(line)
            self.of[line] = exchange.Quoted(line, number, exact=False)
        elif chosen.startswith(MARKS):
            self._forget(line)
            truth = exchange.verdict(Line(line, self.found.texts[line])) or "agree"
            self.found.marks.append(exchange.Marked(line, number, truth))
        elif chosen.startswith(QUOTES_NOTHING):
            at = next((_number(one) for one in others if one.startswith(QUOTES)), 0)
            self.of[line] = exchange.Quoted(line, at, exact=False)
            self.loose.add(line)
        elif chosen == LEFT_OUT:
            self._forget(line)
            self.lost(Loss("This line was left out.", "line", f"line {line}"))
        elif chosen.startswith((*GOES_ON, STANDS_BEFORE)):
            self._beside(line, number, before=chosen.startswith(STANDS_BEFORE))
        elif line not in self.turn_of and not chosen.startswith(BEGINS):
            self._beside(line, max((n for n in self.turn_of if n < line), default=0))

    def _beside(self, line: int, other: int, *, before: bool = False) -> None:
        """Put a line into the turn of another one, next to it."""
        known = other if other in self.turn_of else self._nearest_turn(other)
        turn = self.found.turns[self.turn_of[known] - 1]
        turn.paragraphs.insert(turn.paragraphs.index(known) + (not before), line)
        self.turn_of[line] = self.turn_of[known]
        self.moved.add(line)

    def _nearest_turn(self, line: int) -> int:
        return min(self.turn_of, key=lambda one: (abs(one - line), one))

    def _forget(self, line: int) -> None:
        if line in self.turn_of:
            self.found.turns[self.turn_of.pop(line) - 1].paragraphs.remove(line)

    # ---- the outline
    def outline(self) -> Outline:
        """The debate that the exchange is."""
        turns = [turn for turn in self.found.turns if turn.paragraphs]
        if not turns:
            raise Unreadable("There are no words here. Paste the exchange as text.")
        speaking = [self._speaker(one) for one in self.found.marks]
        names = dict.fromkeys([*(turn.author for turn in turns), *speaking])
        keys = {name: f"p{number}" for number, name in enumerate(names, 1)}
        self.quoting, self.paragraphs = sorted(self.of), sorted(self.turn_of)
        opening = turns[0].paragraphs[0]
        for number, turn in enumerate(turns, 1):
            for line in turn.paragraphs:
                self._take(line, opening, number, keys[turn.author])
            opening = turn.paragraphs[0]
        marks = [self._mark(one, keys) for one in self.found.marks]
        self._unused()
        return Outline(
            Header(""),
            people=[Person(key, name, source_id=name) for name, key in keys.items()],
            turns=[Turn(number, keys[turn.author]) for number, turn in enumerate(turns, 1)],
            points=list(self.points.values()),
            marks=[mark for mark in marks if mark is not None],
        )

    def _take(self, line: int, opening: int, turn: int, person: str) -> None:
        """Make a paragraph a statement under what it answers."""
        quoted = self._quoted_by(line)
        answered = quoted.of_line if quoted else opening
        if answered not in self.points:
            answered = opening if opening in self.points else 0
            quoted = quoted if quoted and quoted.line in self.loose and answered else None
        kind = self._kind(line, answered)
        self.points[line] = Point(
            key=f"L{line}",
            kind=kind,
            body=self.found.texts[line],
            parent=f"L{answered}" if answered else "",
            person=person,
            on="truth" if kind == "objection" else "",
            turn=turn,
            number=len(self.points) + 1,
            quote=self._quote(quoted) if quoted else None,
            source_id=f"L{line}",
            note={"line": line},
            line=line,
        )

    def _quoted_by(self, line: int) -> exchange.Quoted | None:
        """The quotation that a paragraph answers: the last one above it in its turn."""
        turn = self.found.turns[self.turn_of[line] - 1]
        if line in self.moved:
            chosen = self.choices.get(f"line {line}", "")
            at = _number(chosen) if chosen.startswith("answers the quotation") else 0
        else:
            at = self._above(line, self._floor(turn))
        if at in self.of:
            self.used.add(at)
        return self.of.get(at)

    def _above(self, line: int, floor: int) -> int:
        """The last quotation between two lines that is of the second one's author; or 0."""
        author = self.found.authors[line]
        for at in reversed(self.quoting[: bisect_left(self.quoting, line)]):
            if at <= floor:
                break
            if self._author(at) == author:
                return at
        return 0

    def _floor(self, turn: exchange.Turn) -> int:
        """The last paragraph before a turn."""
        first = next(one for one in turn.paragraphs if one not in self.moved)
        place = bisect_left(self.paragraphs, first)
        return self.paragraphs[place - 1] if place else 0

    def _author(self, line: int) -> str:
        return self.found.authors.get(line, "")

    def _kind(self, line: int, answered: int) -> str:
        if not answered:
            return "position"
        return self.found.kinds.get(line, "support")

    def _quote(self, one: exchange.Quoted) -> Quote | None:
        words = self.found.texts[one.line]
        said = self.found.texts.get(one.of_line, "")
        if words in said or one.line in self.loose:
            return Quote(words)
        passage = like(said, words, self.budget)
        self.lost(
            Loss(
                "It is not quoted word for word: the passage was taken as it stands there.",
                "quotation",
                f"line {one.line}",
                candidates=(passage,),
            )
        )
        return Quote(passage)

    def _speaker(self, one: exchange.Marked) -> str:
        """Whose a mark is: the line's, or that of the quotation it follows."""
        return self._author(one.line) or self._author(one.of_line) or self.found.turns[-1].author

    def _mark(self, one: exchange.Marked, keys: dict[str, str]) -> Mark | None:
        quoted = self.of.get(one.of_line)
        marked = quoted.of_line if quoted else one.of_line
        self.used.add(one.of_line)
        if marked not in self.points:
            self.lost(Loss("What it marks is not in the file.", "mark", f"line {one.line}"))
            return None
        return Mark(
            point=f"L{marked}",
            person=keys[self._speaker(one)],
            truth=one.truth,
            quote=self._quote(quoted) if quoted else None,
            note={"read_from_text": True, "line": one.line},
            line=one.line,
        )

    def _unused(self) -> None:
        for line in sorted(self.of.keys() - self.used):
            self.lost(Loss("Nothing answers this quotation.", "quotation", f"line {line}"))


def _number(words: str) -> int:
    last = words.rsplit(" ", 1)[-1]
    return int(last) if last.isdecimal() and len(last) <= DIGITS else 0


def like(said: str, words: str, budget: Budget) -> str:
    """The passage of what was said that begins and ends as these words nearly do.

    The words themselves where there is none, or where the budget is spent.
    """
    if not budget.spend(len(said)):
        return words
    places = []
    at = 0
    for word in tokens(said):
        at = said.index(word, at)
        places.append((at, at + len(word)))
        at += len(word)
    theirs = [said[start:end].casefold() for start, end in places]
    blocks = shared(theirs, [word.casefold() for word in tokens(words)], budget)
    if not blocks:
        return words
    last = blocks[-1].a + blocks[-1].size - 1
    return said[places[blocks[0].a][0] : places[last][1]]


# ---- writing
def write(outline: Outline, lost: Lost) -> Iterator[str]:
    """The turns in order, each under its speaker's name; kinds and marks are lost."""
    tell(outline, lost, HOLDS)
    names = named(outline.people)
    turn = 0
    for point in outline.said or outline.points:
        if point.gone or not point.person:
            lost(Loss("What is gone is not written.", "point", point.key))
            continue
        if point.turn != turn or not turn:
            turn = point.turn
            yield f"{names[point.person]}:\n\n"
        if point.quote is not None:
            yield f"> {' '.join(point.quote.exact.split())}\n\n"
        yield f"{point.body}\n\n"
        _lost_with(point, lost)
    for mark in outline.marks:
        lost(Loss("Plain text has no marks.", "mark", f"{mark.point} {names[mark.person]}"))
    for link in outline.links:
        lost(Loss("Plain text has no links.", "link", f"{link.source} {link.target}"))
    for one in outline.reliances:
        where = f"{one.position} {one.claim}"
        lost(Loss("Plain text does not say what rests on what.", "reliance", where))


def _lost_with(point: Point, lost: Lost) -> None:
    """Tell what plain text does not say of a statement."""
    lost(Loss("Plain text does not say of which kind it is.", "kind", point.key))
    if point.parent and point.quote is None:
        lost(Loss("Plain text does not say what it answers.", "point", point.key))
    if point.name:
        lost(Loss("Plain text has no names of statements.", "name", point.key))
    if point.wordings:
        lost(Loss("Plain text has no earlier wordings.", "revision", point.key))
