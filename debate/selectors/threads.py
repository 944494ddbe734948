"""The tree of a debate, or of what stands under a statement, as rows of one page.

A page shows at most 50 statements, and no line deeper than 8 below where it begins; the rest is
behind links. Every query reads an index range, so a page costs the same in a debate of any size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from debate import grammar, rules
from debate.models import Debate, Statement
from debate.models.statements import SHALLOW, CruxState, Kind
from debate.rules import Viewer
from debate.selectors import cruxes, loading, marks, orders, readings, sides, visits
from debate.selectors.cruxes import Hinge
from debate.selectors.orders import OLDEST, Order
from debate.selectors.rows import Reading, Row, differs, row
from debate.selectors.trees import Part, Tree, tree

PAGE = 50
LINE = 12
BESIDE = 5
"""How many replies are shown before and after the one that a link leads to."""
UNDER_EACH = 6
"""In an order other than the oldest first: how much is read under a reply before the next one."""


@dataclass(slots=True)
class Thread:
    """The trees of a debate as one page, who holds what, and what the debate turns on."""

    positions: list[Tree]
    cruxes: list[Tree]
    dropped: list[Tree]
    sides: sides.Sides
    hinges: list[Hinge]
    reading: Reading
    beyond: Sequence[str] = ()
    """Kinds of which there are more at the top than the page has room for."""

    @property
    def rows(self) -> list[Row]:
        """All that the page shows, ghosts not."""
        trees = [*self.positions, *self.cruxes, *self.dropped]
        return [shown for one in trees for shown in (one.root, *one.rows)]


Window = tuple[bytes, bytes, int]
"""Paths strictly between two, at most so many."""


def thread(debate: Debate, viewer: Viewer, order: Order = OLDEST) -> Thread:
    """The first page of a debate: all its positions and cruxes with what fits under them.

    6 queries, one more for who is signed in, one for an order, one where what it turns on is no
    crux, one where a crux is dropped.
    """
    found = loading.statements(loading.ROOTS, [debate.pk, PAGE + 1])
    roots, left = found[:PAGE], found[PAGE:]
    shares = _shares([root.total for root in roots], PAGE - len(roots))
    if order is OLDEST:
        parts = _read_on(debate, roots, shares)
    else:
        parts = _in_order(debate, roots, shares, order)
    shown = [*roots, *(one for part in parts for one in part.found)]
    positions = [root for root in roots if root.kind == Kind.POSITION]
    held = sides.sides(positions, {one.author_id for one in shown})
    reading = readings.read(debate, shown, viewer, held.letters)
    trees = [tree(root, part, reading) for root, part in zip(roots, parts, strict=True)]
    of_cruxes = [one for one in trees if one.root.kind == Kind.CRUX]
    claims = [one.root.statement for one in of_cruxes]
    hinges = cruxes.hinges(debate.pk, held.sides, viewer, claims, reading.rests.double)
    by_claim = {hinge.claim.pk: hinge for hinge in hinges}
    for one in of_cruxes:
        one.root.hinge = by_claim.get(one.root.id)
    return Thread(
        positions=[one for one in trees if one.root.kind == Kind.POSITION],
        cruxes=[one for one in of_cruxes if not _is_dropped(one)],
        dropped=[one for one in of_cruxes if _is_dropped(one)],
        sides=held,
        hinges=hinges,
        reading=reading,
        beyond=_from(left[0].kind, debate) if left else (),
    )


def for_all(debate: Debate, order: Order = OLDEST) -> Thread:
    """The first page as visitors see it, and members but for what is their own."""
    return thread(debate, AnonymousUser(), order)


def is_alike(shown: Thread, person: User) -> bool:
    """Whether a visitor's thread shows this person all that they may read of it."""
    if rules.may_moderate(person):
        return False
    gone = (one.statement for one in shown.rows if one.gone)
    return all(rules.may_read_text(one, person) is False for one in gone)


def personal(shown: Thread, debate: Debate, person: User) -> list[Row]:
    """The rows of a visitor's thread that this person sees otherwise, as they see them.

    Own ones, marked ones, new ones, and those that wait for them. One query.
    """
    reading = replace(
        shown.reading,
        viewer=person,
        marks=marks.own_marks(person, shown.reading.on_page),
        since=visits.of(debate).since,
    )
    known = {one.id: one for one in shown.rows}
    made = []
    for one in known.values():
        parent = known.get(one.statement.parent_id or 0)
        above = parent.statement if parent else None
        if differs(one.statement, above, reading):
            own = row(one.statement, above, reading)
            own.opens, own.hinge = one.opens, one.hinge
            made.append(own)
    return made


def _from(kind: str, debate: Debate) -> Sequence[str]:
    """This kind and what comes after it at the top: positions are before cruxes."""
    return (kind, Kind.CRUX) if kind == Kind.POSITION and debate.crux_count else (kind,)


def _is_dropped(one: Tree) -> bool:
    return one.root.statement.crux_state == CruxState.DROPPED


def under(statement: Statement, viewer: Viewer, after: int | None = None) -> Tree:
    """A statement with the line that leads to it and what stands under it.

    From the beginning, or after the row with that id: where that part begins deep inside, the line
    above its first row comes first, as ghosts. 4 queries, 2 more after a row, one for who is
    signed in, and for a crux as `cruxes.hinges` has it. Raises Statement.DoesNotExist where
    `after` is not under the statement.
    """
    start = bytes(statement.path) if after is None else _path_under(statement, after)
    above, led = grammar.ancestor_ids(statement), _led(statement)
    end, deepest, debate = end_of(statement), statement.depth + SHALLOW, statement.debate_id
    wanted = [led, debate, PAGE, debate, start, end, deepest, PAGE + 1]
    read = loading.statements(loading.UNDER, wanted)
    line = [one for one in read if one.pk in led]
    found = [one for one in read if start < bytes(one.path) < end]
    found, goes_on = found[:PAGE], len(found) > PAGE
    between = grammar.ancestor_ids(found[0])[len(above) + 1 :] if after and found else []
    ghosts = _by_ids(between)
    shown = [*line, statement, *ghosts, *found]
    positions = [one for one in read if one.kind == Kind.POSITION]
    reading = readings.with_sides(statement.debate, shown, viewer, positions)
    part = Part([*ghosts, *found], found[-1].pk if goes_on else None)
    made = tree(statement, part, reading, line=line)
    made.skipped = len(above) - len(led)
    made.sides = reading.sides
    _with_hinges([made.root], reading)
    for ghost in made.rows[: len(ghosts)]:
        ghost.is_ghost = True
    return made


def around(statement: Statement, viewer: Viewer) -> Tree:
    """A statement where it stands: its line, what is under it, the replies next to it.

    The root of the tree is what it answers, or the statement where it answers nothing. At most 9
    queries.
    """
    if statement.parent_id is None:
        return under(statement, viewer)
    line, [parent] = _split(_by_ids(_led(statement)), -1)
    before_after = (statement.parent_id, statement.pk, BESIDE)
    beside = loading.statements(loading.BESIDE, [*before_after, *before_after])
    window = (bytes(statement.path), end_of(statement), PAGE - 2 * BESIDE)
    [(found, goes_on)] = _within(statement.debate, [window], statement.depth + SHALLOW)
    earlier = [one for one in beside if one.pk < statement.pk]
    later = [one for one in beside if one.pk > statement.pk]
    shown = [*earlier, statement, *found, *later]
    reading = readings.with_sides(statement.debate, [*line, parent, *shown], viewer)
    part = Part(shown, None)
    if goes_on:
        part.cut[found[-1].pk] = (statement, found[-1].pk)
    made = tree(parent, part, reading, line=line)
    made.skipped = len(grammar.ancestor_ids(statement)) - len(line) - 1
    for one in made.rows:
        if one.depth == statement.depth and one.id != statement.pk:
            one.goes_on = one.statement.reply_count > 0
        elif one.depth == statement.depth + SHALLOW and not one.opens:
            one.goes_on = one.statement.reply_count > 0
    return made


def _led(statement: Statement) -> list[int]:
    """The ids of the line that leads to a statement, without the middle of a long one."""
    above = grammar.ancestor_ids(statement)
    return above if len(above) <= LINE else [above[0], *above[1 - LINE :]]


def behind(after: Statement, root: Statement, viewer: Viewer, order: Order) -> Tree:
    """What comes under a root behind one of its replies, in an order. At most 8 queries.

    Raises Statement.DoesNotExist where `after` does not answer the root.
    """
    if root.pk not in (after.pk, after.parent_id):
        raise Statement.DoesNotExist
    last = None if after.pk == root.pk else after
    [part] = _in_order(root.debate, [root], [PAGE], order, last)
    reading = readings.with_sides(root.debate, [root, *part.found], viewer)
    return tree(root, part, reading)


def alone(statement: Statement, viewer: Viewer) -> Row:
    """One statement as a row, as a page shows it after an action on it. At most 6 queries."""
    above = _by_ids([statement.parent_id] if statement.parent_id else [])
    reading = readings.with_sides(statement.debate, [statement, *above], viewer)
    made = row(statement, above[0] if above else None, reading)
    _with_hinges([made], reading)
    return made


def some(debate: Debate, ids: Sequence[int], viewer: Viewer) -> list[Row]:
    """Statements of a debate as rows, as said; other ids are left out. At most 10 queries."""
    found = [one for one in _by_ids(ids) if one.debate_id == debate.pk]
    if not found:
        return []
    by_id = {one.pk: one for one in found}
    above = _by_ids(
        [one.parent_id for one in found if one.parent_id and one.parent_id not in by_id]
    )
    by_id |= {one.pk: one for one in above}
    reading = readings.with_sides(debate, [*found, *above], viewer)
    found.sort(key=lambda one: one.pk)
    rows = [row(one, by_id.get(one.parent_id or 0), reading) for one in found]
    _with_hinges(rows, reading)
    return rows


def _with_hinges(shown: Sequence[Row], reading: Reading) -> None:
    """Give the cruxes of a debate how the sides stand to them.

    One query more, two where one is dropped; none where there is no crux.
    """
    claims = [one.statement for one in shown if one.kind == Kind.CRUX]
    if claims and reading.sides:
        double = {one.pk for one in claims} & set(reading.rests.double)
        hinges = cruxes.hinges(
            claims[0].debate_id, reading.sides.sides, reading.viewer, claims, double
        )
        by_claim = {one.claim.pk: one for one in hinges}
        for one in shown:
            one.hinge = by_claim.get(one.id)


def end_of(statement: Statement) -> bytes:
    """The first path behind everything that stands under the statement."""
    return _behind(bytes(statement.path))


def _read_on(debate: Debate, roots: Sequence[Statement], shares: Sequence[int]) -> list[Part]:
    """What comes first under each root as a thread is read. One query."""
    windows = [
        (bytes(root.path), end_of(root), share) for root, share in zip(roots, shares, strict=True)
    ]
    found = zip(roots, _within(debate, windows, SHALLOW), strict=True)
    return [
        Part(part, (part or [root])[-1].pk if goes_on else None) for root, (part, goes_on) in found
    ]


def _in_order(
    debate: Debate,
    roots: Sequence[Statement],
    shares: Sequence[int],
    order: Order,
    after: Statement | None = None,
) -> list[Part]:
    """What comes first under each root in an order, or behind one of its replies. 2 queries."""
    best = orders.best(roots, order, PAGE + 1, after)
    chosen = [_chosen(best[root.pk], share) for root, share in zip(roots, shares, strict=True)]
    windows = [window for of_root in chosen for window in of_root]
    blocks = iter(_within(debate, windows, SHALLOW))
    parts = []
    for root, of_root in zip(roots, chosen, strict=True):
        part = Part([], None)
        last = root.pk
        for block, goes_on in (next(blocks) for _ in of_root):
            drawn = orders.arranged(block, order)
            part.found += drawn
            last = block[0].pk
            if goes_on:
                part.cut[drawn[-1].pk] = (block[0], block[-1].pk)
        part.more = last if len(best[root.pk]) > len(of_root) else None
        parts.append(part)
    return parts


def _chosen(best: Sequence[tuple[bytes, int]], room: int) -> list[Window]:
    """The windows of as many of these replies as fit, each with some of what is under it."""
    number, used = 0, 0
    while number < len(best) and used < room:
        used += 1 + min(best[number][1], UNDER_EACH)
        number += 1
    shares = _shares([total for _, total in best[:number]], room - number)
    return [
        (_before(path), _behind(path), 1 + share)
        for (path, _), share in zip(best, shares, strict=False)
    ]


def _before(path: bytes) -> bytes:
    """A path before this one and behind all that stands under its elder sibling."""
    return path[:-4] + (int.from_bytes(path[-4:], "big") - 1).to_bytes(4, "big") + b"\xff" * 4


def _behind(path: bytes) -> bytes:
    """The first path behind everything that stands under this one."""
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
