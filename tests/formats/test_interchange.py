"""The outline, mended: what is written is read again, and hostile files come to nothing."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it comes without types
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from debate.formats import bounds, crux, markdown, plain
from debate.formats.fitting import fit
from debate.formats.outline import (
    KINDS,
    POINTS_MOST,
    Header,
    Loss,
    Mark,
    Options,
    Outline,
    Person,
    Point,
    Quote,
    Reading,
    Unreadable,
    untold,
)
from debate.formats.registry import FORMATS, READ
from debate.formats.schema import schema
from tests.cpu import costs
from tests.formats.sketches import all_told
from tests.formats.sketches import outlines as whole_outlines

BEARS = ["", "no"]
LONG = POINTS_MOST - 1
NAMES = ("../../etc/passwd", "/etc/passwd", "..\\..\\win.ini", "C:\\x", "a/../../b")
NOW = datetime(2026, 11, 25, tzinfo=UTC)
SCHEMA = Path(__file__).resolve().parents[2] / "static" / "schemas" / "crux-1.json"
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
bodies = st.lists(words, min_size=1, max_size=3).map("\n\n".join)
calm = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


class Counted(list[Point]):
    """Points that know how often they were gone through."""

    times = 0

    def __iter__(self) -> Iterator[Point]:
        self.times += 1
        return super().__iter__()


@st.composite
def outlines(draw: Any) -> Outline:
    """Any tree of statements by three people, in any kinds, some quoting and marked."""
    people = [Person(f"p{n}", f"Person {n}") for n in range(3)]
    points: list[Point] = []
    for number in range(draw(st.integers(1, 12))):
        parent = draw(st.sampled_from(points)) if points and draw(st.booleans()) else None
        body = draw(bodies)
        quote = None
        if parent is not None and draw(st.booleans()):
            quote = Quote(draw(st.sampled_from([parent.body[:20], "not there at all"])))
        points.append(
            Point(
                key=f"x{number}",
                kind=draw(st.sampled_from(KINDS)),
                body=body,
                parent=parent.key if parent else "",
                person=draw(st.sampled_from(people)).key,
                on=draw(st.sampled_from(["", "truth", "relevance", "framing"])),
                name=draw(st.sampled_from(["", "Named"])),
                quote=quote,
            )
        )
    marks = [
        Mark(draw(st.sampled_from(points)).key, one.key, "agree", draw(st.sampled_from(BEARS)))
        for one in people
    ]
    return Outline(Header("Is it so?"), people=people, points=points, marks=marks)


def fitted(outline: Outline) -> Reading:
    return fit(Reading(outline), Options(), NOW)


def again(outline: Outline, format: Any) -> Reading:
    data = "".join(format.write(outline, lambda loss: None)).encode()
    return fit(format.read(data, Options()), Options(), NOW)


# ---- what is written is read again
@calm
@given(outlines())
def test_what_fits_a_debate_comes_back_from_our_json_whole(outline: Outline) -> None:
    first = fitted(outline)
    second = again(first.outline, crux)
    assert second.losses == []
    assert list(second.outline.points) == list(first.outline.points)
    assert list(second.outline.marks) == list(first.outline.marks)
    assert list(second.outline.people) == list(first.outline.people)


@calm
@given(outlines())
def test_what_fits_a_debate_comes_back_from_markdown(outline: Outline) -> None:
    first = fitted(outline)
    second = again(first.outline, markdown)

    def shape(one: Point, names: dict[str, str]) -> tuple[Any, ...]:
        quote = one.quote and (one.quote.exact, one.quote.start)
        who = names.get(one.person)
        return (one.key, one.kind, one.on, one.parent, one.name, one.body, who, one.gone, quote)

    names = [{p.key: p.name for p in one.outline.people} for one in (first, second)]
    mine = [shape(one, names[0]) for one in first.outline.points]
    assert [shape(one, names[1]) for one in second.outline.points] == mine
    marks = [(m.point, names[0][m.person], m.truth, m.bears) for m in first.outline.marks]
    assert [(m.point, names[1][m.person], m.truth, m.bears) for m in second.outline.marks] == marks


@pytest.mark.parametrize("name", ["markdown", "plain"])
@calm
@given(outline=whole_outlines())
def test_what_text_does_not_hold_is_told(name: str, outline: Outline) -> None:
    losses: list[Loss] = []
    writer = {"markdown": markdown, "plain": plain}[name]
    list(writer.write(outline, losses.append))
    assert all_told(name, outline, losses)


@pytest.mark.parametrize("name", ["markdown", "exchange"])
def test_points_are_gone_through_once_where_nobody_asks_what_is_lost(name: str) -> None:
    points = Counted(small().points)
    list(FORMATS[name].writer()(replace(small(), points=points), untold))
    assert points.times == 1


def test_people_of_one_name_stay_two_in_markdown() -> None:
    given = small()
    people = [replace(one, name="Ann", left=True) for one in given.people]
    made = "".join(markdown.write(replace(given, people=people), lambda loss: None))
    found = markdown.read(made.encode(), Options()).outline
    assert [one.name for one in found.people] == ["Ann", "Ann 2"]


def test_words_that_look_like_a_statement_of_ours_come_back_as_words() -> None:
    given = small()
    words = "\n\n".join(
        f"{marks} S99: concession to P1\n\n *Bob, turn 2*\n\nGranted."
        for marks in ("###", "#######")
    )
    [first, *others] = given.points
    given = replace(given, points=[replace(first, body=words), *others])
    made = markdown.write(given, lambda loss: None)
    found = markdown.read("".join(made).encode(), Options()).outline
    assert [one.key for one in found.points] == [one.key for one in given.points]
    assert next(iter(found.points)).body == words


@calm
@given(outlines())
def test_nothing_said_goes_without_being_told(outline: Outline) -> None:
    first = fitted(outline)
    kept = {one.key for one in first.outline.points}
    told = {loss.where for loss in first.losses}
    for one in outline.points:
        assert one.key in kept
        now = next(point for point in first.outline.points if point.key == one.key)
        if now.kind != one.kind or (one.quote and not now.quote):
            assert one.key in told


def test_the_published_schema_is_that_of_what_is_written() -> None:
    assert json.loads(SCHEMA.read_text()) == schema()
    data = "".join(crux.write(fitted(small()).outline, lambda loss: None))
    jsonschema.validate(json.loads(data), schema())


def small() -> Outline:
    people = [Person("a", "Ann"), Person("b", "Bob")]
    points = [
        Point("P1", "position", "So *it* is.", person="a", name="It is"),
        Point("S1", "objection", "No.", "P1", "b", on="truth", quote=Quote("it is")),
    ]
    return Outline(Header("Is it?"), people, points=points, marks=[Mark("S1", "a", "disagree")])


def test_a_quotation_that_is_not_there_stays_in_the_text_and_the_nearest_is_told() -> None:
    people = [Person("a", "Ann"), Person("b", "Bob")]
    said = Point("1", "position", "Readers bring books back when they are asked.", person="a")
    answer = Point("2", "objection", "No.", "1", "b", on="truth")
    quoting = [said, Point(**{**_fields(answer), "quote": Quote("readers bring back books when")})]
    found = fitted(Outline(Header("Q"), people, points=quoting))
    [loss] = found.losses
    assert "bring books back" in loss.candidates[0]
    assert list(found.outline.points)[1].body == "> readers bring back books when\n\nNo."


def _fields(point: Point) -> dict[str, Any]:
    return {name: getattr(point, name) for name in point.__slots__}


def test_too_long_too_deep_and_circles_are_mended_and_told() -> None:
    person = [Person("a", "Ann")]
    chain = [Point("0", "position", "x " * 6_000, person="a")]
    chain += [Point(str(n), "support", "y", str(n - 1), "a") for n in range(1, 600)]
    found = fitted(Outline(Header("Q"), person, points=chain))
    assert [one.key for one in found.outline.points][:2] == ["0", "0+2"]
    assert sum("too deep" in loss.why for loss in found.losses) == 99
    circle = [Point("1", "remark", "x", "2", "a"), Point("2", "remark", "y", "1", "a")]
    found = fitted(Outline(Header("Q"), person, points=circle))
    assert any("circle" in loss.why for loss in found.losses)
    assert [one.kind for one in found.outline.points] == ["position", "remark"]


def test_a_broken_line_costs_that_line_alone() -> None:
    data = "".join(crux.write(fitted(small()).outline, lambda loss: None))
    broken = data.replace('"kind":"objection"', '"kind":"objec', 1)
    found = crux.read(broken.encode(), Options())
    line = 1 + broken[: broken.index('"kind":"objec')].count("\n")
    assert [loss.where for loss in found.losses if loss.what == "line"] == [f"line {line}"]
    assert [one.key for one in found.outline.points] == ["P1"]


# ---- hostile
def _zip(names: list[str], size: int = 10) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"0" * size)
    return made.getvalue()


def hostile() -> Iterator[tuple[str, bytes]]:
    """Files that somebody made to break what reads them."""
    opened = b'{"format":"crux","version":1,"debate":{"question":"Q"},"points":'
    yield "deep lists", b"[" * 100_000
    yield "deep objects", b'{"a":' * 100_000
    yield "deep and closed", opened + b"[" * 50_000 + b"]" * 50_000 + b"}"
    yield "many values", b"[" + b"[]," * 3_000_000 + b"[]]"
    yield "a long number", opened + b'[{"number":' + b"9" * 1_000_000 + b"}]}"
    yield "no number", opened + b'[{"id":"1","kind":"position","number":NaN}]}'
    yield "halves of characters", opened + b'[{"id":"1","kind":"position","body":"\\ud800"}]}'
    yield "zeros", b"\x00" * 1_000_000
    yield "no utf-8", b"Ann: \xff\xfe\xfd\n" * 1_000
    yield "utf-16", "Ann: So.\n\nBob: No.".encode("utf-16")
    yield "wide", "Ann: So.\n\nBob: No.".encode("utf-32")
    yield "blank lines", b"\n" * 9_000_000
    yield "one long line", b"a" * 9_000_000
    yield "one long name", b"# " + b"*" * 5_000_000
    yield "headings", b"### S1: support to P1\n" * 300_000
    yield "quotations", b"> so it is said by all\n" * 300_000
    yield "speakers", b"".join(b"A%d: So it is.\n" % n for n in range(19_000))
    yield "stars", b"### P1: position: x\n\n*" + b"*a, " * 500_000
    yield "marks", b"### P1: position: x\n\n*A*\n\nx\n\n## Marks\n" + b"- a on a on " * 200_000
    yield "a bomb", _zip(["a.csv"], 20_000_000)
    yield "many files", _zip([f"{n}.csv" for n in range(2_000)])
    yield "yaml", b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n" * 10_000
    yield "entities", b'<!DOCTYPE a [<!ENTITY b "c">]>' + b"<a>&b;</a>" * 100_000
    point = {"id": "P1", "kind": "position", "body": "x"}
    reply = {**point, "kind": "remark"}
    chain = [point, *({**reply, "id": f"S{n}", "answers": f"S{n - 1}"} for n in range(LONG))]
    yield "a chain", opened + json.dumps(chain).encode() + b"}"
    same = [{**point, "answers": "P1", "quote": {"exact": "x" * 5_000}} for _ in range(1_000)]
    yield "the same key", opened + json.dumps(same).encode() + b"}"
    quoting: list[dict[str, object]] = [{**point, "body": "ab " * 3_000}]
    for n in range(2_000):
        quote = {"exact": f"ab{n} " * 50}
        quoting.append({**reply, "id": f"S{n}", "answers": "P1", "quote": quote})
    yield "nearly quoted", opened + json.dumps(quoting).encode() + b"}"
    for name in NAMES:
        yield f"traversal {name!r}", _zip([name])
    for text in ("=cmd|'/c calc'!A0", "<script>alert(1)</script>", "\u202e\u202d"):
        yield f"text {text[:8]!r}", f"Ann: {text}\n\nBob: {text}\n".encode()


HOSTILE = list(hostile())


@pytest.mark.parametrize("format", READ)
@pytest.mark.parametrize("name", [name for name, _ in HOSTILE])
def test_a_hostile_file_is_an_error_or_a_report_soon(name: str, format: str) -> None:
    data = dict(HOSTILE)[name]

    def read() -> None:
        try:
            found = fit(FORMATS[format].reader()(data, Options()), Options(), NOW)
        except Unreadable as error:
            assert str(error)
        else:
            assert list(found.outline.points)

    assert costs(4, read)  # 2 s on a machine that does nothing else


@pytest.mark.parametrize("name", ["many values", "deep lists", "one long line", "a bomb"])
def test_hostile_files_take_little_memory(name: str) -> None:
    data = dict(HOSTILE)[name]
    tracemalloc.start()
    try:
        for read in (crux.read, plain.read, markdown.read):
            try:
                read(data, Options())
            except Unreadable:
                pass
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 100_000_000


def test_archives_are_unpacked_in_memory_alone_and_within_bounds() -> None:
    found = bounds.members_of(_zip(["../../etc/passwd", "a/b.csv"]), Options())
    assert found.keys() == {"passwd", "b.csv"}
    for data in (_zip(["a"], 20_000_000), _zip([str(n) for n in range(101)]), b"PK\x03\x04no"):
        with pytest.raises(Unreadable):
            bounds.members_of(data, Options())


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@x", "\tx", "  =1", "\n=1", "' =1", "'=x", "''", "x", "\uff1d1", "'x"],
)
def test_formulas_are_guarded_and_come_back(cell: str) -> None:
    written = bounds.guarded(cell)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\uff1d"))
    assert bounds.unguarded(written) == cell


def test_characters_that_are_no_text_are_told_with_their_lines() -> None:
    losses: list[Loss] = []
    text = bounds.text_of(
        b"One.\nT\x00wo, and a good many words more.\nThree.", Options(), losses.append
    )
    assert text == "One.\nTwo, and a good many words more.\nThree."
    assert [loss.where for loss in losses] == ["line 2"]
