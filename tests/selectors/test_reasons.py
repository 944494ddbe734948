"""Every code of the reasoning has its sentence, with the claims that it speaks of."""

from __future__ import annotations

from typing import Any

import pytest

from debate.reasoning import results
from debate.reasoning.graph import Edge, build
from debate.selectors import reasons, whys

CLAIM: dict[str, Any] = {
    **{name: [] for name in results.FATES},
    "loop": [],
    "loop_size": 0,
    "strength": 0.62,
    "low": 0.41,
    "high": 0.8,
    "n": 5,
    "agree": 3,
    "unsure": 1,
    "disagree": 1,
}


@pytest.mark.parametrize(
    ("found", "sentence", "labels"),
    [
        (
            {"why": "unopposed"},
            "Nobody has objected that it is not true, or in the wrong terms.",
            (),
        ),
        ({"why": "met", "met": ["S3"]}, "The one objection to it has been met.", ("S3",)),
        (
            {"why": "met", "met": ["S3"], "beside": ["S4"]},
            "All 2 objections to it have been met.",
            ("S3", "S4"),
        ),
        (
            {"why": "awaiting", "awaiting": ["S3"]},
            "1 objection awaits a second: only its author stands behind it.",
            ("S3",),
        ),
        (
            {"why": "challenged", "standing": ["S3", "S9"], "met": ["S4"]},
            "2 objections to it stand.",
            ("S3", "S9"),
        ),
        (
            {"why": "loop", "loop": ["S3"], "loop_size": 2},
            "It is in a loop of objections with 1 other claim.",
            ("S3",),
        ),
        (
            {"why": "loop", "undecided": ["S3"]},
            "An objection to it hangs on a loop of objections.",
            ("S3",),
        ),
    ],
)
def test_a_reason_is_a_sentence_with_the_claims_it_speaks_of(
    found: dict[str, Any], sentence: str, labels: tuple[str, ...]
) -> None:
    assert reasons.why({**CLAIM, **found}) == reasons.Reason(sentence, labels)


def test_whatever_the_reasoning_finds_has_a_reason() -> None:
    edges = [("b", "a"), ("c", "b"), ("d", "e"), ("e", "d"), ("d", "f")]
    graph = build("abcdef", [Edge(*pair, "objects") for pair in edges])
    told = results.told(graph)["claims"]
    said = {name: reasons.why(claim).sentence for name, claim in told.items()}
    assert said["c"] == "Nobody has objected that it is not true, or in the wrong terms."
    assert said["f"] == "An objection to it hangs on a loop of objections."
    assert len(set(said.values())) == 5
    assert {name: reasons.word(claim["label"]) for name, claim in told.items()} == {
        **dict.fromkeys("ac", "Stands"),
        "b": "Challenged",
        **dict.fromkeys("def", "Undecided"),
    }
    assert all(reasons.fate(name) for name in results.FATES)


def test_a_strength_has_its_interval_and_its_marks_or_is_too_few_to_say() -> None:
    told = reasons.strength(CLAIM)
    assert told.startswith("Strength 62 of 100, from 41 to 80")
    assert told.endswith("5 marks: 3 agree, 1 unsure, 1 disagree.")
    few = reasons.strength({**CLAIM, "n": 1, "agree": 1, "unsure": 0, "disagree": 0})
    assert few.startswith("Too few to say")
    assert few.endswith("1 mark: 1 agree, 0 unsure, 0 disagree.")
    assert reasons.strength({**CLAIM, "n": 0}).endswith("Nobody has marked it.")
    assert "no stable strength" in reasons.strength({**CLAIM, "strength": None})


def test_of_the_marks_that_do_not_count_for_a_strength_it_is_said_that_they_do_not() -> None:
    assert reasons.strength({**CLAIM, "counted": 5}) == reasons.strength(CLAIM)
    told = reasons.strength({**CLAIM, "counted": 4})
    assert told.startswith("Strength 62 of 100")
    assert told.endswith("4 of them count: marks of people who are in no group do not.")
    assert reasons.strength({**CLAIM, "counted": 2}).startswith("Too few to say")
    assert not whys.is_sure({**CLAIM, "counted": 2})
    assert whys.is_sure(CLAIM)
