"""The event that every change writes, and the lock that numbers them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import User
from debate.models import Debate, Event, Statement
from debate.models.events import CHANNEL, EventKind
from debate.models.statements import GeneratedBy


def locked(debate_id: int) -> Debate:
    """The debate as it is now, locked until the transaction ends: its writers come one by one."""
    return Debate.objects.select_for_update(no_key=True).get(pk=debate_id)


def record(
    debate: Debate,
    kind: EventKind,
    *,
    by: User,
    statement: Statement | None = None,
    data: dict[str, Any] | None = None,
    generated_by: str = "",
) -> Event:
    """Write the next event of a locked debate; the caller saves the debate's counters.

    Whoever listens is told its number when the transaction is committed, and reads the rest.
    """
    debate.event_count += 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{debate.pk} {debate.event_count}"])
    return Event.objects.create(
        debate=debate,
        number=debate.event_count,
        kind=kind,
        actor=by,
        statement=statement,
        data=data or {},
        generated_by=generated_by,
    )


COUNTERS = (
    "position_count",
    "crux_count",
    "statement_count",
    "open_count",
    "turn_count",
    "event_count",
    "last_turn_at",
)


def save_counters(debate: Debate) -> None:
    """Store the counters of a locked debate."""
    debate.save(update_fields=COUNTERS)


def check_generated_by(by: User, generated_by: str) -> str:
    """What to store of how a write came about: of bots only; raises ValidationError without it."""
    if not by.is_bot:
        return ""
    if generated_by in GeneratedBy.values:
        return generated_by
    allowed = ", ".join(GeneratedBy.values)
    message = f"A bot says with every write how it came about. Allowed: {allowed}."
    params = {"allowed": GeneratedBy.values}
    raise ValidationError({"generated_by": ValidationError(message, "required", params)})
