"""All that reads what people send, to be given any bytes, and what it is tried with first.

Nothing may come of it but the refusal that a reader promises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from debate.formats.outline import Options, Unreadable
from debate.formats.polis import packed
from debate.formats.registry import FORMATS, JSON, READ, WRITTEN
from debate.text import search
from debate.text.markdown import Unwritable, clean, render
from debate.text.plain import plain
from debate.text.quotations import Passage, refind
from tests.formats.sketches import example, written
from tests.formats.test_hostile_files import FILES
from tests.hostile import HALVES, QUERIES
from tests.text.test_hostile_markdown import SECURITY, faults, payloads, shapes

KNOWN: dict[str, tuple[str, ...]] = {"kind": ("objection",), "by": (), "in": ()}
LARGE = 20_000
"""So much of a file is changed."""
TABLES = b"\n\n\n"
"""What stands between the two tables of a conversation of Polis, which come in an archive."""


@dataclass(frozen=True)
class Reader:
    """What is done with bytes, of how many at most, and what is tried first."""

    do: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]
    most: int = 10_000
    is_json: bool = False


def text_of(data: bytes) -> str:
    """As a text, which may have half characters in it."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def _body(data: bytes) -> None:
    text = text_of(data)
    try:
        cleaned = clean(text)
    except Unwritable:
        return
    assert clean(cleaned) == cleaned
    made = render.__wrapped__(cleaned)
    assert faults(made) == []
    plain.__wrapped__(made)


def _refound(data: bytes) -> None:
    text = text_of(data)
    half = len(text) // 2
    words, within = text[:half], text[half:]
    a = len(words) // 3
    if not words[a : 2 * a].strip():
        return
    passage = Passage(words[a : 2 * a], a, 2 * a, words[:a][-32:], words[2 * a :][:32])
    changed = within + words + within
    found = refind(passage, changed)
    assert found is None or changed[found.start : found.end] == found.exact


def _searched(data: bytes) -> None:
    for term in search.parse(text_of(data), KNOWN).terms:
        term.text.encode()


def _file(name: str) -> Callable[[bytes], None]:
    read = FORMATS[name].reader()

    def do(data: bytes) -> None:
        if name == "polis" and TABLES in data:
            comments, _, votes = data.partition(TABLES)
            data = packed({"comments.csv": comments, "votes.csv": votes})
        try:
            list(read(data, Options()).outline.points)
        except Unreadable:
            pass

    return do


def _bodies() -> Iterator[bytes]:
    found = payloads("corpus-xss.jsonl")[::7] if (SECURITY / "corpus-xss.jsonl").exists() else []
    for text in (*found, *shapes(500)):
        yield text.encode("utf-8", "surrogatepass")


def _files(name: str) -> Callable[[], Iterator[bytes]]:
    def seeds() -> Iterator[bytes]:
        if name in WRITTEN and name != "polis":
            yield written(name, example())[0]
        if name == "polis":
            yield b"timestamp,comment-id,author-id,moderated,comment-body\n1,0,0,1,Hello\n" + (
                TABLES + b"timestamp,comment-id,voter-id,vote\n1,0,0,1\n"
            )
        for made in FILES[name].values():
            yield made()[:LARGE]

    return seeds


READERS = {
    "Markdown": Reader(_body, _bodies),
    "quotations found again": Reader(_refound, _bodies),
    "what is searched for": Reader(
        _searched, lambda: (text.encode("utf-8", "surrogatepass") for text in (*QUERIES, *HALVES))
    ),
    **{
        f"files of {FORMATS[name].title}": Reader(
            _file(name), _files(name), 2 * LARGE, FORMATS[name].media == JSON
        )
        for name in READ
    },
}


def _breaks(data: bytes) -> None:
    if data[:1] == b"c" and data[1:2] == b"r" and data[2:3] == b"u":
        assert data[3:4] != b"x"


BREAKS = {"something that breaks": Reader(_breaks, lambda: iter([b"a word"]))}
"""The control: nobody hits upon its word by chance."""
