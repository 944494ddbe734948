"""Splitting a statement at a passage: what was said in it becomes a statement of its own."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from debate import grammar, moderating
from debate.actions import acts, counting, outdating, quotations, statements, statuses
from debate.actions.acts import Done
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict
from debate.models import (
    Debate,
    DraftPoint,
    HeldPoint,
    Link,
    Mark,
    MarkChange,
    ModerationAct,
    Proposal,
    Quotation,
    Revision,
    Statement,
)
from debate.models.acts import Act
from debate.models.events import EventKind
from debate.models.holding import HeldState
from debate.models.links import LinkKind
from debate.models.proposals import ProposalState
from debate.models.statements import ROOTS, Kind, On
from debate.text import markdown
from debate.text.cutting import Uncuttable, cut

BENEATH = (Kind.SUPPORT, Kind.CLARIFICATION)
"""What speaks for, or of, the statement that it is a part of, unless that does the same."""


def split(
    statement: Statement,
    *,
    exact: str,
    start: int | None = None,
    kind: str,
    on: str = "",
    beneath: bool | None = None,
    by: User,
    reason: str,
    internal: bool = False,
    proposed: bool = False,
) -> ModerationAct:
    """Make the passage a statement of its own, by the same author and in the same turn.

    The old one keeps its id and its marks, which are stale, as after an edit; the new part begins
    with none and links back. It answers what the old one answers, or the old one itself:
    `beneath`, which unless it is said follows from the kind. Where somebody else `proposed` it,
    the author may do it too. Raises PermissionDenied; ValidationError by field (exact, kind, on,
    reason).
    """
    with transaction.atomic():
        one, _, reason = acts.begin(statement, by=by, reason=reason, proposed=proposed)
        parent = answered(one, kind, beneath)
        on = default_on(one, kind, on)
        if problems := refusal(one, parent, kind, on, by):
            raise ValidationError(dict(problems))
        words, rest = pieces(one, exact, start)
        before = {
            "revision": one.revision,
            "edited_at": one.edited_at.isoformat() if one.edited_at else None,
        }
        part = _say(one, parent, words, kind, on)
        _shorten(one, rest, by, reason if not internal else "")
        if not proposed:  # else once that proposal is closed
            outdating.with_passage(one.debate, one, by=by)
        data = {"kind": kind, "on": on, "revision": one.revision}
        return acts.log(
            Act.SPLIT,
            EventKind.STATEMENT_SPLIT,
            Done(part, before=before, after={"part": part.pk}, data=data),
            debate=one.debate,
            statement=one,
            by=by,
            reason=reason,
            internal=internal,
        )


def answered(one: Statement, kind: str, beneath: bool | None) -> Statement:
    """What a part of this kind would answer."""
    if beneath is None:
        beneath = kind in BENEATH and one.kind != kind
    parent = one if beneath or one.parent is None else one.parent
    parent.debate = one.debate
    return parent


def default_on(one: Statement, kind: str, on: str) -> str:
    """What a part that objects says is wrong: as the whole does, else that it is not true."""
    return on or (one.on or On.TRUTH.value if kind == Kind.OBJECTION else "")


def refusal(one: Statement, parent: Statement, kind: str, on: str, by: User) -> dict[str, str]:
    """Why no part of this kind can be split off, by field; empty where it can."""
    if one.turn_id is None:
        return {"exact": gettext("This crux stands in no turn, so it cannot be split.")}
    if problems := grammar.refusal_of_reply(parent, one.author, kind, on):
        return problems
    if kind == Kind.CONCESSION and not moderating.is_own(one, by):
        return {"kind": gettext("Only its author can say that it concedes something.")}
    return {}


def pieces(one: Statement, exact: str, start: int | None) -> tuple[str, str]:
    """The Markdown of the passage, and of what stays; raises ValidationError (exact)."""
    try:
        found = quotations.passage(one, Words(exact, start=start))
        return cut(one.body, found.start, found.end)
    except ValidationError as error:
        raise ValidationError({"exact": error.error_dict["quote"]}) from error
    except Uncuttable as error:
        message = gettext(
            "This passage cannot be cut out: something would be left that reads otherwise, or"
            " nothing. Choose whole sentences or paragraphs, and not all of them."
        )
        raise ValidationError({"exact": message}) from error


def _say(one: Statement, parent: Statement, words: str, kind: str, on: str) -> Statement:
    part = statements.publish(
        one.debate,
        turn=one.turn,
        author=one.author,
        kind=kind,
        on=on,
        body=words,
        parent=parent,
        created_at=one.created_at,
        generated_by=one.generated_by,
    )
    Link.objects.create(statement=part, to=one, kind=LinkKind.PART)
    acts.refresh(one.debate, parent.pk)
    return part


def _shorten(one: Statement, rest: str, by: User, reason: str) -> None:
    """Leave the rest in the statement; its wording before is a revision, as after an edit."""
    Revision.objects.create(
        statement=one,
        number=one.revision,
        body=one.body,
        body_html=one.body_html,
        replaced_by=by,
        reason=reason,
    )
    one.body, one.body_html = rest, markdown.render(rest)
    one.revision += 1
    one.edited_at = timezone.now()
    one.save(update_fields=["body", "body_html", "revision", "edited_at"])


# ---- undoing
def undo_split(
    act: ModerationAct, statement: Statement | None, debate: Debate, by: User
) -> tuple[EventKind, Done]:
    """Put both together again, while nobody has said or marked anything of either since."""
    part = Statement.objects.filter(pk=act.other_id or 0).select_related("author").first()
    if statement is None or part is None:
        raise Conflict(gettext("There is nothing left to put together."))
    revision = act.before["revision"]
    for problem in (_changed(statement, revision), _lives(part, act)):
        if problem:
            raise Conflict(problem)
    _rejoin(statement, act)
    _remove(debate, statement, part)
    return EventKind.STATEMENT_REJOINED, Done(data={"revision": revision})


def _changed(one: Statement, revision: int) -> str:
    """Why the old statement cannot have its words back; empty where it can."""
    if one.is_gone:
        return gettext("It was hidden or withdrawn since, and the words of the part would go too.")
    if one.revision != revision + 1:
        return gettext("It was edited since, so its old words cannot simply come back.")
    newer = {"statement": one, "revision__gt": revision}
    marked = Mark.objects.filter(**newer).exists()
    marked |= MarkChange.objects.filter(mark__statement=one, revision__gt=revision).exists()
    if marked or Quotation.objects.filter(**newer).exists():
        return gettext("Its shorter wording has been marked or quoted since.")
    return ""


def _lives(part: Statement, act: ModerationAct) -> str:
    """Why the part cannot go: what has been said, marked or done with it since."""
    around = ModerationAct.objects.standing().exclude(pk=act.pk)
    acted = around.filter(Q(statement=part) | Q(other=part)).exists()
    proposed = Proposal.objects.filter(Q(statement=part) | Q(to=part), state=ProposalState.OPEN)
    if acted or proposed.exists():
        return gettext("The part was acted on since. Undo that first.")
    said = part.replies.exists() or part.links_to_it.exists() or part.quotations_of_it.exists()
    weighed = part.marks.exists() or part.relied_on_by.exists() or part.minds_changed.exists()
    waits = HeldPoint.objects.filter(held__state=HeldState.WAITS)
    if said or weighed or part.reports.exists() or waits.filter(parent=part).exists():
        return gettext("The part has been answered, marked, quoted or reported since.")
    if part.revision > 1 or part.is_gone or waits.filter(edits=part).exists():
        return gettext("The part was edited, hidden or withdrawn since.")
    return ""


def _rejoin(one: Statement, act: ModerationAct) -> None:
    """Give the statement its words back, and forget that they were ever others."""
    revision, edited = act.before["revision"], act.before["edited_at"]
    kept = one.revisions.get(number=revision)
    one.body, one.body_html, one.revision = kept.body, kept.body_html, revision
    one.edited_at = datetime.fromisoformat(edited) if edited else None
    one.save(update_fields=["body", "body_html", "revision", "edited_at"])
    kept.delete()


def _remove(debate: Debate, whole: Statement, part: Statement) -> None:
    """Take the part out; what somebody has begun to answer it with, they find at the whole.

    What was held of it and is decided stays too, for its author has no other copy of the words.
    """
    DraftPoint.objects.filter(parent=part).update(parent=whole)
    HeldPoint.objects.filter(parent=part).update(parent=whole)
    HeldPoint.objects.filter(edits=part).update(edits=whole)
    Proposal.objects.filter(made=part).update(made=None)
    counting.out(debate, part)
    parent_id = part.parent_id
    part.delete()
    said = debate.statements.exclude(kind__in=ROOTS)
    debate.statement_count = said.aggregate(n=Max("ordinal"))["n"] or 0
    statuses.refresh(debate, parent_id)
