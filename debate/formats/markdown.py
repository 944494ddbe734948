"""A debate as Markdown that people read and edit, and that is read again.

A heading for each statement says what it is and what it answers; the line under it in italics says
who said it and when. docs/interchange.md has an example.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import takewhile

from debate.formats.bounds import text_of
from debate.formats.losses import named, tell
from debate.formats.outline import (
    KINDS,
    POINTS_MOST,
    TRUTHS,
    Header,
    Link,
    Loss,
    Lost,
    Mark,
    Options,
    Outline,
    Person,
    Point,
    Quote,
    Reading,
    Reliance,
    Turn,
    Unreadable,
)
from debate.formats.values import on_one_line

HOLDS = (
    *("background", "terms", "topics", "origin", "people", "author", "date", "turn", "name"),
    *("relevance", "framing", "crux", "markup", "quotation", "gone", "link", "duplicate", "part"),
    *("link relevance", "link framing", "truth", "unsure", "bears", "marked passage", "reliance"),
    *("generated", "revision", "dropped", "mark history"),  # or told one by one
)
ON = {"truth": "not true", "relevance": "beside the point", "framing": "wrong terms"}
ON_OF = {told: on for on, told in ON.items()}
KNOWN = ("Source", "Address", "Licence", "Topics", "Begun")
FACTS = len(KNOWN)
LINE, ROW = 1_000, 12_000
"""Longer lines are none of ours: they are not compared with what ours look like."""
SECTIONS = ("Terms", "Statements", "Marks", "Links", "What rests on what")
KEY = r"[^\s:()]{1,200}"
HEADING = re.compile(
    rf"#{{2,6}} (?P<key>{KEY}): (?P<kind>{'|'.join(KINDS)})"
    r"(?: \((?P<on>[a-z ]+)\))?"
    rf"(?: to (?P<parent>{KEY}))?(?:: (?P<name>.+))?",
    re.IGNORECASE,
)
SPOKEN = re.compile(
    r"\*(?P<name>.+?)(?:, turn (?P<turn>[0-9]{1,9}))?"
    r"(?:, (?P<at>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z))?(?P<quotes>, quoting)?:?\*"
)
MARK = re.compile(rf"- (?P<name>.+?) on (?P<key>{KEY}): (?P<told>[a-z, ]+?)(?:: “(?P<quote>.+)”)?")
SPLIT = "was split off from"
LINK = re.compile(
    rf"- (?P<from>{KEY}) (?:is also (?P<kind>support|objection|duplicate)"
    rf"(?: \((?P<on>[a-z ]+)\))? to|{SPLIT}) (?P<to>{KEY})"
)
RELIES = re.compile(
    rf"- (?P<name>.+?): (?P<position>{KEY}) rests on (?P<claim>{KEY}): "
    r"(?:(?P<now>[0-9]{1,3}) of 100, otherwise (?P<otherwise>[0-9]{1,3}))?(?:; )?(?P<words>.*)"
)
TERM = re.compile(r"- \*\*(?P<term>.+?)\*\*: (?P<meaning>.+)")
BEARING = {"yes": "bears", "no": "does not bear"}
BEARING_OF = {told: value for value, told in BEARING.items()}
GUARD = re.compile(r"^(\\*)(?=#{1,6} |\*[^*])", re.MULTILINE)
UNGUARD = re.compile(r"^\\(\\*(?:#{1,6} |\*[^*]))", re.MULTILINE)


# ---- writing
def write(outline: Outline, lost: Lost) -> Iterator[str]:
    """Give the file piece by piece; earlier wordings and histories of marks are lost."""
    tell(outline, lost, HOLDS)
    names = named(outline.people)
    yield from _head(outline.header)
    for point in outline.points:
        yield _point(point, names, lost)
    yield from _section("Marks", (_mark(one, names, lost) for one in outline.marks))
    yield from _section("Links", (_link(one) for one in outline.links))
    rests = (_relies(one, names) for one in outline.reliances)
    yield from _section("What rests on what", rests)


def _head(header: Header) -> Iterator[str]:
    yield f"# {header.question}\n\n"
    for name, value in (
        ("Source", header.source),
        ("Address", header.address),
        ("Licence", header.licence),
        ("Topics", ", ".join(header.topics)),
        ("Begun", _when(header.at)),
    ):
        if value:
            yield f"{name}: {value}\\\n"
    if header.background:
        yield f"\n{_guarded(header.background)}\n"
    yield from _section(
        "Terms", (f"- **{term}**: {on_one_line(meaning)}" for term, meaning in header.terms)
    )
    yield "\n## Statements\n"


def _section(name: str, lines: Iterator[str]) -> Iterator[str]:
    head = f"\n## {name}\n\n"
    for line in lines:
        yield f"{head}{line}\n"
        head = ""


def _point(point: Point, names: dict[str, str], lost: Lost) -> str:
    head = f"\n### {point.key}: {point.kind}"
    head += f" ({ON[point.on]})" if point.on else ""
    head += f" to {point.parent}" if point.parent else ""
    head += f": {point.name}" if point.name else ""
    if point.gone:
        return f"{head}\n\n*({point.gone})*\n"
    told = names[point.person]
    told += f", turn {point.turn}" if point.turn else ""
    told += f", {_when(point.at)}" if point.at else ""
    quote = ""
    if point.quote is not None:
        told += ", quoting:"
        quote = "\n" + "".join(f"> {line}\n" for line in point.quote.exact.split("\n"))
    if point.wordings:
        lost(Loss("Markdown has no earlier wordings.", "revision", point.key))
    if point.generated_by:
        lost(Loss("Markdown does not say how it came about.", "point", point.key))
    if point.dropped:
        lost(Loss("Markdown does not say why it was dropped.", "crux", point.key))
    return f"{head}\n\n*{told}*\n{quote}\n{_guarded(point.body)}\n"


def _mark(mark: Mark, names: dict[str, str], lost: Lost) -> str:
    told = ", ".join(filter(None, (mark.truth, BEARING.get(mark.bears, ""))))
    if mark.changes:
        where = f"{mark.point} {names[mark.person]}"
        lost(Loss("Markdown has no history of marks.", "mark", where))
    quote = f": “{on_one_line(mark.quote.exact)}”" if mark.quote else ""
    return f"- {names[mark.person]} on {mark.point}: {told}{quote}"


def _link(link: Link) -> str:
    if link.kind == "part":
        return f"- {link.source} {SPLIT} {link.target}"
    on = f" ({ON[link.on]})" if link.on else ""
    return f"- {link.source} is also {link.kind}{on} to {link.target}"


def _relies(one: Reliance, names: dict[str, str]) -> str:
    numbers = "" if one.now is None else f"{one.now} of 100, otherwise {one.otherwise}"
    told = "; ".join(filter(None, (numbers, on_one_line(one.words))))
    return f"- {names[one.person]}: {one.position} rests on {one.claim}: {told}"


def _when(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else ""


def _guarded(body: str) -> str:
    r"""Words in which nothing can be taken for a heading or a line of ours: '\# So'."""
    return GUARD.sub(r"\\\1", body)


def _unguarded(body: str) -> str:
    return UNGUARD.sub(r"\1", body)


# ---- reading
def read(data: bytes, options: Options) -> Reading:
    """Read a file that `write` has made, or one that people wrote in its way."""
    losses: list[Loss] = []
    text = text_of(data, options, losses.append)
    reading = _Reading(losses.append)
    for number, line in enumerate(text.split("\n"), 1):
        reading.take(number, line)
    reading.finish()
    return Reading(reading.outline(), losses)


class _Reading:
    """One run down the lines: in which section it is, and the statement being read."""

    def __init__(self, lost: Lost) -> None:
        self.lost = lost
        self.question = ""
        self.section = ""
        self.about: list[str] = []
        self.terms: list[tuple[str, str]] = []
        self.people: dict[str, Person] = {}
        self.turns: dict[int, Turn] = {}
        self.points: list[Point] = []
        self.marks: list[Mark] = []
        self.links: list[Link] = []
        self.reliances: list[Reliance] = []
        self.point: tuple[int, re.Match[str]] | None = None
        self.body: list[str] = []

    def take(self, number: int, line: str) -> None:
        """Read the next line."""
        heading = (
            HEADING.fullmatch(line.rstrip())
            if line.startswith("##") and len(line) <= LINE
            else None
        )
        if heading:
            self.finish()
            self.point, self.section = (number, heading), "Statements"
        elif line.startswith("## ") and line[3:].strip() in SECTIONS:
            self.finish()
            self.section = line[3:].strip()
        elif not self.question and line.startswith("# "):
            self.question = line[2:].strip()
        elif self.point is not None:
            self.body.append(line)
        elif not self.section:
            self.about.append(line)
        elif line.strip():
            self._row(number, line.strip())

    def _row(self, number: int, line: str) -> None:
        """A line of a list: of terms, marks, links or reliances."""
        rows = {
            "Terms": (TERM, self._term),
            "Marks": (MARK, self._mark),
            "Links": (LINK, self._link),
            "What rests on what": (RELIES, self._relies),
        }
        pattern, do = rows.get(self.section, (None, None))
        found = pattern.fullmatch(line) if pattern and len(line) <= ROW else None
        if found is None or do is None:
            self.lost(Loss("This line says nothing here.", "line", f"line {number}"))
        else:
            do(found)

    def _term(self, found: re.Match[str]) -> None:
        self.terms.append((found["term"], found["meaning"]))

    def _mark(self, found: re.Match[str]) -> None:
        told = found["told"].split(", ")
        truth = next((one for one in told if one in TRUTHS), "")
        bears = next((BEARING_OF[one] for one in told if one in BEARING_OF), "")
        quote = Quote(found["quote"]) if found["quote"] else None
        self.marks.append(Mark(found["key"], self._key(found["name"]), truth, bears, quote))

    def _link(self, found: re.Match[str]) -> None:
        on = ON_OF.get(found["on"] or "", "")
        self.links.append(Link(found["from"], found["to"], found["kind"] or "part", on))

    def _relies(self, found: re.Match[str]) -> None:
        now, otherwise = (
            int(found[name]) if found[name] else None for name in ("now", "otherwise")
        )
        person = self._key(found["name"])
        pair = (found["position"], found["claim"])
        self.reliances.append(Reliance(person, *pair, found["words"], now, otherwise))

    # ---- statements
    def finish(self) -> None:
        """Make the statement of what was read since its heading."""
        if self.point is None:
            return
        (number, heading), lines = self.point, self.body
        self.point, self.body = None, []
        lines = _from_words(lines)
        first = lines[0].strip() if lines else ""
        gone = first.removeprefix("*(").removesuffix(")*")
        spoken = SPOKEN.fullmatch(first) if len(first) <= LINE else None
        if gone in ("hidden", "withdrawn"):
            self._add(number, heading, gone=gone)
            return
        person, turn, at, quote = "", 0, None, None
        if spoken:
            lines = lines[1:]
            person = self._key(spoken["name"])
            turn, at = int(spoken["turn"] or 0), self._at(spoken["at"], number)
            if spoken["quotes"]:
                quote, lines = _quoted(lines)
        if turn:
            self.turns.setdefault(turn, Turn(turn, person, at))
        body = _unguarded("\n".join(lines).strip())
        self._add(number, heading, body=body, person=person, turn=turn, at=at, quote=quote)

    def _add(self, number: int, heading: re.Match[str], body: str = "", **fields: object) -> None:
        key = heading["key"]
        if len(self.points) > POINTS_MOST:
            raise Unreadable(
                "There are more than %(most)s statements here. Take a part of them.",
                most=f"{POINTS_MOST:,}",
            )
        self.points.append(
            Point(
                key=key,
                kind=heading["kind"].lower(),
                body=body,
                on=ON_OF.get(heading["on"] or "", ""),
                parent=heading["parent"] or "",
                name=(heading["name"] or "").strip(),
                source_id=key,
                line=number,
                **fields,  # type: ignore[arg-type]  # they are Point's
            )
        )

    def _key(self, name: str) -> str:
        person = Person(f"p{len(self.people) + 1}", name, source_id=name)
        return self.people.setdefault(name, person).key

    def _at(self, told: str | None, number: int) -> datetime | None:
        try:
            return datetime.fromisoformat(told) if told else None
        except ValueError:
            self.lost(Loss("This is no time.", "date", f"line {number}"))
            return None

    # ---- the outline
    def outline(self) -> Outline:
        """The debate that was read."""
        if not self.points:
            raise Unreadable(
                "No statements were found. Each begins with a heading such as"
                " “### S1: support to P1”."
            )
        return Outline(
            self._header(),
            people=list(self.people.values()),
            turns=list(self.turns.values()),
            points=self.points,
            links=self.links,
            marks=self.marks,
            reliances=self.reliances,
        )

    def _header(self) -> Header:
        facts: dict[str, str] = {}
        lines = _from_words(self.about)
        for line in lines[:FACTS]:
            name, _, value = line.rstrip("\\").partition(": ")
            if not line.endswith("\\") or name not in KNOWN:
                break
            facts[name] = value
        lines = lines[len(facts) :]
        return Header(
            self.question,
            background=_unguarded("\n".join(lines).strip()),
            terms=tuple(self.terms),
            topics=tuple(filter(None, facts.get("Topics", "").split(", "))),
            source=facts.get("Source", ""),
            licence=facts.get("Licence", ""),
            address=facts.get("Address", ""),
            at=self._at(facts.get("Begun"), 1),
        )


def _from_words(lines: list[str]) -> list[str]:
    """The lines from the first one on that says something."""
    first = next((place for place, line in enumerate(lines) if line.strip()), len(lines))
    return lines[first:]


def _quoted(lines: list[str]) -> tuple[Quote | None, list[str]]:
    """The quotation at the beginning of these lines, and the lines behind it."""
    lines = _from_words(lines)
    quoted = [line[1:].removeprefix(" ") for line in takewhile(_is_quoted, lines)]
    return (Quote("\n".join(quoted)) if quoted else None), lines[len(quoted) :]


def _is_quoted(line: str) -> bool:
    return line.startswith(">")
