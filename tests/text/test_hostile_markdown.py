import json
import re
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debate.text.markdown import _CLEANER, Unwritable, render
from debate.text.plain import plain
from tests.cpu import costs

SECURITY = Path(__file__).parents[2].parent / "shared/data/security"
TAGS = frozenset(
    "a blockquote br code em hr li ol p pre s strong table tbody td th thead tr ul".split()
)
VOID = {"br", "hr"}
HREF = re.compile(r"(https?://|mailto:)[^\s\"<>]+", re.IGNORECASE)
REL = "nofollow noopener noreferrer ugc"
SECONDS = 0.6
anew = render.__wrapped__  # what was rendered a moment ago costs nothing


class Inspector(HTMLParser):
    """Collects what must not be in the HTML of a body."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        if tag not in VOID:
            self.open.append(tag)
        given = dict(attrs)
        if tag == "a" and (given.get("rel") != REL or not HREF.fullmatch(given["href"] or "")):
            self.faults.append(f"link {given}")
        allowed = {"a": {"href", "rel"}, "ol": {"start"}}.get(tag, set())
        self.faults += [f"{tag} {name}" for name in given if name not in allowed]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data}")


def faults(html: str) -> list[str]:
    """Return what must not be in the HTML of a body, and is."""
    try:
        return Inspector(html).faults
    except (AssertionError, KeyError):
        return ["malformed"]


def as_text(payload: str) -> str:
    """Return a payload without the characters that are refused, so that the rest is tried."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", payload)


def payloads(name: str) -> list[str]:
    """Return the payloads of a corpus; skip the test where there is none."""
    path = SECURITY / name
    if not path.exists():
        pytest.skip("the corpus is not here")
    if path.suffix == ".json":
        return [str(payload) for payload in json.loads(path.read_text())]
    return [json.loads(line)["payload"] for line in path.read_text().splitlines()]


@pytest.mark.parametrize(
    ("name", "planned"), [("corpus-xss.jsonl", 14_211), ("own-htmx-md.json", 2_460)]
)
def test_no_payload_gets_through(name: str, planned: int) -> None:
    inspected = caught = 0
    for payload in payloads(name):
        caught += bool(faults(payload))
        html = render(as_text(payload))
        assert faults(html) == [], payload
        assert _CLEANER.clean(html) == html, payload
        inspected += 1
    assert inspected == planned
    assert caught >= 0.3 * planned, "the inspector sees too little"


def test_payloads_with_control_characters_are_refused() -> None:
    refused = [text for text in payloads("corpus-xss.jsonl") if as_text(text) != text]
    assert refused
    for text in refused:
        with pytest.raises(Unwritable, match="U"):
            render(text)


def test_the_inspector_sees_attributes_that_move_the_page() -> None:
    raw = [payload for payload in payloads("own-htmx-md.json")[:70] if faults(payload)]
    assert len(raw) >= 45


@settings(max_examples=150, deadline=None)
@given(st.text("[]()<>!*_`~#|-:/\\&;\"'=\n\t ahtps.@1", max_size=120))
def test_whatever_is_written_comes_out_clean(source: str) -> None:
    html = render(source)
    assert faults(html) == []
    assert _CLEANER.clean(html) == html
    assert len(html) <= 10 * len(source) + 4000
    assert bool(plain(html)) == bool(source.strip()) or not re.search(r"[a-z@]", source)


UNITS = """\
[ ![ ] ( * _ **a a*b_ a**b ` ` `` ~ ~~a <a <a: &a &#x \\ > #\\n - -\\n 1.\\n 1.\\n2)\\n -\\n+\\n
- * + a\\n=\\n a|b\\n-|-\\n |a |\\n ``` ```\\n `~~~\\n [a]( [a](b [a](<b [a](b"c [a]:\\n [a\\n
[a]:b\\n
http:// https://a/( http://a.b/((( http://[ :// a:// a-:// http://a- http://a@ http://a.b )
[![ *[ [* [a](http://b) <http://a> <a@b.c> e\u0301 x\u0301\u0316 \U0001f600 &nbsp; <!-- a\\\\\\n
a**\\n >- http://é http://a/😀 <http://😀> \\| $ " a***b *_~~ ~~a ** a >a\\nb\\n |-|\\n
---\\n\\n """


def repeated(unit: str, size: int) -> str:
    """Return a text of this size that is the unit again and again."""
    return (unit * (size // len(unit) + 1))[:size]


def shapes(size: int) -> Iterator[str]:
    """Yield texts of this size that are hard on a parser of Markdown."""
    for unit in UNITS.replace("\n", " ").split(" "):
        if unit:
            yield repeated(unit.replace("\\n", "\n"), size)
    for unit in ("> ", "- ", "- > ", "> > a\n", "    ", "a  \n", "- a\n\n", "**a ", "*a **b "):
        yield repeated(unit, size)
    root = int(size**0.5)
    yield "".join("a" + "`" * count for count in range(2 * root))
    yield "".join("  " * depth + "- a\n" for depth in range(root))
    yield repeated("> " * 9 + "a\n", size)
    yield repeated("- " * 9 + "a\n", size)
    yield "[a]: http://" + "a" * (size // 4) + "\n\n" + repeated("[a]", size * 3 // 4)
    yield "[a]: http://" + "é" * (size // 4) + "\n\n" + repeated("[a]", size * 3 // 4)
    yield "".join(f"[{number}]: http://a\n" for number in range(size // 20))
    yield "[a]: b '" + repeated("\n x", size)
    for columns in (1, 10, 100, 300):
        head = "|a" * columns + "|\n" + "|-" * columns + "|\n"
        yield head + repeated("|\n", size - len(head))
        yield head + repeated("|" * columns + "\n", size - len(head))
        yield head + repeated("a\n", size - len(head))
    yield "[" * (size // 2) + "]" * (size // 2)
    yield "![" * (size // 4) + "](b)" * (size // 8)
    yield repeated("![a", size // 2) + repeated("](http://b)", size // 2)
    yield "*" * (size // 2) + "a" + "*" * (size // 2)
    yield "[a](" + "(" * size
    yield "http://" + "a" * size
    yield "a" * (size - 3) + "://"
    yield repeated("a.", size - 3) + "://"
    yield "<http://" + "".join(chr(0x4E00 + number) for number in range(size - 10)) + ">"
    yield " " * (size - 1) + "a"


@pytest.mark.parametrize("size", [2_000, 10_000])
def test_hostile_shapes_cost_little_and_stay_small(size: int) -> None:
    inspected = 0
    for shape in shapes(size):
        source = shape[:10_000]
        html = render(source)
        assert costs(SECONDS, partial(anew, source)), source[:40]
        assert len(html) <= 10 * len(source) + 4000, source[:40]
        assert len(html.encode()) <= 10 * len(source.encode()) + 4000, source[:40]
        inspected += 1
    assert inspected >= 43


def test_a_row_is_not_filled_up_with_empty_cells_for_ever() -> None:
    html = render("|a" * 40 + "|\n" + "|-" * 40 + "|\n" + "|x\n" * 50)
    assert 200 <= html.count("<td>") <= 240
    assert plain(html).count("x") == 50


@settings(max_examples=40, deadline=None)
@given(st.text("[]()<>!*_`~#|-:/\\&;\"'=\n ahtp.1", min_size=1, max_size=12))
def test_no_short_text_repeated_is_slow(unit: str) -> None:
    source = repeated(unit, 10_000)
    html = render(source)
    assert costs(SECONDS, lambda: anew(source))
    assert len(html) <= 10 * len(source) + 4000
