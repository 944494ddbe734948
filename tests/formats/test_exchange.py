"""A plain exchange: who speaks, what is quoted, what is said twice, and what is not certain."""

from __future__ import annotations

from pathlib import Path

import pytest

from debate.formats.exchange import LINES_MOST, Exchange, preview, read
from debate.formats.outline import Unreadable

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "seed" / "source-exchange.txt"
TRUE_QUOTATIONS = [
    *((11, 8), (13, 8), (20, 12), (22, 14), (24, 14), (26, 15)),
    *((32, 18), (34, 19), (36, 19)),
]
needs_source = pytest.mark.skipif(not SOURCE.exists(), reason="the source is not here")

SPOKEN = """\
Ann: Readers bring books back when they are asked to, so nobody needs a due date.
A due date only makes honest people pay.

Bob: Readers bring books back when they are asked to
That holds for the readers you know.
A due date only makes honest people pay.
Agreed.
"""


def quoted(found: Exchange) -> list[tuple[int, int]]:
    return [(one.line, one.of_line) for one in found.quotations]


# ---- the exchange that the seed is a reading of
@needs_source
def test_the_first_exchange_is_read_as_people_read_it() -> None:
    found = read(SOURCE.read_text(), [1, 7, 11, 20])
    assert [(turn.author, turn.paragraphs[0]) for turn in found.turns] == [
        *(("A", 1), ("B", 7), ("A", 12), ("B", 21))
    ]
    assert quoted(found) == TRUE_QUOTATIONS
    assert all(one.exact for one in found.quotations)
    assert found.dropped == list(range(38, 65))
    assert [(one.line, one.of_line, one.truth) for one in found.marks] == [(65, 36, "agree")]
    [problem] = found.problems
    assert (problem.line, problem.proposal) == (37, "opens turn 1")


@needs_source
def test_without_its_turns_the_same_is_quoted_and_where_turns_begin_is_asked() -> None:
    found = read(SOURCE.read_text())
    assert quoted(found) == TRUE_QUOTATIONS
    assert {problem.line for problem in found.problems} == {11, 20, 37}
    assert "the turn begins at line 11" in found.problems[0].candidates


# ---- who speaks
def test_speakers_take_turns_and_a_short_answer_marks_what_it_follows() -> None:
    found = read(SPOKEN)
    assert [(turn.author, turn.paragraphs) for turn in found.turns] == [
        ("Ann", [1, 2]),
        ("Bob", [5]),
    ]
    assert quoted(found) == [(4, 1), (6, 2)]
    assert [(one.line, one.of_line) for one in found.marks] == [(7, 6)]
    assert not found.problems


@pytest.mark.parametrize(
    "text",
    [
        "# Ann\nIt rains.\n# Bob\nIt does not.\n# Ann\nLook out.",
        "**Ann**\nIt rains.\n**Bob:**\nIt does not.\n**Ann**\nLook out.",
        "Ann:\nIt rains.\nBob:\nIt does not.\nAnn:\nLook out.",
    ],
)
def test_headings_and_names_alone_on_a_line_are_speakers(text: str) -> None:
    assert [turn.author for turn in read(text).turns] == ["Ann", "Bob", "Ann"]
    assert [turn.paragraphs for turn in read(text).turns] == [[2], [4], [6]]


def test_a_word_with_a_colon_is_no_speaker() -> None:
    found = read("Ann: It rains.\nBob: It does not.\nNote: I looked.\nAnn: When?\nBob: Now.")
    assert [(turn.author, turn.paragraphs) for turn in found.turns] == [
        *(("Ann", [1]), ("Bob", [2, 3]), ("Ann", [4]), ("Bob", [5]))
    ]
    assert len(read("Remember: it rains.\nAlas.").turns) == 1


def test_a_name_said_again_goes_on_with_its_turn() -> None:
    found = read("Ann: It rains.\nAnn: It really does.\nBob: I see.")
    assert [turn.paragraphs for turn in found.turns] == [[1, 2], [3]]


# ---- what is quoted
SAID = (
    "Ann: The clerk\u2019s desk is \u201cslow\u201d \u2013 and nobody knows why, as far as I see."
)


@pytest.mark.parametrize(
    ("words", "exact"),
    [
        ("The clerk\u2019s desk is \u201cslow\u201d", True),
        ("""The clerk's desk is "slow" - and nobody knows why""", False),
        ("the clerk's desk is slow and nobody knows why as far as I saw.", False),
        ("The clerk's desk ... nobody knows why [...] I see", False),
    ],
)
def test_a_quotation_may_differ_in_signs_have_gaps_and_slips(words: str, exact: bool) -> None:
    found = read(f"{SAID}\nBob: > {words}\nI do.")
    [one] = found.quotations
    assert (one.line, one.of_line, one.exact) == (2, 1, exact)
    assert found.turns[1].paragraphs == [3]


def test_a_quotation_of_what_nobody_said_is_asked_about_with_what_is_near() -> None:
    found = read(f"{SAID}\nBob: > Nobody knows the clerk, and nobody asks.\nI do.")
    assert not found.quotations
    [problem] = found.problems
    assert (problem.line, problem.proposal) == (2, "quotes what is not here")
    assert problem.candidates == ["quotes line 1", "is no quotation"]


def test_short_words_and_ones_own_are_no_quotations() -> None:
    found = read("Ann: I think so, and I think so for good.\nI think so.\nBob: I think so.")
    assert not found.quotations


def test_of_two_places_the_later_one_is_quoted() -> None:
    words = "The desk closes far too early."
    found = read(f"Ann: {words}\nBob: Then say when. {words}\nAnn: > {words}\nAt six.")
    assert quoted(found) == [(3, 2)]


# ---- what is said twice
LONG = [
    "Nobody who borrows a book wants to keep it.",
    "A fine is paid by those who can pay it.",
    "The shelves are emptier in winter than in summer.",
    "Whoever asks for a title gets it within a week.",
    "So a due date does no work of its own.",
]


def test_a_second_copy_is_dropped_and_what_only_it_has_is_asked_about() -> None:
    text = "\n".join(
        [*LONG, "And this stands between.", *LONG[:2], "This is new there.", *LONG[2:]]
    )
    found = read(text)
    assert found.dropped == [7, 8, 10, 11, 12]
    assert [(one.line, one.proposal) for one in found.problems] == [
        (6, "opens turn 1"),
        (9, "stands before line 3"),
    ]
    assert found.turns[0].paragraphs == [1, 2, 3, 4, 5]


def test_two_lines_said_again_are_no_copy() -> None:
    found = read("\n".join([*LONG, *LONG[3:], "I see."]), [1, 6])
    assert not found.dropped
    assert quoted(found) == [(6, 4), (7, 5)]


def test_a_short_answer_to_no_quotation_is_asked_about() -> None:
    found = read("Ann: It rains outside.\nBob: Agreed.")
    [problem] = found.problems
    assert problem.candidates == ["is a paragraph", "marks line 1"]
    assert found.turns[1].paragraphs == [2]


# ---- kinds, and what cannot be read
@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Is it?", "question"),
        ("Granted, it does so now and then.", "concession"),
        ("But that is another matter altogether.", "objection"),
        ("To be clear, the desk is meant.", "clarification"),
        ("The desk is closed on Mondays.", "remark"),
    ],
)
def test_kinds_are_proposed(words: str, kind: str) -> None:
    assert read(f"Ann: It rains.\nBob: {words}").kinds == {1: "support", 2: kind}


@pytest.mark.parametrize(
    ("text", "turns_at", "reason"),
    [
        (" \n\t\n", [], "no words"),
        ("It rains.", [2], "No words stand on line 2"),
        ("x\n" * (LINES_MOST + 1), [], "at most 5,000 lines"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(
    text: str, turns_at: list[int], reason: str
) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(text, turns_at)


def test_the_preview_is_plain_data() -> None:
    told = preview(read(SPOKEN))
    assert told["turns"] == [
        {"author": "Ann", "paragraphs": [1, 2]},
        {"author": "Bob", "paragraphs": [5]},
    ]
    assert told["quotations"] == [
        {"line": 4, "of_line": 1, "exact": True},
        {"line": 6, "of_line": 2, "exact": True},
    ]
    assert told["marks"] == [{"line": 7, "of_line": 6}]
