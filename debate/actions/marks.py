"""Marking statements: is it true, and does it bear?"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q

from accounts.models import User
from debate import rules
from debate.actions import events, quotations, settling, statuses
from debate.actions.quotations import Words
from debate.models import Debate, Mark, MarkChange, Quotation, Statement
from debate.models.events import EventKind
from debate.models.marks import Bears, Truth
from debate.models.statements import AUTHOR_AGREES


def mark(
    statement: Statement,
    *,
    by: User,
    truth: str | None = None,
    bears: str | None = None,
    quote: Words | None = None,
) -> Mark:
    """Set one's mark: `truth` a Truth, `bears` a Bears, '' to clear, None to leave as it is.

    Raises PermissionDenied (bots do not mark); ValidationError by field (truth, bears, quote).
    """
    with transaction.atomic():
        debate = events.locked(statement.debate_id)
        statement = Statement.objects.select_related("author").get(pk=statement.pk)
        statement.debate = debate
        rules.require(rules.may_mark(statement, by))
        _check(statement, truth, bears)
        quotation = quotations.quote(statement, quote) if quote else None
        placed = put(debate, statement, by=by, truth=truth, bears=bears, quotation=quotation)
        statuses.refresh(debate, statement.pk)
        events.save_counters(debate)
    return placed


def _check(statement: Statement, truth: str | None, bears: str | None) -> None:
    problems: dict[str, str] = {}
    if truth and not rules.takes_truth(statement):
        problems["truth"] = f"A {statement.kind} claims nothing that could be true or false."
    elif truth is not None and truth not in Truth.values:
        problems["truth"] = "Choose agree, unsure or disagree, or leave it empty to clear."
    if bears and not rules.takes_bearing(statement):
        problems["bears"] = "Only supports and objections bear on what they answer."
    elif bears is not None and bears not in Bears.values:
        problems["bears"] = "Choose yes or no, or leave it empty to clear."
    if problems:
        raise ValidationError(dict(problems))


def put(
    debate: Debate,
    statement: Statement,
    *,
    by: User,
    truth: str | None = None,
    bears: str | None = None,
    quotation: Quotation | None = None,
    **fields: Any,
) -> Mark:
    """Write a mark that has been checked into a locked debate, with its history and the counts."""
    placed, _ = Mark.objects.get_or_create(
        statement=statement, person=by, defaults={"revision": statement.revision}
    )
    placed.truth = placed.truth if truth is None else truth
    placed.bears = placed.bears if bears is None else bears
    placed.quotation = quotation or placed.quotation
    placed.revision = statement.revision
    change = MarkChange.objects.create(
        mark=placed, truth=placed.truth, bears=placed.bears, revision=placed.revision
    )
    placed.marked_at = change.changed_at
    for field, value in fields.items():
        setattr(placed, field, value)
    placed.save()
    count(statement)
    data = {"truth": placed.truth, "bears": placed.bears}
    events.record(debate, EventKind.MARK_SET, by=by, statement=statement, data=data)
    settling.settle_after(debate, statement, by=by)
    return placed


def count(statement: Statement) -> None:
    """Bring the statement's counts of marks up to date; its author agrees by default."""
    counts = Mark.objects.filter(statement=statement).aggregate(
        agree_count=Count("id", filter=Q(truth=Truth.AGREE)),
        unsure_count=Count("id", filter=Q(truth=Truth.UNSURE)),
        disagree_count=Count("id", filter=Q(truth=Truth.DISAGREE)),
        bears_count=Count("id", filter=Q(bears=Bears.YES)),
        beside_count=Count("id", filter=Q(bears=Bears.NO)),
        authors=Count("id", filter=Q(person=statement.author_id) & ~Q(truth="")),
    )
    authors = counts.pop("authors")
    implied = statement.kind in AUTHOR_AGREES and not statement.author.is_bot and not authors
    counts["agree_count"] += int(implied)
    Statement.objects.filter(pk=statement.pk).update(**counts)
    for field, value in counts.items():
        setattr(statement, field, value)
