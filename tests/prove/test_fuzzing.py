"""Hostile texts, changed at random again and again, given to all that reads what people send.

Each reader has so many seconds (`FUZZING`, 900 where nothing is said). Nothing but the refusal
that a reader promises may come of it, and nothing may take a second.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence

import pytest

from debate.formats.outline import Options, Unreadable
from debate.formats.registry import FORMATS, READ
from debate.text import search
from debate.text.markdown import clean, render
from debate.text.plain import plain
from debate.text.quotations import Passage, refind
from tests.formats.test_hostile_files import FILES
from tests.hostile import HALVES, QUERIES
from tests.prove.conftest import Noted
from tests.text.test_hostile_markdown import SECURITY, faults, payloads, shapes

pytestmark = pytest.mark.prove
SECONDS = float(os.environ.get("FUZZING", "900"))
SLOW = 1.0
SIGNS = "[]()<>!*_`~#|-:/\\&;\"'=\n\t >.,{}@%$^+?0a\u0301\u202e\ud800\0\u2026\U0001f600"
KNOWN: dict[str, tuple[str, ...]] = {"kind": ("objection",), "by": (), "in": ()}


def changed(seed: str, chance: random.Random, others: Sequence[str], most: int) -> str:
    """The text with pieces of it repeated, removed, swapped for those of others, signs put in."""
    for _ in range(chance.randint(1, 6)):
        a, b = sorted((chance.randint(0, len(seed)), chance.randint(0, len(seed))))
        b = min(b, a + chance.choice((1, 3, 20, 400)))
        other = chance.choice(others)
        at = chance.randint(0, len(other))
        seed = chance.choice(
            (
                seed[:b] + seed[a:],
                seed[:a] + seed[b:],
                seed[:a] + seed[a:b] * chance.choice((2, 9, 200)) + seed[b:],
                seed[:a] + "".join(chance.choices(SIGNS, k=3)) + seed[a:],
                seed[:a] + chance.choice(SIGNS) * chance.choice((1, 50, 3000)) + seed[b:],
                seed[:a] + other[at : at + 40] + seed[b:],
            )
        )[:most]
    return seed


def fuzz(seeds: Sequence[str], do: Callable[[str], None], most: int) -> tuple[int, float]:
    """Try changed seeds for the time there is; how many, and the longest that one took."""
    chance = random.Random(7)
    pool = [seed[:most] for seed in seeds if seed]
    until, count, longest = time.monotonic() + SECONDS, 0, 0.0
    while time.monotonic() < until:
        text = changed(chance.choice(pool), chance, pool, most)
        begun = time.process_time()
        do(text)
        taken = time.process_time() - begun
        assert taken < SLOW, (taken, text[:400])
        if taken > longest:  # what is slow is changed further
            longest = taken
            pool.append(text)
        count += 1
    return count, longest


def bodies() -> list[str]:
    found = payloads("corpus-xss.jsonl") if (SECURITY / "corpus-xss.jsonl").exists() else []
    return [*found, *shapes(500)]


def _render(text: str) -> None:
    try:
        made = render(text)
    except ValueError:
        return
    assert faults(made) == []
    plain(made)


def _refind(text: str) -> None:
    half = len(text) // 2
    words, within = text[:half], text[half:]
    a = len(words) // 3
    if not words[a : 2 * a].strip():
        return
    exact, before, after = words[a : 2 * a], words[:a][-32:], words[2 * a :][:32]
    passage = Passage(exact, a, 2 * a, before, after)
    found = refind(passage, within + words + within)
    assert found is None or (within + words + within)[found.start : found.end] == found.exact


def _search(text: str) -> None:
    for term in search.parse(text, KNOWN).terms:
        term.text.encode()


def _read(name: str) -> Callable[[str], None]:
    def read(text: str) -> None:
        try:
            list(FORMATS[name].reader()(text.encode("utf-8", "replace"), Options()).outline.points)
        except Unreadable:
            pass

    return read


def _clean(text: str) -> None:
    try:
        assert clean(clean(text)) == clean(text)
    except ValueError:
        pass


OTHERS: dict[str, tuple[Callable[[], list[str]], Callable[[str], None], int]] = {
    "Markdown": (bodies, _render, 10_000),
    "characters": (bodies, _clean, 10_000),
    "quotations found again": (bodies, _refind, 10_000),
    "what is searched for": (lambda: [*QUERIES, *HALVES], _search, 10_000),
}


@pytest.mark.parametrize("what", OTHERS)
def test_nothing_breaks_what_reads_texts(what: str, note: Noted) -> None:
    seeds, do, most = OTHERS[what]
    count, longest = fuzz(seeds(), do, most)
    told(note, what, count, longest)


@pytest.mark.parametrize("name", READ)
def test_nothing_breaks_a_reader_of_files(name: str, note: Noted) -> None:
    made = [one()[:20_000].decode("utf-8", "replace") for one in FILES[name].values()]
    count, longest = fuzz(made, _read(name), 50_000)
    told(note, f"files of {FORMATS[name].title}", count, longest)


def told(note: Noted, what: str, count: int, longest: float) -> None:
    note(
        f"changed at random: {what}",
        f"{count:,} in {SECONDS:.0f} s: 0 errors but the refusals that are promised; the longest "
        f"took {1000 * longest:.0f} ms",
    )
