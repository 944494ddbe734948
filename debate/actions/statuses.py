"""The status of statements, worked out from replies and marks and kept beside them.

`Statement.status` is what `status_of` says of the facts in the database. Every action that changes
a fact calls `refresh` in its transaction, so that a page of any size reads statuses for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import F

from debate.models import Debate, Statement
from debate.models.statements import Kind, Status

TELLING = frozenset(Kind) - {Kind.POSITION, Kind.CRUX, Kind.SUPPORT, Kind.REMARK}
"""The kinds of reply that the status of what they answer may follow from."""

FACTS = """
WITH reply AS NOT MATERIALIZED (
    SELECT c.*, c.author_id <> s.author_id AND u.kind <> 'bot' AS by_other
    FROM debate_statement s
    JOIN debate_statement c ON c.parent_id = s.id
    JOIN accounts_user u ON u.id = c.author_id
    WHERE s.id = %(id)s AND c.hidden_at IS NULL AND c.withdrawn_at IS NULL
), mark AS NOT MATERIALIZED (
    SELECT m.* FROM debate_mark m JOIN debate_statement s ON s.id = m.statement_id
    WHERE s.id = %(id)s AND m.person_id <> s.author_id AND m.truth = 'agree'
)
SELECT s.id, s.parent_id, s.root_id, s.kind, s.status,
    s.hidden_at IS NOT NULL, s.withdrawn_at IS NOT NULL,
    EXISTS (SELECT FROM mark WHERE bears = 'no'),
    EXISTS (SELECT FROM mark)
        OR EXISTS (SELECT FROM reply WHERE kind = 'concession' AND by_other),
    EXISTS (SELECT FROM reply WHERE kind = 'objection' AND by_other)
        OR s.kind = 'question' AND EXISTS (
            SELECT FROM reply WHERE kind = 'answer' AND by_other
            OR kind = 'clarification' AND author_id = p.author_id),
    EXISTS (SELECT FROM reply WHERE kind = 'question' AND status = 'open')
FROM debate_statement s LEFT JOIN debate_statement p ON p.id = s.parent_id
WHERE s.id = %(id)s
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the status of one statement follows from."""

    id: int
    parent_id: int | None
    root_id: int | None
    kind: str
    status: str
    hidden: bool
    withdrawn: bool
    granted_beside: bool
    granted: bool
    answered: bool
    asked_about: bool


def status_of(facts: Facts) -> Status:
    """The first status that fits (design: 'Status of a statement')."""
    can_be_open = facts.kind in (Kind.OBJECTION, Kind.QUESTION)
    fits = (
        (facts.hidden, Status.HIDDEN),
        (facts.withdrawn, Status.WITHDRAWN),
        (facts.granted_beside, Status.GRANTED_BESIDE),
        (facts.granted, Status.GRANTED),
        (facts.answered, Status.ANSWERED),
        (facts.asked_about, Status.ASKED_ABOUT),
        (can_be_open, Status.OPEN),
    )
    return next((status for fit, status in fits if fit), Status.NONE)


def facts_of(statement_id: int) -> Facts:
    """Read the facts of one statement; raises Statement.DoesNotExist."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS, {"id": statement_id})
        row = cursor.fetchone()
    if row is None:
        raise Statement.DoesNotExist
    return Facts(*row)


def refresh(debate: Debate, statement_id: int | None) -> None:
    """Bring the status of a statement up to date, and upwards as far as it changes another's.

    Only an open question changes the status of what it asks about, so the climb is short. The
    debate is locked; its `open_count` moves in memory and is saved by the caller.
    """
    while statement_id is not None:
        facts = facts_of(statement_id)
        status = status_of(facts)
        if status == facts.status:
            return
        Statement.objects.filter(pk=facts.id).update(status=status)
        count_open(debate, facts.root_id, (status == "open") - (facts.status == "open"))
        statement_id = facts.parent_id if facts.kind == Kind.QUESTION else None


def count_open(debate: Debate, root_id: int | None, change: int) -> None:
    """Move the numbers of open points of the debate and of the tree by `change`."""
    if change == 0 or root_id is None:
        return
    debate.open_count += change
    Statement.objects.filter(pk=root_id).update(open_total=F("open_total") + change)
