"""What all sides hold, by Polis's formula and by our own bound."""

from __future__ import annotations

import csv
from collections import defaultdict
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debate.reasoning.agreements import Representative, representative, shared
from debate.reasoning.disagreement import _marking_out, told_conversation
from debate.reasoning.files import conversations
from debate.reasoning.graph import Bools, Marks, marks_of
from debate.reasoning.proportions import Z, above_half, above_others, differ
from debate.reasoning.tally import by_group, by_side
from tests.reasoning.debates import DATA, calm, needs_data

EXACT = 1e-12


@needs_data
def test_consensus_is_polis_s_formula_to_the_last_digit() -> None:
    folders = [folder for folder in (DATA / "polis").iterdir() if folder.is_dir()]
    assert len(folders) >= 4
    for folder in folders:
        told = told_conversation(conversations.read(folder), 3, resamples=0)
        with (folder / "votes.csv").open(encoding="utf-8") as lines:
            rows = sorted(csv.DictReader(lines), key=lambda row: int(row["timestamp"]))
        votes = {(row["voter-id"], row["comment-id"]): int(row["vote"]) for row in rows}
        agree: dict[tuple[str, int], int] = defaultdict(int)
        seen: dict[tuple[str, int], int] = defaultdict(int)
        for (voter, comment), vote in votes.items():
            if voter in told["groups"]:
                agree[comment, told["groups"][voter]] += vote == 1
                seen[comment, told["groups"][voter]] += 1
        assert {row["comment"] for row in told["common_ground"]} == {c for _, c in votes}
        for row in told["common_ground"]:
            value = 1.0
            for group in range(3):
                value *= (agree[row["comment"], group] + 1) / (seen[row["comment"], group] + 2)
            assert abs(row["consensus"] - value) <= EXACT


SIDE = st.lists(st.sampled_from([-1, 0, 1, None]), min_size=1, max_size=30)


def two(first: list[int | None], second: list[int | None]) -> tuple[Marks, list[Bools]]:
    """Marks of two sides on one claim; None for people who did not mark it."""
    sides = {
        f"{side}{n}": v for side, of in (("a", first), ("b", second)) for n, v in enumerate(of)
    }
    rows = [(person, "c", value) for person, value in sides.items() if value is not None]
    marks = marks_of(rows, people=list(sides), claims=["c"])
    return marks, [np.array([name[0] == side for name in marks.people]) for side in "ab"]


def held(first: list[int | None], second: list[int | None]) -> bool:
    marks, sides = two(first, second)
    sizes = np.array([side.sum() for side in sides])
    return bool(shared(by_side(marks, sides), sizes).held[0])


@settings(calm, max_examples=300)
@given(SIDE, SIDE)
def test_a_flood_in_one_side_makes_nothing_held_that_the_other_does_not_hold(
    ours: list[int | None], theirs: list[int | None]
) -> None:
    alone = held([1] * 50, theirs)
    flood: list[int | None] = [1] * (len(ours) // 4 + 1)
    assert held(ours + flood, theirs) <= alone
    assert held([1] * 1000, theirs) <= alone


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([1], [1], True),
        ([1], [0], False),
        ([1], [None], False),
        ([1, 1], [1, None], True),
        ([1, 1], [1, 0], False),
        ([1, 1, 1], [1], True),
        ([1, 1, None], [1, 1, 1], True),
        ([1, None, None], [1, 1, 1], False),
        ([1] * 6 + [-1] * 4, [1] * 10, False),
        ([1] * 9 + [-1], [1] * 10, True),
    ],
)
def test_a_small_side_holds_what_all_in_it_hold_and_a_large_one_what_most_surely_do(
    first: list[int | None], second: list[int | None], expected: bool
) -> None:
    assert held(first, second) is expected
    assert held(second, first) is expected


def test_no_sides_hold_nothing() -> None:
    marks, _ = two([1], [1])
    assert not shared(by_side(marks, []), np.array([], dtype=np.int64)).held.any()


def test_what_marks_out_a_group_is_what_more_of_it_say_than_of_the_others() -> None:
    rows = []
    for person in range(20):
        rows += [(f"a{person}", "ours", 1), (f"b{person}", "ours", -1)]
        rows += [(f"a{person}", "everybody's", 1), (f"b{person}", "everybody's", 1)]
        rows += [(f"a{person}", "nobody's", -1), (f"b{person}", "nobody's", -1)]
    marks = marks_of(rows)
    of = np.array([int(name[0] == "b") for name in marks.people])
    first, second = representative(by_group(marks, of, 2))
    assert [(marks.claims[one.claim], one.agrees) for one in first] == [("ours", True)]
    assert [(marks.claims[one.claim], one.agrees) for one in second] == [("ours", False)]
    assert (first[0].marked, first[0].seen) == (20, 20)
    assert (first[0].marked_elsewhere, first[0].seen_elsewhere) == (0, 20)


def test_of_few_others_it_is_told_how_many_they_are_and_no_share() -> None:
    marks = marks_of([("a0", "ours", 1)])
    for count, n, of_them in ((0, 0, None), (1, 2, None), (1, 4, 0.25)):
        told = _marking_out(marks, Representative(0, True, 9, 12, count, n, 1.0))
        assert (told["count"], told["n"], told["share"]) == (9, 12, 0.75)
        assert (told["count_elsewhere"], told["n_elsewhere"]) == (count, n)
        assert told["elsewhere"] == of_them


def test_of_a_group_one_to_five_claims_are_told() -> None:
    chance = np.random.default_rng(1)
    for beliefs in (0.5, 1.0):
        rows = [
            (
                f"{side}{person}",
                f"c{claim}",
                1 if (side == "a") == (chance.random() < beliefs) else -1,
            )
            for side in "ab"
            for person in range(15)
            for claim in range(9)
        ]
        marks = marks_of(rows)
        of = np.array([int(name[0] == "b") for name in marks.people])
        told = representative(by_group(marks, of, 2))
        assert [1 <= len(one) <= 5 for one in told] == [True, True]
        assert beliefs == 0.5 or [len(one) for one in told] == [5, 5]


def test_the_tests_of_proportions_are_those_of_the_books() -> None:
    pooled = 12 / 25
    z = (8 / 10 - 4 / 15) / sqrt(pooled * (1 - pooled) * (1 / 10 + 1 / 15))
    assert float(differ(8, 10, 4, 15)) == pytest.approx(z)
    assert float(differ(4, 15, 8, 10)) == pytest.approx(-z)
    assert float(above_others(8, 10, 4, 15)) == pytest.approx(float(differ(9, 11, 5, 16)))
    assert float(above_half(8, 10)) == pytest.approx(2 * sqrt(11) * (9 / 11 - 0.5))
    assert float(differ(0, 0, 4, 15)) == float(differ(5, 5, 7, 7)) == 0.0
    assert Z == 1.2816
