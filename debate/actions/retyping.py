"""Changing what a statement does to what it answers: its kind, and what an objection says."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from accounts.models import User
from debate import grammar, moderating
from debate.actions import acts, marks
from debate.actions.acts import Done
from debate.actions.refusals import Conflict
from debate.models import Debate, Link, ModerationAct, Statement
from debate.models.acts import Act
from debate.models.events import EventKind
from debate.models.links import LinkKind
from debate.models.statements import BEARING, CLAIMS, ROOTS, Kind


def retype(
    statement: Statement,
    *,
    kind: str,
    on: str = "",
    by: User,
    reason: str,
    internal: bool = False,
    proposed: bool = False,
) -> ModerationAct:
    """Give a statement another kind, or an objection another `on`; words and marks stay.

    Where somebody else `proposed` it, the author may do it too. Raises PermissionDenied;
    ValidationError by field (kind, on, reason); Conflict where it is so already.
    """
    with transaction.atomic():
        one, _, reason = acts.begin(statement, by=by, reason=reason, proposed=proposed)
        if (one.kind, one.on) == (kind, on):
            raise Conflict(gettext("It is of this kind already."))
        if problems := refusal(one, kind, on, by):
            raise ValidationError(dict(problems))
        before = {"kind": one.kind, "on": one.on}
        put(one, kind, on)
        return acts.log(
            Act.RETYPE,
            EventKind.STATEMENT_RETYPED,
            Done(before=before, after={"kind": kind, "on": on}, data={"kind": kind, "on": on}),
            debate=one.debate,
            statement=one,
            by=by,
            reason=reason,
            internal=internal,
        )


def refusal(one: Statement, kind: str, on: str, by: User) -> dict[str, str]:
    """Why a statement cannot become of this kind, by field; empty where it can."""
    parent = one.parent
    if one.kind in ROOTS or parent is None:
        return {"kind": gettext("Positions and cruxes answer nothing, and stay what they are.")}
    if problems := grammar.refusal_of_reply(parent, one.author, kind, on):
        return problems
    if kind == Kind.CONCESSION and not moderating.is_own(one, by):
        return {"kind": gettext("Only its author can say that it concedes something.")}
    told = _refusal_of_replies(one, kind) or _refusal_of_marks(one, kind)
    return {"kind": told} if told else {}


def _refusal_of_replies(one: Statement, kind: str) -> str:
    under = set(one.replies.values_list("kind", flat=True).order_by().distinct())
    if one.kind == Kind.QUESTION and kind != Kind.QUESTION and Kind.ANSWER in under:
        return gettext("It has answers, and only a question can. Change their kind first.")
    if kind == Kind.QUESTION and Kind.CONCESSION in under:
        return gettext("It has been conceded, and a question cannot be.")
    return ""


def _refusal_of_marks(one: Statement, kind: str) -> str:
    """Why its marks, and what else is said of a claim, keep it a claim or a reason."""
    marked = one.marks.all()
    if kind not in CLAIMS and one.kind in CLAIMS:
        relied = one.relied_on_by.exists()
        if relied or marked.exclude(truth="").exists() or _is_linked(one):
            return gettext(
                "It is marked, linked or relied on, as a claim is. It can become any kind that"
                " claims something."
            )
    elif (kind in CLAIMS or kind != one.kind) and one.kind not in CLAIMS and _is_linked(one):
        return gettext("It is linked to another statement. Remove that link first.")
    if kind not in BEARING and marked.exclude(bears="").exists():
        return gettext("People have marked whether it bears: only supports and objections do.")
    return ""


def _is_linked(one: Statement) -> bool:
    around = Link.objects.filter(Q(statement=one) | Q(to=one))
    return around.exclude(kind=LinkKind.PART).exists()


def put(one: Statement, kind: str, on: str) -> None:
    """Store the kind, with what follows from it."""
    one.kind, one.on = kind, on
    one.save(update_fields=["kind", "on"])
    marks.count(one)
    acts.refresh(one.debate, one.pk, one.parent_id)


def undo_retype(
    act: ModerationAct, statement: Statement | None, debate: Debate, by: User
) -> tuple[EventKind, Done]:
    """Give the statement the kind back that it had."""
    if statement is None or {"kind": statement.kind, "on": statement.on} != act.after:
        raise Conflict(gettext("Its kind was changed again since. Undo that first."))
    kind, on = act.before["kind"], act.before["on"]
    allowed = refusal(statement, kind, on, statement.author)
    if allowed:
        raise Conflict(" ".join(allowed.values()))
    put(statement, kind, on)
    return EventKind.STATEMENT_RETYPED, Done(data={"kind": kind, "on": on})
