from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from debate.actions import delivering, webhooks
from debate.actions.refusals import Conflict
from debate.models import Delivery, Webhook
from tests import factories
from tests.receiver import receiver

URL = "https://hooks.example.org/crux"
UNREADABLE = Fernet(Fernet.generate_key()).encrypt(b"whsec_of_another_site").decode()


def test_a_webhook_is_made_and_its_key_is_told_once(alice: User) -> None:
    made, key = webhooks.create(by=alice, url=URL, kinds=["mark.set", "mark.set"])
    assert key.startswith("whsec_")
    assert key not in made.key and webhooks.keys(made) == [key]
    assert made.kinds == ["mark.set"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"url": "http://hooks.example.org/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://x.org/" + "a" * 500}, "url"),
        ({"url": "no address"}, "url"),
        ({"url": URL, "kinds": ["no.such"]}, "kinds"),
    ],
)
def test_what_cannot_be_is_refused_by_field(alice: User, sent: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        webhooks.create(by=alice, **sent)
    assert [*refused.value.message_dict] == [field]
    assert not Webhook.objects.exists()


def test_an_account_has_so_many_at_most(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "MOST", 2)
    for _ in range(2):
        webhooks.create(by=alice, url=URL)
    with pytest.raises(Conflict, match="at most 2"):
        webhooks.create(by=alice, url=URL)


def test_ones_own_and_those_of_ones_bots_can_be_changed(alice: User, bob: User) -> None:
    bot = factories.BotFactory.create(owner=alice)
    made, _ = webhooks.create(by=bot, url=URL)
    webhooks.change(made, by=alice, kinds=["mark.set"], is_active=False)
    made.refresh_from_db()
    assert (made.kinds, made.is_active, made.url) == (["mark.set"], False, URL)
    for act in (webhooks.remove, webhooks.renew_key, webhooks.test, webhooks.change):
        with pytest.raises(PermissionDenied):
            act(made, by=bob)
    webhooks.remove(made, by=alice)
    assert not Webhook.objects.exists()


def test_changed_it_is_looked_at_as_a_new_one(alice: User) -> None:
    made, _ = webhooks.create(by=alice, url=URL)
    with pytest.raises(ValidationError):
        webhooks.change(made, by=alice, url="https://localhost.:1x/")
    made.refresh_from_db()
    assert made.url == URL


def test_one_whose_address_has_become_unfit_is_switched_off_all_the_same(alice: User) -> None:
    made, _ = webhooks.create(by=alice, url=URL)
    Webhook.objects.update(url="http://was-allowed-once.example")
    made = webhooks.change(made, by=alice, is_active=False)
    assert not made.is_active


def test_switched_on_it_starts_afresh(alice: User) -> None:
    made, _ = webhooks.create(by=alice, url=URL)
    now = timezone.now()
    Webhook.objects.update(is_active=False, failures=9, failing_since=now, rests_until=now)
    made = webhooks.change(made, by=alice, is_active=True)
    assert (made.is_active, made.failures, made.failing_since, made.rests_until) == (
        True,
        0,
        None,
        None,
    )


def test_a_new_key_signs_beside_the_former_one_for_a_day(alice: User) -> None:
    made, former = webhooks.create(by=alice, url=URL)
    key = webhooks.renew_key(made, by=alice)
    made.refresh_from_db()
    assert webhooks.keys(made) == [key, former]
    Webhook.objects.update(former_key_until=timezone.now() - timedelta(seconds=1))
    made.refresh_from_db()
    assert webhooks.keys(made) == [key]


def test_a_new_key_asked_for_twice_leaves_the_one_that_is_in_use(alice: User) -> None:
    made, in_use = webhooks.create(by=alice, url=URL)
    lost = webhooks.renew_key(made, by=alice)
    key = webhooks.renew_key(made, by=alice)
    made.refresh_from_db()
    assert webhooks.keys(made) == [key, lost, in_use]
    newer = [webhooks.renew_key(made, by=alice) for _ in range(3)]
    made.refresh_from_db()
    assert webhooks.keys(made) == [*reversed(newer), key]


def test_a_key_that_cannot_be_read_any_more_stops_its_own_webhook_alone(
    alice: User, bob: User, settings: Any
) -> None:
    with receiver() as inside:
        settings.WEBHOOKS_INSIDE = [inside.place]
        lost, other = (webhooks.create(by=by, url=inside.url)[0] for by in (alice, bob))
        for made in (lost, other):
            webhooks.test(made, by=made.account)
        Webhook.objects.filter(pk=lost.pk).update(key=UNREADABLE)
        assert delivering.call() == 1
        assert Delivery.objects.get(webhook=other).state == "delivered"
        waits = Delivery.objects.get(webhook=lost)
        assert (waits.state, waits.tries, waits.log[0]["why"]) == ("waiting", 1, "key")
        lost.refresh_from_db()
        assert lost.failures == 1
        assert lost.rests_until
        assert len(inside.got) == 1
        key = webhooks.renew_key(lost, by=alice)
        Webhook.objects.update(rests_until=None)
        Delivery.objects.update(due_at=timezone.now())
        assert delivering.call() == 1
        inside.got[-1].verified(key)
        lost.refresh_from_db()
        assert webhooks.keys(lost) == [key]  # the former one is left out


def test_something_is_sent_again_under_the_same_id(alice: User) -> None:
    made, _ = webhooks.create(by=alice, url=URL)
    sent = webhooks.test(made, by=alice)
    with pytest.raises(Conflict, match="waits"):
        webhooks.replay(sent, by=alice)
    Delivery.objects.update(state="failed", tries=10, ended_at=timezone.now())
    again = webhooks.replay(Delivery.objects.get(), by=alice)
    assert (again.pk, again.state, again.tries, again.ended_at) == (sent.pk, "waiting", 0, None)


def test_nothing_is_sent_by_one_that_is_off(alice: User) -> None:
    made, _ = webhooks.create(by=alice, url=URL)
    webhooks.change(made, by=alice, is_active=False)
    with pytest.raises(Conflict, match="switched off"):
        webhooks.test(made, by=alice)


def test_what_ended_long_ago_leaves_the_log(alice: User) -> None:
    made, _ = webhooks.create(by=alice, url=URL)
    old, new, waits = (Delivery.objects.create(webhook=made) for _ in range(3))
    now = timezone.now()
    Delivery.objects.filter(pk=old.pk).update(ended_at=now - timedelta(days=31))
    Delivery.objects.filter(pk=new.pk).update(ended_at=now)
    assert delivering.forget() == 1
    assert {*Delivery.objects.values_list("pk", flat=True)} == {new.pk, waits.pk}
