"""What is stored beside the rows of a debate, compared with what follows from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from debate.actions import statuses
from debate.models import Debate, Drop, Event, Mark, MarkChange, Statement
from debate.models.statements import AUTHOR_AGREES, LETTERS, CruxState, Kind
from debate.selectors import sides


def check_all(debate: Debate) -> None:
    """Fail where tree, statuses, counters, cruxes or numbers do not follow from the rows."""
    rows = list(Statement.objects.filter(debate=debate).select_related("author").order_by("path"))
    _check_tree(rows)
    _check_statuses(rows)
    _check_counts_of_replies(rows)
    _check_counts_of_marks(rows)
    _check_histories()
    _check_minds(rows)
    _check_cruxes(rows)
    _check_debate(Debate.objects.get(pk=debate.pk), rows)


def _check_tree(rows: list[Statement]) -> None:
    assert [row.pk for row in rows] == list(_depth_first(rows))
    assert all(bytes(row.path).endswith(row.pk.to_bytes(4, "big")) for row in rows)


def _depth_first(rows: list[Statement]) -> Iterator[int]:
    """The ids in reading order, found from the parents alone."""
    below: dict[int | None, list[Statement]] = {}
    for row in sorted(rows, key=lambda row: (row.kind == Kind.CRUX, row.pk)):
        below.setdefault(row.parent_id, []).append(row)
    waiting = below[None][::-1]
    while waiting:
        row = waiting.pop()
        yield row.pk
        waiting += below.get(row.pk, [])[::-1]


def _check_statuses(rows: list[Statement]) -> None:
    by_id = {row.pk: row for row in rows}
    for row in rows:
        replies = [other for other in rows if other.parent_id == row.pk and not other.is_gone]
        asked = by_id[row.parent_id] if row.parent_id else None
        assert row.status == next(_fitting(row, asked, replies), ""), row.label
        assert row.status == statuses.status_of(statuses.facts_of(row.pk)), row.label


def _fitting(row: Statement, asked: Statement | None, replies: list[Statement]) -> Iterator[str]:
    """The statuses that fit, in the design's order, told from the rows alone."""
    agreeing = Mark.objects.filter(statement=row, truth="agree").exclude(person=row.author_id)
    by_others = {
        reply.kind
        for reply in replies
        if reply.author_id != row.author_id and not reply.author.is_bot
    }
    clarified = asked is not None and any(
        reply.kind == "clarification" and reply.author_id == asked.author_id for reply in replies
    )
    fits = {
        "hidden": row.hidden_at is not None,
        "withdrawn": row.withdrawn_at is not None,
        "granted without bearing": agreeing.filter(bears="no").exists(),
        "granted": agreeing.exists() or "concession" in by_others,
        "answered": "objection" in by_others
        or (row.kind == "question" and ("answer" in by_others or clarified)),
        "asked about": any(r.kind == "question" and r.status == "open" for r in replies),
        "open": row.kind in ("objection", "question"),
    }
    return (status for status, fit in fits.items() if fit)


def _check_counts_of_replies(rows: list[Statement]) -> None:
    replies = Counter(row.parent_id for row in rows)
    totals = Counter(row.root_id for row in rows)
    open_ones = Counter(row.root_id for row in rows if row.status == "open")
    for row in rows:
        assert row.reply_count == replies[row.pk], row.label
        if row.parent_id is None:
            assert (row.total, row.open_total) == (totals[row.pk], open_ones[row.pk]), row.label


def _check_counts_of_marks(rows: list[Statement]) -> None:
    for row in rows:
        placed = list(Mark.objects.filter(statement=row))
        truths = Counter(mark.truth for mark in placed)
        bears = Counter(mark.bears for mark in placed)
        spoke = any(mark.truth for mark in placed if mark.person_id == row.author_id)
        implied = row.kind in AUTHOR_AGREES and not row.author.is_bot and not spoke
        assert row.agree_count == truths["agree"] + implied, row.label
        assert (row.unsure_count, row.disagree_count) == (truths["unsure"], truths["disagree"])
        assert (row.bears_count, row.beside_count) == (bears["yes"], bears["no"]), row.label


def _check_histories() -> None:
    """A mark is as its newest change that stands has it."""
    for mark in Mark.objects.prefetch_related("changes"):
        standing = [change for change in mark.changes.all() if not change.undone_at]
        newest = standing[-1] if standing else MarkChange()
        assert (mark.truth, mark.bears) == (newest.truth, newest.bears)
        assert mark.quotation_id == newest.quotation_id
        if standing:
            assert (mark.revision, mark.marked_at) == (newest.revision, newest.changed_at)


def _check_minds(rows: list[Statement]) -> None:
    named: dict[int, set[int]] = {}
    for change in MarkChange.objects.exclude(because=None).select_related("mark"):
        if change.undone_at is None and change.because_id:
            named.setdefault(change.because_id, set()).add(change.mark.person_id)
    for row in rows:
        assert row.changed_minds == len(named.get(row.pk, ())), row.label


def _check_cruxes(rows: list[Statement]) -> None:
    held = {row.pk for row in rows if row.kind == Kind.POSITION and _holders(row)}
    dropped = set(Drop.objects.filter(taken_up_at=None).values_list("crux_id", flat=True))
    for row in rows:
        if row.kind == Kind.CRUX:
            settled = sides.is_settled(
                sides.stances([row.pk], row.debate_id).get(row.pk, {}), held
            )
            state = CruxState.SETTLED if settled else CruxState.LIVE
            assert row.crux_state == (CruxState.DROPPED if row.pk in dropped else state)
            assert row.crux_state == _told(row), row.label


def _holders(position: Statement) -> set[int]:
    return set() if position.is_gone else sides.holder_ids(position)


def _told(crux: Statement) -> str:
    """The state that somebody knows who has read the events only."""
    state = "live"
    for event in crux.events.filter(kind__startswith="crux.").order_by("number"):
        told = {"crux.settled": "settled", "crux.reopened": "live"}.get(event.kind)
        assert told != state, "only a change is told"
        state = told or event.data["state"]
    return state


def _check_debate(debate: Debate, rows: list[Statement]) -> None:
    assert debate.open_count == sum(row.status == "open" for row in rows)
    letters = Counter(LETTERS.get(Kind(row.kind), "S") for row in rows)
    counted = (debate.position_count, debate.crux_count, debate.statement_count)
    assert counted == (letters["P"], letters["C"], letters["S"])
    assert len({row.label for row in rows}) == len(rows)
    numbers = list(Event.objects.filter(debate=debate).values_list("number", flat=True))
    # The cast's statements come from factories and have no events.
    assert numbers == list(range(1, debate.event_count + 1))
    turns = list(debate.turns.order_by("number").values_list("number", flat=True))
    assert turns == list(range(1, debate.turn_count + 1))
