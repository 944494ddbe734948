"""The orders of a thread: which replies come first under what they answer.

The replies of a root are chosen by the order, by one narrow query over those of each root; under
each of them the page reads on as a thread is read, and orders what it has read. So a page needs no
index for each order, and the counters that an order reads can change without touching one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection

from debate.models import Statement
from debate.models.statements import Status

Key = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """An order by its name in addresses, said thrice: for a query, for the builder, for Python.

    `sql` and `key` sort ascending. The oldest first is how a thread is read: by path.
    """

    name: str
    word: str
    fields: tuple[str, ...]
    sql: tuple[str, ...]
    key: Callable[[Statement], Key]


def _openness(one: Statement) -> int:
    return {Status.OPEN: 0, Status.ASKED_ABOUT: 1}.get(Status(one.status), 2)


OLDEST = Order("oldest", "Oldest", ("path",), ("t.id",), lambda one: (one.pk,))
DISCUSSED = Order(
    "discussed",
    "Most discussed",
    ("-total", "-pk"),
    ("-t.total", "-t.id"),
    lambda one: (-one.total, -one.pk),
)
NEWEST = Order("newest", "Newest", ("-pk",), ("-t.id",), lambda one: (-one.pk,))
OPEN = Order(
    "open",
    "Open first",
    ("openness", "pk"),
    ("CASE t.status WHEN 'open' THEN 0 WHEN 'asked about' THEN 1 ELSE 2 END", "t.id"),
    lambda one: (_openness(one), one.pk),
)
ORDERS = {order.name: order for order in (OLDEST, DISCUSSED, NEWEST, OPEN)}

BEST = """
    SELECT r.id, b.path, b.total, row_number() OVER (PARTITION BY r.id ORDER BY {keys}) AS place
    FROM unnest(%s::int[]) AS r(id) CROSS JOIN LATERAL (
        SELECT t.id, t.path, t.total, t.status FROM debate_statement t
        WHERE t.parent_id = r.id {behind} ORDER BY {inner} LIMIT %s
    ) b ORDER BY r.id, place
"""


def best(
    roots: Sequence[Statement], order: Order, most: int, after: Statement | None = None
) -> dict[int, list[tuple[bytes, int]]]:
    """Per root, path and total of its first replies in the order, or of those behind `after`.

    One query.
    """
    inner = ", ".join(order.sql)
    behind, key = "", order.key(after) if after else ()
    if key:
        behind = f"AND ({inner}) > ({', '.join(['%s'] * len(key))})"
    keys = inner.replace("t.", "b.")
    sql = BEST.format(keys=keys, inner=inner, behind=behind)
    found: dict[int, list[tuple[bytes, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(sql, [[root.pk for root in roots], *key, most])
        for root, path, total, _ in cursor.fetchall():
            found[root].append((bytes(path), total))
    return found


def arranged(block: Sequence[Statement], order: Order) -> list[Statement]:
    """A reply and what was read under it, as the thread reads, with siblings in the order."""
    under: dict[int | None, list[Statement]] = defaultdict(list)
    for one in block[1:]:
        under[one.parent_id].append(one)
    waiting, made = list(block[:1]), []
    while waiting:
        one = waiting.pop()
        made.append(one)
        waiting.extend(sorted(under[one.pk], key=order.key, reverse=True))
    return made
