"""What has changed in debates since a number, for those who listen: never words, never names.

A change names the statement it is about as a tombstone does too, so it tells nothing of what is
hidden or withdrawn. Kinds that are confidential are for moderators. Those that only a debate's
people read are told to nobody here: no page draws them as they come; the list of events has them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import IntegerField, Max, Q
from django.db.models.functions import Cast

from accounts.sessions import people_of
from debate import rules
from debate.models import Analysis, Debate, Event
from debate.models.events import CONFIDENTIAL, INTERNAL
from debate.models.statements import LETTERS, Kind
from debate.rules import Viewer
from debate.selectors import events

MOST = 200
"""How many events of a debate are read at once."""

Ticket: TypeAlias = tuple[str, int]
"""What a stream was opened with: the key of a session or token, '' of a visitor; a debate."""

Window: TypeAlias = tuple[int, int]
"""A debate, and the number of the event behind which it is read."""

COUNTS = ("agree", "unsure", "disagree", "bears", "beside", "reply")
READ = f"""
    SELECT asked.debate, asked.after, e.number, e.kind, s.id, s.kind, s.ordinal, s.parent_id,
        s.hidden_at IS NOT NULL OR s.withdrawn_at IS NOT NULL,
        {", ".join(f"s.{name}_count" for name in COUNTS)}
    FROM unnest(%s::bigint[], %s::bigint[]) AS asked(debate, after)
    CROSS JOIN LATERAL (
        SELECT * FROM debate_event WHERE debate_id = asked.debate AND number > asked.after
        ORDER BY number LIMIT {MOST}
    ) e
    LEFT JOIN debate_statement s ON s.id = e.statement_id
    ORDER BY asked.debate, asked.after, e.number
"""


@dataclass(frozen=True, slots=True)
class Change:
    """An event as listeners are told of it; `told` can be sent as it is.

    `place` is that of listeners to all debates.
    """

    number: int
    confidential: bool
    told: dict[str, Any]
    place: int = 0


def changes(windows: Collection[Window]) -> dict[Window, list[Change]]:
    """The next events of each window, at most MOST. One query."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [[debate for debate, _ in windows], [after for _, after in windows]])
        rows = cursor.fetchall()
    found: dict[Window, list[Change]] = {}
    for debate, after, *rest in rows:
        found.setdefault((debate, after), []).append(_change(*rest))
    return found


def _change(
    number: int,
    kind: str,
    statement: int | None,
    of_kind: str,
    ordinal: int,
    parent: int | None,
    gone: bool,
    *counts: int,
) -> Change:
    told: dict[str, Any] = {"number": number, "kind": kind}
    if statement is not None:
        label = f"{LETTERS.get(Kind(of_kind), 'S')}{ordinal}"
        told |= {"statement": statement, "label": label, "parent": parent, "of": of_kind}
        told["counts"] = None if gone else dict(zip(COUNTS, counts, strict=True))
    return Change(number, kind in CONFIDENTIAL, told)


def standings(debates: Collection[int]) -> dict[int, int]:
    """The numbers of these debates' gists, by the debate (`gists.number`). One query."""
    found = Analysis.objects.filter(debate__in=debates, gist__isnull=False)
    return dict(found.values_list("debate", Cast("gist__event", IntegerField()) + 1))


def everywhere(viewer: Viewer, after: int) -> tuple[list[Change], int]:
    """The next changes behind a place in all debates that a list may show the viewer, at most
    MOST, and the place that they reach. Two queries."""
    last = last_place()
    gone = Q(statement__hidden_at=None, statement__withdrawn_at=None)
    of = [f"statement__{name}" for name in ("id", "kind", "ordinal", "parent_id")]
    counts = [f"statement__{name}_count" for name in COUNTS]
    found = events.everywhere(viewer).filter(place__gt=after, place__lte=last)
    found = found.annotate(is_gone=~gone).order_by("place")
    rows = found.values_list("place", "debate__slug", "number", "kind", *of, "is_gone", *counts)
    made = [_somewhere(*row) for row in rows[:MOST]]
    return made, made[-1].place if len(made) == MOST else max(last, after)


def last_place() -> int:
    """The place of the last event that has one; 0 where none has."""
    return Event.objects.aggregate(last=Max("place"))["last"] or 0


def _somewhere(place: int, debate: str, *rest: Any) -> Change:
    one = _change(*rest)
    return replace(one, told={"debate": debate, **one.told}, place=place)


def told(found: Sequence[Change], viewer: Viewer) -> list[Change]:
    """Those of the changes that the viewer may learn of, once the debate is known to be theirs."""
    all_of_them = rules.may_moderate(viewer)
    open_ones = [change for change in found if change.told["kind"] not in INTERNAL]
    return [change for change in open_ones if all_of_them or not change.confidential]


def readers(tickets: Collection[Ticket]) -> dict[Ticket, Viewer]:
    """Who may listen now, of those who began to: as the database has it. Five queries at most."""
    people = people_of({session for session, _ in tickets if session})
    viewers: dict[Ticket, Viewer] = {}
    for ticket in tickets:
        session, _ = ticket
        if not session or session in people:
            viewers[ticket] = people[session] if session else AnonymousUser()
    pairs = {ticket: (ticket[1], viewer.pk) for ticket, viewer in viewers.items()}
    seen = Debate.objects.all().seen(set(pairs.values()))
    return {ticket: viewer for ticket, viewer in viewers.items() if pairs[ticket] in seen}
