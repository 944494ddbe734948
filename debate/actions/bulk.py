"""Publishing many statements at once, as one by one they would have been published.

Everything is worked out in memory first, so that each row is written once; what a status follows
from is said in `statuses.status_of` for both ways.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from debate import grammar
from debate.actions import events, statuses
from debate.models import Debate, Event, Mark, MarkChange, Quotation, Statement, Turn
from debate.models.events import EventKind
from debate.models.marks import Bears, Truth
from debate.models.statements import AUTHOR_AGREES, Kind, Status
from debate.text import markdown, plain, quotations

BATCH = 1000  # rows in one INSERT


@dataclass(frozen=True, slots=True)
class Verdict:
    """One person's mark; None leaves an answer as it is."""

    person: User
    truth: str | None = None
    bears: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement to publish, no crux; `answers` is the place of an earlier draft.

    Its words are clean and its kind may stand where it is put: nothing here checks it again.
    """

    author: User
    kind: str
    body: str
    when: datetime
    on: str = ""
    name: str = ""
    answers: int | None = None
    quote: str = ""
    verdicts: Sequence[Verdict] = ()


def publish(debate: Debate, drafts: Sequence[Draft]) -> Debate:
    """Publish drafts in a new debate, each as a turn, and then their verdicts; all or nothing.

    Returns the debate with its counters. Raises quotations.NotThere or Ambiguous for a quotation
    that is not in what it answers.
    """
    with transaction.atomic():
        debate = events.locked(debate.pk)
        writing = _Writing(debate, drafts)
        writing.place()
        writing.mark()
        writing.judge()
        writing.write()
        events.save_counters(debate)
    return debate


class _Writing:
    """One run: the rows to be written, in the order of the drafts."""

    def __init__(self, debate: Debate, drafts: Sequence[Draft]) -> None:
        self.debate = debate
        self.drafts = drafts
        self.statements: list[Statement] = []
        self.turns: list[Turn] = []
        self.quotations: list[Quotation] = []
        self.marks: dict[tuple[int, int], Mark] = {}
        self.changes: list[MarkChange] = []
        self.events: list[Event] = []
        self.under: defaultdict[int, list[Statement]] = defaultdict(list)
        self.marks_of: defaultdict[int, list[Mark]] = defaultdict(list)

    # ---- work out

    def place(self) -> None:
        """Make the statements and count them in."""
        for pk, draft in zip(reserved(len(self.drafts)), self.drafts, strict=True):
            parent = None if draft.answers is None else self.statements[draft.answers]
            statement = self._statement(pk, draft, parent)
            self.statements.append(statement)
            if parent is not None:
                count_in(parent, statement)
                self.under[parent.pk].append(statement)
            if draft.kind == Kind.CONCESSION and parent and grammar.takes_truth(parent):
                self._set(parent, Verdict(draft.author, Truth.AGREE), draft.when)
            self._happened(EventKind.STATEMENT_PUBLISHED, draft.author, statement, draft.when)

    def _statement(self, pk: int, draft: Draft, parent: Statement | None) -> Statement:
        return Statement(
            pk=pk,
            debate=self.debate,
            turn=self._turn(draft),
            author=draft.author,
            kind=draft.kind,
            on=draft.on,
            name=draft.name,
            ordinal=self._next("position" if draft.kind == Kind.POSITION else "statement"),
            body=draft.body,
            body_html=markdown.render(draft.body),
            parent=parent,
            quotation=self._quotation(parent, draft.quote) if parent and draft.quote else None,
            created_at=draft.when,
        )

    def _turn(self, draft: Draft) -> Turn:
        turn = Turn(
            debate=self.debate,
            number=self._next("turn"),
            author=draft.author,
            created_at=draft.when,
        )
        self.debate.last_turn_at = draft.when
        self.turns.append(turn)
        return turn

    def _next(self, counted: str) -> int:
        number = int(getattr(self.debate, f"{counted}_count")) + 1
        setattr(self.debate, f"{counted}_count", number)
        return number

    def _quotation(self, parent: Statement, words: str) -> Quotation:
        found = quotations.find(plain.plain(parent.body_html), words)
        quotation = Quotation(
            statement=parent,
            revision=parent.revision,
            exact=found.exact,
            prefix=found.prefix,
            suffix=found.suffix,
            start=found.start,
            end=found.end,
        )
        self.quotations.append(quotation)
        return quotation

    def mark(self) -> None:
        """Set the drafts' verdicts, and count all marks."""
        for statement, draft in zip(self.statements, self.drafts, strict=True):
            for verdict in draft.verdicts:
                self._set(statement, verdict, self.debate.last_turn_at)
        for mark in self.marks.values():
            self.marks_of[mark.statement_id].append(mark)
        for statement in self.statements:
            count_marks(statement, self.marks_of[statement.pk])

    def _set(self, statement: Statement, verdict: Verdict, when: datetime) -> None:
        """As marks.put does."""
        person = verdict.person
        mark = self.marks.setdefault(
            (statement.pk, person.pk), Mark(statement=statement, person=person)
        )
        mark.truth = mark.truth if verdict.truth is None else verdict.truth
        mark.bears = mark.bears if verdict.bears is None else verdict.bears
        mark.revision = statement.revision
        mark.marked_at = when
        said = {"truth": mark.truth, "bears": mark.bears}
        change = MarkChange(mark=mark, revision=mark.revision, changed_at=when, **said)
        self.changes.append(change)
        self._happened(EventKind.MARK_SET, person, statement, when, data=said)

    def _happened(
        self, kind: EventKind, actor: User, statement: Statement, when: datetime, **fields: Any
    ) -> None:
        event = Event(
            debate=self.debate,
            number=self._next("event"),
            kind=kind,
            actor=actor,
            statement=statement,
            created_at=when,
            **fields,
        )
        self.events.append(event)

    def judge(self) -> None:
        """Work out every status, replies before what they answer."""
        for statement in reversed(self.statements):
            told = facts(statement, self.under[statement.pk], self.marks_of[statement.pk])
            statement.status = statuses.status_of(told)
            if statement.status == Status.OPEN and statement.root is not None:
                statement.root.open_total += 1
                self.debate.open_count += 1

    # ---- write

    def write(self) -> None:
        """Write all rows, each after those whose id it needs."""
        Turn.objects.bulk_create(self.turns, BATCH)
        Quotation.objects.bulk_create(self.quotations, BATCH)
        Statement.objects.bulk_create(self.statements, BATCH)
        Mark.objects.bulk_create(self.marks.values(), BATCH)
        MarkChange.objects.bulk_create(self.changes, BATCH)
        Event.objects.bulk_create(self.events, BATCH)


def reserved(count: int, table: str = "debate_statement") -> list[int]:
    """Ids for so many rows of a table, in rising order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def count_in(parent: Statement, statement: Statement) -> None:
    """Count a reply; root and depth are what the database will work out too."""
    statement.root = parent.root or parent
    statement.depth = parent.depth + 1
    statement.root.total += 1
    parent.reply_count += 1


def count_marks(statement: Statement, marks: Sequence[Mark]) -> None:
    """As marks.count does: the author agrees unless they have said something else."""
    truths = Counter(mark.truth for mark in marks)
    bearings = Counter(mark.bears for mark in marks)
    said = any(mark.person_id == statement.author_id and mark.truth for mark in marks)
    implied = statement.kind in AUTHOR_AGREES and not statement.author.is_bot and not said
    statement.agree_count = truths[Truth.AGREE] + int(implied)
    statement.unsure_count = truths[Truth.UNSURE]
    statement.disagree_count = truths[Truth.DISAGREE]
    statement.bears_count = bearings[Bears.YES]
    statement.beside_count = bearings[Bears.NO]


def facts(
    statement: Statement, replies: Sequence[Statement], marks: Sequence[Mark]
) -> statuses.Facts:
    """As statuses.facts_of reads them."""
    author = statement.author_id
    replies = [reply for reply in replies if not reply.is_gone]
    agreeing = [m for m in marks if m.truth == Truth.AGREE and m.person_id != author]
    by_others = {r.kind for r in replies if r.author_id != author and not r.author.is_bot}
    return statuses.Facts(
        id=statement.pk,
        parent_id=statement.parent_id,
        root_id=statement.root_id,
        kind=statement.kind,
        status="",
        hidden=statement.hidden_at is not None,
        withdrawn=statement.withdrawn_at is not None,
        granted_beside=any(mark.bears == Bears.NO for mark in agreeing),
        granted=bool(agreeing) or Kind.CONCESSION in by_others,
        answered=Kind.OBJECTION in by_others or _is_met(statement, replies, by_others),
        asked_about=any(r.kind == Kind.QUESTION and r.status == Status.OPEN for r in replies),
    )


def _is_met(statement: Statement, replies: Sequence[Statement], by_others: Set[str]) -> bool:
    """Whether a question has its answer: anybody's, or whom it asks has made themselves clear."""
    if statement.kind != Kind.QUESTION or statement.parent is None:
        return False
    asked = statement.parent.author_id
    clear = any(r.kind == Kind.CLARIFICATION and r.author_id == asked for r in replies)
    return clear or Kind.ANSWER in by_others
