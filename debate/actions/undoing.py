"""Undoing acts: what they changed is put back exactly as it was, or not at all."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from debate import moderating, rules
from debate.actions import (
    acts,
    events,
    linking,
    locking,
    moderation,
    moving,
    retyping,
    sitewide,
    splitting,
    suspensions,
)
from debate.actions.acts import Undoing
from debate.actions.refusals import Conflict
from debate.models import Debate, ModerationAct, Statement
from debate.models.acts import Act
from debate.models.events import EventKind

UNDOING: dict[str, Undoing] = {
    Act.HIDE: moderation.undo_hiding,
    Act.RESTORE: moderation.undo_hiding,
    Act.DISMISS: moderation.undo_dismissal,
    Act.RETYPE: retyping.undo_retype,
    Act.LINK: linking.undo_link,
    Act.MERGE: linking.undo_link,
    Act.SPLIT: splitting.undo_split,
    Act.MOVE: moving.undo_move,
    Act.LOCK: locking.undo_lock,
    Act.SUSPEND: suspensions.undo_suspension,
    Act.UNLINK: linking.undo_unlink,
}
SETTLES = (EventKind.STATEMENT_HIDDEN, EventKind.STATEMENT_RESTORED)


def undo(act: ModerationAct, *, by: User, reason: str, internal: bool = False) -> ModerationAct:
    """Take an act back: marks, quotations, links, statuses and counts are as before it.

    Raises PermissionDenied; ValidationError (reason); Conflict where it is undone already, or
    where what came later stands in the way of undoing it exactly.
    """
    with transaction.atomic():
        return take_back(act, by=by, reason=reason, internal=internal)


def take_back(
    act: ModerationAct, *, by: User, reason: str, internal: bool = False, alone: bool = True
) -> ModerationAct:
    """As `undo`, within a transaction; not `alone` on an appeal, where two have looked at it."""
    rules.require(moderating.may_undo(act, by))
    reason = acts.checked_reason(reason)
    if act.debate_id is None:
        return sitewide.end(act, by=by, reason=reason, internal=internal)
    debate = events.locked(act.debate_id)
    statement = acts.fresh(act.statement, debate) if act.statement else None
    if alone and act.moderator_id != by.pk:
        both = [one for one in (statement, act.other) if one]
        rules.require(moderating.stands_apart(by, *both))
    if ModerationAct.objects.filter(undoes=act).exists():
        raise Conflict(gettext("This is undone already."))
    event, done = UNDOING[act.act](act, statement, debate, by)
    kept = _still(statement)
    made = acts.log(
        Act.UNDO,
        event,
        done,
        debate=debate,
        statement=kept,
        by=by,
        reason=reason,
        internal=internal,
        undoes=act,
        person=act.person,
    )
    if event in SETTLES and kept is not None:
        moderation.settle(kept, by)
    return made


def _still(statement: Statement | None) -> Statement | None:
    return statement if statement is not None and statement.pk else None


def unlock(
    debate: Debate, *, statement: Statement | None = None, by: User, reason: str
) -> ModerationAct:
    """Undo the lock that holds; raises as `undo`, and Conflict where nothing is locked."""
    held = ModerationAct.objects.standing().filter(act=Act.LOCK, debate=debate)
    act = held.filter(statement=statement).first()
    if act is None:
        raise Conflict(gettext("This is not locked."))
    return undo(act, by=by, reason=reason)
