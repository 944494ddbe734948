"""What people on all sides agree on, and what marks out each group (Small et al. 2021).

`Counts` has groups, or sides, as rows and claims as columns.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from debate.reasoning.graph import Bools, Floats, Ints
from debate.reasoning.proportions import Z, above_half, above_others, smoothed, wilson
from debate.reasoning.tally import Counts

HALF = 0.5
FEW = 3
"""A side of fewer people than this holds a claim where they do, not where a share of them does."""
MOST_REPRESENTATIVE = 5


class Shared(NamedTuple):
    """How far a claim is common ground; arrays over claims.

    consensus: Polis's; at_least: of every side as great a share agrees, as far as the marks tell
    (80 %); held: whether all sides hold it.
    """

    consensus: Floats
    at_least: Floats
    held: Bools


class Representative(NamedTuple):
    """A claim that marks out a group: more of them agree (or disagree) than of all the others.

    marked, seen: how many of the group do, of those who marked it; the same of all the others.
    """

    claim: int
    agrees: bool
    marked: int
    seen: int
    marked_elsewhere: int
    seen_elsewhere: int
    weight: float


def consensus(counts: Counts) -> Floats:
    """Polis's group-aware consensus: the product over groups of (A+1)/(S+2)."""
    return np.asarray(smoothed(counts.agree, counts.seen - counts.agree).prod(axis=0))


def shared(counts: Counts, sizes: Ints) -> Shared:
    """How far each claim is common ground to these groups or sides of so many people."""
    lower, _ = wilson(counts.agree, counts.seen)
    everyone = (counts.agree > 0) & (counts.agree == counts.seen)
    holds = np.where(sizes[:, None] < FEW, everyone, lower > HALF)
    nobody = len(sizes) == 0
    at_least = np.zeros(lower.shape[1]) if nobody else lower.min(axis=0)
    return Shared(consensus(counts), at_least, holds.all(axis=0) & ~np.array(nobody))


def representative(counts: Counts) -> list[list[Representative]]:
    """For each group the claims that mark it out, the strongest first: one to five."""
    return [_of_group(counts, group) for group in range(len(counts.seen))]


def _of_group(counts: Counts, group: int) -> list[Representative]:
    ways = (_measured(counts, group, counts.agree), _measured(counts, group, counts.disagree))
    agrees = ways[0].apart >= ways[1].apart
    own, apart, weight = (np.where(agrees, *pair) for pair in zip(*ways, strict=True))
    marked = np.flatnonzero(counts.seen[group] > 0)
    passed = marked[(own[marked] > Z) & (apart[marked] > Z)]
    best = passed[np.argsort(-weight[passed], kind="stable")][:MOST_REPRESENTATIVE]
    if not len(best):
        best = marked[np.argsort(-apart[marked], kind="stable")][:1]
    return [_told(counts, group, int(c), bool(agrees[c]), float(weight[c])) for c in best]


class _Measured(NamedTuple):
    own: Floats
    apart: Floats
    weight: Floats


def _measured(counts: Counts, group: int, count: Ints) -> _Measured:
    """The group's z against one half and against the others, and Polis's product to rank by."""
    ours, n = count[group], counts.seen[group]
    theirs, m = count.sum(axis=0) - ours, counts.seen.sum(axis=0) - n
    own, apart = above_half(ours, n), above_others(ours, n, theirs, m)
    share, elsewhere = smoothed(ours, n - ours), smoothed(theirs, m - theirs)
    return _Measured(own, apart, share / elsewhere * apart * share * own)


def _told(counts: Counts, group: int, claim: int, agrees: bool, weight: float) -> Representative:
    count = counts.agree if agrees else counts.disagree
    ours, seen = int(count[group, claim]), int(counts.seen[group, claim])
    theirs = int(count[:, claim].sum()) - ours
    elsewhere = int(counts.seen[:, claim].sum()) - seen
    return Representative(claim, agrees, ours, seen, theirs, elsewhere, weight)
