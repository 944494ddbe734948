"""The tree of a debate, or of what stands under a statement, as rows of one page.

A page shows at most 50 statements, and no line deeper than 8 below where it begins; the rest is
behind links. Every query reads an index range, so a page costs the same in a debate of any size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

from accounts.models import User
from debate import rules
from debate.models import Debate, Statement
from debate.models.statements import SHALLOW, CruxState, Kind, Status
from debate.rules import Viewer
from debate.selectors import cruxes, loading, marks, reliances, sides
from debate.selectors.cruxes import Hinge
from debate.selectors.reliances import Rests
from debate.selectors.rows import Reading, Row, row

PAGE = 50
LINE = 12

GRANTERS = """
    SELECT s.id, ARRAY(
        SELECT coalesce(nullif(u.name, ''), u.username) FROM debate_mark m
        JOIN accounts_user u ON u.id = m.person_id
        WHERE m.statement_id = s.id AND m.truth = 'agree' AND m.person_id <> s.author_id
        ORDER BY m.id LIMIT 3)
    FROM debate_statement s WHERE s.id = ANY(%s)
"""
BEFORE_EDIT = """
    SELECT s.id, count(*) FILTER (WHERE m.revision < s.revision), count(*)
    FROM debate_statement s JOIN debate_mark m ON m.statement_id = s.id
    WHERE s.id = ANY(%s) AND (m.truth <> '' OR m.bears <> '') GROUP BY s.id
"""


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


@dataclass(slots=True)
class Thread:
    """The trees of a debate as one page, who holds what, and what the debate turns on."""

    positions: list[Tree]
    cruxes: list[Tree]
    dropped: list[Tree]
    sides: sides.Sides
    hinges: list[Hinge]


Window = tuple[bytes, bytes, int]
"""Paths strictly between two, at most so many."""


def thread(debate: Debate, viewer: Viewer) -> Thread:
    """The first page of a debate: all its positions and cruxes with what fits under them.

    7 queries, one more for who is signed in, one where what it turns on is no crux, one where a
    crux is dropped, one where a statement was edited.
    """
    roots = loading.statements(loading.ROOTS, [debate.pk, PAGE])
    shares = _shares([root.total for root in roots], PAGE - len(roots))
    windows = [
        (bytes(root.path), end_of(root), share) for root, share in zip(roots, shares, strict=True)
    ]
    parts = _within(debate, windows, SHALLOW)
    shown = [*roots, *(one for part, _ in parts for one in part)]
    positions = [root for root in roots if root.kind == Kind.POSITION]
    held = sides.sides(positions, {one.author_id for one in shown})
    reading = _read(shown, viewer, held.letters)
    trees = [
        _tree(root, part, reading, goes_on=goes_on)
        for root, (part, goes_on) in zip(roots, parts, strict=True)
    ]
    of_cruxes = [tree for tree in trees if tree.root.kind == Kind.CRUX]
    claims = [tree.root.statement for tree in of_cruxes]
    hinges = cruxes.hinges(debate.pk, held.sides, viewer, claims, reading.rests.double)
    by_claim = {hinge.claim.pk: hinge for hinge in hinges}
    for tree in of_cruxes:
        tree.root.hinge = by_claim.get(tree.root.id)
    return Thread(
        positions=[tree for tree in trees if tree.root.kind == Kind.POSITION],
        cruxes=[tree for tree in of_cruxes if not _is_dropped(tree)],
        dropped=[tree for tree in of_cruxes if _is_dropped(tree)],
        sides=held,
        hinges=hinges,
    )


def _is_dropped(tree: Tree) -> bool:
    return tree.root.statement.crux_state == CruxState.DROPPED


def under(statement: Statement, viewer: Viewer, after: int | None = None) -> Tree:
    """A statement with the line that leads to it and what stands under it.

    From the beginning, or after the row with that id: where that part begins deep inside, the line
    above its first row comes first, as ghosts. At most 9 queries. Raises Statement.DoesNotExist
    where `after` is not under the statement.
    """
    start = bytes(statement.path) if after is None else _path_under(statement, after)
    window = (start, end_of(statement), PAGE)
    [(found, goes_on)] = _within(statement.debate, [window], statement.depth + SHALLOW)
    above = rules.ancestor_ids(statement)
    led = above if len(above) <= LINE else [above[0], *above[1 - LINE :]]
    between = rules.ancestor_ids(found[0])[len(above) + 1 :] if after and found else []
    line, ghosts = _split(_by_ids([*led, *between]), len(led))
    reading = _read_with_sides([*line, statement, *ghosts, *found], viewer)
    tree = _tree(statement, [*ghosts, *found], reading, line=line, goes_on=goes_on)
    tree.skipped = len(above) - len(led)
    tree.sides = reading.sides
    _with_hinge(tree.root, reading)
    for ghost in tree.rows[: len(ghosts)]:
        ghost.is_ghost = True
    return tree


def alone(statement: Statement, viewer: Viewer) -> Row:
    """One statement as a row, as a page shows it after an action on it. At most 7 queries."""
    above = _by_ids([statement.parent_id] if statement.parent_id else [])
    reading = _read_with_sides([statement, *above], viewer)
    return _with_hinge(row(statement, above[0] if above else None, reading), reading)


def some(debate: Debate, ids: Sequence[int], viewer: Viewer) -> list[Row]:
    """Statements of a debate as rows, as said; other ids are left out. At most 8 queries."""
    found = [one for one in _by_ids(ids) if one.debate_id == debate.pk]
    if not found:
        return []
    by_id = {one.pk: one for one in found}
    above = _by_ids(
        [one.parent_id for one in found if one.parent_id and one.parent_id not in by_id]
    )
    by_id |= {one.pk: one for one in above}
    reading = _read_with_sides([*found, *above], viewer)
    found.sort(key=lambda one: one.pk)
    return [row(one, by_id.get(one.parent_id or 0), reading) for one in found]


def _with_hinge(shown: Row, reading: Reading) -> Row:
    """A crux with how the sides stand to it; one query more, two where it is dropped."""
    if shown.kind == Kind.CRUX and reading.sides:
        held, double = reading.sides.sides, reading.rests.double
        shown.hinge = cruxes.hinge(shown.statement, held, reading.viewer, double)
    return shown


def end_of(statement: Statement) -> bytes:
    """The first path behind everything that stands under the statement."""
    path = bytes(statement.path)
    return path[:-4] + (int.from_bytes(path[-4:], "big") + 1).to_bytes(4, "big")


def _within(
    debate: Debate, windows: Sequence[Window], deepest: int
) -> list[tuple[list[Statement], bool]]:
    """Per window, its first statements in reading order and whether there are more. One query."""
    if not windows:
        return []
    after, until, most = (list(column) for column in zip(*windows, strict=True))
    wanted = [after, until, [n + 1 for n in most], debate.pk, deepest]
    found = loading.statements(loading.WINDOWS, wanted)
    parts = []
    for low, high, share in windows:
        mine = [one for one in found if low < bytes(one.path) < high]
        parts.append((mine[:share], len(mine) > share))
    return parts


def _path_under(statement: Statement, after: int) -> bytes:
    found = Statement.objects.filter(
        debate=statement.debate_id, path__gte=statement.path, path__lt=end_of(statement)
    )
    return bytes(found.values_list("path", flat=True).get(pk=after))


def _by_ids(ids: Sequence[int]) -> list[Statement]:
    return loading.statements(loading.BY_IDS, [list(ids)]) if ids else []


def _split(statements: list[Statement], at: int) -> tuple[list[Statement], list[Statement]]:
    return statements[:at], statements[at:]


def _shares(totals: Sequence[int], room: int) -> list[int]:
    """How many rows each tree gets: small ones all theirs, the others equal parts of the rest."""
    shares = [0] * len(totals)
    waiting = sorted(range(len(totals)), key=lambda i: totals[i])
    for place, i in enumerate(waiting):
        shares[i] = min(totals[i], max(room, 0) // (len(waiting) - place))
        room -= shares[i]
    return shares


def _read_with_sides(statements: Sequence[Statement], viewer: Viewer) -> Reading:
    """As `_read`, with the sides of a debate whose positions are not all at hand."""
    people = {statement.author_id for statement in statements} | {viewer.pk or 0}
    held = sides.of_debate(statements[0].debate_id, people)
    reading = _read(statements, viewer, held.letters)
    reading.sides = held
    return reading


def _read(statements: Sequence[Statement], viewer: Viewer, letters: dict[int, str]) -> Reading:
    """What the rows of these statements need.

    3 queries, one more for who is signed in, and one where a statement was edited.
    """
    ids = [statement.pk for statement in statements]
    reading = Reading(viewer, letters, on_page=set(ids))
    for quoting in loading.quotings(ids):
        reading.quotations.setdefault(quoting.quotation.statement_id, []).append(quoting.quotation)
        reading.quoting[quoting.quotation.pk] = quoting
    granted = [s.pk for s in statements if s.status in (Status.GRANTED, Status.GRANTED_BESIDE)]
    reading.granted = _granters(granted)
    reading.rests = reliances.rests(statements[0].debate_id, ids) if statements else Rests()
    reading.before_edit = _before_edit([s.pk for s in statements if s.revision > 1])
    if isinstance(viewer, User):
        reading.marks = marks.own_marks(viewer, ids)
    return reading


def _granters(ids: Sequence[int]) -> dict[int, list[str]]:
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(GRANTERS, [list(ids)])
        return dict(cursor.fetchall())


def _before_edit(ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Per edited statement that has marks, how many are of an earlier wording, and of any."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(BEFORE_EDIT, [list(ids)])
        return {pk: (before, marks) for pk, before, marks in cursor.fetchall()}


def _tree(
    root: Statement,
    part: Sequence[Statement],
    reading: Reading,
    *,
    goes_on: bool,
    line: Sequence[Statement] = (),
) -> Tree:
    """The rows of one tree, with what a flat loop needs to draw them."""
    by_id = {statement.pk: statement for statement in [*line, root, *part]}

    def drawn(one: Statement) -> Row:
        return row(one, by_id.get(one.parent_id or 0), reading)

    rows = [drawn(one) for one in part]
    _nest(rows, root.depth)
    last = part[-1].pk if part else root.pk
    return Tree(drawn(root), rows, last if goes_on else None, [drawn(one) for one in line])


def _nest(rows: Sequence[Row], base: int) -> None:
    """Say of each row whether it opens a list, how many it closes, and what is folded under it."""
    beneath: list[tuple[Row, Counter[str]]] = []
    depths = [*(shown.depth for shown in rows), base + 1]
    for shown, following in zip(rows, depths[1:], strict=True):
        while beneath and beneath[-1][0].depth >= shown.depth:
            _tally(*beneath.pop())
        for _, counts in beneath:
            counts[shown.word] += 1
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
    shown.tally = ", ".join(
        f"{n} {kind.lower()}{'s' if n > 1 else ''}" for kind, n in counts.most_common()
    )
