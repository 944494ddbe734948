"""Moving a statement, with all that stands under it, to where it answers something else."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext

from accounts.models import User
from debate import grammar
from debate.actions import acts, quotations
from debate.actions.acts import Done
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict
from debate.models import Debate, Link, ModerationAct, Quotation, Statement
from debate.models.acts import Act
from debate.models.events import EventKind
from debate.models.links import LinkKind
from debate.models.statements import DEPTH_MAX, ROOTS

MOST = 10_000
"""So many statements move at once; the debate's other writers wait for them."""
BELOW = b"\xff\xff\xff\xff"
"""Behind the path of a statement: above every path under it."""
RECOUNT = """
    UPDATE debate_statement SET
        reply_count = reply_count + (id = %(to)s)::int - (id = %(parent)s)::int,
        total = total + %(rows)s * ((id = %(to_root)s)::int - (id = %(root)s)::int),
        open_total = open_total + %(open)s * ((id = %(to_root)s)::int - (id = %(root)s)::int)
    WHERE id IN (%(to)s, %(parent)s, %(to_root)s, %(root)s)
"""


def move(
    statement: Statement,
    *,
    to: Statement,
    by: User,
    reason: str,
    internal: bool = False,
    proposed: bool = False,
) -> ModerationAct:
    """Put a statement under another one, with its whole sub-thread; words and marks stay.

    What it quotes is found again in what it then answers; where it is not there, the quotation
    rests until it moves back. Raises PermissionDenied; ValidationError by field (to, reason);
    Conflict where it stands there already.
    """
    with transaction.atomic():
        one, other, reason = acts.begin(statement, by=by, reason=reason, proposed=proposed, to=to)
        assert other is not None  # begin gives what it was given
        if one.parent_id == other.pk:
            raise Conflict(gettext("It stands there already."))
        if told := refusal(one, other):
            raise ValidationError({"to": told})
        before = {"parent": one.parent_id, "quotation": one.quotation_id}
        anchor = _anchor(one, other)
        put(one, other, anchor)
        return acts.log(
            Act.MOVE,
            EventKind.STATEMENT_MOVED,
            Done(other, before, {"parent": other.pk, "quotation": anchor}),
            debate=one.debate,
            statement=one,
            by=by,
            reason=reason,
            internal=internal,
        )


def refusal(one: Statement, other: Statement) -> str:
    """Why a statement cannot stand under another one; empty where it can. At most 4 queries."""
    if one.kind in ROOTS:
        return gettext("Positions and cruxes answer nothing, so they stay where they are.")
    if one.pk == other.pk or one.pk in grammar.ancestor_ids(other):
        return gettext("A statement cannot stand under itself.")
    problems = grammar.refusal_of_reply(other, one.author, one.kind, one.on)
    if problems:
        return " ".join(problems.values())
    under = _under(one).aggregate(deepest=Max("depth"))["deepest"] or one.depth
    if _under(one).count() >= MOST:
        return gettext("More than %(n)s statements stand under it: that is too much to move.") % {
            "n": MOST
        }
    if under - one.depth + other.depth + 1 > DEPTH_MAX:
        return gettext("What stands under it would come to lie more than %(n)s replies deep.") % {
            "n": DEPTH_MAX
        }
    if _meets_itself(one, other):
        return gettext("It, or what stands under it, is merged with what it would answer.")
    return ""


def _meets_itself(one: Statement, other: Statement) -> bool:
    """Whether something that moves is merged with something that it would stand under."""
    above = [other.pk, *grammar.ancestor_ids(other)]
    moved = Q(pk=one.pk) | Q(pk__in=_under(one))
    moved_ids = Statement.objects.filter(moved, debate=one.debate_id).values("pk")
    merged = Link.objects.filter(kind=LinkKind.DUPLICATE)
    return merged.filter(
        Q(statement__in=moved_ids, to__in=above) | Q(to__in=moved_ids, statement__in=above)
    ).exists()


def _under(one: Statement) -> QuerySet[Statement]:
    path = bytes(one.path)
    return Statement.objects.filter(debate=one.debate_id, path__gt=path, path__lt=path + BELOW)


def _anchor(one: Statement, other: Statement) -> int | None:
    """Anchor what the statement quotes in what it will answer; None where that is not there."""
    old = one.quotation or _resting(one)
    if old is None:
        return None
    words = Words(old.exact, old.prefix, old.suffix)
    try:
        return quotations.quote(other, words).pk
    except ValidationError:
        return None


def _resting(one: Statement) -> Quotation | None:
    """What the statement quoted before it was moved to where those words are not."""
    moves = ModerationAct.objects.standing().filter(act=Act.MOVE, statement=one)
    kept = [move.before["quotation"] for move in moves if move.before["quotation"]]
    return Quotation.objects.filter(pk=kept[0]).first() if kept else None


def put(one: Statement, other: Statement, quotation: int | None) -> None:
    """Move a statement of a locked debate with all under it, and settle what follows."""
    old = {"parent": one.parent_id, "root": one.root_id}
    open_ones = _under(one).filter(status="open").count() + int(one.status == "open")
    with connection.cursor() as cursor:
        cursor.execute("SELECT debate_statement_move(%s, %s)", [one.pk, other.pk])
        [(rows,)] = cursor.fetchall()
        to = {"to": other.pk, "to_root": other.root_id or other.pk}
        cursor.execute(RECOUNT, {**old, **to, "rows": rows, "open": open_ones})
    Statement.objects.filter(pk=one.pk).update(quotation=quotation)
    acts.refresh(one.debate, one.pk, old["parent"], other.pk)
    one.refresh_from_db(fields=["parent", "root", "path", "depth", "quotation", "status"])


def undo_move(
    act: ModerationAct, statement: Statement | None, debate: Debate, by: User
) -> tuple[EventKind, Done]:
    """Put the statement back under what it answered, with what has come under it since."""
    now = {"parent": statement.parent_id, "quotation": statement.quotation_id} if statement else {}
    back = Statement.objects.filter(pk=act.before["parent"], debate=debate).first()
    if statement is None or back is None or now != act.after:
        raise Conflict(gettext("It was moved again since. Undo that first."))
    back.debate = debate
    if told := refusal(statement, back):
        raise Conflict(told)
    put(statement, back, act.before["quotation"])
    Quotation.objects.filter(pk=act.after["quotation"]).delete()
    return EventKind.STATEMENT_MOVED, Done(back)
