"""Edits and debates that wait for a moderator: keeping them, and publishing them as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accounts.limits import Deed
from accounts.models import User
from debate import rules
from debate.actions import debates, deeds, events, statements
from debate.actions.debates import Stand
from debate.actions.refusals import Conflict
from debate.models import Debate, Held, HeldPoint, Statement, Turn
from debate.models.holding import HeldState, Why
from debate.models.statements import Kind
from debate.selectors import precautions
from debate.text import markdown

MOST = 20
"""How many turns, edits and debates of one account may wait at a time."""


def require_room(by: User) -> None:
    """Raise Conflict where so much of the account waits that nothing more is taken."""
    if precautions.waiting(by) >= MOST:
        told = gettext("%(most)s turns of yours wait already. Wait until some are looked at.")
        raise Conflict(told % {"most": MOST})


# ---- edits
def hold_edit(
    statement: Statement,
    *,
    by: User,
    body: str,
    revision: int,
    why: tuple[Why, str],
    reason: str = "",
    generated_by: str = "",
) -> Held:
    """Keep other words for a statement for a moderator, while it stays as it is.

    Raises as `statements.edit`; Conflict where an edit of it waits, or too much does.
    """
    with transaction.atomic():
        debate = events.locked(statement.debate_id)
        statement = Statement.objects.get(pk=statement.pk)
        statement.debate = debate
        body = statements.check_edit(statement, body, by=by, revision=revision, reason=reason)
        generated_by = events.check_generated_by(by, generated_by)
        _require_first(statement)
        require_room(by)
        deeds.count(by, Deed.EDITS)
        fields: dict[str, Any] = {"debate": debate, "author": by, "generated_by": generated_by}
        held = Held.objects.create(why=why[0], about=why[1], **fields)
        HeldPoint.objects.create(
            held=held,
            place=0,
            edits=statement,
            revision=revision,
            note=reason.strip(),
            parent=statement.parent,
            kind=statement.kind,
            on=statement.on,
            name=statement.name,
            body=body,
        )
    return held


def _require_first(statement: Statement) -> None:
    if HeldPoint.objects.filter(edits=statement, held__state=HeldState.WAITS).exists():
        told = gettext("An edit of %(label)s waits already. Take it back to send another.")
        raise Conflict(told % {"label": statement.label})


def reword(debate: Debate, held: Held, point: HeldPoint) -> None:
    """Give the statement the words that waited, as its author's edit; the debate is locked.

    Raises as `statements.edit`; Conflict where it was edited since.
    """
    statement = Statement.objects.select_related("author").get(pk=point.edits_id or 0)
    statement.debate = debate
    author = held.author
    if statement.revision != point.revision:
        raise Conflict(gettext("It was edited since, so these words are not the newest."))
    body = statements.check_edit(statement, point.body, by=author, revision=statement.revision)
    statements.reword(
        debate,
        statement,
        by=author,
        body=body,
        reason=point.note,
        generated_by=held.generated_by,
    )


# ---- debates
def hold_debate(
    *,
    by: User,
    why: tuple[Why, str],
    positions: Sequence[Stand],
    generated_by: str = "",
    **sent: Any,
) -> Held:
    """Keep a new debate for a moderator, checked as if it were opened. Raises as `debates.start`.

    Conflict where too much waits already.
    """
    rules.require(rules.may_start_debate(by))
    generated_by = events.check_generated_by(by, generated_by)
    sent = {**debates.PLAIN, **sent}
    debates.check(by, positions, sent)
    with transaction.atomic():
        require_room(by)
        deeds.count(by, Deed.DEBATES)
        held = Held.objects.create(
            author=by, why=why[0], about=why[1], generated_by=generated_by, opens=sent
        )
        HeldPoint.objects.bulk_create(
            HeldPoint(
                held=held,
                place=place,
                kind=Kind.POSITION,
                name=" ".join(markdown.clean(one.name).split()),
                body=markdown.clean(one.body).strip(),
            )
            for place, one in enumerate(positions)
        )
    return held


def open_debate(held: Held, points: Sequence[HeldPoint]) -> Turn:
    """Open the debate that waited, as its author's, and say which it is; its first turn.

    Raises PermissionDenied, ValidationError where it cannot be opened any more.
    """
    author = held.author
    rules.require(rules.may_start_debate(author))
    if held.opens is None:
        raise ValidationError({"question": gettext("Ask a question.")})
    positions = [Stand(one.name, one.body) for one in points]
    fields = debates.check(author, positions, held.opens)
    made = debates.put(fields, positions, by=author, generated_by=held.generated_by)
    held.debate = events.locked(made.pk)
    return Turn.objects.get(debate=made, number=1)
