from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from debate.actions import cleaning, exports, jobs
from debate.actions.refusals import Conflict
from debate.jobs import analysis, notifying, reviving, standing, webhooks
from debate.jobs import cleaning as tasks
from debate.jobs import search as words
from debate.models import DraftPoint, Export, IdempotencyKey, JobFailure, SearchWord, Statement
from tests import factories
from tests.streams import session_of

LONG_AGO = timedelta(hours=25)
FAILURES = "/admin/debate/jobfailure/"


@pytest.fixture
def root(db: None) -> User:
    return factories.UserFactory.create(username="root", is_staff=True, is_superuser=True)


def work() -> None:
    """Do all jobs that are due, as the worker does, but none of its own accord, and end."""
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's
    by_the_clock = app.periodic_registry.periodic_tasks
    with app.replace_connector(connector) as worker, mock.patch.dict(by_the_clock, clear=True):
        worker.run_worker(
            wait=False, concurrency=1, listen_notify=False, install_signal_handlers=False
        )


def defer() -> int:
    return int(app.configure_task("clean").defer(timestamp=0))


def test_what_is_past_its_time_goes_and_nothing_else(
    claim: Statement, alice: User, bob: User
) -> None:
    now = timezone.now()
    for key, age in (("new", timedelta(hours=23)), ("old", LONG_AGO)):
        IdempotencyKey.objects.create(account=bob, key=key, fingerprint="f", created_at=now - age)
    for place, dropped in enumerate((None, now, now - LONG_AGO)):
        DraftPoint.objects.create(
            author=bob,
            debate=claim.debate,
            parent=claim,
            key=f"p{place}",
            place=place,
            body="So.",
            saved_at=now - LONG_AGO,
            dropped_at=dropped,
        )
    kept = session_of(alice)
    ended = session_of(bob)
    Session.objects.filter(pk=ended).update(expire_date=now - timedelta(seconds=1))
    for state, days in (("ready", 0), ("ready", 8), ("done", 8)):
        factories.ImportFactory.create(
            person=bob, state=state, moved_at=now - timedelta(days=days)
        )
    gone = {"keys": 1, "points": 1, "sessions": 1, "imports": 1}
    others = ("unconfirmed", "exports", "late", "limits", "mails", "notifications", "deliveries")
    nothing = dict.fromkeys(others, 0)
    assert cleaning.clean() == gone | nothing
    assert cleaning.clean() == dict.fromkeys(gone | nothing, 0)
    assert IdempotencyKey.objects.get().key == "new"
    assert sorted(DraftPoint.objects.values_list("key", flat=True)) == ["p0", "p1"]
    assert Session.objects.get().pk == kept


@pytest.mark.django_db(transaction=True)
def test_the_worker_cleans_and_leaves_no_job_behind(bob: User) -> None:
    long_ago = timezone.now() - LONG_AGO
    IdempotencyKey.objects.create(account=bob, key="k", fingerprint="f", created_at=long_ago)
    defer()
    work()
    assert not IdempotencyKey.objects.exists()
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_that_fails_is_tried_again_later_then_given_up_and_retried_by_hand(
    root: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(cleaning, "clean", broken)
        number = defer()
        work()
        job = ProcrastinateJob.objects.get(pk=number)
        assert (job.status, job.attempts) == ("todo", 1)
        assert job.scheduled_at is not None
        assert job.scheduled_at > timezone.now()
        failure = JobFailure.objects.get()
        assert failure.error == "RuntimeError: no space left"
        with pytest.raises(Conflict):
            jobs.retry(failure, by=root)
        set_due(number, attempts=5)
        work()
    assert ProcrastinateJob.objects.get(pk=number).status == "failed"
    client.force_login(root)
    assert "given up" in client.get(FAILURES).content.decode()
    page = f"{FAILURES}{failure.pk}/change/"
    assert "no space left" in client.get(page).content.decode()
    assert "Try it again now" in client.get(page).content.decode()
    answer = client.post(page, follow=True)
    assert "Clean is tried again now." in answer.content.decode()
    work()
    assert not JobFailure.objects.exists()
    assert not ProcrastinateJob.objects.exists()
    assert client.get(page).status_code == 404


def set_due(number: int, *, attempts: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET attempts = %s, scheduled_at = now() WHERE id = %s",
            [attempts, number],
        )


def be_at(number: int, *, heard: str = "0 seconds") -> None:
    """Have a worker at a job that was last heard of so long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - %s::interval) RETURNING id",
            [heard],
        )
        [(worker,)] = cursor.fetchall()
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s",
            [worker, number],
        )


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_was_killed_is_tried_again() -> None:
    number = defer()
    be_at(number)
    assert jobs.revive() == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"
        )
    assert jobs.revive() == 1
    assert ProcrastinateJob.objects.get(pk=number).status == "todo"
    work()
    assert not ProcrastinateJob.objects.exists()


def test_what_is_done_by_the_clock() -> None:
    due = {one.task.name: one.cron for one in app.periodic_registry.periodic_tasks.values()}
    assert due == {
        tasks.clean.name: "17 * * * *",
        notifying.notify.name: "* * * * *",
        reviving.revive.name: "*/5 * * * *",
        words.work_out.name: "7 * * * *",
        standing.work_out.name: "37 * * * *",
        analysis.watch.name: "* * * * * *",
        webhooks.send.name: "* * * * * */3",
    }


@pytest.mark.django_db(transaction=True)
def test_the_words_that_slips_may_have_meant_are_worked_out(claim: Statement) -> None:
    app.configure_task("search-words").defer(timestamp=0)
    work()
    assert SearchWord.objects.filter(word="unasked").exists()


def test_only_administrators_see_what_failed(client: Client, mara: User, root: User) -> None:
    jobs.note_failure(7, name="clean", error=ValueError("x" * 900))
    failure = JobFailure.objects.get()
    assert len(failure.error) == 500
    page = f"{FAILURES}{failure.pk}/change/"
    with pytest.raises(PermissionDenied):
        jobs.retry(failure, by=mara)
    client.force_login(mara)
    assert client.get(FAILURES).status_code == 403
    assert client.get(page).status_code == 403
    assert client.post(page).status_code == 403
    assert "Failed jobs" not in client.get("/admin/").content.decode()
    client.force_login(root)
    jobs.note_failure(8, name="clean", error=ValueError("two"))
    with CaptureQueriesContext(connection) as two:
        assert client.get(FAILURES).status_code == 200
    for number in range(9, 30):
        jobs.note_failure(number, name="clean", error=ValueError("many"))
    with CaptureQueriesContext(connection) as many:
        assert client.get(FAILURES).status_code == 200
    assert len(many) == len(two)
    assert "not there any more" in client.post(page, follow=True).content.decode()
    assert "Failed jobs" in client.get("/admin/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_worker_gathers_an_export(alice: User) -> None:
    exports.start(by=alice)
    work()
    assert Export.objects.get().finished_at
    assert not ProcrastinateJob.objects.exists()
    assert not JobFailure.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_that_kills_its_workers_is_given_up_and_told() -> None:
    number = defer()
    set_due(number, attempts=jobs.KILLED_MOST)
    be_at(number, heard="1 minute")
    assert jobs.revive() == 1
    assert ProcrastinateJob.objects.get(pk=number).status == "failed"
    assert "killed again and again" in JobFailure.objects.get(job=number).error
