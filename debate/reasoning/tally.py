"""Who agrees with what, counted by group or by side: arrays of groups x claims."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from debate.reasoning.graph import AGREE, DISAGREE, Bools, Ints, Marks


class Counts(NamedTuple):
    """How each group marks each claim; `seen` are all its marks, also those that are unsure."""

    agree: Ints
    disagree: Ints
    seen: Ints


def by_group(marks: Marks, groups: Ints, k: int) -> Counts:
    """Counts of k groups. `groups` gives the number of each person's group, -1 for none."""
    return Counts(*(_table(marks, groups, k, value) for value in (AGREE, DISAGREE, None)))


def by_side(marks: Marks, sides: list[Bools]) -> Counts:
    """Counts of sides, which people may be on several of: a truth for each person."""
    single = [by_group(marks, np.where(side, 0, -1), 1) for side in sides]
    if not single:
        return by_group(marks, np.full(len(marks.people), -1), 0)
    return Counts(*(np.concatenate(rows) for rows in zip(*single, strict=True)))


def _table(marks: Marks, groups: Ints, k: int, value: int | None) -> Ints:
    group = groups[marks.person]
    there = (group >= 0) & (True if value is None else marks.value == value)
    claims = len(marks.claims)
    flat = np.bincount(group[there] * claims + marks.claim[there], minlength=k * claims)
    return flat.reshape(k, claims)
