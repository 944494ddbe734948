"""Who holds what, how sides stand to a claim, and double cruxes, built statement by statement."""

from __future__ import annotations

import pytest

from accounts.models import User
from debate.actions import marks, moderation, statements, structure
from debate.models import Debate, Reliance, Statement
from debate.selectors import reliances, sides
from tests import factories


def _held(debate: Debate) -> dict[str, list[str]]:
    positions = list(debate.statements.filter(kind="position").order_by("path"))
    return {side.position.name: side.names for side in sides.sides(positions, []).sides}


def _rely(person: User, position: Statement, claim: Statement, **fields: object) -> Reliance:
    fields = fields or {"words": "would change it"}
    return Reliance.objects.create(person=person, position=position, claim=claim, **fields)


def _oppose(claim: Statement, yes: User, no: User) -> None:
    marks.mark(claim, by=yes, truth="agree")
    marks.mark(claim, by=no, truth="disagree")


# ---- holders
def test_a_position_is_held_by_its_author_and_by_whoever_agrees(
    debate: Debate, hers: Statement, charlie: User, bob: User
) -> None:
    marks.mark(hers, by=charlie, truth="agree")
    marks.mark(hers, by=bob, truth="unsure")
    assert _held(debate) == {hers.name: ["Alice", "Charlie"], "Keep four weeks": ["Bob"]}
    assert sides.holder_ids(hers) == {hers.author_id, charlie.pk}


@pytest.mark.parametrize(("truth", "holds"), [("disagree", False), ("unsure", False), ("", True)])
def test_an_author_who_marks_otherwise_holds_it_no_more(
    truth: str, holds: bool, debate: Debate, hers: Statement, alice: User
) -> None:
    marks.mark(hers, by=alice, truth="agree")
    marks.mark(hers, by=alice, truth=truth)
    assert _held(debate)[hers.name] == (["Alice"] if holds else [])
    assert (alice.pk in sides.holder_ids(hers)) == holds


def test_a_bots_position_is_held_by_nobody_until_somebody_agrees(
    debate: Debate, rob: User, charlie: User
) -> None:
    position = factories.PositionFactory.create(debate=debate, author=rob, name="Lend to bots")
    assert _held(debate)["Lend to bots"] == []
    assert sides.holder_ids(position) == set()
    marks.mark(position, by=charlie, truth="agree")
    assert _held(debate)["Lend to bots"] == ["Charlie"]


def test_a_position_that_is_gone_is_held_by_nobody(
    debate: Debate, hers: Statement, his: Statement, alice: User, mara: User
) -> None:
    statements.withdraw(hers, by=alice)
    moderation.hide(his, by=mara, reason="Attack.")
    assert _held(debate) == {hers.name: [], his.name: []}


def test_the_first_three_holders_are_named_and_all_counted(
    debate: Debate, hers: Statement
) -> None:
    for _ in range(4):
        marks.mark(hers, by=factories.UserFactory.create(), truth="agree")
    first = sides.sides([hers], []).sides[0]
    assert (first.count, len(first.names), first.letter) == (5, 3, "a")


def test_an_author_has_the_letter_of_the_first_side_they_are_on(
    debate: Debate, hers: Statement, his: Statement, alice: User, bob: User, charlie: User
) -> None:
    for position in (his, hers):
        marks.mark(position, by=charlie, truth="agree")
    asked = [alice.pk, bob.pk, charlie.pk]
    assert sides.sides([hers, his], asked).letters == {alice.pk: "a", bob.pk: "b", charlie.pk: "a"}
    assert sides.sides([], asked).letters == {}


# ---- stances
def test_each_side_counts_the_verdicts_of_its_holders_only(
    debate: Debate,
    hers: Statement,
    his: Statement,
    crux: Statement,
    alice: User,
    bob: User,
    charlie: User,
) -> None:
    _oppose(crux, alice, bob)
    marks.mark(crux, by=charlie, truth="unsure")
    assert sides.stances([crux.pk], debate.pk)[crux.pk] == {
        hers.pk: {"agree": 1},
        his.pk: {"disagree": 1},
    }
    marks.mark(his, by=charlie, truth="agree")
    stances = sides.stances([crux.pk], debate.pk)[crux.pk]
    assert stances[his.pk] == {"disagree": 1, "unsure": 1}


def test_the_author_of_a_claim_that_is_no_crux_counts_as_agreeing(
    debate: Debate, hers: Statement, claim: Statement, alice: User
) -> None:
    assert sides.stances([claim.pk], debate.pk)[claim.pk] == {hers.pk: {"agree": 1}}
    marks.mark(claim, by=alice, truth="disagree")
    assert sides.stances([claim.pk], debate.pk)[claim.pk] == {hers.pk: {"disagree": 1}}


def test_the_author_of_a_crux_counts_only_by_a_mark(debate: Debate, alice: User) -> None:
    crux = factories.CruxFactory.create(debate=debate, author=alice)
    assert sides.stances([crux.pk], debate.pk) == {}
    assert sides.stances([], debate.pk) == {}


@pytest.mark.parametrize(
    ("side", "verdict"),
    [
        ({}, ""),
        ({"agree": 2, "disagree": 1}, "agree"),
        ({"disagree": 1}, "disagree"),
        ({"agree": 1, "disagree": 1}, "unsure"),
        ({"unsure": 1}, "unsure"),
        ({"agree": 1, "unsure": 5}, "unsure"),
        ({"disagree": 1, "unsure": 1}, "unsure"),
        ({"disagree": 3, "unsure": 1, "agree": 1}, "disagree"),
    ],
)
def test_a_side_as_a_whole_says_what_most_of_it_say(side: dict[str, int], verdict: str) -> None:
    assert sides.verdict(side) == verdict


@pytest.mark.parametrize(
    ("of_crux", "held", "settled"),
    [
        ({}, {1, 2}, False),
        ({1: {"agree": 3}}, {1}, False),
        ({1: {"agree": 3}, 2: {"agree": 1}}, {1, 2}, True),
        ({1: {"agree": 3}, 2: {"agree": 1}}, {1, 2, 3}, False),
        ({1: {"disagree": 3}, 2: {"disagree": 1}}, {1, 2}, True),
        ({1: {"agree": 3}, 2: {"agree": 2, "disagree": 1}}, {1, 2}, False),
        ({1: {"agree": 3}, 2: {"unsure": 1}}, {1, 2}, False),
        ({1: {"unsure": 3}, 2: {"unsure": 1}}, {1, 2}, False),
    ],
)
def test_a_crux_is_settled_where_all_sides_mark_it_the_same_way(
    of_crux: sides.Stances, held: set[int], settled: bool
) -> None:
    assert sides.is_settled(of_crux, held) == settled


# ---- double cruxes
def test_one_person_a_side_makes_a_double_crux(
    debate: Debate, hers: Statement, his: Statement, crux: Statement, alice: User, bob: User
) -> None:
    _rely(alice, hers, crux)
    _rely(bob, his, crux, now=80, otherwise=55)
    assert sides.double_cruxes(debate.pk) == [], "nobody has marked it"
    _oppose(crux, bob, alice)
    assert sides.double_cruxes(debate.pk) == [crux.pk]
    assert sides.double_cruxes(debate.pk, factories.DebateFactory.create().pk) == [crux.pk]
    marks.mark(crux, by=bob, truth="disagree")
    assert sides.double_cruxes(debate.pk) == []


@pytest.mark.parametrize(
    ("numbers", "moves"), [((80, 55), True), ((80, 56), False), ((10, 35), True)]
)
def test_each_of_the_two_would_move_by_25_points(
    numbers: tuple[int, int],
    moves: bool,
    debate: Debate,
    hers: Statement,
    his: Statement,
    crux: Statement,
    alice: User,
    bob: User,
) -> None:
    _oppose(crux, alice, bob)
    _rely(alice, hers, crux)
    _rely(bob, his, crux, words="a lot", now=numbers[0], otherwise=numbers[1])
    assert (sides.double_cruxes(debate.pk) == [crux.pk]) == moves


def test_two_holders_of_one_position_make_no_double_crux(
    debate: Debate, hers: Statement, crux: Statement, alice: User, charlie: User
) -> None:
    marks.mark(hers, by=charlie, truth="agree")
    _oppose(crux, alice, charlie)
    for person in (alice, charlie):
        _rely(person, hers, crux)
    assert sides.double_cruxes(debate.pk) == []


def test_who_left_a_position_relies_on_nothing_for_it(
    debate: Debate, hers: Statement, his: Statement, crux: Statement, alice: User, bob: User
) -> None:
    _oppose(crux, alice, bob)
    _rely(alice, hers, crux)
    _rely(bob, his, crux)
    marks.mark(his, by=bob, truth="disagree")
    assert sides.double_cruxes(debate.pk) == []


def test_any_claim_can_be_a_double_crux_and_its_author_agrees_with_it_unmarked(
    debate: Debate, hers: Statement, his: Statement, claim: Statement, alice: User, bob: User
) -> None:
    _rely(alice, hers, claim)
    _rely(bob, his, claim)
    marks.mark(claim, by=bob, truth="disagree")
    assert sides.double_cruxes(debate.pk) == [claim.pk]
    marks.mark(claim, by=alice, truth="unsure")
    assert sides.double_cruxes(debate.pk) == []


@pytest.mark.parametrize("how", ["hidden", "withdrawn", "dropped"])
def test_a_crux_that_is_gone_or_dropped_is_no_double_crux(
    how: str,
    debate: Debate,
    hers: Statement,
    his: Statement,
    crux: Statement,
    alice: User,
    bob: User,
    charlie: User,
    mara: User,
) -> None:
    _oppose(crux, alice, bob)
    _rely(alice, hers, crux)
    _rely(bob, his, crux)
    assert sides.double_cruxes(debate.pk) == [crux.pk]
    if how == "hidden":
        moderation.hide(crux, by=mara, reason="Attack.")
    elif how == "withdrawn":
        statements.withdraw(crux, by=charlie)
    else:
        Statement.objects.filter(pk=crux.pk).update(crux_state="dropped")
    assert sides.double_cruxes(debate.pk) == []


def test_what_was_merged_counts_as_what_it_says_the_same_as(
    debate: Debate,
    hers: Statement,
    his: Statement,
    crux: Statement,
    twin: Statement,
    alice: User,
    bob: User,
    mara: User,
) -> None:
    _rely(alice, hers, crux)
    _rely(bob, his, twin)
    _oppose(twin, alice, bob)
    assert sides.double_cruxes(debate.pk) == []
    structure.merge(twin, into=crux, by=mara, reason="The same.")
    assert sides.double_cruxes(debate.pk) == [crux.pk]
    rests = reliances.rests(debate.pk, [crux.pk, twin.pk])
    assert rests.by_claim == {crux.pk: [("P1", 1), ("P2", 1)]}
    _rely(bob, his, crux, now=80, otherwise=79)
    assert sides.double_cruxes(debate.pk) == [], "of two reliances that on the claim holds"
    Reliance.objects.filter(person=bob, claim=crux).delete()
    marks.mark(crux, by=bob, truth="agree")
    assert sides.double_cruxes(debate.pk) == [], "of two marks that on the claim holds"


def test_who_wrote_what_was_merged_agrees_with_what_it_says_the_same_as(
    debate: Debate, hers: Statement, his: Statement, claim: Statement, bob: User, mara: User
) -> None:
    twin = factories.SupportFactory.create(parent=his, author=bob)
    structure.merge(twin, into=claim, by=mara, reason="The same.")
    _rely(claim.author, hers, claim)
    marks.mark(claim, by=claim.author, truth="disagree")
    _rely(bob, his, claim)
    assert sides.double_cruxes(debate.pk) == [claim.pk]
