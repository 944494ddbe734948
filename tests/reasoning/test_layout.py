"""Where the cards of a map stand: never on one another, never left of what they answer."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest

from debate.reasoning.layout import (
    BELOW,
    CARD,
    GAP,
    PORT,
    ROOT,
    Layout,
    beneath,
    layout,
    shown,
)

SEEDS = range(40)


def tree(seed: int, size: int = 120) -> tuple[list[int], list[float]]:
    """Parents in an order in which they come first, and heights of cards."""
    chance = random.Random(seed)
    parents = [ROOT]
    for one in range(1, size):
        deep = chance.random() < 0.5
        parents.append(
            ROOT if chance.random() < 0.05 else one - 1 if deep else chance.randrange(one)
        )
    return parents, [chance.uniform(40, 190) for _ in parents]


def trunks(made: Layout) -> list[tuple[float, float, float]]:
    """Where each trunk goes down: how far to the right, from where, to where."""
    found = [re.findall(r"[MHV]([\d.]+)(?: ([\d.]+))?", path) for path in made.trunks]
    return [(float(h[0]), float(m[1]), float(v[0])) for m, h, v in found]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_cards_overlap(seed: int) -> None:
    parents, heights = tree(seed)
    made = layout(parents, heights)
    columns: dict[float, list[tuple[float, float]]] = {}
    for (x, top), height in zip(made.places, heights, strict=True):
        columns.setdefault(x, []).append((top, top + height))
    for cards in columns.values():
        for (_, low), (top, _) in pairwise(sorted(cards)):
            assert top >= low + BELOW - 1e-9
    assert all(right - left >= CARD + GAP for left, right in pairwise(sorted(columns)))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_answers_stands_in_the_next_column_and_not_above(seed: int) -> None:
    parents, heights = tree(seed)
    made = layout(parents, heights)
    for one, parent in enumerate(parents):
        if parent == ROOT:
            assert made.places[one][0] == min(x for x, _ in made.places)
            continue
        (x, top), (left, high) = made.places[one], made.places[parent]
        assert (x, top >= high) == (left + CARD + GAP, True)
    firsts = {parent for parent in parents if parent != ROOT}
    for parent in firsts:
        those = [made.places[one][1] for one, of in enumerate(parents) if of == parent]
        assert min(those) == made.places[parent][1]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_trunks_share_a_stretch(seed: int) -> None:
    made = layout(*tree(seed))
    lanes: dict[float, list[tuple[float, float]]] = {}
    for x, start, end in trunks(made):
        lanes.setdefault(x, []).append((start, end))
    assert lanes
    for stretches in lanes.values():
        for (_, end), (start, _) in pairwise(sorted(stretches)):
            assert start > end


def test_every_card_that_answers_has_an_edge_that_ends_at_it() -> None:
    parents, heights = tree(3)
    made = layout(parents, heights)
    assert set(made.edges) == {one for one, parent in enumerate(parents) if parent != ROOT}
    for one, path in made.edges.items():
        assert path.endswith(f"H{made.places[one][0]:g}")
        assert f"{made.places[one][1] + PORT:g}"[:5] in path or "q" in path


def test_all_is_within_the_drawing() -> None:
    parents, heights = tree(5)
    made = layout(parents, heights)
    assert max(x for x, _ in made.places) + CARD < made.width
    bottoms = [top + high for (_, top), high in zip(made.places, heights, strict=True)]
    assert max(bottoms) < made.height
    assert min(x for x, _ in made.places) > 0


def test_smaller_trees_come_first_under_a_card() -> None:
    made = layout([ROOT, 0, 1, 0, 0], [50.0] * 5)
    tops = [top for _, top in made.places]
    assert tops[3] < tops[4] < tops[1]


def test_a_link_goes_beside_a_column_or_across() -> None:
    made = layout([ROOT, ROOT, 0], [50.0] * 3, [(1, 0), (2, 1), (0, 2)])
    beside, back, onwards = made.links
    left = made.places[0][0]
    assert beside.startswith(f"M{left:g} ")
    assert back.startswith(f"M{made.places[2][0]:g} ")
    assert onwards.startswith(f"M{left + CARD:g} ")


def test_a_line_of_any_length_and_nothing_at_all_are_laid_out() -> None:
    long = layout([ROOT, *range(5000)], [50.0] * 5001)
    assert long.places[-1][1] == long.places[0][1]
    assert layout([], []).places == []


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_large_map_shows_hangs_together_and_nothing_is_lost(seed: int) -> None:
    parents, _ = tree(seed, 300)
    chance = random.Random(seed)
    is_open = [chance.random() < 0.1 for _ in parents]
    kept = shown(parents, is_open, 50)
    assert sum(kept) == 50
    assert all(kept[parent] for one, parent in enumerate(parents) if kept[one] and parent != ROOT)
    missing = beneath(parents, kept)
    assert sum(many for one, many in enumerate(missing) if kept[one]) == sum(
        not stays for one, stays in enumerate(kept) if _root(parents, one, kept) is not None
    )


def _root(parents: list[int], one: int, kept: list[bool]) -> int | None:
    """What is kept of the line above a statement, the nearest; None where nothing is."""
    while one != ROOT and not kept[one]:
        one = parents[one]
    return None if one == ROOT else one


def test_settled_lines_are_folded_before_open_ones() -> None:
    parents = [ROOT, 0, 1, 2, 0, 4, 5]
    open_below = [False] * 6 + [True]
    assert shown(parents, open_below, 5) == [True, True, False, False, True, True, True]
    assert beneath(parents, shown(parents, open_below, 5))[1] == 2
    assert all(shown(parents, open_below, 7))
