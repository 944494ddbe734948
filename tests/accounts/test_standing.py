"""How standing grows by deeds, and what says nothing of it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts import actions
from accounts.models import Standing, User
from debate.actions import standing
from debate.models import Debate, Mark, ModerationAct, Statement
from tests import factories


@pytest.fixture
def busy(claim: Statement) -> User:
    """Somebody who came two months ago and has said much that ten people agree with."""
    person = factories.UserFactory.create(
        standing=Standing.NEW, date_joined=timezone.now() - timedelta(days=60)
    )
    for _ in range(50):
        said = factories.SupportFactory.create(parent=claim, author=person)
    for _ in range(10):
        factories.MarkFactory.create(
            statement=said, truth="agree", person__standing=Standing.MEMBER
        )
    return person


def now(person: User) -> str:
    standing.refresh()
    return User.objects.get(pk=person.pk).standing


@pytest.mark.django_db
def test_standing_grows_by_deeds_and_falls_with_what_is_hidden(busy: User) -> None:
    assert now(busy) == Standing.TRUSTED
    agreeing = Mark.objects.filter(statement__author=busy).order_by("pk")[0].person
    User.objects.filter(pk=agreeing.pk).update(standing=Standing.NEW, is_standing_set=True)
    assert now(busy) == Standing.MEMBER
    own = busy.statements.order_by("pk")
    hide(own[0], days=29, is_staff=True)
    assert now(busy) == Standing.NEW
    hide(own[0], days=31, is_staff=True)
    assert now(busy) == Standing.MEMBER
    User.objects.filter(pk=busy.pk).update(date_joined=timezone.now())
    assert now(busy) == Standing.NEW


def hide(statement: Statement, *, days: int, is_staff: bool) -> None:
    """Have it hidden so many days ago."""
    when = timezone.now() - timedelta(days=days)
    Statement.objects.filter(pk=statement.pk).update(hidden_at=when)
    ModerationAct.objects.filter(statement=statement).delete()
    by = factories.UserFactory.create(is_staff=is_staff)
    factories.ModerationActFactory.create(statement=statement, moderator=by, created_at=when)


@pytest.mark.django_db
def test_what_facilitators_hide_and_private_debates_say_nothing_of_trust(busy: User) -> None:
    hide(busy.statements.order_by("pk")[0], days=1, is_staff=False)
    assert now(busy) == Standing.MEMBER
    Debate.objects.update(visibility="private")
    assert now(busy) == Standing.NEW


@pytest.mark.django_db
def test_what_a_moderator_set_stays(busy: User) -> None:
    User.objects.filter(pk=busy.pk).update(standing=Standing.EXEMPT, is_standing_set=True)
    assert now(busy) == Standing.EXEMPT


def wait_until_somebody_waits_for_us() -> None:
    """Return once another connection waits for what this one has locked."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT FROM pg_locks WHERE NOT granted"
                " AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.rowcount:
                return
            time.sleep(0.01)


@pytest.mark.django_db(transaction=True)
def test_what_a_moderator_sets_while_standings_are_worked_out_stays(
    busy: User, mara: User
) -> None:
    def work() -> int:
        try:
            return standing.refresh()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.set_standing(busy, by=mara, standing=Standing.EXEMPT)
            worked_out = pool.submit(work)
            wait_until_somebody_waits_for_us()
        worked_out.result(timeout=30)
    busy.refresh_from_db()
    assert (busy.standing, busy.is_standing_set) == (Standing.EXEMPT, True)
