import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debate.text.words import cuts, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (
            "It isn't so, I'd say.",
            ["It", " ", "isn't", " ", "so", ",", " ", "I'd", " ", "say", "."],
        ),
        ("a well-known *thing*", ["a", " ", "well-known", " ", "*", "thing", "*"]),
        ("'quoted' – so", ["'", "quoted", "'", " ", "–", " ", "so"]),
        ("one\n\ntwo", ["one", "\n\n", "two"]),
        ("我同意。", ["我", "同", "意", "。"]),
        ("שָׁלוֹם हिन्दी", ["שָׁלוֹם", " ", "हिन्दी"]),
        ("👩\u200d👧 🇩🇪", ["👩\u200d👧", " ", "🇩🇪"]),
    ],
)
def test_a_text_falls_into_words_spaces_and_signs(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("agree", 0, False),
        ("agree", 5, False),
        ("agree", 2, True),
        ("I can't", 5, True),
        ("I can't", 6, True),
        ("I can 'so'", 6, False),
        ("'so'", 1, False),
        ("so.", 2, False),
        ("我同意", 1, False),
        (".\u0301", 1, True),
        ("👩\u200d👧", 1, True),
        ("👩\u200d👧", 2, True),
        ("🇩🇪", 1, True),
    ],
)
def test_a_place_cuts_a_word_where_it_goes_on(text: str, place: int, expected: bool) -> None:
    assert cuts(text, place) == expected


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_words_join_back_and_their_edges_cut_none(text: str) -> None:
    found = tokens(text)
    assert "".join(found) == text
    place = 0
    for word, following in zip(found, [*found[1:], "."], strict=False):
        place += len(word)
        joined = following[:1] == "\u200d" or word[-1] == "\u200d"
        if word[-1].isascii() and following[:1].isascii() and not joined:
            assert not cuts(text, place)
