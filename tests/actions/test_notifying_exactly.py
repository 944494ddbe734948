"""Nothing is missed and nothing is told twice, whoever writes, tells and fails at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from accounts.models import User
from debate.actions import notifying
from debate.models import Debate, Event, Notification, Statement
from debate.selectors import audiences
from tests import factories
from tests.actions.test_notifying import PUBLISHED, reply, told

pytestmark = pytest.mark.django_db


def test_a_debate_that_fails_does_not_keep_others_waiting(
    claim: Statement, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = factories.PositionFactory.create(author=alice)
    first, second = sorted((claim, broken), key=lambda one: one.debate_id)
    reply(first, bob), reply(second, bob)
    asked = audiences.events

    def fails(debate: Debate, after: int, most: int) -> list[Event]:
        if debate.pk == first.debate_id:
            raise RuntimeError("broken")
        return asked(debate, after, most)

    with monkeypatch.context() as patch:
        patch.setattr(audiences, "events", fails)
        with pytest.raises(RuntimeError):
            notifying.notify()
        assert Notification.objects.get().debate_id == second.debate_id
    assert len(told(alice)) == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_write_and_two_who_tell_at_once_miss_nothing_and_tell_nothing_twice(
    claim: Statement, alice: User, bob: User, charlie: User
) -> None:
    other = factories.RemarkFactory.create(
        parent=factories.PositionFactory.create(author=alice), author=alice
    )

    def write(by: User) -> None:
        for number in range(25):
            reply((claim, other)[number % 2], by)

    def tell(_: User) -> None:
        for _round in range(40):
            notifying.notify()

    def run(pair: tuple[Callable[[User], None], User]) -> None:
        try:
            pair[0](pair[1])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, [(write, bob), (tell, bob), (write, charlie), (tell, bob)]))
    notifying.notify()
    said = Event.objects.filter(kind=PUBLISHED, actor__in=(bob, charlie))
    rows = Notification.objects.filter(person=alice)
    assert said.count() == 50
    assert set(rows.values_list("event", flat=True)) == set(said.values_list("pk", flat=True))
    assert rows.count() == 50
    for person, reasons in ((alice, {"answered"}), (bob, {"debate"}), (charlie, {"debate"})):
        person.refresh_from_db()
        own = Notification.objects.filter(person=person)
        assert person.unread_count == own.count()
        assert set(own.values_list("reason", flat=True)) == reasons
        assert not own.filter(event__actor=person).exists()
