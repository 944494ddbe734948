"""A long walk of random acts, after which everything stored beside the rows agrees with them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from debate import grammar
from debate.actions import cruxes, leaving, marks, moderation, reliances, statements, statuses
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict
from debate.models import Debate, Drop, Event, Mark, MarkChange, Reliance, Statement
from debate.models.marks import Bears, Truth
from debate.models.statements import AUTHOR_AGREES, LETTERS, CruxState, Kind, On
from debate.selectors import sides
from tests import factories

ACTS = 200
REFUSED = (PermissionDenied, ValidationError, Conflict)


class Walk:
    """People who act at random in one debate."""

    def __init__(self, seed: int, debate: Debate, people: list[User], moderator: User) -> None:
        self.dice = random.Random(seed)
        self.debate = debate
        self.people = people
        self.moderator = moderator
        self.done: Counter[str] = Counter()

    def run(self, many: int = ACTS) -> None:
        acts: list[Callable[[], object]] = [
            *[self.reply] * 6,
            *[self.mark] * 5,
            self.undo,
            self.confirm,
            *[self.explain] * 3,
            self.edit,
            self.withdraw,
            self.hide,
            self.restore,
            self.report,
            *[self.rely, self.agree] * 2,
            self.release,
            self.put_forward,
            self.drop,
            self.take_up,
        ]
        for _ in range(many):
            act = self.dice.choice(acts)
            try:
                act()
            except REFUSED:
                self.done["refused"] += 1
            else:
                self.done[act.__name__] += 1

    def any(self) -> Statement:
        ids = list(self.debate.statements.order_by("id").values_list("pk", flat=True))
        return Statement.objects.get(pk=self.dice.choice(ids[-12:] if self.luck() else ids))

    def luck(self) -> bool:
        return self.dice.random() < 0.5

    def somebody(self) -> User:
        return self.dice.choice(self.people)

    def reply(self) -> None:
        parent, person = self.any(), self.somebody()
        kind = self.dice.choice(grammar.what_may_answer(parent, person))
        on = self.dice.choice(On.values) if kind == Kind.OBJECTION else ""
        statements.reply(
            parent, by=person, kind=kind, on=on, body="So it is.", generated_by="program"
        )

    def mark(self) -> None:
        truth = self.dice.choice([*Truth.values, "agree", None])
        bears = self.dice.choice([*Bears.values, None, None])
        quote = Words("So it is.") if self.luck() else None
        whole = self.dice.random() < 0.1
        person, statement = self.somebody(), self.any()
        marks.mark(statement, by=person, truth=truth, bears=bears, quote=quote, whole=whole)

    def placed(self) -> Mark:
        ids = list(Mark.objects.order_by("id").values_list("pk", flat=True))
        if not ids:
            raise ValidationError("Nobody has marked anything yet.")
        return Mark.objects.select_related("statement", "person").get(pk=self.dice.choice(ids))

    def undo(self) -> None:
        mark = self.placed()
        change = self.dice.choice(list(mark.changes.values_list("pk", flat=True))[-2:])
        marks.undo(mark.statement, by=mark.person, change=change)

    def confirm(self) -> None:
        mark = self.placed()
        marks.confirm(mark.statement, by=mark.person)

    def explain(self) -> None:
        mark = self.placed()
        if self.luck():  # or else few have changed sides
            for truth in ("agree", "disagree"):
                marks.mark(mark.statement, by=mark.person, truth=truth)
        marks.explain(mark.statement, by=mark.person, because=self.any().label)

    def edit(self) -> None:
        statement = self.any()
        body = f"{statement.body} Again."
        statements.edit(
            statement,
            by=statement.author,
            body=body,
            revision=statement.revision,
            generated_by="program",
        )

    def withdraw(self) -> None:
        statement = self.any()
        statements.withdraw(statement, by=statement.author, generated_by="program")

    def hide(self) -> None:
        moderation.hide(self.any(), by=self.moderator, reason="Chance.")

    def restore(self) -> None:
        hidden = self.debate.statements.exclude(hidden_at=None).order_by("id").first()
        moderation.restore(hidden or self.any(), by=self.moderator, reason="Chance.")

    def report(self) -> None:
        moderation.report(self.any(), by=self.somebody(), reason="spam")

    def rely(self) -> None:
        claim, number = self.any(), self.dice.choice([None, 20])
        other = None if number is None else self.dice.randint(0, 100)
        reliances.rely(
            self.one_of("position"),
            by=self.somebody(),
            claim=claim,
            words="would change",
            now=number,
            otherwise=other,
        )

    def agree(self) -> None:
        marks.mark(self.one_of("crux"), by=self.somebody(), truth="agree")

    def release(self) -> None:
        known = Reliance.objects.order_by("id").first()
        claim, person = (known.claim, known.person) if known else (self.any(), self.somebody())
        position = known.position if known else self.one_of("position")
        reliances.release(position, by=person, claim=claim)

    def put_forward(self) -> None:
        cruxes.put_forward(
            self.debate, by=self.somebody(), name="So", body="It is.", generated_by="program"
        )

    def drop(self) -> None:
        crux = self.one_of("crux")
        cruxes.drop(crux, by=crux.author, reason="Chance.", generated_by="program")

    def take_up(self) -> None:
        crux = self.one_of("crux")
        cruxes.take_up(crux, by=crux.author, generated_by="program")

    def one_of(self, kind: str) -> Statement:
        return self.dice.choice(list(self.debate.statements.filter(kind=kind).order_by("id")))


@pytest.mark.parametrize("seed", range(8))
def test_after_many_acts_all_that_is_stored_follows_from_the_rows(
    seed: int, debate: Debate, alice: User, bob: User, charlie: User, rob: User, mara: User
) -> None:
    factories.CruxFactory.create(debate=debate, author=charlie)
    walk = Walk(seed, debate, [alice, bob, charlie, rob], mara)
    walk.run()
    acts = "reply mark undo confirm explain edit withdraw hide restore report put_forward"
    assert not set(acts.split()) - walk.done.keys()
    _check_all(debate)
    leaving.leave(by=bob, withdraw=bool(seed % 2))
    leaving.finish(bob.pk, withdraw=bool(seed % 2))
    _check_all(debate)


def _check_all(debate: Debate) -> None:
    rows = list(Statement.objects.filter(debate=debate).select_related("author").order_by("path"))
    assert len(rows) > 20
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
    assert named
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
