"""Cutting a passage out of Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debate.text.cutting import Uncuttable, cut
from debate.text.markdown import render
from debate.text.plain import plain


def cut_words(source: str, words: str) -> tuple[str, str]:
    text = plain(render(source))
    start = text.index(words)
    return cut(source, start, start + len(words))


@pytest.mark.parametrize(
    ("source", "words", "part", "rest"),
    [
        ("One claim. Another claim.", "Another claim.", "Another claim.", "One claim."),
        ("One claim. Another claim.", "One claim.", "One claim.", "Another claim."),
        ("One. Two. Three.", "Two.", "Two.", "One. Three."),
        ("One.\n\nTwo.\n\nThree.", "Two.", "Two.", "One.\n\nThree."),
        ("One. **Two.** Three.", "Two.", "**Two.**", "One. Three."),
        ("**One. Two.** Three.", "Two.", "Two.", "**One.** Three."),
        ("- one\n- two\n- three", "two", "- two", "- one\n- three"),
        ("> One.\n\nTwo.", "One.", "> One.", "Two."),
        ("See [this page](https://a.example) now. And more.", "And more.", "And more.", None),
        (
            "One. See [this page](https://a.example). Two.",
            "See this page.",
            "See [this page](https://a.example).",
            "One. Two.",
        ),
        ("Fish &amp; chips. Two \\* two.", "Two * two.", "Two \\* two.", "Fish &amp; chips."),
        ("The end. The end. The rest.", "The rest.", "The rest.", "The end. The end."),
    ],
)
def test_a_passage_is_cut_out_with_its_markdown(
    source: str, words: str, part: str, rest: str | None
) -> None:
    assert cut_words(source, words) == (part, rest or source.removesuffix(part).strip())


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("One claim.", "One claim."),
        ("Disagreeing.", "Dis"),
    ],
)
def test_what_would_leave_nothing_or_break_is_refused(source: str, words: str) -> None:
    with pytest.raises(Uncuttable):
        cut_words(source, words)


WORDS = st.lists(st.sampled_from("one two. *three* **four** `five` - six\n seven\n\n".split(" ")))


@given(WORDS, st.integers(0, 40), st.integers(1, 40))
def test_both_parts_together_read_as_the_whole_did(
    words: list[str], start: int, length: int
) -> None:
    source = " ".join(words).strip() or "one two"
    text = plain(render(source))
    end = min(start + length, len(text))
    try:
        part, rest = cut(source, min(start, end), end)
    except Uncuttable:
        return
    assert plain(render(part)).split() == text[start:end].split()
    assert plain(render(rest)).split() == (text[:start] + " " + text[end:]).split()
