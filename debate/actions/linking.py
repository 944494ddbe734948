"""Links between statements: one also supports or objects to another, or says the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from accounts.models import User
from debate import grammar
from debate.actions import acts
from debate.actions.acts import Done
from debate.actions.refusals import Conflict
from debate.models import Debate, Link, ModerationAct, Statement
from debate.models.acts import BY_MODERATOR, Act
from debate.models.events import EventKind
from debate.models.links import ARGUING, LinkKind
from debate.models.statements import CLAIMS, ROOTS, Kind

BOTH = 2


def link(
    statement: Statement,
    *,
    to: Statement,
    kind: str,
    on: str = "",
    by: User,
    reason: str,
    internal: bool = False,
    proposed: bool = False,
) -> ModerationAct:
    """Say that a statement also supports or objects to another one; the reasoning counts it.

    `on` says of an objection what is wrong. Where somebody else `proposed` it, the author may do
    it too. Raises PermissionDenied; ValidationError by field (to, kind, on, reason); Conflict
    where they are linked so already.
    """
    with transaction.atomic():
        one, other, reason = acts.begin(statement, by=by, reason=reason, proposed=proposed, to=to)
        assert other is not None  # begin gives what it was given
        _check(one, other, kind, on)
        if Link.objects.filter(statement=one, to=other, kind__in=ARGUING).exists():
            raise Conflict(gettext("These two are linked already."))
        made = Link.objects.create(statement=one, to=other, kind=kind, on=on)
        return acts.log(
            Act.LINK,
            EventKind.STATEMENT_LINKED,
            Done(other, after=_row(made), data={"kind": kind, "on": on}),
            debate=one.debate,
            statement=one,
            by=by,
            reason=reason,
            internal=internal,
        )


def _check(one: Statement, other: Statement, kind: str, on: str) -> None:
    if one.pk == other.pk:
        raise ValidationError({"to": gettext("Choose another statement than this one.")})
    if one.kind not in CLAIMS or other.kind not in CLAIMS:
        raise ValidationError(
            {"to": gettext("Only claims are linked: neither questions nor concessions.")}
        )
    if kind not in ARGUING:
        raise ValidationError({"kind": gettext("Choose: it supports, or it objects.")})
    problems = grammar.refusal_of_on(other, kind, on)
    if problems:
        raise ValidationError(dict(problems))
    if one.parent_id == other.pk and one.kind == kind:
        raise ValidationError({"to": gettext("It answers this statement so already.")})


def unlink(link: Link, *, by: User, reason: str, internal: bool = False) -> ModerationAct:
    """Take a link away, of any kind but that of a part to what it was split off from.

    Raises PermissionDenied; ValidationError (reason, link); Conflict where it is gone already.
    """
    with transaction.atomic():
        one, other, reason = acts.begin(
            link.statement, by=by, reason=reason, proposed=False, to=link.to
        )
        known = Link.objects.filter(pk=link.pk).first()
        if known is None:
            raise Conflict(gettext("This link is gone already."))
        if known.kind == LinkKind.PART:
            raise ValidationError(
                {"link": gettext("A part stays linked to its whole. Undo the split instead.")}
            )
        row = _row(known)
        merged = known.kind == LinkKind.DUPLICATE
        known.delete()
        return acts.log(
            Act.UNLINK,
            EventKind.STATEMENT_UNMERGED if merged else EventKind.STATEMENT_UNLINKED,
            Done(other, before=row),
            debate=one.debate,
            statement=one,
            by=by,
            reason=reason,
            internal=internal,
        )


def merge(
    statement: Statement,
    *,
    into: Statement,
    by: User,
    reason: str,
    internal: bool = False,
    proposed: bool = False,
) -> ModerationAct:
    """Say that a statement says the same as another: both keep their words, marks and replies.

    The reasoning takes them as one. Raises PermissionDenied; ValidationError by field (into,
    reason); Conflict where it is merged already.
    """
    with transaction.atomic():
        try:
            one, other, reason = acts.begin(
                statement, by=by, reason=reason, proposed=proposed, to=into
            )
        except ValidationError as error:
            raise _of_field(error, "to", "into") from error
        assert other is not None  # begin gives what it was given
        if refusal := _refusal_of_merging(one, other):
            raise ValidationError({"into": refusal})
        if one.links.filter(kind=LinkKind.DUPLICATE).exists():
            raise Conflict(gettext("This statement is merged with another one already."))
        made = Link.objects.create(statement=one, to=other, kind=LinkKind.DUPLICATE)
        return acts.log(
            Act.MERGE,
            EventKind.STATEMENT_MERGED,
            Done(other, after=_row(made)),
            debate=one.debate,
            statement=one,
            by=by,
            reason=reason,
            internal=internal,
        )


def _of_field(error: ValidationError, name: str, new: str) -> ValidationError:
    return ValidationError({new if k == name else k: v for k, v in error.error_dict.items()})


def _refusal_of_merging(one: Statement, other: Statement) -> str:
    if one.pk == other.pk:
        return gettext("Choose another statement than this one.")
    alike = _sort(one) == _sort(other)
    if not alike:
        return gettext("Only statements of one sort say the same.")
    if one.kind == Kind.POSITION:
        return gettext("Positions are not merged: people choose between them.")
    if one.pk in grammar.ancestor_ids(other) or other.pk in grammar.ancestor_ids(one):
        return gettext("One of them answers the other, so they do not say the same.")
    if further := other.links.filter(kind=LinkKind.DUPLICATE).select_related("to").first():
        return gettext("That one is merged with %(label)s. Choose that one.") % {
            "label": further.to.label
        }
    if one.links_to_it.filter(kind=LinkKind.DUPLICATE).exists():
        return gettext("Others are merged with this one. Merge the other way round.")
    return ""


def _sort(one: Statement) -> str:
    if one.kind in ROOTS or one.kind not in CLAIMS:
        return one.kind
    return "claim"


# ---- undoing
def undo_link(
    act: ModerationAct, statement: Statement | None, debate: Debate, by: User
) -> tuple[EventKind, Done]:
    """Take the link away that the act made."""
    gone = Link.objects.filter(**_fields(act.after))
    if not gone.delete()[0]:
        raise Conflict(gettext("This link was changed since. Undo what came later first."))
    merged = act.act == Act.MERGE
    kind = EventKind.STATEMENT_UNMERGED if merged else EventKind.STATEMENT_UNLINKED
    return kind, Done(act.other)


def undo_unlink(
    act: ModerationAct, statement: Statement | None, debate: Debate, by: User
) -> tuple[EventKind, Done]:
    """Put the link back that the act took away, as it was."""
    row = _fields(act.before)
    taken = Link.objects.filter(statement=row["statement_id"])
    merged = row["kind"] == LinkKind.DUPLICATE
    alike = {"kind": row["kind"]} if merged else {"to": row["to_id"], "kind__in": ARGUING}
    at = (row["statement_id"], row["to_id"])
    ends = Statement.objects.filter(debate=debate).in_bulk(at)
    if len(ends) < BOTH or taken.filter(**alike).exists():
        raise Conflict(gettext("They were linked anew since. Undo that first."))
    chained = Q(to=row["statement_id"]) | Q(statement=row["to_id"])
    if merged and Link.objects.filter(chained, kind=row["kind"]).exists():
        raise Conflict(gettext("One of them was merged with others since. Undo that first."))
    one, other = (ends[pk] for pk in at)
    refusal = _refusal_of_merging(one, other) if merged else _refusal_of_linking(one, other, row)
    if refusal:
        raise Conflict(refusal)
    Link.objects.create(**row)
    kind = EventKind.STATEMENT_MERGED if merged else EventKind.STATEMENT_LINKED
    return kind, Done(act.other, data={} if merged else {"kind": row["kind"], "on": row["on"]})


def _refusal_of_linking(one: Statement, other: Statement, row: dict[str, Any]) -> str:
    try:
        _check(one, other, row["kind"], row["on"])
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _row(made: Link) -> dict[str, Any]:
    return {
        "id": made.pk,
        "statement_id": made.statement_id,
        "to_id": made.to_id,
        "kind": str(made.kind),
        "on": str(made.on),
        "created_at": made.created_at.isoformat(),
    }


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in row.items() if name != BY_MODERATOR}
    return {**fields, "created_at": datetime.fromisoformat(row["created_at"])}
