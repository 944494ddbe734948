"""The event that every change writes, and the lock that numbers them."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext

from accounts import reading
from accounts.models import User
from debate.models import Debate, Event, Statement
from debate.models.events import CHANNEL, EventKind
from debate.models.statements import GeneratedBy

COLUMNS = [f.attname for f in Event._meta.concrete_fields if not f.primary_key]
RECORD = f"""
    INSERT INTO debate_event ({", ".join(COLUMNS)})
    VALUES ({", ".join(["%s"] * len(COLUMNS))}) RETURNING id, pg_notify(%s, %s)
"""
"""Written out, as each write of a debate passes here: the event and the word of it at once."""


def locked(debate_id: int) -> Debate:
    """The debate as it is now, locked until the transaction ends: its writers come one by one."""
    debate = reading.first(Debate, "id = %s FOR NO KEY UPDATE", debate_id)
    if debate is None:
        raise Debate.DoesNotExist
    return debate


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
    made = Event(
        debate=debate,
        number=debate.event_count,
        kind=kind,
        actor=by,
        statement=statement,
        data=data or {},
        generated_by=generated_by,
    )
    values = [getattr(made, name) for name in COLUMNS]
    values[COLUMNS.index("data")] = json.dumps(made.data)
    with connection.cursor() as cursor:
        notice = f"{debate.pk} {debate.event_count}"
        cursor.execute(RECORD, [*values, CHANNEL, notice])
        [(made.pk, _)] = cursor.fetchall()
    made._state.adding, made._state.db = False, "default"
    return made


COUNTERS = (
    "position_count",
    "crux_count",
    "statement_count",
    "open_count",
    "turn_count",
    "event_count",
    "last_turn_at",
)


COUNTED = f"""
    UPDATE debate_debate SET {", ".join(f"{name} = %s" for name in COUNTERS)} WHERE id = %s
"""


def save_counters(debate: Debate) -> None:
    """Store the counters of a locked debate."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [*(getattr(debate, name) for name in COUNTERS), debate.pk])


def check_generated_by(by: User, generated_by: str) -> str:
    """What to store of how a write came about: of bots only; raises ValidationError without it."""
    if not by.is_bot:
        return ""
    if generated_by in GeneratedBy.values:
        return generated_by
    allowed = ", ".join(GeneratedBy.values)
    message = gettext("A bot says with every write how it came about. Allowed: %(allowed)s.") % {
        "allowed": allowed
    }
    params = {"allowed": GeneratedBy.values}
    raise ValidationError({"generated_by": ValidationError(message, "required", params)})
