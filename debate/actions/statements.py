"""Answering, editing and withdrawing statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts import reading
from accounts.limits import Deed, refusal_of_links
from accounts.models import User
from accounts.moments import number
from debate import grammar, rules
from debate.actions import (
    deeds,
    events,
    marks,
    outdating,
    precautions,
    quotations,
    settling,
    statuses,
)
from debate.actions.quotations import Words
from debate.actions.refusals import Outdated, refusal_of_short, refusal_of_signs, shows
from debate.models import Debate, Revision, Statement, Turn
from debate.models.events import EventKind
from debate.models.statements import AUTHOR_AGREES, BODY_MAX, REASON_MAX, Kind, Status
from debate.text import markdown, plain

NOTES = frozenset({"source"})
COUNT_IN = """
    UPDATE debate_statement SET reply_count = reply_count + (id = %(parent)s)::int,
        total = total + (id = %(root)s)::int,
        open_total = open_total + (id = %(root)s)::int * %(open)s
    WHERE id IN (%(parent)s, %(root)s)
"""


@dataclass(frozen=True, slots=True)
class Point:
    """An answer to one statement as somebody sent it."""

    parent: Statement
    kind: str
    body: str
    on: str = ""
    quote: Words | None = None


def reply(
    parent: Statement,
    *,
    by: User,
    kind: str,
    body: str,
    on: str = "",
    quote: Words | None = None,
    generated_by: str = "",
) -> Statement:
    """Publish an answer to `parent` as a turn of its own.

    Raises PermissionDenied; LimitReached; ValidationError by field (kind, on, body, quote,
    generated_by).
    """
    with transaction.atomic():
        debate = events.locked(parent.debate_id)
        point = Point(_fresh(parent, debate), kind, body, on, quote)
        generated_by = check(point, by=by, generated_by=generated_by)
        deeds.count(by, Deed.STATEMENTS)
        turn = open_turn(debate, by=by)
        statement = say(debate, point, turn=turn, by=by, generated_by=generated_by)
        events.save_counters(debate)
    return statement


def check(point: Point, *, by: User, generated_by: str = "") -> str:
    """What to store of how it came about; raises as `reply` does where it cannot be published.

    Its parent is one of a locked debate. Whether the quoted words are there, `say` finds out.
    """
    rules.require(rules.may_reply(point.parent, by))
    generated_by = events.check_generated_by(by, generated_by)
    problems = grammar.refusal_of_reply(point.parent, by, point.kind, point.on)
    if refusal := refusal_of_body(point.body, by):
        problems["body"] = refusal
    if problems:
        raise ValidationError(dict(problems))
    return generated_by


def say(
    debate: Debate, point: Point, *, turn: Turn, by: User, generated_by: str = ""
) -> Statement:
    """Put a point that has been checked into a locked debate, with all that follows from it.

    Raises ValidationError (quote). The caller saves the debate's counters.
    """
    parent, kind = point.parent, point.kind
    statement = publish(
        debate,
        turn=turn,
        author=by,
        kind=kind,
        on=point.on,
        body=markdown.clean(point.body).strip(),
        parent=parent,
        quotation=quotations.quote(parent, point.quote) if point.quote else None,
        generated_by=generated_by,
    )
    if kind == Kind.CONCESSION and grammar.takes_truth(parent):
        marks.put(debate, parent, by=by, truth="agree")
    if kind in statuses.TELLING:
        statuses.refresh(debate, parent.pk)
    events.record(
        debate,
        EventKind.STATEMENT_PUBLISHED,
        by=by,
        statement=statement,
        generated_by=generated_by,
    )
    return statement


def open_turn(debate: Debate, *, by: User, **fields: Any) -> Turn:
    """The next turn of a locked debate."""
    debate.turn_count += 1
    turn = Turn.objects.create(debate=debate, number=debate.turn_count, author=by, **fields)
    debate.last_turn_at = turn.created_at
    return turn


def publish(debate: Debate, *, author: User, kind: str, body: str, **fields: Any) -> Statement:
    """Put a statement in a locked debate and count it; what it says has been checked.

    `fields` are further fields of Statement (an import may bring its own `ordinal`, if all of its
    statements do). Returns it as the database placed it.
    """
    parent: Statement | None = fields.get("parent")
    ordinal = _next_ordinal(debate, kind)
    fields.setdefault("ordinal", ordinal)
    statement = Statement.objects.create(
        debate=debate,
        author=author,
        kind=kind,
        body=body,
        body_html=markdown.render(body),
        status=Status.OPEN if kind in (Kind.OBJECTION, Kind.QUESTION) else Status.NONE,
        agree_count=int(kind in AUTHOR_AGREES and not author.is_bot),
        **fields,
    )
    if parent is not None:
        _count_in(debate, parent, statement)
    return statement


def _next_ordinal(debate: Debate, kind: str) -> int:
    counter = {Kind.POSITION: "position_count", Kind.CRUX: "crux_count"}.get(
        Kind(kind), "statement_count"
    )
    ordinal = int(getattr(debate, counter)) + 1
    setattr(debate, counter, ordinal)
    return ordinal


def _count_in(debate: Debate, parent: Statement, statement: Statement) -> None:
    """Say what the trigger has set, so that the row need not be read back, and count the reply."""
    statement.root_id = parent.root_id or parent.pk
    statement.depth = parent.depth + 1
    statement.path = bytes(parent.path) + statement.pk.to_bytes(4, "big")
    is_open = int(statement.status == Status.OPEN)
    debate.open_count += is_open
    counted = {"parent": parent.pk, "root": statement.root_id, "open": is_open}
    with connection.cursor() as cursor:
        cursor.execute(COUNT_IN, counted)


def edit(
    statement: Statement,
    *,
    by: User,
    body: str,
    revision: int,
    reason: str = "",
    generated_by: str = "",
) -> Statement:
    """Replace the words of a statement and keep the old ones as a revision.

    `revision` is the wording the author was looking at: Outdated where it has changed since.
    Raises PermissionDenied; LimitReached; ValidationError by field (body, reason, generated_by).
    """
    with transaction.atomic():
        debate = events.locked(statement.debate_id)
        statement = _fresh(statement, debate)
        body = check_edit(statement, body, by=by, revision=revision, reason=reason)
        generated_by = events.check_generated_by(by, generated_by)
        deeds.count(by, Deed.EDITS)
        reason = reason.strip()
        reword(debate, statement, by=by, body=body, reason=reason, generated_by=generated_by)
        events.save_counters(debate)
    return statement


def check_edit(
    statement: Statement, body: str, *, by: User, revision: int, reason: str = ""
) -> str:
    """The words as they would be stored; raises as `edit` does where they cannot be.

    The statement is one of a locked debate.
    """
    rules.require(rules.may_edit(statement, by))
    body = _checked(body, by, _refusal_of_reason(reason))
    if statement.revision != revision:
        raise Outdated(revision=statement.revision)
    if body == statement.body:
        raise ValidationError({"body": gettext("These are the words it has already.")})
    return body


def reword(
    debate: Debate,
    statement: Statement,
    *,
    by: User,
    body: str,
    reason: str = "",
    generated_by: str = "",
) -> None:
    """Give a statement of a locked debate other words, unasked; the caller saves the counters."""
    _keep_wording(statement, by=by, reason=reason, generated_by=generated_by)
    statement.body = body
    statement.body_html = markdown.render(body)
    statement.revision += 1
    statement.edited_at = timezone.now()
    statement.save(update_fields=["body", "body_html", "revision", "edited_at"])
    events.record(
        debate,
        EventKind.STATEMENT_EDITED,
        by=by,
        statement=statement,
        data={"revision": statement.revision},
        generated_by=generated_by,
    )
    outdating.with_passage(debate, statement, by=by)


def _keep_wording(statement: Statement, *, by: User, reason: str, generated_by: str) -> None:
    Revision.objects.create(
        statement=statement,
        number=statement.revision,
        body=statement.body,
        body_html=statement.body_html,
        replaced_by=by,
        reason=reason,
        generated_by=generated_by,
    )


def withdraw(statement: Statement, *, by: User, generated_by: str = "") -> Statement:
    """Leave a tombstone in the statement's place; replies and marks stay.

    Raises PermissionDenied; ValidationError by field (generated_by).
    """
    with transaction.atomic():
        debate = events.locked(statement.debate_id)
        statement = _fresh(statement, debate)
        rules.require(rules.may_withdraw(statement, by))
        generated_by = events.check_generated_by(by, generated_by)
        take_back(debate, statement, by=by, generated_by=generated_by)
        events.save_counters(debate)
    statement.refresh_from_db(fields=["status"])
    return statement


def take_back(debate: Debate, statement: Statement, *, by: User, generated_by: str = "") -> None:
    """Withdraw a statement of a locked debate, unasked; the caller saves the counters."""
    statement.withdrawn_at = timezone.now()
    statement.save(update_fields=["withdrawn_at"])
    statuses.refresh(debate, statement.pk)
    statuses.refresh(debate, statement.parent_id)
    events.record(
        debate,
        EventKind.STATEMENT_WITHDRAWN,
        by=by,
        statement=statement,
        generated_by=generated_by,
    )
    outdating.with_statement(debate, statement, by=by)
    settling.settle_after(debate, statement, by=by)


def _fresh(statement: Statement, debate: Debate) -> Statement:
    """The statement as it is under the lock."""
    fresh = reading.first(Statement, "id = %s", statement.pk, later=NOTES)
    if fresh is None:
        raise Statement.DoesNotExist
    fresh.debate = debate
    return fresh


def _checked(body: str, by: User, refusals: dict[str, str]) -> str:
    """The words as they are stored; raises ValidationError for them and all other refusals."""
    problems = dict(refusals)
    if refusal := refusal_of_body(body, by):
        problems["body"] = refusal
    if problems:
        raise ValidationError(dict(problems))
    return markdown.clean(body).strip()


def refusal_of_body(body: str, by: User) -> str:
    """Why these words cannot be a statement of this account's; empty where they can."""
    try:
        body = markdown.clean(body).strip()
    except markdown.Unwritable as error:
        return refusal_of_signs(error)
    if not body:
        return gettext("Write what you have to say.")
    if len(body) > BODY_MAX:
        return gettext(
            "This is %(body)s characters long; the most is %(body_max)s. "
            "Say it in several statements, one claim each."
        ) % {"body": number(len(body)), "body_max": number(BODY_MAX)}
    if shows(plain.plain(markdown.render(body))):
        return refusal_of_links(by, body) or precautions.refusal_of_words(by, body)
    return gettext("Nothing of this can be shown. Write some words.")


def _refusal_of_reason(reason: str) -> dict[str, str]:
    refusal = refusal_of_short(reason, REASON_MAX)
    return {"reason": refusal} if refusal else {}
