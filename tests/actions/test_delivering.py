from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from accounts.models import User
from debate.actions import (
    delivering,
    leaving,
    marks,
    moderation,
    outgoing,
    statements,
    webhooks,
)
from debate.models import Debate, Delivery, Participation, Statement, Webhook
from tests import factories
from tests.receiver import Receiver, receiver


@pytest.fixture
def inside() -> Iterator[Receiver]:
    with receiver() as told, override_settings(WEBHOOKS_INSIDE=[told.place]):
        yield told


def hook(inside: Receiver, by: User, **more: Any) -> Webhook:
    return webhooks.create(by=by, url=inside.url, **more)[0]


def said(parent: Statement, by: User, body: str = "It is so.") -> Statement:
    return statements.reply(parent, by=by, kind="remark", body=body)


@pytest.fixture
def claim(alice: User) -> Statement:
    return factories.PositionFactory.create(author=alice)


def went() -> int:
    delivering.find()
    return delivering.call()


def test_an_event_is_sent_signed_and_names_no_words(
    inside: Receiver, claim: Statement, bob: User
) -> None:
    _, key = webhooks.create(by=bob, url=inside.url)
    remark = said(claim, bob, "Unmistakable words.")
    assert went() == 1
    [got] = inside.got
    event = claim.debate.events.get(statement=remark)
    assert got.verified(key) == {
        "type": "statement.published",
        "timestamp": event.created_at.isoformat(),
        "data": {
            "debate": claim.debate.slug,
            "number": event.number,
            "statement": remark.pk,
            "actor": bob.username,
        },
    }
    assert b"Unmistakable" not in got.body
    sent = Delivery.objects.get()
    assert (sent.state, sent.tries, sent.log[0]["status"]) == ("delivered", 1, 204)
    assert got.id == sent.message_id
    assert went() == 0


def test_what_was_before_the_webhook_is_not_sent(
    inside: Receiver, claim: Statement, bob: User
) -> None:
    said(claim, bob)
    hook(inside, bob)
    later = said(claim, bob)
    went()
    assert [got.said["data"]["statement"] for got in inside.got] == [later.pk]


def test_only_what_is_asked_for_is_sent(inside: Receiver, claim: Statement, bob: User) -> None:
    other = factories.PositionFactory.create(author=bob)
    hook(inside, bob, debate=claim.debate, kinds=["mark.set"])
    said(claim, bob)
    marks.mark(claim, by=bob, truth="agree")
    said(other, bob)
    went()
    assert [got.said["type"] for got in inside.got] == ["mark.set"]


def test_who_may_not_see_the_debate_is_sent_nothing(
    inside: Receiver, alice: User, bob: User
) -> None:
    debate = factories.DebateFactory.create(visibility="private", starter=alice)
    Participation.objects.create(debate=debate, person=alice, role="facilitator")
    Participation.objects.create(debate=debate, person=bob)
    claim = factories.PositionFactory.create(debate=debate, author=alice)
    hook(inside, bob)
    stranger = factories.UserFactory.create()
    hook(inside, stranger)
    said(claim, alice)
    delivering.find()
    assert {d.webhook.account for d in Delivery.objects.all()} == {bob}
    Participation.objects.filter(person=bob).delete()  # before it is sent
    delivering.call()
    assert inside.connections == 0
    assert Delivery.objects.get().state == "dropped"


def test_reports_are_for_moderators(
    inside: Receiver, claim: Statement, bob: User, mara: User
) -> None:
    hook(inside, bob)
    theirs = hook(inside, mara)
    moderation.report(claim, by=bob, reason="spam")
    delivering.find()
    assert [d.webhook for d in Delivery.objects.all()] == [theirs]


@pytest.mark.parametrize("leaves", [False, True])
def test_who_has_left_and_the_author_of_what_was_hidden_are_not_named(
    inside: Receiver, claim: Statement, bob: User, mara: User, leaves: bool
) -> None:
    hook(inside, bob)
    remark = said(claim, factories.UserFactory.create(username="carol"))
    delivering.find()
    if leaves:
        leaving.leave(by=remark.author, withdraw=False)
    else:
        moderation.hide(remark, by=mara, reason="An attack.")
    delivering.call()
    assert [got.said["data"]["actor"] for got in inside.got] == [None]


def test_an_address_at_a_port_that_is_not_called_any_more_is_not_connected_to(
    inside: Receiver, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was taken before; the log says why, and a site that allows the port sends what waits."""
    made = hook(inside, bob)
    webhooks.test(made, by=bob)
    Webhook.objects.update(url=f"https://hooks.example.org:{inside.port}/hook")
    looked_up: list[Any] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: looked_up.append(args))
    delivering.call()
    waits = Delivery.objects.get()
    assert (waits.state, waits.log[0]["why"]) == ("waiting", "port")
    made.refresh_from_db()
    assert made.failures == 1
    assert looked_up == []


def test_a_failure_is_tried_again_later_and_given_up_in_the_end(
    inside: Receiver, claim: Statement, bob: User
) -> None:
    inside.status = 500
    made = hook(inside, bob)
    webhooks.test(made, by=bob)
    ids = set()
    for number, wait in enumerate((*delivering.WAITS, None), 1):
        assert delivering.call() == 0
        sent = Delivery.objects.get()
        assert sent.tries == number
        ids.add(inside.got[-1].id)
        if wait:
            assert timedelta(0) < sent.due_at - timezone.now() <= wait
        Delivery.objects.update(due_at=timezone.now())
        Webhook.objects.update(rests_until=None)
    assert Delivery.objects.get().state == "failed"
    assert len(ids) == 1 and len(inside.got) == 10
    assert delivering.call() == 0 and len(inside.got) == 10


def test_a_webhook_that_fails_rests_and_a_success_wakes_it(inside: Receiver, bob: User) -> None:
    made = hook(inside, bob)
    inside.statuses = [500]
    for _ in range(3):
        webhooks.test(made, by=bob)
    delivering.call()
    delivering.call()
    assert len(inside.got) == 1
    Webhook.objects.update(rests_until=timezone.now())
    assert delivering.call() == 2
    made.refresh_from_db()
    assert (made.failures, made.rests_until, made.failing_since) == (0, None, None)


@pytest.mark.parametrize("status", [410, 500])
def test_who_is_gone_or_fails_for_days_is_switched_off(
    inside: Receiver, bob: User, status: int
) -> None:
    made = hook(inside, bob)
    inside.status = status
    Webhook.objects.update(failures=3, failing_since=timezone.now() - timedelta(days=5, hours=1))
    webhooks.test(made, by=bob)
    delivering.call()
    made.refresh_from_db()
    assert not made.is_active


def test_a_webhook_that_somebody_is_at_is_left_alone_until_they_are_gone(
    inside: Receiver, bob: User
) -> None:
    made = hook(inside, bob)
    webhooks.test(made, by=bob)
    Webhook.objects.update(held_until=timezone.now() + timedelta(seconds=60))
    assert delivering.call() == 0
    Webhook.objects.update(held_until=timezone.now())  # their worker was killed
    assert delivering.call() == 1


def test_an_account_that_is_switched_off_is_sent_nothing(
    inside: Receiver, claim: Statement, bob: User, alice: User
) -> None:
    hook(inside, bob)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    said(claim, alice)
    assert went() == 0 and inside.connections == 0


def test_a_bot_whose_owner_is_switched_off_is_sent_nothing(
    inside: Receiver, claim: Statement, bob: User, rob: User, alice: User
) -> None:
    """Neither what waits already nor what comes."""
    for account in (rob, alice):
        hook(inside, account)
    said(claim, alice)
    assert delivering.find() == 2
    User.objects.filter(pk=bob.pk).update(is_active=False)
    said(claim, alice)
    assert went() == 2 == len(inside.got)
    assert [one.state for one in Delivery.objects.filter(webhook__account=rob)] == ["waiting"]
    with pytest.raises(PermissionDenied):
        hook(inside, User.objects.get(pk=rob.pk))


# ---- what its owner does during a call
def during(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Have it done while an address is called, before that answers."""
    real = outgoing.call

    def call(*given: Any) -> outgoing.Answer:
        do()
        return real(*given)

    monkeypatch.setattr(outgoing, "call", call)


def test_a_webhook_that_is_switched_off_during_a_call_stays_off(
    inside: Receiver, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hook(inside, bob)
    webhooks.test(made, by=bob)
    inside.status = 500
    during(monkeypatch, lambda: webhooks.change(made, by=bob, is_active=False))
    delivering.call()
    made.refresh_from_db()
    assert (len(inside.got), made.is_active) == (1, False)


@pytest.mark.parametrize("status", [410, 500])
def test_an_address_that_is_changed_during_a_call_does_not_answer_for_the_one_before(
    inside: Receiver, bob: User, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    made = hook(inside, bob)
    webhooks.test(made, by=bob)
    Webhook.objects.update(failures=3, failing_since=timezone.now() - timedelta(days=6))
    inside.status = status
    other = f"{inside.url}/other"
    during(monkeypatch, lambda: webhooks.change(made, by=bob, url=other))
    delivering.call()
    made.refresh_from_db()
    assert len(inside.got) == 1
    assert (made.url, made.is_active, made.failures, made.rests_until) == (other, True, 0, None)


@pytest.mark.parametrize("status", [204, 500])
@pytest.mark.parametrize("leaves", [False, True])
def test_a_webhook_that_is_removed_during_a_call_keeps_nobody_waiting(
    inside: Receiver,
    bob: User,
    alice: User,
    monkeypatch: pytest.MonkeyPatch,
    leaves: bool,
    status: int,
) -> None:
    for by in (bob, alice):
        webhooks.test(hook(inside, by), by=by)
    inside.statuses = [status]

    def end() -> None:
        for one in bob.webhooks.all():
            if leaves:
                leaving.leave(by=bob, withdraw=False)
            else:
                webhooks.remove(one, by=bob)

    during(monkeypatch, end)
    delivering.call()
    assert len(inside.got) == 2
    left = Delivery.objects.get()
    assert (left.webhook.account, left.state) == (alice, "delivered")


def test_looking_takes_as_many_queries_for_many_events_as_for_one(
    inside: Receiver, claim: Statement, bob: User
) -> None:
    hook(inside, bob)
    counts = []
    for number in (1, 30):
        for _ in range(number):
            said(claim, bob)
        with CaptureQueriesContext(connection) as seen:
            assert delivering.find() == number
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 24


def test_without_webhooks_nothing_is_looked_for(claim: Statement, bob: User) -> None:
    said(claim, bob)
    with CaptureQueriesContext(connection) as seen:
        assert delivering.find() == 0
    assert len(seen) == 1
    assert Debate.objects.filter(sent=None).exists()


@pytest.mark.django_db(transaction=True)
def test_who_has_answered_well_does_not_wait_for_who_is_slow(
    inside: Receiver, claim: Statement, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work() -> None:
        try:
            went()
        finally:
            connection.close()

    hook(inside, bob)
    said(claim, bob)
    assert went() == 1
    with receiver() as slow, override_settings(WEBHOOKS_INSIDE=[inside.place, slow.place]):
        slow.way = "trickle"
        monkeypatch.setattr(outgoing, "SECONDS", 3.0)
        for _ in range(2):
            hook(slow, bob)
        said(claim, bob)
        others = [threading.Thread(target=work) for _ in range(2)]
        for other in others:
            other.start()
            while not slow.got:
                time.sleep(0.01)
        time.sleep(0.3)  # so that the second has begun, too
        last = said(claim, bob)
        assert went() == 1
        assert inside.got[-1].said["data"]["statement"] == last.pk
        assert others[0].is_alive(), "nobody was slow"
        for other in others:
            other.join()


def test_a_webhook_that_was_off_begins_with_what_happens_once_it_is_on_again(
    inside: Receiver, claim: Statement, bob: User
) -> None:
    made = hook(inside, bob)
    webhooks.change(made, by=bob, is_active=False)
    said(claim, bob)
    went()
    webhooks.change(made, by=bob, is_active=True)
    later = said(claim, bob)
    webhooks.change(made, by=bob, is_active=True)  # which it is already
    went()
    assert [got.said["data"]["statement"] for got in inside.got] == [later.pk]


def test_a_webhook_of_all_debates_is_told_of_no_unlisted_one(
    claim: Statement, alice: User, charlie: User
) -> None:
    Debate.objects.filter(pk=claim.debate_id).update(visibility="unlisted")
    every = factories.WebhookFactory.create(account=charlie, debate=None)
    one = factories.WebhookFactory.create(account=charlie, debate=claim.debate)
    statements.reply(claim, by=alice, kind="remark", body="As it is said.")
    delivering.find()
    assert set(Delivery.objects.values_list("webhook", flat=True)) == {one.pk}
    factories.ParticipationFactory.create(debate=claim.debate, person=charlie)
    statements.reply(claim, by=alice, kind="remark", body="And again.")
    delivering.find()
    assert Delivery.objects.filter(webhook=every).count() == 1
