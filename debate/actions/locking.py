"""Locking a debate, or what stands under a statement: nothing is written there for a while."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from debate import moderating, rules
from debate.actions import acts, events
from debate.actions.acts import Done
from debate.actions.refusals import Conflict
from debate.models import Debate, ModerationAct, Statement
from debate.models.acts import Act
from debate.models.events import EventKind


def lock(
    debate: Debate,
    *,
    statement: Statement | None = None,
    by: User,
    reason: str,
    internal: bool = False,
) -> ModerationAct:
    """Let nobody answer or edit in the debate, or in and under the statement; all else goes on.

    Raises PermissionDenied; ValidationError (reason); Conflict where it is locked already.
    """
    with transaction.atomic():
        debate = events.locked(debate.pk)
        rules.require(moderating.may_lock(debate, by))
        one = acts.fresh(statement, debate) if statement is not None else None
        if one is not None:
            rules.require(moderating.stands_apart(by, one))
        reason = acts.checked_reason(reason)
        if debate.is_locked if one is None else one.pk in debate.locked:
            raise Conflict(gettext("This is locked already."))
        put(debate, one, locked=True)
        return acts.log(
            Act.LOCK,
            EventKind.DEBATE_LOCKED if one is None else EventKind.STATEMENT_LOCKED,
            Done(),
            debate=debate,
            statement=one,
            by=by,
            reason=reason,
            internal=internal,
        )


def put(debate: Debate, statement: Statement | None, *, locked: bool) -> None:
    """Store in the row of a locked debate that it, or a statement of it, is locked or not."""
    if statement is None:
        debate.is_locked = locked
    elif locked:
        debate.locked = sorted({*debate.locked, statement.pk})
    else:
        debate.locked = sorted({*debate.locked} - {statement.pk})
    debate.save(update_fields=["is_locked", "locked"])


def undo_lock(
    act: ModerationAct, statement: Statement | None, debate: Debate, by: User
) -> tuple[EventKind, Done]:
    """Let people write there again."""
    put(debate, statement, locked=False)
    return EventKind.STATEMENT_UNLOCKED if act.label else EventKind.DEBATE_UNLOCKED, Done()
