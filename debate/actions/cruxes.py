"""Putting cruxes forward, declaring what a position rests on, and when a crux is settled."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from debate import rules
from debate.actions import events
from debate.actions.refusals import refusal_of_short
from debate.models import Debate, Reliance, Statement
from debate.models.cruxes import WORDS_MAX
from debate.models.events import EventKind
from debate.models.statements import CLAIMS, CruxState, Kind
from debate.selectors import sides


def rely(
    position: Statement,
    *,
    by: User,
    claim: Statement,
    words: str = "",
    now: int | None = None,
    otherwise: int | None = None,
) -> Reliance:
    """Declare that a position one holds rests on a claim, in words or with numbers of 100.

    Raises PermissionDenied; ValidationError by field (position, claim, words, now), or by none
    where it was declared before or has neither words nor both numbers.
    """
    with transaction.atomic():
        debate = events.locked(position.debate_id)
        position.refresh_from_db()
        claim = Statement.objects.select_related("debate").get(pk=claim.pk)
        rules.require(rules.may_mark(claim, by))
        _check(position, by, claim, words)
        reliance = put(
            debate, position, by=by, claim=claim, words=words, now=now, otherwise=otherwise
        )
        events.save_counters(debate)
    return reliance


def put(debate: Debate, position: Statement, *, by: User, **fields: Any) -> Reliance:
    """Write a reliance that has been checked into a locked debate; `fields` are Reliance's."""
    reliance = Reliance(person=by, position=position, **fields)
    reliance.full_clean()
    reliance.save()
    events.record(
        debate,
        EventKind.RELIANCE_DECLARED,
        by=by,
        statement=reliance.claim,
        data={"position": position.pk},
    )
    return reliance


def _check(position: Statement, by: User, claim: Statement, words: str) -> None:
    held = position.kind == Kind.POSITION and not position.is_gone
    if not held or by.pk not in sides.holder_ids(position):
        raise ValidationError({"position": "Choose a position that you hold."})
    if claim.kind not in CLAIMS or claim.debate_id != position.debate_id:
        raise ValidationError({"claim": "Choose a claim of the same debate."})
    if refusal := refusal_of_short(words, WORDS_MAX):
        raise ValidationError({"words": refusal})


def settle_after(statement: Statement) -> None:
    """Bring the state of the cruxes up to date that a change to `statement` bears on.

    A mark on a crux concerns that crux. One on a position changes a side, and so all of them; so
    does its going or coming back.
    """
    cruxes = Statement.objects.filter(debate=statement.debate_id, kind=Kind.CRUX)
    cruxes = cruxes.exclude(crux_state=CruxState.DROPPED)
    if statement.kind == Kind.CRUX:
        cruxes = cruxes.filter(pk=statement.pk)
    elif statement.kind != Kind.POSITION:
        return
    stances = sides.stances(list(cruxes.values_list("pk", flat=True)), statement.debate_id)
    for crux in cruxes.only("pk", "crux_state"):
        settled = sides.is_settled(stances.get(crux.pk, {}))
        state = CruxState.SETTLED if settled else CruxState.LIVE
        if crux.crux_state != state:
            Statement.objects.filter(pk=crux.pk).update(crux_state=state)
