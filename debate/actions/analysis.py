"""Keeping what the reasoning finds in debates fresh, in the background.

Writers do nothing for it: every few seconds one query finds the debates whose events have moved,
and a job is asked for each. A run takes in all changes up to its beginning, and there is one at a
time for a debate; who comes second finds the work done.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from debate.models import Analysis, Debate
from debate.reasoning import results
from debate.selectors.arguments import arguments

JOB = "analyse"
MOST = 100
"""How many debates are asked for at once; the others come next time."""
REST = 4
"""A debate rests so many times as long as its last run took: a huge one keeps nobody waiting."""
LOCK = 0x616E616C
"""The kind of lock, of those that are taken by number; the debate is the second one."""
MOVED = """
    INSERT INTO debate_analysis (debate_id, asked, asked_version, event, version, took)
    SELECT d.id, d.event_count, %(version)s, 0, 0, interval '0'
    FROM debate_debate d LEFT JOIN debate_analysis a ON a.debate_id = d.id
    WHERE (a.asked IS DISTINCT FROM d.event_count OR a.asked_version <> %(version)s)
        AND (a.computed_at IS NULL OR a.computed_at + a.took * %(rest)s < statement_timestamp())
    ORDER BY d.last_turn_at DESC LIMIT %(most)s
    ON CONFLICT (debate_id) DO UPDATE
    SET asked = excluded.asked, asked_version = excluded.asked_version
    RETURNING debate_id
"""


@transaction.atomic
def ask() -> int:
    """Ask for a run for each debate that has changed since the last one was; says how many."""
    with connection.cursor() as cursor:
        cursor.execute(MOVED, {"version": results.VERSION, "most": MOST, "rest": REST})
        moved = [debate for (debate,) in cursor.fetchall()]
    for debate in moved:
        app.configure_task(JOB).defer(debate=debate)
    return len(moved)


@transaction.atomic
def refresh(debate_id: int) -> bool:
    """Work out a debate and store it, unless that has been done; whether there was work to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, debate_id % 2**31])
    debate = Debate.objects.filter(pk=debate_id).only("event_count").first()
    before = Analysis.objects.filter(debate=debate_id).first()
    if debate is None or (before and is_fresh(before, debate)):
        return False
    begun = timezone.now()
    event, result = _worked_out(debate_id, before.result if before else None)
    now = timezone.now()
    fields = {"event": event, "version": results.VERSION, "result": result}
    fields |= {"computed_at": now, "took": now - begun}
    Analysis.objects.update_or_create(debate_id=debate_id, defaults=fields)
    return True


def _worked_out(debate_id: int, before: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
    """The event that a new result holds, and the result, its claims with their ids."""
    found = arguments(debate_id)
    result = results.told(found.graph, before=before)
    for label, claim in result["claims"].items():
        claim["statement"] = found.ids[label]
    return found.event, result


def is_fresh(analysis: Analysis, debate: Debate) -> bool:
    """Whether nothing has happened in the debate since, and the reasoning is still the same."""
    is_new = analysis.version == results.VERSION
    return is_new and analysis.event >= debate.event_count
