"""Where the cards of a map stand, and the lines between them: a tree from left to right.

Each card stands right of the one it answers, never above it, and as high as its column has room.
A card is on one line with the first one that answers it, and so on: so all that answer one card
are above all that answer the next one of its column, no two lines between parents and children
cross, and none passes behind a card. Of those that answer one card the smallest trees come first:
so little is left empty, and what one sees first is full. Cards are numbered parents first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ROOT = -1
CARD, GAP, BELOW, BETWEEN = 224.0, 36.0, 18.0, 30.0
"""How wide a card is, and how far it is to the next one: right of it, below, to another tree."""
EDGE, PORT, TURN, ROUND = 34.0, 17.0, 12.0, 6.0
"""The margin of a map; where lines meet a card, from its top; where they turn before it."""
BULGE, REACH = 28.0, 90.0
"""How far a link swings out beside a column, or between columns."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The size of a map, and for each card its left end and top.

    trunks: lines that several children share. edges: the one that leads into each card that is no
    root, by its number. links: one each. All are paths as SVG writes them.
    """

    width: float
    height: float
    places: list[tuple[float, float]]
    trunks: list[str]
    edges: dict[int, str]
    links: list[str]


def layout(
    parents: Sequence[int], heights: Sequence[float], links: Iterable[tuple[int, int]] = ()
) -> Layout:
    """Place cards of these heights; `parents` has ROOT for roots. Linear in cards and links."""
    columns = _columns(parents)
    children = _children(parents)
    tops = _tops(parents, heights, columns, children)
    places = [
        (EDGE + column * (CARD + GAP), top) for column, top in zip(columns, tops, strict=True)
    ]
    trunks, edges = _lines(places, children)
    right = max((x for x, _ in places), default=0) + CARD + EDGE
    low = max((top + high for top, high in zip(tops, heights, strict=True)), default=0) + EDGE
    drawn = [_link(places[source], places[target]) for source, target in links]
    return Layout(right, low, places, trunks, edges, drawn)


def shown(parents: Sequence[int], is_open: Sequence[bool], most: int) -> list[bool]:
    """Which statements a map of so many cards shows; what answers one that is not, is not shown.

    Left out are those deepest down; a line in which nothing is open counts as two levels deeper.
    """
    lively = list(is_open)
    for one in range(len(parents) - 1, -1, -1):
        if lively[one] and parents[one] != ROOT:
            lively[parents[one]] = True
    n = len(parents)
    levels = zip(_columns(parents), lively, strict=True)
    order = sorted(
        (column + 2 * (not is_lively)) * n + one for one, (column, is_lively) in enumerate(levels)
    )
    kept = [False] * n
    for place in order[:most]:  # level and number in one: numbers are sorted faster than pairs
        kept[place % n] = True
    return kept


def beneath(parents: Sequence[int], kept: Sequence[bool]) -> list[int]:
    """How many statements that are not kept hang on each one that is, through none that is."""
    missing = [0] * len(parents)
    for one in range(len(parents) - 1, -1, -1):
        if not kept[one] and parents[one] != ROOT:
            missing[parents[one]] += 1 + missing[one]
    return missing


def _columns(parents: Sequence[int]) -> list[int]:
    columns: list[int] = []
    for parent in parents:
        columns.append(0 if parent == ROOT else columns[parent] + 1)
    return columns


def _children(parents: Sequence[int]) -> dict[int, list[int]]:
    """What answers each card, the smallest trees first."""
    sizes = [1] * len(parents)
    children: dict[int, list[int]] = defaultdict(list)
    for one in range(len(parents) - 1, -1, -1):
        if parents[one] != ROOT:
            sizes[parents[one]] += sizes[one]
            children[parents[one]].append(one)
    for those in children.values():
        those.sort(key=lambda one: (sizes[one], one))
    return children


def _tops(
    parents: Sequence[int],
    heights: Sequence[float],
    columns: Sequence[int],
    children: dict[int, list[int]],
) -> list[float]:
    """The top of each card: of one row for a card, its first child, the first child of that ..."""
    tops = [EDGE] * len(parents)
    free: dict[int, float] = defaultdict(lambda: EDGE)  # from where on a column is
    waiting = [one for one, parent in enumerate(parents) if parent == ROOT][::-1]
    while waiting:
        row = [waiting.pop()]
        while children.get(row[-1]):
            row.append(children[row[-1]][0])
        top = max(free[columns[card]] for card in row)
        if columns[row[0]] == 0 and row[0] and len(row) > 1:
            top = max(free.values()) + BETWEEN
        for card in row:
            tops[card] = top
            free[columns[card]] = top + heights[card] + BELOW
            waiting += children.get(card, [])[:0:-1]
    return tops


def _lines(
    places: Sequence[tuple[float, float]], children: dict[int, list[int]]
) -> tuple[list[str], dict[int, str]]:
    trunks, edges = [], {}
    for parent, those in children.items():
        x, top = places[parent]
        start, port = x + CARD, top + PORT
        turn = start + GAP - TURN
        last = places[those[-1]][1] + PORT
        if last > port:
            trunks.append(
                f"M{start:g} {port:g}H{turn - ROUND:g}q{ROUND:g} 0 {ROUND:g} {ROUND:g}"
                f"V{last - ROUND:g}"
            )
        for child in those:
            at = places[child][1] + PORT
            begin = f"M{turn:g} {at - ROUND:g}q0 {ROUND:g} {ROUND:g} {ROUND:g}"
            edges[child] = f"{begin if at > port else f'M{start:g} {at:g}'}H{start + GAP:g}"
    return trunks, edges


def _link(source: tuple[float, float], target: tuple[float, float]) -> str:
    """From card to card: beside their column, or across the columns between them."""
    (x, y), (onto, down) = source, target
    y, down = y + PORT, down + PORT
    if x == onto:
        return f"M{x:g} {y:g}C{x - BULGE:g} {y:g} {x - BULGE:g} {down:g} {onto:g} {down:g}"
    start, end, way = (x, onto + CARD, -REACH) if x > onto else (x + CARD, onto, REACH)
    return f"M{start:g} {y:g}C{start + way:g} {y:g} {end - way:g} {down:g} {end:g} {down:g}"
