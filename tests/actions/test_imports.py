"""Imports whose request, person, debate or row goes while the file is read or written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from debate.actions import imports, leaving, notifying, sitewide
from debate.actions.imports import Choices
from debate.actions.refusals import Conflict
from debate.formats.outline import Reading
from debate.models import Debate, Following, Import, Statement
from tests.jobs.test_cleaning import work

TALK = "Ann: So it is, and has long been so.\n\nBob: No, it was not.\n"


def begun(by: User, text: str = TALK) -> Import:
    said = Choices(question="Is it?")
    return imports.start(by=by, format="exchange", data=text.encode(), name="a.txt", said=said)


@pytest.fixture
def by_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every file for a long one."""
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    monkeypatch.setattr(imports, "POINTS_AT_ONCE", 0)


@pytest.fixture
def writing(by_jobs: None, alice: User) -> Import:
    """An import that waits for the job that writes it."""
    made = begun(alice)
    imports.read(made.pk)
    made = imports.confirm(made, by=alice)
    assert made.state == "writing"
    return made


def meanwhile(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Have something happen while the file is read the next time."""
    fitted = imports.fitted

    def slowly(made: Import) -> Reading:
        reading = fitted(made)
        do()
        return reading

    monkeypatch.setattr(imports, "fitted", slowly)


@pytest.mark.django_db(transaction=True)
def test_what_its_request_did_not_write_a_job_writes(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = begun(alice)

    def killed(pk: int) -> None:
        raise ConnectionAbortedError

    with monkeypatch.context() as cut_off:
        cut_off.setattr(imports, "write", killed)
        with pytest.raises(ConnectionAbortedError):
            imports.confirm(made, by=alice)
    work()
    made.refresh_from_db()
    assert made.state == "writing", "the job leaves the request its time"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    work()
    made.refresh_from_db()
    assert (made.state, made.debate) == ("done", Debate.objects.get())


def test_what_is_removed_while_it_is_read_does_not_come_back(
    by_jobs: None, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = begun(alice)
    meanwhile(monkeypatch, lambda: imports.discard(made, by=alice))
    imports.read(made.pk)
    assert not Import.objects.exists()


def test_nothing_is_written_for_who_has_left(
    writing: Import, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: leaving.leave(by=alice, withdraw=False))
    imports.write(writing.pk)
    assert not Import.objects.exists()
    assert not Debate.objects.exists()


def test_nothing_is_written_for_who_was_suspended(
    writing: Import, alice: User, mara: User
) -> None:
    sitewide.suspend(alice, by=mara, reason="Rude.")
    imports.write(writing.pk)
    writing.refresh_from_db()
    assert (writing.state, "suspended" in writing.error["why"]) == ("failed", True)
    assert not Debate.objects.exists()


def test_an_archive_is_not_brought_up_to_date(writing: Import, alice: User) -> None:
    imports.write(writing.pk)
    newer = begun(alice, f"{TALK}\nAnn: It was, by all accounts.\n")
    imports.read(newer.pk)
    newer = imports.confirm(Import.objects.get(pk=newer.pk), by=alice)
    assert newer.into == Debate.objects.get()
    said = Statement.objects.count()
    Debate.objects.update(state="archived")
    imports.write(newer.pk)
    newer.refresh_from_db()
    assert (newer.state, "archived" in newer.error["why"]) == ("failed", True)
    assert Statement.objects.count() == said


def test_what_has_stopped_while_it_was_written_can_be_removed(
    writing: Import, alice: User
) -> None:
    with pytest.raises(Conflict):
        imports.discard(writing, by=alice)
    Import.objects.update(moved_at=timezone.now() - timedelta(minutes=11))
    writing.refresh_from_db()
    imports.discard(writing, by=alice)
    assert not Import.objects.exists()


def test_who_brings_a_debate_in_is_not_told_of_all_that_was_said_in_it(alice: User) -> None:
    imports.confirm(begun(alice), by=alice)
    notifying.notify()
    alice.refresh_from_db()
    assert alice.unread_count == 0
    assert Following.objects.filter(person=alice).count() == 1
