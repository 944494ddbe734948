"""The order in which strengths can be worked out: block by block, each after all it depends on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import rustworkx

from debate.reasoning.graph import Bools, Ints


@dataclass(frozen=True, slots=True)
class Block:
    """Claims that are worked out at once: as deep as each other, or in circles with each other.

    Their edges are `first` to `last` of the sorted ones; those of a claim begin at `begin` within.
    """

    claims: Ints
    first: int
    last: int
    begin: Ints
    is_loop: bool


def blocks(size: int, source: Ints, target: Ints) -> tuple[Ints, tuple[Block, ...]]:
    """The edges' numbers sorted by block and target, and the blocks.

    Claims that no edge reaches are in none. Linear in claims and edges, but for the sorting.
    """
    part, is_loop = _parts(size, source, target)
    depth = _depths(part[source], part[target], len(is_loop))
    # Loops are blocks of their own, after the other claims of their depth.
    within = np.where(is_loop, np.arange(1, len(is_loop) + 1), 0)
    key = (depth * (len(is_loop) + 1) + within)[part]
    edges = np.lexsort((target, key[target]))
    return edges, tuple(_cut(key, target[edges], is_loop[part]))


def _parts(size: int, source: Ints, target: Ints) -> tuple[Ints, Bools]:
    """The strongly connected part of each claim, what others depend on first; which are loops."""
    drawn = rustworkx.PyDiGraph(node_count_hint=size, edge_count_hint=len(source))
    drawn.add_nodes_from(range(size))
    drawn.add_edges_from_no_data(list(zip(source.tolist(), target.tolist(), strict=True)))
    found = rustworkx.strongly_connected_components(drawn)[::-1]
    many = np.array([len(part) for part in found], dtype=np.int64)
    part = np.empty(size, dtype=np.int64)
    part[[claim for claims in found for claim in claims]] = np.repeat(np.arange(len(found)), many)
    is_loop = many > 1
    is_loop[part[source[source == target]]] = True
    return part, is_loop


def _depths(source: Ints, target: Ints, size: int) -> Ints:
    """How many parts lie before each, on the longest way; parts are numbered in a right order."""
    depth = [0] * size
    order = np.argsort(source, kind="stable")
    for before, after in zip(source[order].tolist(), target[order].tolist(), strict=True):
        if before != after and depth[after] <= depth[before]:
            depth[after] = depth[before] + 1
    return np.array(depth, dtype=np.int64)


def _cut(key: Ints, target: Ints, in_loop: Bools) -> Iterator[Block]:
    """Cut the targets of the sorted edges where the key changes."""
    claims, begin = np.unique(target, return_index=True)
    order = np.argsort(begin)
    claims, begin = claims[order], begin[order]
    cuts = np.flatnonzero(np.diff(key[claims])) + 1
    ends = [*cuts.tolist(), len(claims)]
    for first, last in zip([0, *cuts.tolist()], ends, strict=True):
        if first == last:
            continue
        there = claims[first:last]
        stop = int(begin[last]) if last < len(begin) else len(target)
        start = int(begin[first])
        yield Block(there, start, stop, begin[first:last] - start, bool(in_loop[there[0]]))
