"""Keeping what the reasoning finds in debates fresh, in the background.

Writers do nothing for it: every few seconds one query finds the debates whose events have moved,
and a job is asked for each. A run takes in all changes up to its beginning, and there is one at a
time for a debate; who comes second finds the work done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from debate.actions import jobs
from debate.models import Analysis, AnalysisPoint, Debate
from debate.models.events import CHANNEL
from debate.reasoning import results
from debate.selectors import course, gists
from debate.selectors.arguments import Arguments, arguments

JOB = "analyse"
MOST = 100
"""How many debates are asked for at once; the others come next time."""
REST = 4
"""A debate rests so many times as long as its last run took longer than a second: a huge one keeps
nobody waiting."""
LOCK = 0x616E616C
"""The kind of lock, of those that are taken by number; the debate is the second one."""
MOVED = """
    INSERT INTO debate_analysis (debate_id, asked, asked_version, event, version, took)
    SELECT d.id, d.event_count, %(version)s, 0, 0, interval '0'
    FROM debate_debate d LEFT JOIN debate_analysis a ON a.debate_id = d.id
    WHERE (a.asked IS DISTINCT FROM d.event_count OR a.asked_version <> %(version)s)
        AND (a.computed_at IS NULL
            OR a.computed_at + (a.took - interval '1 second') * %(rest)s < statement_timestamp())
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
        jobs.ask(JOB, debate=debate)
    return len(moved)


@transaction.atomic
def refresh(debate_id: int) -> bool:
    """Work out a debate and store it, unless that has been done; whether there was work to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, debate_id % 2**31])
    debate = Debate.objects.filter(pk=debate_id).only("event_count").first()
    kept = Analysis.objects.filter(debate=debate_id).defer("result")
    before = kept.annotate(groups=F("result__groups")).first()
    if debate is None or (before and is_fresh(before, debate)):
        return False
    begun = timezone.now()
    found = arguments(debate_id)
    result = _worked_out(found, vars(before)["groups"] if before else None)
    now = timezone.now()
    fields = {"event": found.event, "version": results.VERSION, "result": result}
    fields |= {"computed_at": now, "took": now - begun}
    fields["gist"] = _gist(found, result, before.gist if before else None)
    Analysis.objects.update_or_create(debate_id=debate_id, defaults=fields)
    _keep_point(debate_id, found.event, result)
    if before is None or fields["gist"] != before.gist:
        _tell(debate_id)
    return True


def _worked_out(found: Arguments, groups: dict[str, Any] | None) -> dict[str, Any]:
    """The result, with the ids of the statements that it names; groups keep their names."""
    result = results.told(found.graph, before={"groups": groups})
    for label, claim in result["claims"].items():
        claim["statement"] = found.ids[label]
    for one in _naming(result):
        one["statement"] = found.ids[one.get("claim") or one["point"]]
    return result


def _naming(result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Whatever in a result names a statement, but for its claims."""
    cruxes, groups = result["cruxes"], result["groups"]
    yield from (*cruxes["double"], *cruxes["relied"], *cruxes["computed"])
    yield from (*result["common_ground"], *result["next"], *result["open"], *result["minds"])
    for of_group in groups["representative"].values():
        yield from of_group


def _gist(
    found: Arguments, result: dict[str, Any], before: dict[str, Any] | None
) -> dict[str, Any]:
    """The gist, with the event after which it came out so for the first time."""
    gist = gists.gist(result, found.ids, found.granted)
    is_same = before is not None and {**gist, "event": before["event"]} == before
    return {**gist, "event": before["event"] if before and is_same else found.event}


def _keep_point(debate_id: int, event: int, result: dict[str, Any]) -> None:
    """Add to the debate's course where it now stands otherwise; older points are thinned out."""
    found = course.found(result)
    points = AnalysisPoint.objects.filter(debate=debate_id)
    last = points.order_by("-event").first()
    if last is not None and last.found == found:
        return
    AnalysisPoint.objects.update_or_create(
        debate_id=debate_id, event=event, defaults={"at": timezone.now(), "found": found}
    )
    kept = list(points.order_by("event").values_list("pk", flat=True))
    if len(kept) > course.MOST:
        points.filter(pk__in=kept[1 : -course.MOST // 2 : 2]).delete()


def _tell(debate_id: int) -> None:
    """Tell who listens to the debate, once it is stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{debate_id} standing"])


def is_fresh(analysis: Analysis, debate: Debate) -> bool:
    """Whether nothing has happened in the debate since, and the reasoning is still the same."""
    is_new = analysis.version == results.VERSION
    return is_new and analysis.event >= debate.event_count
