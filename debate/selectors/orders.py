"""The orders of a thread: which replies come first under what they answer.

The replies of a root are chosen by the order, by one narrow query over those of each root; under
each of them the page reads on as a thread is read, and orders what it has read. So a page needs no
index for each order, and the counters that an order reads can change without touching one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from debate.models import Statement
from debate.models.statements import Status
from debate.selectors import loading

Key = tuple[int, ...]
MOST = 51
"""How far it is counted what is under a reply, where the order does not go by that."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order by its name in addresses, said for the builder, for a query and for Python.

    `sql` sorts, and `behind` says what comes behind the place that `at` gives of a statement and
    how many are under it. `key` of the same two sorts ascending. The builder, for filters, knows
    only how many answer it. The oldest first is how a thread is read: by path.
    """

    name: str
    word: str | Promise
    fields: tuple[str, ...]
    sql: str
    behind: str
    at: Callable[[Statement, int], Sequence[object]]
    key: Callable[[Statement, int], Key]


def _openness(one: Statement) -> int:
    return {Status.OPEN: 0, Status.ASKED_ABOUT: 1}.get(Status(one.status), 2)


_OPENNESS = "CASE t.status WHEN 'open' THEN 0 WHEN 'asked about' THEN 1 ELSE 2 END"

OLDEST = Order(
    "oldest",
    gettext_lazy("Oldest"),
    ("path",),
    "t.id",
    "t.id > %s",
    lambda one, _: [one.pk],
    lambda one, _: (one.pk,),
)
DISCUSSED = Order(
    "discussed",
    gettext_lazy("Most discussed"),
    ("-reply_count", "-pk"),
    "t.under DESC, t.path DESC",
    "(t.under, t.path) < (%s, %s)",
    lambda one, under: [under, bytes(one.path)],
    lambda one, under: (-under, -one.pk),
)
NEWEST = Order(
    "newest",
    gettext_lazy("Newest"),
    ("-pk",),
    "t.id DESC",
    "t.id < %s",
    lambda one, _: [one.pk],
    lambda one, _: (-one.pk,),
)
OPEN = Order(
    "open",
    gettext_lazy("Open first"),
    ("openness", "pk"),
    f"{_OPENNESS}, t.id",
    f"({_OPENNESS}, t.id) > (%s, %s)",
    lambda one, _: [_openness(one), one.pk],
    lambda one, _: (_openness(one), one.pk),
)
ORDERS = {order.name: order for order in (OLDEST, DISCUSSED, NEWEST, OPEN)}

# All that is under each reply of a root, by one scan of the index of paths: those of its replies
# are 9 bytes long, and begin those of all that is under them.
_COUNTED = """(
    SELECT substring(path FROM 1 FOR 9) AS path, count(*) - 1 AS under
    FROM debate_statement
    WHERE debate_id = r.debate_id AND path > r.path AND path < r.until GROUP BY 1
)"""
_PLAIN = """(
    SELECT id, status FROM debate_statement WHERE parent_id = r.id OFFSET 0
)"""
"""All that the index of replies holds, so that the thousands that a page does not show are never
read. OFFSET keeps the planner from walking through all statements in the order of their ids."""
_UP_TO = f"""(
    SELECT count(*) FROM (
        SELECT FROM debate_statement s
        WHERE s.debate_id = r.debate_id AND s.path > b.path
            AND s.path < b.path || '\\xffffffff'::bytea LIMIT {MOST}
    ) u
)"""
# The limit stands in the text: of one that comes later, the planner expects a tenth of all rows.
BEST = """
    SELECT r.id, b.path, {under}, row_number() OVER (PARTITION BY r.id ORDER BY {keys}) AS place
    FROM unnest(%s::int[], %s::int[], %s::bytea[], %s::bytea[]) AS r(id, debate_id, path, until)
    CROSS JOIN LATERAL (
        SELECT t.* FROM {replies} t WHERE {behind} ORDER BY {sql} LIMIT {most:d}
    ) {chosen} ORDER BY r.id, place
"""
UNDER = """
    SELECT count(*) FROM debate_statement WHERE debate_id = %s AND path > %s AND path < %s
"""
BEHIND_ALL = b"\xff" * 4


def best(
    roots: Sequence[Statement], order: Order, most: int, after: Statement | None = None
) -> dict[int, list[tuple[bytes, int]]]:
    """Per root, the path of its first replies in the order, or of those behind `after`.

    With each how many are under it, counted as far as a page goes. One query; 2 behind `after`.
    """
    place = [] if after is None else order.at(after, _under(after))
    by_count = order is DISCUSSED
    sql = BEST.format(
        replies=_COUNTED if by_count else _PLAIN,
        under="b.under" if by_count else _UP_TO,
        chosen="b" if by_count else "c JOIN debate_statement b ON b.id = c.id",
        keys=order.sql.replace("t.", "b."),
        sql=order.sql,
        behind=order.behind if place else "true",
        most=most,
    )
    paths = [bytes(root.path) for root in roots]
    of_roots = [
        [root.pk for root in roots],
        [root.debate_id for root in roots],
        paths,
        [path + BEHIND_ALL for path in paths],
    ]
    found: dict[int, list[tuple[bytes, int]]] = defaultdict(list)
    for root, path, under, _ in loading.rows(sql, [*of_roots, *place]):
        found[root].append((bytes(path), under))
    return found


def _under(one: Statement) -> int:
    path = bytes(one.path)
    [(number,)] = loading.rows(UNDER, [one.debate_id, path, path + BEHIND_ALL])
    return int(number)


def arranged(block: Sequence[Statement], order: Order) -> list[Statement]:
    """A reply and what was read under it, as the thread reads, with siblings in the order."""
    replies: dict[int | None, list[Statement]] = defaultdict(list)
    under: dict[int | None, int] = defaultdict(int)
    for one in reversed(block[1:]):
        replies[one.parent_id].append(one)
        under[one.parent_id] += under[one.pk] + 1
    waiting, made = list(block[:1]), []
    while waiting:
        one = waiting.pop()
        made.append(one)
        by_key = sorted(replies[one.pk], key=lambda reply: order.key(reply, under[reply.pk]))
        waiting.extend(reversed(by_key))
    return made
