"""What is typed into a search box, slips of the keys, and the part of a text that is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debate.text import excerpts, search
from debate.text.excerpts import Sought
from debate.text.search import Query, Term
from tests.cpu import costs
from tests.hostile import HALVES, QUERIES

KNOWN: dict[str, tuple[str, ...]] = {"kind": ("objection", "question"), "by": (), "in": ()}
TYPED = st.one_of(
    st.text(max_size=600),
    st.lists(
        st.sampled_from(
            [
                '"',
                "-",
                ":",
                "kind:",
                "by:alice",
                " ",
                "a",
                "due date",
                "kind:objection",
                "in:",
                "\0",
            ]
        ),
        max_size=60,
    ).map("".join),
)


def terms(typed: str) -> list[tuple[str, bool, bool]]:
    return [(t.text, t.quoted, t.excluded) for t in search.parse(typed, KNOWN).terms]


def test_words_phrases_and_what_to_leave_out_are_told_apart() -> None:
    assert terms('lend "due date" -fee -"four weeks"') == [
        ("lend", False, False),
        ("due date", True, False),
        ("fee", False, True),
        ("four weeks", True, True),
    ]


def test_quotation_marks_of_every_kind_make_a_phrase() -> None:
    for typed in ('"due date"', "“due date”", "„due date“", "«due date»"):
        assert terms(typed) == [("due date", True, False)], typed


def test_a_phrase_without_its_end_goes_on_to_the_end() -> None:
    assert terms('lend "due da') == [("lend", False, False), ("due da", True, False)]


def test_filters_are_taken_out_in_any_case_and_quoted() -> None:
    found = search.parse('Kind:Objection lend by:"Alice" in:free-trams', KNOWN)
    assert found.filters == {"kind": "objection", "by": "alice", "in": "free-trams"}
    assert [term.text for term in found.terms] == ["lend"]


def test_a_filter_that_is_not_finished_is_waited_for() -> None:
    assert search.parse("lend kind:", KNOWN).filters == {}
    assert terms("lend kind:") == [("lend", False, False)]


def test_what_only_looks_like_a_filter_is_a_word() -> None:
    assert terms("note:this http://example.org") == [
        ("note:this", False, False),
        ("http://example.org", False, False),
    ]


def test_a_hyphen_inside_a_word_leaves_nothing_out() -> None:
    assert terms("post-hoc") == [("post-hoc", False, False)]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("a" * 501, "long"),
        ("a " * 21, "many"),
        ('- "" :', "nothing"),
        ("-fee", "only-excluded"),
        ("-kind:objection", "excluded-filter"),
        ("kind:objection kind:question", "twice"),
        ("kind:nothing", "value"),
        ('by:""', "value"),
    ],
)
def test_what_cannot_be_understood_has_a_code(typed: str, problem: str) -> None:
    assert search.parse(typed, KNOWN).problem == problem


def test_nothing_typed_is_no_problem_and_nothing_asked() -> None:
    for typed in ("", "   "):
        found = search.parse(typed, KNOWN)
        assert found.is_empty
        assert found.problem == ""


@given(TYPED)
def test_whatever_is_typed_is_understood_or_refused(typed: str) -> None:
    found = search.parse(typed, KNOWN)
    assert isinstance(found, Query)
    assert len(found.terms) <= search.MOST
    assert found.filters.keys() <= KNOWN.keys()
    for term in found.terms:
        assert any(sign.isalnum() for sign in term.text)
        term.text.encode()  # no half characters
        assert "\0" not in term.text


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=8), min_size=1, max_size=20))
def test_plain_words_come_out_as_they_went_in(words: list[str]) -> None:
    assert search.parse(" ".join(words), KNOWN).terms == tuple(Term(word) for word in words)


def test_hostile_queries_are_read_in_no_time() -> None:
    assert costs(1, lambda: [search.parse(typed, KNOWN) for typed in (*QUERIES, *HALVES)])


# ---- slips
def test_every_slip_of_one_letter_is_among_the_slips() -> None:
    for typed in ("lirbary", "libary", "librrary", "librari", "ilbrary"):
        assert "library" in search.slips(typed)


def test_slips_know_the_script_of_the_word() -> None:
    assert "библиотека" in search.slips("библеотека")
    assert "βιβλιοθήκη" in search.slips("βιβλιοθίκη")


def test_short_words_and_numbers_are_no_slips() -> None:
    assert search.slips("the") == search.slips("2024") == search.slips("a" * 30) == []


def test_the_likeliest_words_are_the_nearest_and_then_the_most_frequent() -> None:
    known = [("library", 10), ("librarian", 99), ("binary", 50), ("libraries", 7)]
    assert search.nearest("lirbary", known) == ["library"]
    assert search.nearest("hoase", [("house", 3), ("hoise", 5), ("horse", 40)]) == [
        "horse",
        "hoise",
        "house",
    ]
    assert search.nearest("cats", [("boats", 5)]) == []


# ---- excerpts
def shown(text: str, *words: str, begins: bool = False, most: int = 60) -> str:
    sought = [Sought(tuple(word.split()), begins) for word in words]
    return excerpts.html(excerpts.excerpt(text, sought, most))


def test_what_was_found_is_marked_without_regard_to_case_and_accents() -> None:
    assert shown("Une Idée naïve.", "naive", "idee") == (
        "Une <mark>Idée</mark> <mark>naïve</mark>."
    )
    assert shown("Größe ÖFFNET", "grosse", "offn", begins=True) == (
        "<mark>Größe</mark> <mark>ÖFFNET</mark>"
    )


def test_a_phrase_is_marked_as_one_and_only_where_it_stands_so() -> None:
    assert shown("A date is due on the due date.", "due date") == (
        "A date is due on the <mark>due date</mark>."
    )


def test_chinese_words_are_found_inside_a_run() -> None:
    assert shown("市图书馆的书", "图 书 馆") == "市<mark>图书馆</mark>的书"


def test_the_excerpt_is_where_most_of_it_stands() -> None:
    text = f"One thing. {'word ' * 60}both thing and reason here {'word ' * 60}"
    made = shown(text, "thing", "reason")
    assert "<mark>thing</mark> and <mark>reason</mark>" in made
    assert made.startswith("… ") and made.endswith(" …")


def test_everything_else_is_escaped() -> None:
    assert shown("<b>x</b> & <script>", "script") == (
        "&lt;b&gt;x&lt;/b&gt; &amp; &lt;<mark>script</mark>&gt;"
    )


@given(st.text(max_size=400), st.lists(st.text("abc", min_size=1, max_size=3), max_size=4))
def test_an_excerpt_is_part_of_the_text_and_no_longer_than_allowed(
    text: str, words: list[str]
) -> None:
    sought = [Sought((word,), True) for word in words]
    pieces = excerpts.excerpt(text, sought, 80)
    joined = "".join(piece.text for piece in pieces).removeprefix("… ").removesuffix(" …")
    assert joined in " ".join(text.split()) or not joined.strip()
    assert len(joined) <= 80


@given(st.text(max_size=300), st.text(max_size=20))
def test_no_markup_but_ours_comes_out(text: str, word: str) -> None:
    made = excerpts.html(excerpts.excerpt(text, [Sought((excerpts.fold(word),), True)]))
    rest = made.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in rest and ">" not in rest
