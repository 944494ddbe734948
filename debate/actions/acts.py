"""What all acts on other people's statements have in common: rights, reason, log, announcement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from debate import moderating, rules
from debate.actions import events, statuses
from debate.actions.refusals import refusal_of_short, shows
from debate.models import Appeal, Debate, ModerationAct, Statement
from debate.models.acts import BY_MODERATOR, Act, AppealState
from debate.models.events import EventKind
from debate.models.statements import REASON_MAX


class Done(NamedTuple):
    """What an act did, for the log: `other` is its second statement; `data` goes to the event."""

    other: Statement | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    data: dict[str, Any] | None = None
    goes_on: bool = False
    """Whether the caller goes on, and saves the counters then."""


def checked_reason(reason: str) -> str:
    """The reason as it is stored; raises ValidationError (reason)."""
    refusal = refusal_of_short(reason, REASON_MAX)
    if not refusal and not shows(reason):
        refusal = gettext("Give a reason: everyone can read it in the log.")
    if refusal:
        raise ValidationError({"reason": refusal})
    return reason.strip()


def fresh(statement: Statement, debate: Debate) -> Statement:
    """The statement as it is under the lock, with its author; raises where it is elsewhere."""
    found = Statement.objects.select_related("author__owner").filter(debate=debate)
    one = found.filter(pk=statement.pk).first()
    if one is None:
        raise ValidationError({"to": gettext("Choose a statement of this debate.")})
    one.debate = debate
    return one


def begin(
    statement: Statement, *, by: User, reason: str, proposed: bool, to: Statement | None = None
) -> tuple[Statement, Statement | None, str]:
    """Lock the debate and ask all rights; both statements as they are, and the reason.

    Raises PermissionDenied, ValidationError (reason, to). Runs within a transaction.
    """
    debate = events.locked(statement.debate_id)
    statement = fresh(statement, debate)
    other = fresh(to, debate) if to is not None else None
    rules.require(moderating.may_restructure(statement, by, proposed=proposed))
    if other is not None and other.is_gone:
        raise ValidationError({"to": gettext("This statement was removed or withdrawn.")})
    if not proposed:
        concerned = [statement] if other is None else [statement, other]
        rules.require(moderating.stands_apart(by, *concerned))
    return statement, other, checked_reason(reason)


def log(
    act: Act,
    event: EventKind,
    done: Done,
    *,
    debate: Debate,
    statement: Statement | None,
    by: User,
    reason: str,
    internal: bool = False,
    undoes: ModerationAct | None = None,
    person: User | None = None,
) -> ModerationAct:
    """Write an act that has been carried out to the log and to the events; saves the counters.

    Whom it concerns is the statement's author; of a bot its owner; else `person`.
    """
    if statement is not None:
        person = statement.author.owner or statement.author
    made = ModerationAct.objects.create(
        act=act,
        debate=debate,
        statement=statement,
        label=statement.label if statement else "",
        other=done.other,
        person=person,
        moderator=by,
        reason=reason,
        is_internal=internal,
        before=(done.before or {}) | ({BY_MODERATOR: True} if by.is_moderator else {}),
        after=done.after or {},
        undoes=undoes,
    )
    if undoes is not None:
        close_appeal(undoes, by=by, reason=reason, internal=internal)
    data = {"act": made.pk, **(done.data or {})}
    if done.other is not None:
        data["to"] = done.other.pk
    events.record(debate, event, by=by, statement=statement, data=data)
    if not done.goes_on:
        events.save_counters(debate)
    return made


def close_appeal(act: ModerationAct, *, by: User, reason: str, internal: bool) -> None:
    """Decide the appeal that waits against an act which does not hold any more."""
    answer = "" if internal else reason
    waiting = Appeal.objects.filter(act=act, state=AppealState.OPEN)
    decided = {"decided_by": by, "decided_at": timezone.now(), "answer": answer}
    waiting.update(state=AppealState.OVERTURNED, **decided)


def refresh(debate: Debate, *ids: int | None) -> None:
    """Bring the statuses of these statements up to date."""
    for pk in dict.fromkeys(ids):
        statuses.refresh(debate, pk)


Undoing = Callable[[ModerationAct, Statement | None, Debate, User], tuple[EventKind, Done]]
"""Puts back what an act changed; says by which event. Raises Conflict where it cannot exactly."""
