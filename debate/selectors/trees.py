"""Trees of rows, with what a flat loop needs to draw them without recursion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from debate.models import Statement
from debate.models.statements import SHALLOW
from debate.selectors import kinds, sides
from debate.selectors.rows import Reading, Row, row


@dataclass(slots=True)
class Part:
    """What a page has read under a root, in the order it is drawn; `more` continues behind it.

    `cut`: the last row of a reply that has more under it than was read, with the reply and the
    statement behind which that goes on.
    """

    found: list[Statement]
    more: int | None
    cut: dict[int, tuple[Statement, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Tree:
    """A root or a focused statement with the rows drawn under it; `more` continues after a row.

    `line` leads to it from the root down; `skipped` of that line are left out after the first.
    """

    root: Row
    rows: list[Row]
    more: int | None
    line: list[Row] = field(default_factory=list)
    skipped: int = 0
    sides: sides.Sides | None = None


def tree(root: Statement, part: Part, reading: Reading, *, line: Sequence[Statement] = ()) -> Tree:
    """The rows of one tree, with what a flat loop needs to draw them."""
    by_id = {statement.pk: statement for statement in [*line, root, *part.found]}

    def drawn(one: Statement) -> Row:
        return row(one, by_id.get(one.parent_id or 0), reading)

    rows = [drawn(one) for one in part.found]
    nest(rows, root.depth)
    for shown in rows:
        shown.cut = part.cut.get(shown.id)
    return Tree(drawn(root), rows, part.more, [drawn(one) for one in line])


def nest(rows: Sequence[Row], base: int) -> None:
    """Say of each row whether it opens a list, how many it closes, and what is folded under it."""
    beneath: list[tuple[Row, Counter[str]]] = []
    depths = [*(shown.depth for shown in rows), base + 1]
    for shown, following in zip(rows, depths[1:], strict=True):
        while beneath and beneath[-1][0].depth >= shown.depth:
            _tally(*beneath.pop())
        for _, counts in beneath:
            counts[shown.kind] += 1
        shown.opens = following > shown.depth
        shown.closes = range(max(0, shown.depth - following))
        shown.goes_on = (
            not shown.opens and shown.statement.reply_count > 0 and shown.depth == base + SHALLOW
        )
        beneath.append((shown, Counter()))
    for entry in beneath:
        _tally(*entry)


def _tally(shown: Row, counts: Counter[str]) -> None:
    shown.beneath = counts.total()
    shown.tally = ", ".join(kinds.counted(kind, n) for kind, n in counts.most_common())
