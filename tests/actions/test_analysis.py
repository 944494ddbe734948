from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from debate.actions import analysis, statements, structure
from debate.models import Analysis, Debate, Statement
from debate.reasoning import results
from debate.selectors import arguments as reading
from tests import factories


def asked() -> list[int]:
    """The debates that jobs were asked for; they are forgotten."""
    jobs = ProcrastinateJob.objects.filter(task_name=analysis.JOB).order_by("pk")
    found = [job.args["debate"] for job in jobs]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    return found


@pytest.fixture
def moved(claim: Statement, bob: User) -> Debate:
    statements.reply(claim, by=bob, kind="objection", on="truth", body="No.")
    return Debate.objects.get(pk=claim.debate_id)


def test_a_run_is_asked_for_once_after_any_number_of_changes(
    moved: Debate, claim: Statement, bob: User
) -> None:
    assert analysis.ask() == 1
    assert asked() == [moved.pk]
    assert analysis.ask() == 0
    for _ in range(3):
        statements.reply(claim, by=bob, kind="remark", body="And.")
    assert analysis.ask() == 1
    assert asked() == [moved.pk]
    stored = Analysis.objects.get()
    assert stored.asked == moved.event_count + 3
    assert (stored.result, stored.event) == (None, 0)


def test_looking_for_changes_is_one_query(moved: Debate) -> None:
    factories.DebateFactory.create_batch(3)
    analysis.ask()
    asked()
    with CaptureQueriesContext(connection) as queries:
        assert analysis.ask() == 0
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 1


def test_a_run_stores_what_it_finds_with_the_event_it_was_found_at(
    moved: Debate, claim: Statement
) -> None:
    analysis.ask()
    assert analysis.refresh(moved.pk)
    stored = Analysis.objects.get()
    assert (stored.event, stored.version) == (moved.event_count, results.VERSION)
    assert stored.computed_at
    assert stored.result
    assert stored.result["labels"][claim.label] == "out"
    assert stored.result["claims"][claim.label]["statement"] == claim.pk
    assert stored.asked == moved.event_count


def test_what_is_fresh_is_not_worked_out_again(
    moved: Debate, claim: Statement, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert analysis.refresh(moved.pk)
    assert not analysis.refresh(moved.pk)
    statements.reply(claim, by=bob, kind="remark", body="And.")
    assert analysis.refresh(moved.pk)
    Analysis.objects.update(took=timedelta(0))
    monkeypatch.setattr(results, "VERSION", results.VERSION + 1)
    assert analysis.ask() == 1
    assert analysis.refresh(moved.pk)
    assert analysis.ask() == 0
    assert not analysis.refresh(moved.pk)
    assert not analysis.refresh(10**10)


def test_a_debate_that_took_long_rests_before_it_is_worked_out_again(
    moved: Debate, claim: Statement, bob: User
) -> None:
    now = timezone.now()
    factories.AnalysisFactory.create(
        debate=moved,
        asked=moved.event_count - 1,
        asked_version=results.VERSION,
        computed_at=now - timedelta(seconds=30),
        took=timedelta(seconds=10),
    )
    assert analysis.ask() == 0
    Analysis.objects.update(computed_at=now - timedelta(seconds=50))
    assert analysis.ask() == 1


def test_publishing_costs_no_query_for_it(claim: Statement, bob: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            statements.reply(claim, by=bob, kind="remark", body="And.")
        assert not [q for q in found if "analysis" in q["sql"] or "procrastinate" in q["sql"]]
        return len(found)

    queries()
    before = queries()
    analysis.refresh(claim.debate_id)
    assert queries() == before


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_do_the_work_once(moved: Debate, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, done = threading.Event(), []
    real = reading.arguments

    def slow(debate: int) -> reading.Arguments:
        begun.set()
        waiting.wait(0.3)
        return real(debate)

    waiting = threading.Event()
    monkeypatch.setattr(analysis, "arguments", slow)

    def run() -> None:
        try:
            done.append(analysis.refresh(moved.pk))
        finally:
            connections.close_all()

    first, second = threading.Thread(target=run), threading.Thread(target=run)
    first.start()
    assert begun.wait(10)
    second.start()
    for thread in (first, second):
        thread.join(20)
    assert sorted(done) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_run_to_publish(moved: Debate, claim: Statement, bob: User) -> None:
    with transaction.atomic():
        analysis.refresh(moved.pk)
        published = threading.Thread(target=_publish, args=(claim, bob))
        published.start()
        published.join(10)
        assert not published.is_alive()
    assert Debate.objects.get(pk=moved.pk).event_count == moved.event_count + 1


def _publish(claim: Statement, by: User) -> None:
    try:
        statements.reply(claim, by=by, kind="remark", body="Meanwhile.")
    finally:
        connections.close_all()


def test_the_seed_comes_out_as_its_map_says(db: None) -> None:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    analysis.refresh(debate.pk)
    result = Analysis.objects.get().result or {}
    out = {name for name, label in result["labels"].items() if label == "out"}
    assert out == {"P1", "S15", "S20", "S36"}
    claims = result["claims"]
    assert (claims["S2"]["why"], claims["S2"]["met"]) == ("met", ["S10"])
    assert (claims["P1"]["why"], claims["P1"]["standing"]) == ("challenged", ["S13", "S30"])
    assert claims["C1"]["why"] == "unopposed"
    assert claims["S10"]["n"] == 1
    assert {one["claim"] for one in result["cruxes"]["double"]} == {"C1", "C2"}
    held = {one["claim"] for one in result["common_ground"] if one["held_by_all"]}
    assert held >= {"C4", "S1", "S6", "S17", "S22"}
    assert {one["point"] for one in result["open"]} == {
        *("S11", "S13", "S23", "S24", "S26", "S30", "S32", "S33", "S35")
    }
    assert not result["groups"]["stable"]


def test_a_run_goes_on_where_what_was_merged_is_open_or_granted(
    claim: Statement, alice: User, bob: User, charlie: User, mara: User
) -> None:
    position = claim.parent
    assert position is not None
    objected = statements.reply(position, by=bob, kind="objection", on="truth", body="No.")
    same = statements.reply(position, by=charlie, kind="objection", on="truth", body="Not so.")
    twin = statements.reply(position, by=alice, kind="support", body="As said.")
    statements.reply(twin, by=bob, kind="concession", body="Granted.")
    structure.merge(same, into=objected, by=mara, reason="The same.")
    structure.merge(twin, into=claim, by=mara, reason="The same.")
    assert analysis.refresh(claim.debate_id)
    found = reading.arguments(claim.debate_id)
    assert found.granted == [claim.label]
    assert found.merged == {same.label: objected.label, twin.label: claim.label}
    assert found.graph.points.names == (objected.label,)
