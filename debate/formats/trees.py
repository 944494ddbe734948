"""Trees: what answers what, brought into reading order, and a graph made into a tree and links."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from debate.formats.outline import Point


def ordered(points: Sequence[Point]) -> list[Point]:
    """The points in reading order: roots as they stand, under each what answers it.

    What answers nothing that is here is a root.
    """
    known = {point.key for point in points}
    under: dict[str, list[Point]] = {}
    roots = []
    for point in points:
        if point.parent in known:
            under.setdefault(point.parent, []).append(point)
        else:
            roots.append(point)
    made: list[Point] = []
    waiting = roots[::-1]
    while waiting:
        point = waiting.pop()
        made.append(point)
        waiting += reversed(under.pop(point.key, []))
    return made


class Forest:
    """Grows trees out of relations: each node stands under one other, and never in a circle."""

    def __init__(self) -> None:
        self.parents: dict[Hashable, Hashable] = {}
        self._tops: dict[Hashable, Hashable] = {}  # where the search for a root may go on

    def put(self, node: Hashable, parent: Hashable) -> bool:
        """Put a node under another, if it stands under none yet and this makes no circle."""
        if node in self.parents or self.root(parent) == node:
            return False
        self.parents[node] = self._tops[node] = parent
        return True

    def root(self, node: Hashable) -> Hashable:
        """The root of the tree in which a node stands."""
        passed = []
        while node in self._tops:
            passed.append(node)
            node = self._tops[node]
        for one in passed:
            self._tops[one] = node
        return node


def without_circles(parents: dict[str, str], top: str) -> list[str]:
    """Put, in place, the first of each circle under `top`, so that all reach it; give those."""
    broken = []
    reached = {top, ""}
    for start in list(parents):
        path: list[str] = []
        on_path: set[str] = set()
        node = start
        while node not in reached:
            if node in on_path:
                parents[node] = top
                broken.append(node)
                break
            path.append(node)
            on_path.add(node)
            node = parents.get(node, top)
        reached.update(path)
    return broken
