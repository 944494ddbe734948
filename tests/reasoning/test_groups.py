"""Groups of people who mark alike: found where they are, the same ones as Polis published."""

from __future__ import annotations

import csv
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from debate.reasoning import groups
from debate.reasoning.clustering import adjusted_rand, kmeans, silhouette
from debate.reasoning.files import conversations
from debate.reasoning.graph import Marks, marks_of
from debate.reasoning.projection import centred, principal, project
from tests.reasoning.debates import DATA, needs_data

MEDIAN, LOWEST = 0.80, 0.65
LABELS = st.lists(st.integers(0, 3), min_size=2, max_size=12)


def crowd(sizes: tuple[int, ...], *, seed: int = 0, noise: float = 0.1, claims: int = 20) -> Marks:
    """Groups of these sizes, each with beliefs of its own; four of ten marks are missing."""
    chance = np.random.default_rng(seed)
    rows = []
    for group, size in enumerate(sizes):
        beliefs = np.random.default_rng(100 + group).choice([-1, 1], claims)
        for person in range(size):
            there = np.flatnonzero(chance.random(claims) > 0.4)
            flipped = np.where(chance.random(claims) < noise, -1, 1)
            name = f"{group}-{person}"
            rows += [(name, f"c{claim}", int((beliefs * flipped)[claim])) for claim in there]
    return marks_of(rows)


def planted(marks: Marks) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([int(name.split("-")[0]) for name in marks.people])


def published(folder: Path) -> dict[str, str]:
    with (folder / "participants-votes.csv").open(encoding="utf-8") as lines:
        return {row["participant"]: row["group-id"] for row in csv.DictReader(lines)}


def agreement(folder: Path, seed: int) -> float:
    """The adjusted Rand index of our groups and the published ones, with as many groups."""
    theirs = {person: group for person, group in published(folder).items() if group}
    read = conversations.read(folder)
    k = len(set(theirs.values()))
    found = groups.find(read.marks, k=k, hidden=read.hidden, resamples=0, seed=seed)
    ours = {person: group for person, group in found.told()["of"].items() if person in theirs}
    return adjusted_rand(
        np.array(list(ours.values())), np.array([int(theirs[person]) for person in ours])
    )


@needs_data
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_groups_are_those_that_polis_published(seed: int) -> None:
    folders = sorted(folder for folder in (DATA / "polis").iterdir() if folder.is_dir())
    found = [agreement(folder, seed) for folder in folders]
    assert len(found) >= 4
    assert np.median(found) >= MEDIAN
    assert min(found) >= LOWEST


@pytest.mark.parametrize("sizes", [(30, 30), (60, 20), (40, 40, 40), (50, 15, 30)])
def test_groups_that_are_there_are_found_and_stable(sizes: tuple[int, ...]) -> None:
    marks = crowd(sizes, noise=0.05)
    found = groups.find(marks)
    inside = found.of >= 0
    assert found.k == len(sizes)
    assert found.stable
    assert adjusted_rand(found.of[inside], planted(marks)[inside]) > 0.9


@pytest.mark.parametrize("seed", range(5))
def test_people_who_mark_at_random_are_in_no_stable_groups(seed: int) -> None:
    assert not groups.find(crowd((80,), seed=seed, noise=0.5)).stable


def test_fewer_than_thirty_people_are_in_no_stable_groups() -> None:
    found = groups.find(crowd((14, 15)))
    assert found.n == 29
    assert not found.stable


def test_no_group_is_smaller_than_five_people_or_a_twentieth() -> None:
    for seed in range(5):
        found = groups.find(crowd((60, 3), seed=seed))
        assert all(size >= 5 for size in np.bincount(found.of[found.of >= 0]))


def test_who_has_marked_fewer_than_seven_claims_is_in_no_group() -> None:
    rows = [("late", f"c{claim}", 1) for claim in range(6)]
    marks = crowd((30, 30))
    names = zip(marks.person, marks.claim, marks.value, strict=True)
    all_rows = [(marks.people[p], marks.claims[c], int(v)) for p, c, v in names] + rows
    found = groups.find(marks_of(all_rows))
    assert "late" not in found.told()["of"]
    assert found.n == sum(np.bincount(marks.person) >= 7)


def test_groups_keep_their_numbers_while_people_come() -> None:
    before = groups.find(crowd((40, 25, 30))).told()
    renamed = {**before, "of": {person: 2 - group for person, group in before["of"].items()}}
    found = groups.find(crowd((44, 28, 31)), before=renamed).told()
    both = renamed["of"].keys() & found["of"].keys()
    kept = [found["of"][person] == renamed["of"][person] for person in both]
    assert np.mean(kept) > 0.9


def test_a_group_that_is_gone_leaves_its_number_behind() -> None:
    before = {"of": {f"{group}-{person}": group for group in range(3) for person in range(40)}}
    marks = crowd((0, 40, 40))
    found = groups.find(marks, before=before, k=2)
    assert found.numbers == (1, 2)
    assert found.told()["of"]["2-0"] == 2


def test_nobody_and_people_who_all_agree_make_no_groups() -> None:
    for marks in (
        marks_of([]),
        marks_of((f"p{n}", f"c{m}", 1) for n in range(40) for m in range(9)),
    ):
        found = groups.find(marks)
        assert (found.k, found.n, found.stable) == (0, 0, False)


def test_as_many_groups_are_made_as_are_asked_for_within_reason() -> None:
    for k in (1, 2, 7):
        found = groups.find(crowd((20, 20)), k=k, resamples=2)
        assert found.k == k
        assert np.isfinite(found.silhouette)
    for k in (0, -1, 51):
        with pytest.raises(ValueError, match="1 to 50 groups"):
            groups.find(crowd((20, 20)), k=k)


def test_the_same_marks_and_seed_make_the_same_groups() -> None:
    first, second = (groups.find(crowd((40, 30)), seed=3) for _ in range(2))
    assert first.told() == second.told()


@given(LABELS, st.data())
def test_the_adjusted_rand_index_counts_pairs(first: list[int], data: st.DataObject) -> None:
    second = data.draw(st.lists(st.integers(0, 3), min_size=len(first), max_size=len(first)))
    pairs = list(combinations(range(len(first)), 2))
    ours = [first[i] == first[j] for i, j in pairs]
    theirs = [second[i] == second[j] for i, j in pairs]
    both, n = sum(a and b for a, b in zip(ours, theirs, strict=True)), len(pairs)
    expected, most = sum(ours) * sum(theirs) / n, (sum(ours) + sum(theirs)) / 2
    value = 1.0 if most == expected else (both - expected) / (most - expected)
    assert adjusted_rand(np.array(first), np.array(second)) == pytest.approx(value)


@given(st.integers(0, 1000), st.integers(2, 4))
def test_a_point_that_weighs_two_counts_as_two_people_in_one_place(seed: int, k: int) -> None:
    chance = np.random.default_rng(seed)
    points, weights = chance.normal(size=(12, 2)), chance.integers(1, 4, 12)
    labels = np.arange(12) % k
    alone = np.repeat(points, weights, axis=0), np.repeat(labels, weights)
    value = silhouette(points, labels, weights.astype(float))
    assert value == pytest.approx(_silhouette(*alone))


def _silhouette(
    points: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    labels: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> float:
    """As Rousseeuw has it, one person at a time."""
    widths = []
    for i, point in enumerate(points):
        apart = np.linalg.norm(points - point, axis=1)
        others = labels == labels[i]
        inside = apart[others].sum() / max(others.sum() - 1, 1)
        outside = min(apart[labels == one].mean() for one in set(labels.tolist()) - {labels[i]})
        most = max(inside, outside)
        widths.append((outside - inside) / most if others.sum() > 1 and most else 0.0)
    return float(np.mean(widths))


@given(st.integers(0, 1000), st.integers(1, 5))
def test_every_point_is_in_the_cluster_whose_mean_is_nearest(seed: int, k: int) -> None:
    chance = np.random.default_rng(seed)
    points = chance.normal(size=(40, 2))
    found = kmeans(points, k, chance)
    apart = np.linalg.norm(points[:, None] - found.centres[None], axis=2)
    assert np.allclose(apart.min(axis=1), apart[np.arange(40), found.labels])
    means = [points[found.labels == one].mean(axis=0) for one in range(k)]
    assert np.allclose(found.centres, means)


@given(st.integers(0, 1000), st.integers(1, 9), st.integers(1, 9))
def test_the_components_are_those_of_the_singular_values(
    seed: int, people: int, claims: int
) -> None:
    matrix = np.random.default_rng(seed).normal(size=(people, claims))
    axes = principal(matrix)
    vectors = np.linalg.svd(matrix)[2][:2]
    for axis, vector in zip(axes.T, vectors, strict=False):
        if min(people, claims) > 1 or np.linalg.norm(axis) > 0:
            assert abs(axis @ vector) == pytest.approx(1, abs=1e-5)


def test_a_missing_mark_counts_as_the_mean_of_its_claim() -> None:
    marks = marks_of([("a", "x", 1), ("b", "x", -1), ("c", "x", 1), ("a", "y", 1), ("b", "y", 0)])
    third = 1 / 3
    expected = [[1 - third, 0.5], [-1 - third, -0.5], [1 - third, 0]]
    assert np.allclose(centred(marks), expected)


def test_claims_taken_out_move_nobody_and_temper_the_scaling() -> None:
    marks = crowd((20, 20))
    hidden = np.array([name in ("c0", "c1") for name in marks.claims])
    without = [(p, c, v) for p, c, v in zip(marks.person, marks.claim, marks.value, strict=True)]
    kept = [(marks.people[p], marks.claims[c], int(v)) for p, c, v in without if not hidden[c]]
    other = marks_of(kept, people=marks.people)
    n = np.bincount(other.person, minlength=40)
    scale = np.sqrt(20 / (n + 2)) / np.sqrt(18 / n)
    assert np.allclose(project(marks, hidden).points, project(other).points * scale[:, None])
