"""Saying what a position of one's own rests on, in words or with numbers; taking it back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from debate import rules
from debate.actions import events
from debate.actions.refusals import Conflict, refusal_of_short, shows
from debate.models import Debate, Reliance, Statement
from debate.models.cruxes import WORDS_MAX
from debate.models.events import EventKind
from debate.models.statements import CLAIMS, Kind
from debate.selectors import sides
from debate.text import markdown

ALL = 100


def rely(
    position: Statement,
    *,
    by: User,
    claim: Statement,
    words: str = "",
    now: int | None = None,
    otherwise: int | None = None,
) -> Reliance:
    """Say that a position one holds rests on a claim, in words or with numbers of 100.

    Said again, it replaces what was said before; the same again changes nothing. Raises
    PermissionDenied; ValidationError by field (position, claim, words, now, otherwise).
    """
    with transaction.atomic():
        debate, position, claim = _fresh(position, claim)
        rules.require(rules.may_mark(claim, by))
        _check(position, by, claim)
        fields = _checked(words, now, otherwise)
        known = Reliance.objects.filter(person=by, position=position, claim=claim).first()
        if known is None:
            known = put(debate, position, by=by, claim=claim, **fields)
        elif fields != {name: getattr(known, name) for name in fields}:
            _change(debate, known, fields)
        events.save_counters(debate)
    return known


def put(debate: Debate, position: Statement, *, by: User, **fields: Any) -> Reliance:
    """Write a reliance that has been checked into a locked debate; `fields` are Reliance's."""
    reliance = Reliance(person=by, position=position, **fields)
    reliance.full_clean()
    reliance.save()
    _happened(debate, EventKind.RELIANCE_DECLARED, reliance)
    return reliance


def _change(debate: Debate, reliance: Reliance, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(reliance, name, value)
    reliance.save(update_fields=list(fields))
    _happened(debate, EventKind.RELIANCE_CHANGED, reliance)


def release(position: Statement, *, by: User, claim: Statement) -> None:
    """Take back that a position rests on a claim, held or not. Said again, it is there again.

    Raises PermissionDenied; Conflict where one has not said so.
    """
    with transaction.atomic():
        debate, position, claim = _fresh(position, claim)
        rules.require(rules.may_mark(claim, by))
        known = Reliance.objects.filter(person=by, position=position, claim=claim).first()
        if known is None:
            raise Conflict(gettext("You have not said that this position rests on it."))
        take_back(debate, known)
        events.save_counters(debate)


def take_back(debate: Debate, reliance: Reliance) -> None:
    """Remove a reliance from a locked debate; the caller saves the counters."""
    _happened(debate, EventKind.RELIANCE_RELEASED, reliance)
    reliance.delete()


def _happened(debate: Debate, kind: EventKind, reliance: Reliance) -> None:
    data = {"position": reliance.position_id}
    events.record(debate, kind, by=reliance.person, statement=reliance.claim, data=data)


def _check(position: Statement, by: User, claim: Statement) -> None:
    held = position.kind == Kind.POSITION and not position.is_gone
    if not held or by.pk not in sides.holder_ids(position):
        raise not_held()
    if claim.kind not in CLAIMS or claim.debate_id != position.debate_id:
        raise ValidationError({"claim": gettext("Choose a claim of the same debate.")})
    if claim.pk == position.pk:
        raise ValidationError({"position": gettext("A position cannot rest on itself.")})


def not_held() -> ValidationError:
    """What is wrong with a position that one does not hold, or that is none of the debate's."""
    return ValidationError({"position": gettext("Choose a position that you hold.")})


def _checked(words: str, now: int | None, otherwise: int | None) -> dict[str, Any]:
    """What to store; raises ValidationError where there are neither words nor both numbers."""
    problems: dict[str, str] = {}
    numbers = {"now": now, "otherwise": otherwise}
    if refusal := refusal_of_short(words, WORDS_MAX):
        problems["words"] = refusal
    elif now is None and otherwise is None and not shows(words):
        problems["words"] = gettext("Say what you would then do, or give both numbers.")
    for name, number in numbers.items():
        if number is None and (now, otherwise) != (None, None):
            problems[name] = gettext("Give both numbers, or neither.")
        elif number is not None and not 0 <= number <= ALL:
            problems[name] = gettext("Use a number from 0 to %(all)s.") % {"all": ALL}
    if problems:
        raise ValidationError(dict(problems))
    return {"words": " ".join(markdown.clean(words).split()), **numbers}


def _fresh(position: Statement, claim: Statement) -> tuple[Debate, Statement, Statement]:
    """The claim's debate, locked, and both statements as they are under the lock."""
    debate = events.locked(claim.debate_id)
    position = Statement.objects.select_related("author").get(pk=position.pk)
    claim = Statement.objects.get(pk=claim.pk)
    claim.debate = debate
    return debate, position, claim
