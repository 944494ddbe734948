"""Sending events to webhooks, as Standard Webhooks: none is lost, and each keeps its id.

Deliveries are made in the transaction that notes how far a debate's events are sent; whoever
sends holds the webhook for a while, so that a worker that is killed holds it no longer. What was
sent but not noted is sent again, under the same id.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from standardwebhooks import Webhook as Signer

from accounts import freshness
from debate import calling
from debate.actions import outgoing, webhooks
from debate.actions.alone import alone
from debate.models import Debate, Delivery, Event, SentUpTo, Webhook
from debate.models.webhooks import DeliveryState
from debate.selectors import events

log = logging.getLogger(__name__)
LOCKS = 0x686F6F6B  # "hook": those who call among advisory locks
BATCH = 200
"""How many events of a debate are taken up in one transaction."""
AT_ONCE = 100
"""How many deliveries are sent in one go."""
GO = timedelta(seconds=20)
"""After how long a go ends, with what is being sent."""
HELD = timedelta(seconds=60)
"""How long who sends holds a webhook: longer than a go and one call."""
WAITS = tuple(
    timedelta(**wait)
    for wait in (
        *({"seconds": 5}, {"minutes": 5}, {"minutes": 30}, {"hours": 2}, {"hours": 5}),
        *({"hours": 10}, {"hours": 14}, {"hours": 20}, {"hours": 24}),
    )
)
"""Until the next try of a delivery; after the last it is given up."""
REST_MOST = timedelta(minutes=10)
"""How long a webhook rests at most after failing again and again."""
OFF_AFTER = timedelta(days=5)
"""A webhook that has failed for so long is switched off."""
GONE = 410
"""The status by which a receiver says that it is not there any more."""
KEPT = timedelta(days=30)
"""How long the log keeps what has ended."""


# ---- what there is to send
def find() -> int:
    """Make deliveries of what has happened since; says how many."""
    active = Webhook.objects.filter(calling.IN_USE)
    made = 0
    for debate in _changed(active) if active.exists() else ():
        while (more := _make(debate)) is not None:
            made += more
    return made


def _changed(active: QuerySet[Webhook]) -> list[int]:
    """The debates in which something has happened that some webhook may wait for."""
    behind = Q(sent=None, event_count__gt=0) | Q(event_count__gt=F("sent__number"))
    found = Debate.objects.filter(behind)
    if not active.filter(debate=None).exists():
        found = found.filter(pk__in=active.values("debate"))
    return list(found.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _make(pk: int) -> int | None:
    """Make deliveries of the next events of a debate; how many, None where there was no event."""
    SentUpTo.objects.bulk_create([SentUpTo(debate_id=pk)], ignore_conflicts=True)
    reached = SentUpTo.objects.select_for_update().get(pk=pk)
    debate = Debate.objects.get(pk=pk)
    of_debate = Webhook.objects.filter(Q(debate=None) | Q(debate=pk), calling.IN_USE)
    hooks = list(of_debate.select_related("account"))
    found = debate.events.filter(number__gt=reached.number)
    if hooks:
        found = found.filter(created_at__gte=min(hook.begins_at for hook in hooks))
    batch = list(found.order_by("number")[:BATCH]) if hooks else []
    if not batch:
        SentUpTo.objects.filter(pk=pk).update(number=debate.event_count)
        return None
    rows = [row for hook in hooks for row in _of(hook, debate, batch)]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    SentUpTo.objects.filter(pk=pk).update(number=batch[-1].number)
    return len(rows)


def _of(hook: Webhook, debate: Debate, batch: Sequence[Event]) -> list[Delivery]:
    """What a webhook is sent of these events: what it asks for and its account may know of."""
    wanted = [
        event.pk
        for event in batch
        if event.created_at >= hook.begins_at and (not hook.kinds or event.kind in hook.kinds)
    ]
    if not wanted or not _sees(hook, debate):
        return []
    known = events.known_to(debate, hook.account).filter(pk__in=wanted).order_by("number")
    return [Delivery(webhook=hook, event_id=pk) for pk in known.values_list("pk", flat=True)]


def _sees(hook: Webhook, debate: Debate) -> bool:
    """Whether it may be sent what happens there; of all debates it is told of no unlisted ones."""
    one = hook.debate_id == debate.pk
    known = Debate.objects.visible_to if one else Debate.objects.listed_for
    return known(hook.account).filter(pk=debate.pk).exists()


# ---- sending it
def call() -> int:
    """Send what is due, to one webhook after the other; says how many were tried.

    One job at a time calls those that have answered well so far, and one calls any: so nobody
    waits for who is slow but those of whom nothing is known, and the worker has places left.
    """
    tried = 0
    for place, due in enumerate((_proven, _due)):
        with alone(LOCKS, place) as is_free:
            tried += _go(due()) if is_free else 0
    return tried


def _go(found: QuerySet[Webhook]) -> int:
    until, tried = timezone.now() + GO, 0
    for pk in found.values_list("pk", flat=True):
        tried += send(pk, until)
        if timezone.now() > until:
            break
    return tried


def _due() -> QuerySet[Webhook]:
    """The webhooks to which something can be sent, who has waited longest first."""
    now = timezone.now()
    free = Q(held_until=None) | Q(held_until__lte=now)
    rested = Q(rests_until=None) | Q(rests_until__lte=now)
    due = Q(deliveries__state=DeliveryState.WAITING, deliveries__due_at__lte=now)
    found = Webhook.objects.filter(free, rested, due, calling.IN_USE)
    return found.annotate(since=Min("deliveries__due_at")).order_by("since", "pk")


def _proven() -> QuerySet[Webhook]:
    """Those of them that have taken something, and have not failed since."""
    taken = Delivery.objects.filter(webhook=OuterRef("pk"), state=DeliveryState.DELIVERED)
    return _due().filter(Exists(taken), failures=0)


def send(pk: int, until: datetime) -> int:
    """Send what is due to a webhook, unless somebody else is at it; says how many were tried."""
    now = timezone.now()
    free = Webhook.objects.filter(Q(held_until=None) | Q(held_until__lte=now), pk=pk)
    if not free.filter(is_active=True).update(held_until=now + HELD):
        return 0
    tried = 0
    try:
        while tried < AT_ONCE and timezone.now() < until:
            found = Webhook.objects.filter(calling.IN_USE, pk=pk)
            hook = found.select_related("account").first()
            delivery = _next(hook) if hook is not None else None
            if hook is None or delivery is None or not _try(hook, delivery):
                break
            tried += 1
    finally:
        Webhook.objects.filter(pk=pk).update(held_until=None)
    return tried


def _next(hook: Webhook) -> Delivery | None:
    if hook.rests_until and hook.rests_until > timezone.now():
        return None
    due = hook.deliveries.filter(state=DeliveryState.WAITING, due_at__lte=timezone.now())
    return (
        due.select_related("event__debate", "event__actor__owner").order_by("due_at", "pk").first()
    )


def _try(hook: Webhook, delivery: Delivery) -> bool:
    """Send one, and note what came of it; False where the webhook is to rest."""
    said = _said(hook, delivery)
    if said is None:
        _end(delivery, DeliveryState.DROPPED)
        return True
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    freshness.wrote([hook.account_id])  # they will ask for what they are told of
    now = timezone.now()
    try:
        answer = outgoing.call(hook.url, body.encode(), _headers(hook, delivery, body, now))
        line: dict[str, Any] = {"status": answer.status, "took": answer.took, "why": ""}
        is_good, is_gone = answer.is_good, answer.status == GONE
    except outgoing.Unreachable as error:
        line, is_good, is_gone = {"status": None, "took": None, "why": str(error)}, False, False
    delivery.tries += 1
    delivery.log = [*delivery.log[-19:], {"at": now.isoformat(), **line}]
    if is_good:
        _end(delivery, DeliveryState.DELIVERED)
        _went_well(hook)
        return True
    if delivery.tries > len(WAITS):
        _end(delivery, DeliveryState.FAILED)
    else:
        _note(delivery, due_at=timezone.now() + WAITS[delivery.tries - 1])
    _went_wrong(hook, is_gone=is_gone)
    return False


def _end(delivery: Delivery, state: DeliveryState) -> None:
    _note(delivery, state=state, ended_at=timezone.now())


def _note(delivery: Delivery, **fields: Any) -> None:
    """Write what came of a try; its webhook may have been removed meanwhile, with its log."""
    tried = {"tries": delivery.tries, "log": delivery.log}
    Delivery.objects.filter(pk=delivery.pk).update(**tried, **fields)


def _went_well(hook: Webhook) -> None:
    if hook.failures:
        _as_called(hook).update(failures=0, failing_since=None, rests_until=None)


def _as_called(hook: Webhook) -> QuerySet[Webhook]:
    """Its row, unless its owner has removed or changed it during the call, which begins anew."""
    return Webhook.objects.filter(pk=hook.pk, url=hook.url, failures=hook.failures)


def _went_wrong(hook: Webhook, *, is_gone: bool) -> None:
    """Let it rest, the longer the more often; switch it off where it has failed for days."""
    now, failures = timezone.now(), hook.failures + 1
    since = hook.failing_since or now
    rests = min(timedelta(seconds=2 ** min(failures, 20)), REST_MOST)
    off = {"is_active": False} if is_gone or now - since > OFF_AFTER else {}
    noted = {"failures": failures, "failing_since": since, "rests_until": now + rests}
    if _as_called(hook).update(**noted, **off) and off:
        log.warning("Webhook %s is switched off: it has failed since %s.", hook.pk, since)


def _said(hook: Webhook, delivery: Delivery) -> dict[str, Any] | None:
    """What is sent; None of what the account may not know of any more.

    It names the event and holds no words: who is told asks the API for what they may read now.
    """
    event = delivery.event
    if event is None:
        return {"type": "test", "timestamp": delivery.created_at.isoformat(), "data": {}}
    if not _sees(hook, event.debate):
        return None
    if not events.known_to(event.debate, hook.account).filter(pk=event.pk).exists():
        return None
    [told] = events.told([event], hook.account)
    return {
        "type": event.kind,
        "timestamp": event.created_at.isoformat(),
        "data": {
            "debate": event.debate.slug,
            "number": event.number,
            "statement": event.statement_id,
            "actor": told.actor.username if told.actor and not told.actor.is_former else None,
        },
    }


def _headers(hook: Webhook, delivery: Delivery, body: str, now: datetime) -> dict[str, str]:
    name = delivery.message_id
    try:
        keys = webhooks.keys(hook)
    except InvalidToken as error:  # SECRET_KEY is another one, and this hook keeps none waiting
        raise outgoing.Unreachable("key") from error
    signed = [Signer(key).sign(name, now, body) for key in keys]
    return {
        "Content-Type": "application/json",
        "User-Agent": settings.WEBHOOKS_AGENT,
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signed),
    }


def forget() -> int:
    """Remove from the logs what ended long ago; says how many."""
    return Delivery.objects.filter(ended_at__lt=timezone.now() - KEPT).delete()[0]
