import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debate.text.differences import CONTEXT, Run, difference, shortened
from tests.cpu import costs

MOST = 10_000
SIGNS = {"equal": "{}", "deleted": "[-{}-]", "inserted": "[+{}+]", "skipped": "…"}


def told(runs: list[Run]) -> str:
    return "".join(SIGNS[run.kind].format(run.text) for run in runs)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("one two", "one two", "one two"),
        ("", "", ""),
        ("", "one", "[+one+]"),
        ("one", "", "[-one-]"),
        (
            "It says nothing about it.",
            "It says little about it.",
            "It says [-nothing-][+little+] about it.",
        ),
        ("Many do not", "Many do not agree", "Many do not[+ agree+]"),
        ("I can say", "I can't say", "I [-can-][+can't+] say"),
        ("the old cat sat.", "a new dog sat.", "[-the old cat-][+a new dog+] sat."),
        ("It is so hard that", "It is hard enough that", "It is [-so -]hard [+enough +]that"),
        ("He is. So.", "She is. So. Not.", "[-He-][+She+] is. So.[+ Not.+]"),
        ("one, two", "one. two", "one[-,-][+.+] two"),
        ("one two\n\nthree", "one two three", "one two[-\n\n-][+ +]three"),
        ("so *sure*", "so **sure**", "so *[+*+]sure*[+*+]"),
        ("with 👩 there", "with 👩\u200d👧 there", "with [-👩-][+👩\u200d👧+] there"),
        ("我同意。", "我不同意。", "我[+不+]同意。"),
    ],
)
def test_a_difference_is_told_word_by_word(old: str, new: str, expected: str) -> None:
    assert told(difference(old, new)) == expected


def test_what_is_far_from_any_change_is_left_out() -> None:
    many = "word " * 200
    runs = shortened(difference(f"{many}old {many}old {many}", f"{many}new {many}new {many}"))
    kinds = [run.kind for run in runs]
    middle = ["deleted", "inserted", "equal", "skipped", "equal", "deleted", "inserted"]
    assert kinds == ["skipped", "equal", *middle, "equal", "skipped"]
    assert all(len(run.text) < CONTEXT + 10 for run in runs)
    assert told(shortened(difference("old word", "new word"))) == "[-old-][+new+] word"
    assert told(shortened(difference(many, many))) == "…"


def test_spaces_that_come_or_go_have_a_sign() -> None:
    assert [Run("deleted", text).sign for text in ("a ", " ", "\n\n", "")] == ["", "␣", "¶", ""]


PIECES = [
    "one ",
    "two",
    " ",
    "\n",
    "\n\n",
    ", ",
    "*",
    "'",
    "-",
    "é",
    "\u0301",
    "👩",
    "\u200d",
    "🇩🇪",
]
PIECES += ["שלום ", "同", "意", "不", "a ", "b ", "\u00ad", "\u202e"]
texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@settings(max_examples=600, deadline=None)
@given(texts, texts)
def test_equal_and_deleted_join_to_the_old_text_equal_and_inserted_to_the_new(
    old: str, new: str
) -> None:
    runs = difference(old, new)
    assert "".join(run.text for run in runs if run.kind != "inserted") == old
    assert "".join(run.text for run in runs if run.kind != "deleted") == new
    assert all(run.text for run in runs)
    kinds = [run.kind for run in runs]
    assert all(pair in ALLOWED for pair in pairwise(kinds))
    assert "".join(run.text for run in shortened(runs) if run.kind != "equal") == "".join(
        run.text for run in runs if run.kind != "equal"
    )


ALLOWED = {
    ("equal", "deleted"),
    ("equal", "inserted"),
    ("deleted", "inserted"),
    ("deleted", "equal"),
    ("inserted", "equal"),
}


def picked(words: str, seed: int) -> str:
    return "".join(random.Random(seed).choices(words, k=MOST))


HOSTILE = {
    "the same word": ("a " * 5000, "b" + " a" * 4999),
    "two words": ("a " * 2500 + "b " * 2500, "b " * 2500 + "a " * 2500),
    "two words at random": (picked("ab", 1), picked("ab", 2)),
    "signs at random": (picked("!?", 1), picked("!?", 2)),
    "spaced words at random": (
        " ".join(picked("abcd", 1)[:5000]),
        " ".join(picked("abcd", 2)[:5000]),
    ),
    "every other word": (
        " ".join(f"{i:x} x" for i in range(2000))[:MOST],
        " ".join(f"{i:x} y" for i in range(2000))[:MOST],
    ),
    "every other character": (
        "".join(f"{chr(0x4E00 + i)}丁" for i in range(5000)),
        "".join(f"{chr(0x4E00 + i)}不" for i in range(5000)),
    ),
    "backwards": (
        "".join(chr(0x4E00 + i) for i in range(MOST)),
        "".join(chr(0x4E00 + i) for i in reversed(range(MOST))),
    ),
    "inner signs": ("a-" * 5000, "a-" * 4999 + "'b"),
    "spaces": (" \n" * 5000, "\n " * 5000),
    "one word": ("x" * MOST, "y" * MOST),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_comparing_is_quick_whatever_is_compared(case: str) -> None:
    old, new = HOSTILE[case]
    runs = difference(old, new)
    assert costs(0.6, lambda: difference(old, new))  # 0.2 on a quiet machine
    assert "".join(run.text for run in runs if run.kind != "inserted") == old
    assert "".join(run.text for run in runs if run.kind != "deleted") == new


def test_a_long_text_changed_all_over_is_still_compared_word_by_word() -> None:
    words = [f"word{i % 700}" for i in range(1400)]
    changed = [word if i % 5 else f"{word}s" for i, word in enumerate(words)]
    runs = difference(" ".join(words), " ".join(changed))
    kept = sum(len(run.text) for run in runs if run.kind == "equal")
    assert kept > 0.75 * len(" ".join(words))
