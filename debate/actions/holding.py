"""What waits for a moderator: publishing it, refusing it, taking it back; holding turns.

How edits and debates are held, and published, is in `keeping`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.limits import Deed
from accounts.models import User
from debate import review, rules
from debate.actions import (
    cruxes,
    deeds,
    events,
    keeping,
    notifying,
    quotations,
    statements,
    turns,
)
from debate.actions.decided import Decided, told
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict, refusal_of_short
from debate.models import Debate, Held, HeldPoint, Statement, Turn
from debate.models.events import EventKind
from debate.models.holding import AROUND_MAX, HeldState, Why
from debate.models.statements import REASON_MAX, Kind
from debate.text import markdown


@dataclass(frozen=True, slots=True)
class Point:
    """A point as somebody sent it: an answer to `parent`, or a crux with a name."""

    parent: Statement | None
    kind: str
    body: str
    on: str = ""
    quote: Words | None = None
    name: str = ""


def hold(
    debate: Debate,
    points: Sequence[Point],
    *,
    by: User,
    why: tuple[Why, str],
    generated_by: str = "",
    is_turn: bool = False,
) -> Held:
    """Keep points for a moderator instead of publishing them, checked as if they were.

    Raises as `turns.publish` where `is_turn`, else as `statements.reply` or `cruxes.put_forward`;
    Conflict where too much waits already.
    """
    with transaction.atomic():
        debate = events.locked(debate.pk)
        rules.require(rules.may_write(debate, by))
        generated_by = events.check_generated_by(by, generated_by)
        keeping.require_room(by)
        rows = _of_turn(debate, points, by) if is_turn else [_row(debate, points[0], by)]
        deeds.count(by, Deed.STATEMENTS, len(points))
        held = Held.objects.create(
            debate=debate, author=by, why=why[0], about=why[1], generated_by=generated_by
        )
        for place, row in enumerate(rows):
            row.held, row.place = held, place
        HeldPoint.objects.bulk_create(rows)
    return held


def _of_turn(debate: Debate, points: Sequence[Point], by: User) -> list[HeldPoint]:
    """The rows of a turn's points; what is wrong with them is said of their numbers."""
    rows: list[HeldPoint] = []
    problems: dict[str, list[ValidationError]] = {}
    for number, point in enumerate(points):
        try:
            rows.append(_row(debate, point, by, is_turn=True))
        except ValidationError as error:
            for field, found in error.error_dict.items():
                problems[f"points.{number}.{field}"] = found
    if problems:
        raise ValidationError(problems)
    return rows


def _row(debate: Debate, point: Point, by: User, *, is_turn: bool = False) -> HeldPoint:
    row = HeldPoint(kind=point.kind, on=point.on)
    if point.parent is None:
        cruxes.check(point.name, point.body, by)
        row.name = " ".join(markdown.clean(point.name).split())
        row.body = markdown.clean(point.body).strip()
        return row
    row.parent = _parent(debate, point.parent.pk)
    if is_turn and (refusal := rules.may_reply(row.parent, by).reason):
        raise ValidationError({"to": refusal})
    sent = statements.Point(row.parent, point.kind, point.body, point.on, point.quote)
    statements.check(sent, by=by, generated_by="model" if by.is_bot else "")
    row.body = markdown.clean(point.body).strip()
    if point.quote:
        found = quotations.passage(row.parent, point.quote)
        row.quote, row.before, row.after = found.exact, found.prefix, found.suffix
    return row


def _parent(debate: Debate, pk: int) -> Statement:
    parent = Statement.objects.filter(pk=pk, debate=debate).select_related("author").first()
    if parent is None:
        raise ValidationError({"to": gettext("Choose a statement of this debate.")})
    parent.debate = debate
    return parent


def release(held: Held, *, by: User, reason: str = "") -> Held:
    """Publish what waits, as a turn of its author's; what it says is as it was written.

    Raises PermissionDenied; ValidationError (reason); Decided where somebody has been there;
    Conflict where it cannot be published any more.
    """
    with transaction.atomic():
        held, points = _taken(held, by, reason)
        held.turn = _published(held, points)
        _decide(held, HeldState.RELEASED, by, reason)
        _tell(held, EventKind.HELD_RELEASED, by)
    return held


def refuse(held: Held, *, by: User, reason: str) -> Held:
    """Do not publish what waits; its author keeps the words and reads why. Raises as `release`."""
    with transaction.atomic():
        held, _ = _taken(held, by, reason)
        if not reason.strip():
            raise ValidationError({"reason": gettext("Give a reason: its author reads it.")})
        _decide(held, HeldState.REFUSED, by, reason)
        _tell(held, EventKind.HELD_REFUSED, by)
    return held


def _tell(held: Held, kind: EventKind, by: User) -> None:
    """Write the event, by which the author is told; of a refused debate there is none."""
    if held.debate is None:
        notifying.tell(held.author, held=held)
        return
    events.record(held.debate, kind, by=by, data={"person": held.author_id})
    events.save_counters(held.debate)


def withdraw(held: Held, *, by: User) -> Held:
    """Take back what one has sent and what waits. Raises PermissionDenied, Decided."""
    rules.require(review.may_take_back(held, by))
    with transaction.atomic():
        held, _ = _waiting(held)
        _decide(held, HeldState.WITHDRAWN, by, "")
    return held


Waiting: TypeAlias = tuple[Held, list[HeldPoint]]


def _taken(held: Held, by: User, reason: str) -> Waiting:
    """What waits, with its debate locked, for a moderator to decide."""
    rules.require(review.may_decide(held, by))
    if refusal := refusal_of_short(reason, REASON_MAX):
        raise ValidationError({"reason": refusal})
    if held.debate_id is None:
        notifying.locked([held.author_id])
        return _waiting(held)
    debate = events.locked(held.debate_id)
    held, points = _waiting(held)
    held.debate = debate
    return held, points


def _waiting(held: Held) -> Waiting:
    """It as it is now, locked, with its points; raises Decided where it waits no more."""
    rows = HeldPoint.objects.select_for_update(of=("held",), no_key=True).filter(held=held)
    about = ("held__author__owner", "held__decided_by", "parent__author")
    points = list(rows.select_related(*about))
    held = points[0].held
    if held.state != HeldState.WAITS:
        raise Decided(told(held.get_state_display(), held.decided_by, held.decided_at))
    return held, points


def _decide(held: Held, state: HeldState, by: User, reason: str) -> None:
    held.state, held.decided_by, held.decided_at = state, by, timezone.now()
    held.reason = reason.strip()
    held.save(update_fields=["state", "decided_by", "decided_at", "reason", "turn", "debate"])


def _published(held: Held, points: Sequence[HeldPoint]) -> Turn | None:
    """What it has become, a turn of `held.debate`; None of an edit, which is in no turn."""
    try:
        return _put(held, points)
    except (PermissionDenied, ValidationError) as error:
        why = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        raise Conflict(
            gettext("It cannot be published as it is: %(why)s") % {"why": why}
        ) from error


def _put(held: Held, points: Sequence[HeldPoint]) -> Turn | None:
    author, said_so, debate = held.author, held.generated_by, held.debate
    first = points[0]
    if debate is None:
        return keeping.open_debate(held, points)
    if first.edits_id is not None:
        keeping.reword(debate, held, first)
        return None
    if first.parent is None:
        rules.require(rules.may_write(debate, author))
        cruxes.check(first.name, first.body, author)
        crux = cruxes.put(debate, first.name, first.body, by=author, said_so=said_so)
        return crux.turn
    fresh = {one.parent.pk: one.parent for one in points if one.parent}
    sent = [_point(one) for one in points]
    turn, _ = turns.put(debate, sent, by=author, generated_by=said_so, fresh=fresh)
    return turn


def _point(row: HeldPoint) -> statements.Point:
    assert row.parent is not None  # a crux comes alone
    words = Words(row.quote, row.before[-AROUND_MAX:], row.after[:AROUND_MAX])
    return statements.Point(
        row.parent, Kind(row.kind), row.body, row.on, words if row.quote else None
    )
