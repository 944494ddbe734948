import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from debate.text.quotations import Passage, find, refind

BEFORE = "Nobody said that it learns while it runs. "
AFTER = " Whether that counts as agency is another matter."


def passage_at(text: str, start: int, end: int) -> Passage:
    """Return the passage between two places of a text."""
    return find(text, text[start:end], start=start)


def test_words_are_found_again_where_text_was_added_before_them() -> None:
    passage = find(BEFORE + "It is a function." + AFTER, "a function")
    found = refind(passage, "A new sentence. " + BEFORE + "It is a function." + AFTER)
    assert found is not None
    assert found.start == passage.start + 16
    assert found.exact == "a function"


def test_words_are_found_again_where_one_side_of_them_was_rewritten() -> None:
    passage = find(BEFORE + "It is a function." + AFTER, "a function")
    assert refind(passage, "It is a function." + AFTER) is not None
    assert refind(passage, BEFORE + "It is a function from text to text.") is not None


def test_words_of_a_short_text_are_found_again_where_text_was_added_around_it() -> None:
    passage = find("Most readers bring a book back unasked.", "a book back")
    found = refind(passage, "I hold: Most readers bring a book back unasked. Still.")
    assert found is not None
    assert found.start == passage.start + 8
    assert refind(passage, "I hold: Some bring a book back unasked.") is None


def test_words_that_are_gone_are_not_found() -> None:
    passage = find(BEFORE + "It is a function." + AFTER, "a function")
    assert refind(passage, BEFORE + "It is a relation." + AFTER) is None
    assert refind(passage, "") is None


def test_short_words_that_stand_elsewhere_now_are_not_taken_for_the_passage() -> None:
    passage = find(BEFORE + "It is a function." + AFTER, "a function")
    assert refind(passage, "Every process computes a function of its input.") is None


def test_a_long_passage_is_found_though_all_around_it_changed() -> None:
    words = "a function from text to the next state of a simulation"
    passage = find(BEFORE + words + AFTER, words)
    found = refind(passage, f"In short: {words}!")
    assert found is not None
    assert found.start == 10


def test_of_several_places_the_one_between_the_same_words_is_it() -> None:
    text = BEFORE + "It is a function." + AFTER
    passage = find(text, "a function")
    found = refind(passage, "That a function is meant, a function, is new. " + text)
    assert found is not None
    assert found.start == passage.start + 46


def test_several_places_that_fit_alike_are_uncertain() -> None:
    text = BEFORE + "It is a function." + AFTER
    passage = find(text, "a function")
    assert refind(passage, f"First: {text} Again: {text}") is None


WORDS = ["the ", "model ", "is ", "not ", "a ", "function ", "of ", "text", ". ", "😀 ", "é", "\n"]
prose = st.lists(st.sampled_from(WORDS), max_size=25).map("".join)
edits = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 12), prose), max_size=3)


def edited(text: str, changes: list[tuple[int, int, str]]) -> str:
    """Return the text with each stretch, given by start and length, replaced."""
    for start, length, new in changes:
        text = text[:start] + new + text[start + length :]
    return text


@settings(max_examples=300, deadline=None)
@given(prose, prose, prose)
def test_a_text_that_did_not_change_gives_the_same_passage(a: str, words: str, b: str) -> None:
    assume(words.strip())
    passage = passage_at(a + words + b, len(a), len(a + words))
    assert refind(passage, a + words + b) == passage


@settings(max_examples=600, deadline=None)
@given(prose, prose, prose, edits, edits)
def test_after_an_edit_around_it_a_passage_is_found_there_or_as_it_was_or_not_at_all(
    before: str,
    words: str,
    after: str,
    first: list[tuple[int, int, str]],
    last: list[tuple[int, int, str]],
) -> None:
    assume(words.strip())
    words = words.strip()
    passage = passage_at(before + words + after, len(before), len(before + words))
    new_before = edited(before, first)
    text = new_before + words + edited(after, last)
    found = refind(passage, text)
    if found is not None:
        assert found.exact == words == text[found.start : found.end]
        # nobody could tell a place apart that an edit has given the very same surroundings
        is_alike = (found.prefix, found.suffix) == (passage.prefix, passage.suffix)
        assert found.start == len(new_before) or is_alike


@settings(max_examples=300, deadline=None)
@given(prose, prose, edits)
def test_words_that_went_are_never_found_where_other_letters_stand(
    before: str, after: str, changes: list[tuple[int, int, str]]
) -> None:
    passage = find(before + "the quoted words" + after, "the quoted words")
    assert refind(passage, edited(before + after, changes)) is None


@pytest.mark.parametrize(
    ("quoted", "before", "after"),
    [
        ("agree", "I agree with all of the above.", "I disagree with all of the above."),
        ("I can", "That is what I can say here.", "That is what I can't say here."),
        ("I can", "That is what I can say here.", "That is what I cannot say here."),
        ("state", "It is a state of its own then.", "It is a non-state of its own then."),
        (
            "the x",
            "Whatever one thinks of the x here.",
            "Whatever one thinks of the x\u0302 here.",
        ),
        (
            "👩",
            "Whoever may be meant there by 👩 then",
            "Whoever may be meant there by 👩\u200d👧 then",
        ),
        ("👍", "Whoever may be meant there by 👍 then", "Whoever may be meant there by 👍🏽 then"),
        ("🇩🇪", "Whoever may be meant there by 🇩🇪 then", "Whoever may be meant there by 🇪🇩🇪🇩 then"),
    ],
)
def test_words_that_have_become_part_of_other_words_are_not_found(
    quoted: str, before: str, after: str
) -> None:
    assert refind(find(before, quoted), before) is not None
    assert refind(find(before, quoted), after) is None


def test_a_part_of_a_word_that_was_quoted_as_such_is_found_again() -> None:
    passage = find("Nobody has ever said that predictors learn here.", "predict")
    assert refind(passage, "Nobody has ever said that predictors learn there.") is not None
