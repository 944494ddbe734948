"""The points of somebody's next turn: keeping, ordering, dropping and publishing them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from accounts.models import User
from accounts.moments import number
from debate import rules
from debate.actions import turns
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict, refusal_of_signs
from debate.actions.statements import Point
from debate.models import Debate, DraftPoint, Statement, Turn
from debate.models.drafts import DRAFT_MAX, KEY, KEY_MAX, POINTS_MAX
from debate.models.statements import Kind, On
from debate.text import markdown

Made = TypeVar("Made")
UNDO = timedelta(days=1)
CONTEXT_MAX = 200
FORGET = "DELETE FROM debate_draftpoint WHERE author_id = %s AND debate_id = %s AND key = %s"


class Overtaken(Conflict):
    """The point was stored from elsewhere in the meantime; `now` is how it is there, if at all."""

    def __init__(self, reason: str, now: DraftPoint | None) -> None:
        super().__init__(reason)
        self.now = now


def gone() -> Overtaken:
    """That a point which one goes on with is not there any more."""
    return Overtaken(gettext("This point was published or dropped in another window."), None)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a point says so far; everything may be empty."""

    kind: str = ""
    on: str = ""
    body: str = ""
    quote: Words | None = None


def keep(
    parent: Statement, *, by: User, key: str, wording: Wording, version: int = 0
) -> DraftPoint:
    """Store a point under the key of its form, new with version 0, else from that version on.

    Raises PermissionDenied; Overtaken where it has another version by now; ValidationError by
    field (key, kind, on, body, quote, points).
    """
    rules.require(rules.may_take_part(parent.debate, by))
    fields = _checked(key, wording)
    with transaction.atomic():
        mine = _locked(by, parent.debate)
        known = next((point for point in mine if point.key == key), None)
        if known is None:
            return _added(mine, parent, by, key, version, fields)
        if known.parent_id != parent.pk:
            raise ValidationError(
                {"key": gettext("This key belongs to a point on another statement.")}
            )
        same = all(getattr(known, field) == value for field, value in fields.items())
        if known.version != version and not same:
            raise Overtaken(gettext("This point was changed in another window."), known)
        for field, value in fields.items():
            setattr(known, field, value)
        if known.dropped_at:
            _require_room(mine)
        known.version += not same
        known.dropped_at, known.saved_at = None, timezone.now()
        known.save()
    return known


def _added(
    mine: Sequence[DraftPoint],
    parent: Statement,
    by: User,
    key: str,
    version: int,
    fields: dict[str, str],
) -> DraftPoint:
    if version:
        raise gone()
    _require_room(mine)
    place = 1 + max((point.place for point in mine), default=0)
    return DraftPoint.objects.create(
        author=by, debate_id=parent.debate_id, parent=parent, key=key, place=place, **fields
    )


def _require_room(mine: Sequence[DraftPoint]) -> None:
    if sum(point.dropped_at is None for point in mine) >= POINTS_MAX:
        message = gettext(
            "A turn has at most %(points_max)s points. Publish some of them, or drop some."
        ) % {"points_max": POINTS_MAX}
        raise ValidationError({"points": message})


def _checked(key: str, wording: Wording) -> dict[str, str]:
    """The fields as they are stored; raises ValidationError. Half a point is no error."""
    problems: dict[str, str] = {}
    if not KEY.fullmatch(key):
        problems["key"] = gettext("Send 1 to %(key_max)s letters, digits, - or _.") % {
            "key_max": KEY_MAX
        }
    kind = wording.kind if wording.kind in Kind.values else ""
    on = wording.on if wording.on in On.values and kind == Kind.OBJECTION else ""
    fields = {"kind": kind, "on": on}
    words = wording.quote or Words("")
    around = {"before": words.prefix[-CONTEXT_MAX:], "after": words.suffix[:CONTEXT_MAX]}
    for field, text in {"body": wording.body, "quote": words.exact, **around}.items():
        try:
            fields[field] = markdown.clean(text)
        except markdown.Unwritable as error:
            problems[field] = refusal_of_signs(error)
            continue
        if len(fields[field]) > DRAFT_MAX:
            problems[field] = gettext("A draft has at most %(draft_max)s characters.") % {
                "draft_max": number(DRAFT_MAX)
            }
    if problems:
        raise ValidationError(dict(problems))
    return fields if fields["quote"] else {**fields, "before": "", "after": ""}


def drop(debate: Debate, *, by: User, key: str) -> DraftPoint:
    """Take a point out of the tray; for a day it can be put back.

    Raises PermissionDenied, or DraftPoint.DoesNotExist.
    """
    rules.require(rules.may_take_part(debate, by))
    with transaction.atomic():
        mine = _locked(by, debate)
        point = _one(mine, key)
        old = [p.pk for p in mine if p.dropped_at and p.dropped_at < timezone.now() - UNDO]
        DraftPoint.objects.filter(pk__in=old).delete()
        point.dropped_at = timezone.now()
        point.save(update_fields=["dropped_at"])
    return point


def put_back(debate: Debate, *, by: User, key: str) -> DraftPoint:
    """Put a dropped point back where it was; raises as `drop` does, and ValidationError."""
    rules.require(rules.may_take_part(debate, by))
    with transaction.atomic():
        mine = _locked(by, debate)
        point = _one(mine, key)
        if point.dropped_at:
            _require_room(mine)
        point.dropped_at = None
        point.save(update_fields=["dropped_at"])
    return point


def move(debate: Debate, *, by: User, key: str, steps: int) -> DraftPoint:
    """Move a point so many places down, or up where negative, to an end at most.

    Raises as `drop` does.
    """
    return _placed(debate, by, key, lambda at: at + steps)


def place(debate: Debate, *, by: User, key: str, at: int) -> DraftPoint:
    """Move a point to this place, 0 for the first, to an end at most; raises as `drop` does."""
    return _placed(debate, by, key, lambda _: at)


def _placed(debate: Debate, by: User, key: str, where: Callable[[int], int]) -> DraftPoint:
    rules.require(rules.may_take_part(debate, by))
    with transaction.atomic():
        mine = [point for point in _locked(by, debate) if point.dropped_at is None]
        point = _one(mine, key)
        at = mine.index(point)
        mine.insert(min(max(where(at), 0), len(mine) - 1), mine.pop(at))
        for number, each in enumerate(mine, 1):
            each.place = number
        DraftPoint.objects.bulk_update(mine, ["place"])
    return point


def publish(
    debate: Debate, *, by: User, keys: Sequence[str], generated_by: str = ""
) -> tuple[Turn, list[Statement]]:
    """Publish the points with these keys, in the order of the tray, as one turn.

    Raises as `turns.publish` does, the points numbered as in `keys`; ValidationError (points)
    where one of them is not there any more.
    """

    def publish(points: Sequence[Point]) -> tuple[Turn, list[Statement]]:
        return turns.publish(debate, by=by, points=points, generated_by=generated_by)

    return sent(debate, by=by, keys=keys, publish=publish)


def sent(
    debate: Debate, *, by: User, keys: Sequence[str], publish: Callable[[Sequence[Point]], Made]
) -> Made:
    """Take the points with these keys out of the tray by what `publish` makes of them.

    Raises as `publish` does here and as the action of that name above.
    """
    with transaction.atomic():
        mine = {p.key: p for p in _locked(by, debate) if p.dropped_at is None and p.key in keys}
        if gone := len(set(keys) - set(mine)):
            told = ngettext(
                "One of these points is not in your turn any more. Look again.",
                "%(n)s of these points are not in your turn any more. Look again.",
                gone,
            )
            raise ValidationError({"points": told % {"n": gone}})
        points = sorted(mine.values(), key=lambda p: (p.place, p.pk))
        try:
            made = publish([_point_of(p) for p in points])
        except ValidationError as error:
            raise _as_sent(error, [p.key for p in points], list(keys)) from error
        DraftPoint.objects.filter(pk__in=[p.pk for p in points]).delete()
    return made


def _as_sent(error: ValidationError, order: list[str], sent: list[str]) -> ValidationError:
    """What was refused of the n-th point of the tray, said of its number in what was sent."""
    found = {}
    for name, problems in error.error_dict.items():
        match name.split("."):
            case ["points", number, field]:
                found[f"points.{sent.index(order[int(number)])}.{field}"] = problems
            case _:
                found[name] = problems
    return ValidationError(found)


def _point_of(draft: DraftPoint) -> Point:
    """A stored point as it is published."""
    words = Words(draft.quote, draft.before, draft.after) if draft.quote else None
    return Point(draft.parent, draft.kind, draft.body, draft.on, words)


def forget(debate: Debate, *, by: User, key: str) -> None:
    """Remove a point that has been published alone, or was never written down."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [by.pk, debate.pk, key])


def _locked(by: User, debate: Debate) -> list[DraftPoint]:
    """All points of a person in a debate in order, dropped ones too; their writers take turns."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    mine = DraftPoint.objects.filter(author=by, debate=debate)
    return list(mine.select_related("parent__author"))


def _one(mine: Sequence[DraftPoint], key: str) -> DraftPoint:
    for point in mine:
        if point.key == key:
            return point
    raise DraftPoint.DoesNotExist
