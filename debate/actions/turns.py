"""Publishing several points as one turn."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accounts.limits import Deed
from accounts.models import User
from debate import rules
from debate.actions import deeds, events, statements
from debate.actions.statements import Point
from debate.models import Debate, Statement, Turn
from debate.models.drafts import POINTS_MAX


def publish(
    debate: Debate, *, by: User, points: Sequence[Point], generated_by: str = ""
) -> tuple[Turn, list[Statement]]:
    """Publish the points, each an answer to a statement of the debate, as one turn: all or none.

    Raises PermissionDenied; LimitReached; ValidationError by `points.<number>.<field>`, or by
    field (generated_by, points).
    """
    require_number(points)
    with transaction.atomic():
        debate = events.locked(debate.pk)
        rules.require(rules.may_write(debate, by))
        generated_by = events.check_generated_by(by, generated_by)
        deeds.count(by, Deed.STATEMENTS, len(points))
        turn, said = put(debate, points, by=by, generated_by=generated_by)
        events.save_counters(debate)
    return turn, said


def require_number(points: Sequence[Point]) -> None:
    """Raise ValidationError (points) where a turn has none, or too many."""
    if not 0 < len(points) <= POINTS_MAX:
        told = gettext("A turn has 1 to %(points_max)s points.") % {"points_max": POINTS_MAX}
        raise ValidationError({"points": told})


def put(
    debate: Debate,
    points: Sequence[Point],
    *,
    by: User,
    generated_by: str,
    fresh: dict[int, Statement] | None = None,
) -> tuple[Turn, list[Statement]]:
    """Publish points as a turn of a locked debate, uncounted; the caller saves its counters.

    `fresh` are the statements that are answered, by id, where they were read under the lock.
    Raises PermissionDenied; ValidationError by `points.<number>.<field>`.
    """
    if fresh is None:
        fresh = Statement.objects.in_bulk({point.parent.pk for point in points})
    turn = statements.open_turn(debate, by=by)
    said: list[Statement] = []
    problems: dict[str, list[ValidationError]] = {}
    for number, point in enumerate(points):
        try:
            said.append(_say(debate, point, fresh, turn, by, generated_by))
        except ValidationError as error:
            for field, found in _by_field(error).items():
                problems[f"points.{number}.{field}"] = found
    if problems:
        raise ValidationError(problems)
    return turn, said


def _say(
    debate: Debate,
    point: Point,
    fresh: dict[int, Statement],
    turn: Turn,
    by: User,
    generated_by: str,
) -> Statement:
    parent = fresh.get(point.parent.pk)
    if parent is None or parent.debate_id != debate.pk:
        raise ValidationError({"to": gettext("Choose a statement of this debate.")})
    parent.debate = debate
    if refusal := rules.may_reply(parent, by).reason:
        raise ValidationError({"to": refusal})
    now = Point(parent, point.kind, point.body, point.on, point.quote)
    statements.check(now, by=by, generated_by=generated_by)
    return statements.say(debate, now, turn=turn, by=by, generated_by=generated_by)


def _by_field(error: ValidationError) -> dict[str, list[ValidationError]]:
    fields: dict[str, list[ValidationError]] = error.error_dict
    return fields
