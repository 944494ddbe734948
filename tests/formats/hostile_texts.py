"""Hostile files of the formats that are plain text, and of our own; `hostile` has the others."""

from __future__ import annotations

from collections.abc import Iterator

from tests.formats.hostile import JSONS, TEXTS, Made

WORDS = "one two three four five six seven eight nine"


def _numbered(start: str, words: str, lines: int = 5_000) -> bytes:
    return "".join(f"{start}{words} {n}\n" for n in range(lines)).encode()


def _shuffled(length: int, lines: int, sign: str = "") -> Iterator[str]:
    """Long lines of the same few words, each in another order."""
    for n in range(lines):
        yield (sign if n % 2 else "") + " ".join(
            f"w{(i * i * 7 + n * n) % 97}" for i in range(length)
        )


def _quoted_with_a_slip(lines: int) -> bytes:
    """Long lines of the same few words, each nearly what the first one says."""
    said = ["A: x", "i fully " * 480 + "full", "x"]
    said += [f"x{number} {'i fully ' * 420}full\nno" for number in range(lines)]
    return "\n".join(said).encode()


PLAIN: dict[str, Made] = {
    "signs of a heading": lambda: b"# " + b"#" * 1_000_000 + b"x",
    "signs of headings": lambda: b"# " + b"# #" * 300_000 + b"x",
    "an open bold": lambda: b"**" + b"a" * 1_000_000,
    "a name without end": lambda: b"A" + b" a" * 500_000,
    "colons": lambda: b"A:" * 500_000,
    "speakers": lambda: b"".join(b"Ann%d: x\n" % n for n in range(5_000)),
    "two speakers": lambda: b"Ann: so it is said here\nBob: no it is not\n" * 2_500,
    "the same again": lambda: (WORDS + " ten\n").encode() * 5_000,
    "nearly the same": lambda: _numbered("", WORDS),
    "nearly quoted": lambda: _numbered("> ", WORDS),
    "long and alike": lambda: "\n".join(_shuffled(1_900, 900)).encode(),
    "quoted with a slip": lambda: _quoted_with_a_slip(1),
    "quoted with slips": lambda: _quoted_with_a_slip(225),
    "long and quoted": lambda: "\n".join(_shuffled(1_900, 900, "> ")).encode(),
    "left out again and again": (("> " + "a \u2026 " * 20_000 + "\n") * 5 + "a " * 90_000).encode,
    "one letter": lambda: b"aaaa" * 200_000 + b"\n> " + b"a" * 1_000,
    "marks alone": lambda: b"> a\nagree\n" * 2_500,
    "an answer without end": lambda: b"A: x\n" + b"i fully " * 100_000,
    "signs of quotations": lambda: b">" * 1_000_000 + b"x",
    "accents": ("A" + "\u0301" * 1_000_000).encode,
    "letters that grow": lambda: "\u0130\ufdfa".encode() * 200_000,
    "signs at the end": lambda: b"x" + b" )" * 500_000,
    "all in one line": lambda: b"word " * 1_900_000,
    "all in long lines": lambda: (b"word " * 380 + b"\n") * 4_999,
}
MARKDOWN: dict[str, Made] = {
    "a deep list": lambda: b"".join(b"  " * n + b"- a\n" for n in range(2_000)),
    "points": lambda: b"- a\n" * 100_000,
    "headings": lambda: b"# a\n" * 100_000,
    "deep quotations": lambda: b">" * 100_000 + b"a",
    "facts without end": lambda: b"---\n" + b"a: b\n" * 100_000,
    "open links": lambda: b"[a](" * 100_000,
    "open anchors": lambda: b"- **S1** <a id='" * 50_000,
}
FILES: dict[str, dict[str, Made]] = {
    "exchange": {**TEXTS, **PLAIN},
    "markdown": {**TEXTS, **PLAIN, **MARKDOWN},
    "crux": JSONS,
}
