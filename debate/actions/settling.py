"""When a crux is settled: its state, worked out from marks and kept beside it."""

from __future__ import annotations

from accounts.models import User
from debate.actions import events
from debate.models import Debate, Statement
from debate.models.events import EventKind
from debate.models.statements import CruxState, Kind
from debate.selectors import sides

TELLS = {
    CruxState.SETTLED: EventKind.CRUX_SETTLED,
    CruxState.LIVE: EventKind.CRUX_REOPENED,
}


def settle_after(debate: Debate, statement: Statement, *, by: User) -> None:
    """Bring the state of the cruxes up to date that a change to `statement` bears on.

    A mark on a crux concerns that crux. One on a position changes a side, and so all of them; so
    does its going or coming back. Each change of a state is an event of the locked debate.
    """
    cruxes = Statement.objects.filter(debate=debate, kind=Kind.CRUX)
    cruxes = cruxes.exclude(crux_state=CruxState.DROPPED)
    if statement.kind == Kind.CRUX:
        cruxes = cruxes.filter(pk=statement.pk)
    elif statement.kind != Kind.POSITION:
        return
    found = list(cruxes.only("pk", "debate_id", "crux_state").order_by("pk"))
    states = states_of(debate, [crux.pk for crux in found])
    for crux in found:
        if crux.crux_state != states[crux.pk]:
            Statement.objects.filter(pk=crux.pk).update(crux_state=states[crux.pk])
            events.record(debate, TELLS[states[crux.pk]], by=by, statement=crux)


def states_of(debate: Debate, cruxes: list[int]) -> dict[int, CruxState]:
    """Whether each of these cruxes is live or settled. Two queries, none for none."""
    if not cruxes:
        return {}
    stances, held = sides.stances(cruxes, debate.pk), sides.held(debate.pk)
    return {
        pk: CruxState.SETTLED if sides.is_settled(stances.get(pk, {}), held) else CruxState.LIVE
        for pk in cruxes
    }
