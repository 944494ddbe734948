import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from debate.text.markdown import render
from debate.text.plain import plain
from debate.text.quotations import CONTEXT, Ambiguous, NotThere, Passage, find, nearest
from tests.cpu import costs

TEXT = (
    "The predictor is a function from text to the next state of a simulation, without a running "
    "life of its own; “pressure to simulate well”\u00a0leaves no place \u2013 for strategy\u2026 "
    "on its part.\nIt\u2019s the character that learns. The character, not the predictor."
)


def test_a_passage_has_its_place_and_what_is_around_it() -> None:
    assert find("one two three", "two") == Passage("two", 4, 7, "one ", " three")


def test_what_is_around_is_at_most_32_characters_a_side() -> None:
    passage = find(TEXT, "a running life")
    assert TEXT[passage.start : passage.end] == passage.exact == "a running life"
    assert passage.prefix == TEXT[passage.start - CONTEXT : passage.start]
    assert passage.suffix == TEXT[passage.end : passage.end + CONTEXT]


@pytest.mark.parametrize(
    ("words", "exact"),
    [
        ("  a running\n life ", "a running life"),
        ('"pressure to simulate well" leaves', "“pressure to simulate well”\u00a0leaves"),
        ("no place - for strategy... on", "no place \u2013 for strategy… on"),
        ("no place --- for", "no place \u2013 for"),
        ("part. It's the", "part.\nIt\u2019s the"),
        ("run\u00adning life", "running life"),
        ("a **running** *life*", "a running life"),
        ("> a [running](https://a.b) life", "a running life"),
        ("It&rsquo;s", "It\u2019s"),
    ],
)
def test_words_typed_otherwise_find_the_exact_words(words: str, exact: str) -> None:
    passage = find(TEXT, words)
    assert passage.exact == exact == TEXT[passage.start : passage.end]


def test_letters_composed_otherwise_find_the_exact_words() -> None:
    for text in ("le cafe\u0301 noir", "le caf\u00e9 noir", "le ca\u00adf\u00e9 noir"):
        for words in ("cafe\u0301 noir", "caf\u00e9 noir"):
            passage = find(text, words)
            assert unicodedata.normalize("NFC", passage.exact.replace("\u00ad", "")) == "café noir"
            assert text[passage.start : passage.end] == passage.exact


def test_a_letter_is_not_found_inside_an_accented_one() -> None:
    with pytest.raises(NotThere):
        find("\u00e9", "e")


@pytest.mark.parametrize("words", ["", "  \n", "\u00a0", "\u00ad\u200b"])
def test_a_quotation_without_words_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="words"):
        find(TEXT, words)


def test_a_passage_that_is_not_there_is_refused_with_what_comes_nearest() -> None:
    with pytest.raises(NotThere) as refusal:
        find(TEXT, "The predicter is a function of text")
    assert refusal.value.nearest[0] == "The predictor is a function from text"


def test_a_passage_in_several_places_is_refused_with_the_places() -> None:
    with pytest.raises(Ambiguous) as refusal:
        find(TEXT, "character")
    assert refusal.value.count == 2
    assert refusal.value.contexts == [
        "…strategy… on its part.\nIt\u2019s the [character] that learns. The character, not…",
        "… the character that learns. The [character], not the predictor.",
    ]


def test_the_text_around_it_says_which_is_meant() -> None:
    first, second = TEXT.index("character"), TEXT.rindex("character")
    assert find(TEXT, "character", prefix="It\u2019s the ").start == first
    assert find(TEXT, "character", prefix="on its part.\n\nIt\u2019s   the ").start == first
    assert find(TEXT, "character", suffix=", not").start == second
    assert find(TEXT, "character", prefix="learns. The ", suffix="changed").start == second


def test_text_around_it_that_fits_several_or_none_does_not_decide() -> None:
    for prefix in ("the", "", " ", "elsewhere"):
        with pytest.raises(Ambiguous):
            find("the one the one", "one", prefix=prefix)


def test_the_position_says_which_is_meant() -> None:
    first, second = TEXT.index("character"), TEXT.rindex("character")
    assert find(TEXT, "character", start=second).start == second
    assert find(TEXT, " character", start=second - 1).start == second
    assert find(TEXT, "character", start=first + 3).start == first
    with pytest.raises(Ambiguous):
        find(TEXT, "character", start=(first + second) // 2)


def test_the_only_place_is_found_whatever_is_said_around_it() -> None:
    assert find("one two", "two", prefix="zero", start=0).start == 4


def test_nearest_passages_do_not_overlap_and_are_slices_of_the_text() -> None:
    text = "It learns from text. It earns a text. Nothing else is like it."
    found = nearest(text, "It lerns from texts")
    assert found[0] == "It learns from text."
    assert all(passage in text for passage in found)
    assert nearest(text, "zzz qqq") == nearest("", "one") == nearest(text, " ") == []


@pytest.mark.parametrize("words", ["x" * 10_000, "the " * 2_500, "日本語" * 3_000, "[" * 10_000])
@pytest.mark.parametrize("text", ["the one " * 1_250, "日本" * 5_000, "a\u0301" * 5_000])
def test_seeking_is_quick_whatever_is_sought(text: str, words: str) -> None:
    def seek() -> None:
        with pytest.raises((NotThere, Ambiguous)):
            find(text, words, prefix="p" * 10_000, suffix="s" * 10_000, start=5)

    assert costs(1, seek)


PIECES = ["one ", "two", "“three”", "'", "—", "--", "…", "...", " ", "\n", "\u00a0", "\u00ad"]
PIECES += ["é", "e\u0301", "\u0323", "😀", "👩\u200d👧", "שלום", "한", "ㅎ", "日本", "\u200b", "*"]
texts = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)


@settings(max_examples=300, deadline=None)
@given(texts, st.integers(0, 40), st.integers(1, 20))
def test_every_slice_of_a_text_is_found_at_its_place(text: str, start: int, length: int) -> None:
    words = text[start : start + length]
    assume(words.strip() and words.strip("\u00ad\u200b \n\u00a0"))
    passage = find(text, words, start=start)
    assert passage.exact == words.strip()
    assert passage.start == start + len(words) - len(words.lstrip())


@settings(max_examples=300, deadline=None)
@given(texts, texts, texts, st.none() | st.integers(-5, 50))
def test_what_is_found_is_always_an_exact_slice(
    text: str, words: str, prefix: str, start: int | None
) -> None:
    try:
        passage = find(text, words, prefix=prefix, start=start)
    except (ValueError, LookupError):
        return
    assert passage.exact == text[passage.start : passage.end] != ""
    assert text[: passage.start].endswith(passage.prefix)
    assert text[passage.end :].startswith(passage.suffix)


@settings(max_examples=300, deadline=None)
@given(texts.filter(str.strip))
def test_the_source_of_a_body_finds_its_whole_text(source: str) -> None:
    text = plain(render(source))
    assume(text.strip("\u00ad\u200b \n\u00a0*"))
    assert find(text, source).exact.strip("*") in text


def test_a_quotation_longer_than_any_text_is_not_looked_for() -> None:
    def look() -> None:
        with pytest.raises(NotThere):
            find("Some words.", "a b " * 600_000)

    assert costs(0.1, look)
