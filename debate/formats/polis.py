"""Conversations of Polis: the CSV files that it exports, in a ZIP archive.

comments.csv and votes.csv are read, and summary.csv if it is there. Comments become cruxes: claims
that answer nothing, on which only marks count. Votes 1, 0, -1 are agree, unsure, disagree.
"""

from __future__ import annotations

import csv
import re
import zipfile
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO, StringIO

from debate.formats.bounds import guarded, members_of, rows_of, text_of, unguarded
from debate.formats.hypertext import escaped, shown
from debate.formats.losses import tell
from debate.formats.outline import (
    Change,
    Header,
    Loss,
    Lost,
    Mark,
    Options,
    Outline,
    Person,
    Point,
    Reading,
    Unreadable,
)
from debate.formats.values import Losses, Tally, moment_of, on_one_line, short

COMMENTS, VOTES, SUMMARY = "comments.csv", "votes.csv", "summary.csv"
MATRIX, HISTORY = "participants-votes.csv", "stats-history.csv"
COMMENTS_MOST, VOTES_MOST = 20_000, 300_000
TRUTHS = {"1": "agree", "0": "unsure", "-1": "disagree"}
MODERATED = ("0", "1", "-1")
VOTES_OF = {truth: int(vote) for vote, truth in TRUTHS.items()}
HOLDS = (
    *("background", "author", "date", "truth", "unsure", "mark date", "mark history"),
    *("note", "origin", "crux"),
)
UNVOTED = ("question", "concession")
VOTE = ("comment-id", "voter-id", "vote", "timestamp")
DATED = "%a %b %d %H:%M:%S UTC %Y"
BATCH = 500
DIGITS, LAST = re.compile(r"[0-9]{1,9}"), 10**10
STAMP = re.compile(r"[0-9]{1,15}")


# ---- reading
def packed(files: Mapping[str, bytes]) -> bytes:
    """The files of a folder as the archive that `read` takes."""
    pipe = BytesIO()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return pipe.getvalue()


def read(data: bytes, options: Options) -> Reading:
    """Read an archive with the files of a conversation; raises Unreadable."""
    files = {name.lower(): words for name, words in members_of(data, options).items()}
    if COMMENTS not in files or VOTES not in files:
        raise Unreadable("This archive needs comments.csv and votes.csv, as Polis exports them.")
    losses = Losses()
    told = _texts(files, options, losses.append)
    people: dict[str, Person] = {}
    points = _points(told.get(COMMENTS, ""), people, losses.append)
    marks = _marks(told.get(VOTES, ""), points, people, losses.append)
    if MATRIX in files:
        losses.append(Loss("Groups are worked out anew from the marks.", "person"))
    places = {key: place for place, key in enumerate(points)}
    marks.sort(key=lambda mark: places[mark.point])
    header = _header(told.get(SUMMARY, ""), options)
    outline = Outline(header, list(people.values()), [], list(points.values()), [], marks)
    return Reading(outline, losses)


def _texts(files: Mapping[str, bytes], options: Options, lost: Lost) -> dict[str, str]:
    """The tables that have anything in them, by name."""
    names = (COMMENTS, VOTES, SUMMARY)
    return {name: text_of(files[name], options, lost) for name in names if files.get(name)}


def _header(summary: str, options: Options) -> Header:
    rows = {row[0]: unguarded(row[1]) for row in _rows(summary) if len(row) > 1}
    topic = on_one_line(rows.get("topic", "")) or on_one_line(options.name)
    return Header(
        short(topic or "Conversation", 300),
        rows.get("conversation-description", "").strip(),
        source=rows.get("url", "").strip(),
        source_id=rows.get("url", "").strip(),
    )


def _rows(text: str) -> Iterator[list[str]]:
    """The rows of a table; a broken one is empty."""
    reader = csv.reader(StringIO(text, newline=""))
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield []


def _points(text: str, people: dict[str, Person], lost: Lost) -> dict[str, Point]:
    """The comments by id, in the order of their ids."""
    found: dict[str, Point] = {}
    for line, row in rows_of(text, lost, COMMENTS):
        key = row.get("comment-id", "").strip()
        words = unguarded(row.get("comment-body", "")).strip()
        where = f"{COMMENTS} line {line}"
        if not key or not words:
            lost(Loss("This comment has no id or no words.", "line", where))
        elif key in found:
            lost(Loss("This comment comes twice; the first was kept.", "line", where))
        elif len(found) >= COMMENTS_MOST:
            raise Unreadable("This file has more than %(most)s comments.", most=COMMENTS_MOST)
        else:
            found[key] = _point(key, words, row, people, line, lost)
    if not found:
        raise Unreadable("comments.csv has no comments. It needs comment-id and comment-body.")
    return dict(sorted(found.items(), key=lambda pair: _number(pair[0])))


def _number(key: str) -> tuple[int, str]:
    return (int(key) if DIGITS.fullmatch(key) else LAST, key)


def _point(
    key: str, words: str, row: Mapping[str, str], people: dict[str, Person], line: int, lost: Lost
) -> Point:
    moderated = row.get("moderated", "").strip()
    if moderated == "-1":
        lost(Loss("Moderators took this comment out there; here it stands.", "point", key))
    body = escaped(words).replace("\n", "\n\n")
    return Point(
        key,
        "crux",
        body,
        person=_person(row.get("author-id", "").strip(), people),
        name=short(words),
        at=_moment(row.get("timestamp", "")),
        source_id=key,
        note={"moderated": moderated} if moderated in MODERATED[1:] else {},
        line=line,
    )


def _person(key: str, people: dict[str, Person]) -> str:
    if key and key not in people:
        people[key] = Person(key, f"Participant {key}"[:60], source_id=key)
    return key


def _moment(stamp: str) -> datetime | None:
    stamp = stamp.strip()
    return moment_of(int(stamp) / 1000) if STAMP.fullmatch(stamp) else None


def _marks(
    text: str, points: Mapping[str, Point], people: dict[str, Person], lost: Lost
) -> list[Mark]:
    """The last vote of each person on each comment, with those before it."""
    found: dict[tuple[str, str], Mark] = {}
    tally = Tally()
    if text.count("\n") > VOTES_MOST + 1:
        raise Unreadable("This file has more than %(most)s votes.", most=VOTES_MOST)
    for line, (key, voter, vote, stamp) in _cells(text, VOTE):
        truth = TRUTHS.get(vote)
        if key not in points or not voter or not truth:
            tally.add(Loss("Votes that cannot be read, or on comments not here: %(n)s.", "mark"))
            continue
        person = _person(voter, people)
        mark = Mark(points[key].key, person, truth, at=_moment(stamp), line=line)
        earlier = found.get((key, voter))
        found[key, voter] = _after(earlier, mark) if earlier else mark
    tally.tell(lost)
    if not found:
        raise Unreadable("votes.csv has no votes. It needs comment-id, voter-id and vote.")
    return list(found.values())


def _cells(text: str, names: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """The cells of these columns, row by row; an empty one where a row has none."""
    head: list[str] = []
    places: list[int] = []
    for line, row in enumerate(_rows(text), 1):
        if not head:
            head = [name.strip() for name in row]
            places = [head.index(name) if name in head else len(head) for name in names]
        elif row:
            yield line, [row[place].strip() if place < len(row) else "" for place in places]


def _after(earlier: Mark, mark: Mark) -> Mark:
    """The later one of two votes, with the history."""
    one, other = Change(earlier.truth, at=earlier.at), Change(mark.truth, at=mark.at)
    changes = [*(earlier.changes or (one,)), other]
    if all(change.at for change in changes):
        changes.sort(key=lambda change: change.at.timestamp() if change.at else 0)
    return replace(mark, truth=changes[-1].truth, at=changes[-1].at, changes=tuple(changes))


# ---- writing
def write(outline: Outline, lost: Lost) -> Iterator[bytes]:
    """Give the archive piece by piece. Points are comments, marks on truth votes; no trees."""
    table = _Table(outline, lost)
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in (
            (SUMMARY, table.summary()),
            (COMMENTS, table.comments()),
            (VOTES, table.votes()),
            (MATRIX, table.matrix()),
        ):
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as member:
                for lines in _lines(rows):
                    member.write(lines.encode())
                    yield pipe.taken()
    yield pipe.taken()
    tell(outline, lost, HOLDS)


class _Pipe:
    """What an archive is written into: gives what has come since it was last asked."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take in a piece."""
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Nothing is open here."""

    def taken(self) -> bytes:
        """What has come."""
        data, self.parts = b"".join(self.parts), []
        return data


def _lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The rows as lines of CSV, some at a time."""
    page = StringIO(newline="")
    writer = csv.writer(page, lineterminator="\n")
    for number, row in enumerate(rows, 1):
        # a lone return is the end of a row to some, and not what csv would put in quotation marks
        writer.writerow(str(cell).replace("\r", "\n") for cell in row)
        if number % BATCH == 0:
            yield page.getvalue()
            page.seek(0)
            page.truncate()
    yield page.getvalue()


def _stamp(at: datetime | None) -> tuple[int, str]:
    return (int(at.timestamp() * 1000), at.strftime(DATED)) if at else (0, "")


def _numbered(ids: Iterable[tuple[str, str]]) -> dict[str, int]:
    """A number for each key: what the source calls it where those are numbers, else its place."""
    listed = list(ids)
    given = {key: int(name) for key, name in listed if DIGITS.fullmatch(name)}
    if len(set(given.values())) == len(listed):
        return given
    return {key: place for place, (key, _) in enumerate(listed)}


class _Table:
    """A debate as tables. Comments and people are numbered; votes are kept as numbers alone."""

    def __init__(self, outline: Outline, lost: Lost) -> None:
        self.outline = outline
        self.people = _numbered((one.key, one.source_id) for one in outline.people)
        self.comments_of = _numbered(
            (point.key, point.source_id) for point in outline.points if _is_claim(point, lost)
        )
        self.places = {number: place for place, number in enumerate(self.comments_of.values())}
        self.agrees, self.disagrees = Counter[int](), Counter[int]()
        self.of: dict[int, array[int]] = {}  # the votes of each person, four numbers a comment
        for mark, comment, person in self._marked():
            vote = VOTES_OF[mark.truth]
            votes = self.of.setdefault(person, array("l"))
            votes.append(4 * self.places[comment] + vote + 1)
            self.agrees[comment] += vote > 0
            self.disagrees[comment] += vote < 0

    def _marked(self) -> Iterator[tuple[Mark, int, int]]:
        for mark in self.outline.marks:
            if mark.truth and mark.point in self.comments_of and mark.person in self.people:
                yield mark, self.comments_of[mark.point], self.people[mark.person]

    def _said(self) -> Iterator[tuple[Point, int]]:
        for point in self.outline.points:
            if point.key in self.comments_of:
                yield point, self.comments_of[point.key]

    def summary(self) -> Iterator[Iterable[object]]:
        """summary.csv: a name and a value a row."""
        header = self.outline.header
        yield "topic", guarded(on_one_line(header.question))
        yield "url", guarded(header.source or header.address)
        yield "voters", len(self.of)
        yield "voters-in-conv", len(self.of)
        yield "commenters", len({point.person for point, _ in self._said() if point.person})
        yield "comments", len(self.comments_of)
        yield "conversation-description", guarded(header.background)

    def comments(self) -> Iterator[Iterable[object]]:
        """comments.csv."""
        yield (
            *("timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees"),
            *("moderated", "comment-body"),
        )
        for point, number in self._said():
            counts = self.agrees[number], self.disagrees[number]
            noted = point.note.get("moderated", 0)
            moderated = noted if str(noted) in MODERATED else 0
            words = guarded(shown(point.body))
            author = self.people.get(point.person, "")
            yield *_stamp(point.at), number, author, *counts, moderated, words

    def votes(self) -> Iterator[Iterable[object]]:
        """votes.csv: of marks that were changed each state a row, the latest last."""
        yield "timestamp", "datetime", "comment-id", "voter-id", "vote"
        for mark, comment, person in self._marked():
            for change in mark.changes or (Change(mark.truth, at=mark.at),):
                if change.truth:
                    vote = VOTES_OF[change.truth]
                    yield *_stamp(change.at), comment, person, vote

    def matrix(self) -> Iterator[Iterable[object]]:
        """participants-votes.csv: a row a person, a column a comment, empty where no vote is."""
        head = ("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree")
        written = Counter(self.people.get(point.person, -1) for point, _ in self._said())
        yield *head, *self.comments_of.values()
        for person, votes in sorted(self.of.items()):
            cells: list[object] = [""] * len(self.places)
            for vote in votes:
                cells[vote // 4] = vote % 4 - 1
            counts = len(votes), cells.count(1), cells.count(-1)
            yield person, "", written[person], *counts, *cells


def _is_claim(point: Point, lost: Lost) -> bool:
    """Whether a point can be a comment; tells what of it is lost then, or that it is."""
    if point.gone or point.kind in UNVOTED:
        lost(Loss("Polis holds claims alone.", "point", point.key))
        return False
    if point.parent:
        lost(Loss("What this answers was left out.", "link", point.key))
    if point.kind != "crux":
        lost(Loss("What kind of statement this is was left out.", "kind", point.key))
    return True
