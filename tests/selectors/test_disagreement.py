"""What the seed agrees and disagrees about: the map of the exchange, worked out anew."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from debate.models import Debate
from debate.reasoning import groups
from debate.reasoning.disagreement import told
from debate.reasoning.standing import stand
from debate.reasoning.strength import network, strengths, weights
from debate.selectors.arguments import arguments


@pytest.fixture
def seed(db: None) -> dict[str, Any]:
    call_command("seed", verbosity=0)
    graph = arguments(Debate.objects.get().pk).graph
    standing = stand(graph)
    flow, w = network(graph, standing), weights(graph)
    s = strengths(flow, w)
    return told(graph, standing, flow, w, s, groups.find(graph.marks))


def test_of_the_seed_two_cruxes_are_double(seed: dict[str, Any]) -> None:
    assert [one["claim"] for one in seed["cruxes"]["double"]] == ["C1", "C2"]
    assert [one["claim"] for one in seed["cruxes"]["relied"]] == ["C3"]


def test_of_the_seed_both_hold_what_they_granted_each_other(seed: dict[str, Any]) -> None:
    held = {one["claim"] for one in seed["common_ground"] if one["held_by_all"]}
    assert held >= {"C4", "S1", "S6", "S17", "S22"}
    assert not held & {"P1", "P2", "C1", "C2", "C3", "C5"}


def test_of_two_people_no_share_is_given(seed: dict[str, Any]) -> None:
    told_sides = [side for one in seed["common_ground"] for side in one["sides"]]
    assert {side["share"] for side in told_sides} == {None}
    assert {(side["agree"], side["n"]) for side in told_sides} == {(1, 1)}


def test_of_the_seed_nine_points_are_open(seed: dict[str, Any]) -> None:
    open_points = {f"S{number}" for number in (11, 13, 23, 24, 26, 30, 32, 33, 35)}
    assert {one["point"] for one in seed["open"]} == open_points
    values = [one["value"] for one in seed["open"]]
    assert values == sorted(values, reverse=True)


def test_two_people_are_two_sides_and_no_groups(seed: dict[str, Any]) -> None:
    assert seed["sides"] == {"P1": {"for": 1, "against": 1}, "P2": {"for": 1, "against": 1}}
    assert not seed["groups"]["stable"]
    assert seed["cruxes"]["computed"] == []
    assert seed["minds"] == []


def test_what_to_ask_is_told_of_every_claim(seed: dict[str, Any]) -> None:
    worth = [one["worth"] for one in seed["next"]]
    assert len(worth) > 30
    assert worth == sorted(worth, reverse=True)
