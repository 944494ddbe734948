"""Outlines of debates as people and hypothesis make them, to be written and read again."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module

from hypothesis import strategies as st

from debate.formats.bounds import NOT_TEXT
from debate.formats.hypertext import shown
from debate.formats.losses import FEATURES, features_of
from debate.formats.outline import (
    ROOTS,
    Header,
    Link,
    Loss,
    Mark,
    Options,
    Outline,
    Person,
    Point,
    Quote,
    Reading,
    Reliance,
    Turn,
    Wording,
)
from debate.formats.registry import FORMATS
from debate.formats.trees import ordered
from debate.formats.values import short

WHEN = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
NASTY = (
    *("1.2. Pro: no path", "Pro: no stance", "-> See 1.1.", "1. a\n2. b", "1.1. Con: x\n1. y"),
    *("a\n\nb", "# no head\n\n- one\n- two", "> quoted\n\nnot quoted", "`code` and ``` ticks"),
    *("[Title]: text", "<Argument>: text", "{data: 1}", "=== front ===", "https://a.b//c_d_"),
    *("@[P1] and @<S1>", ":heart: .^. e.g. i.e.", "// comment", "/* comment */ <!-- x -->"),
    *("#tag #(two words)", "+ plus\n- minus", "_under_ *star* **bold**", "=1+1", "'=1+1", "@x"),
    *(
        "\\[ \\] \\\\",
        "a & b &amp; c <b>d</b>",
        '"quoted", with comma\nand line',
        "~~gone~~ | t |",
    ),
    *("Agree.", "(1) premise\n----\n(2) end", "-- inference", "}", "{", "a: {b}", "'", "\u2028x"),
    *("\U0001f600 \u4e2d\u6587 \u00e9", "https://x.y/(a)?b=c#d", "A : B", "x" * 300, "Ann: Bob"),
)
signs = st.characters(
    codec="utf-8", categories=["L", "N", "P", "S", "Zs"], include_characters="\n"
)


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", NOT_TEXT.sub("", text)).strip()


bodies = st.one_of(
    st.sampled_from(NASTY), st.text(signs, min_size=1, max_size=60), st.just("Plain words.")
).map(_tidy)
bodies = bodies.filter(lambda body: bool(body) and bool(shown(body).strip()))
lines = bodies.map(lambda body: " ".join(shown(body).split())[:80].strip()).filter(bool)
dates = st.one_of(
    st.none(),
    st.integers(0, 2_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds + 1, UTC)),
)
REPLIES = ("support", "objection", "question", "clarification", "concession", "remark", "answer")


@st.composite
def points(draw: st.DrawFn, people: list[Person], most: int = 8) -> list[Point]:
    """Points in reading order, each of a kind that can stand there."""
    made: list[Point] = []
    for number in range(1, draw(st.integers(1, most)) + 1):
        parents = [one for one in made if not one.gone]
        parent = draw(st.sampled_from([None, *parents])) if made else None
        made.append(_point(draw, number, parent, people))
    return ordered(made)


def _point(draw: st.DrawFn, number: int, parent: Point | None, people: list[Person]) -> Point:
    kinds = [
        kind for kind in REPLIES if kind != "answer" or (parent and parent.kind == "question")
    ]
    kind = draw(st.sampled_from(ROOTS if parent is None else kinds))
    on = ""
    if kind == "objection" and parent:
        ons = ("truth", "framing") if parent.kind in ROOTS else ("truth", "relevance", "framing")
        on = draw(st.sampled_from(ons))
    gone = draw(st.sampled_from(("", "", "", "", "", "hidden", "withdrawn")))
    body = "" if gone else draw(bodies)
    words = shown(parent.body) if parent else ""
    exact = words[:20].rstrip()  # nobody's quotation ends with a space
    end = len(exact)
    has_quote = exact and draw(st.booleans())
    quote = Quote(exact, "", words[end : end + 32], 0, end) if has_quote else None
    letter = {"position": "P", "crux": "C"}.get(kind, "S")
    return Point(
        f"{letter}{number}",
        kind,
        body,
        parent.key if parent else "",
        "" if gone else draw(st.sampled_from(people)).key,
        on,
        (draw(lines)[:60].strip() if not gone else "Name") if parent is None else "",
        draw(dates),
        turn=0 if gone else number,
        number=number,
        quote=None if gone else quote,
        gone=gone,
        wordings=(Wording(1, "Earlier."),) if not gone and draw(st.integers(0, 9)) == 0 else (),
        revision=1,
    )


@st.composite
def outlines(draw: st.DrawFn, most: int = 8) -> Outline:
    """Whole debates, small ones."""
    names = draw(st.lists(lines, min_size=1, max_size=3, unique=True))
    people = [
        Person(f"@{n}", name[:60].strip(), f"u{n}", bot=n == 2) for n, name in enumerate(names)
    ]
    found = draw(points(people, most))
    header = Header(
        draw(lines),
        background=draw(st.one_of(st.just(""), bodies)),
        terms=((draw(lines)[:20].strip(), draw(lines)),) if draw(st.booleans()) else (),
        topics=("One topic",) if draw(st.booleans()) else (),
    )
    return Outline(
        header,
        people,
        [Turn(one.turn, one.person, one.at) for one in found if one.turn],
        found,
        _links(draw, found),
        _marks(draw, found, people),
        _reliances(draw, found, people),
    )


def _links(draw: st.DrawFn, found: list[Point]) -> list[Link]:
    claims = [one for one in found if not one.gone and one.kind not in ("question", "concession")]
    made: dict[tuple[str, str], Link] = {}
    for _ in range(draw(st.integers(0, 2)) if len(claims) > 1 else 0):
        source, target = draw(st.lists(st.sampled_from(claims), min_size=2, max_size=2))
        kind = draw(st.sampled_from(("support", "objection")))
        on = draw(st.sampled_from(("truth", "framing"))) if kind == "objection" else ""
        if target.key not in (source.parent, source.key):
            made.setdefault((source.key, target.key), Link(source.key, target.key, kind, on))
    return list(made.values())


def _marks(draw: st.DrawFn, found: list[Point], people: list[Person]) -> list[Mark]:
    made = []
    for point in found:
        if not point.gone and point.kind not in ("question", "concession"):
            for person in people:
                truth = draw(st.sampled_from(("", "", "agree", "unsure", "disagree")))
                if truth:
                    made.append(Mark(point.key, person.key, truth, at=draw(dates)))
    return made


def _reliances(draw: st.DrawFn, found: list[Point], people: list[Person]) -> list[Reliance]:
    roots = [one for one in found if one.kind == "position"]
    if not roots or not draw(st.booleans()):
        return []
    return [Reliance(people[0].key, roots[0].key, found[-1].key, "It would change.")]


def written(name: str, outline: Outline) -> tuple[bytes, list[Loss]]:
    """The file in a format, and what was told as lost."""
    losses: list[Loss] = []
    parts = FORMATS[name].writer()(outline, losses.append)
    return b"".join(p.encode() if isinstance(p, str) else p for p in parts), losses


def read(name: str, data: bytes | str, options: Options | None = None) -> Reading:
    """A file in a format as it is read."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return FORMATS[name].reader()(raw, options or Options())


def example() -> Outline:
    """A debate with something of everything."""
    people = [
        Person("@ann", "Ann", "ann"),
        Person("@bo", "Bo", "bo"),
        Person("@bot", "Bot", "bot", bot=True),
    ]
    body = "Readers bring books back when asked."
    listed = [
        Point("P1", "position", body, "", "@ann", name="No due dates", at=WHEN, turn=1),
        Point("S1", "support", "A date makes honest people pay.", "P1", "@ann", at=WHEN, turn=1),
        Point("S2", "objection", "That says nothing.", "S1", "@bo", "relevance", at=WHEN, turn=2),
        Point("S3", "objection", "What is *asked*?", "P1", "@bo", "framing", at=WHEN, turn=2,
              quote=Quote("when asked", "bring books back ", ".", 25, 35)),
        Point("S4", "question", "Who says so?", "P1", "@bo", at=WHEN, turn=2),
        Point("S5", "answer", "I do.", "S4", "@ann", at=WHEN, turn=3),
        Point("S6", "objection", "They do not.", "P1", "@bot", "truth", at=WHEN, turn=4,
              generated_by="model"),
        Point("S7", "support", "", "S6", gone="withdrawn"),
        Point("S8", "concession", "Some do not.", "S6", "@ann", at=WHEN, turn=5),
        Point("S9", "remark", "By the way.", "P1", "@ann", at=WHEN, turn=5),
        Point("S10", "clarification", "I mean lenders.", "P1", "@ann", at=WHEN, turn=5),
        Point("P2", "position", "Keep due dates.", "", "@bo", name="Due dates", at=WHEN, turn=2),
        Point("C1", "crux", "Most come back late.", "", "@bo", name="Late", at=WHEN),
    ]  # fmt: skip
    return Outline(
        Header(
            "Should books have due dates?", "A *library* asks.", (("late", "a week"),), ("Books",)
        ),
        people,
        [Turn(n, "@ann" if n % 2 else "@bo", WHEN) for n in range(1, 6)],
        listed,
        [
            Link("S6", "P2", "support"),
            Link("S1", "P2", "objection", "truth"),
            Link("S10", "S9", "duplicate"),
            Link("S9", "S8", "part"),
        ],
        [
            Mark("P1", "@bo", "disagree", at=WHEN),
            Mark("S1", "@bo", "agree", "no", at=WHEN),
            Mark("C1", "@ann", "unsure", at=WHEN),
        ],
        [Reliance("@bo", "P2", "C1", "It would change.")],
    )


def all_told(name: str, outline: Outline, losses: list[Loss]) -> bool:
    """Whether for each feature that the outline has and the format does not a loss is told."""
    holds = import_module(f"debate.formats.{name}").HOLDS
    lost = set(features_of(outline)) - set(holds)
    return {FEATURES[feature].why for feature in lost} <= {loss.why for loss in losses}


def name_of(body: str) -> str:
    """The short name that a reader gives a root without one."""
    return short(shown(body))


def without(point: Point, **fields: object) -> Point:
    """The point with other values in these fields."""
    return replace(point, **fields)  # type: ignore[arg-type]  # the fields are of many types
