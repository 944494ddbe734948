"""Putting cruxes forward, declaring what a position rests on, and when a crux is settled."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from debate.actions import events
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

    Raises ValidationError by field (position, claim, words, now).
    """
    with transaction.atomic():
        debate = events.locked(position.debate_id)
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
    if position.kind != Kind.POSITION or by.pk not in sides.holder_ids(position):
        raise ValidationError({"position": "Choose a position that you hold."})
    if claim.kind not in CLAIMS or claim.debate_id != position.debate_id:
        raise ValidationError({"claim": "Choose a claim of the same debate."})
    if len(words) > WORDS_MAX:
        raise ValidationError({"words": f"Use at most {WORDS_MAX} characters."})


def settle_after_mark(statement: Statement) -> None:
    """Bring the state of the cruxes that a mark on `statement` bears on up to date.

    A mark on a crux concerns that crux; one on a position changes a side, and so all of them.
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
