"""Webhooks of an account and its bots, and the logs of what was sent to them."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from debate.models import Delivery, Webhook
from debate.models.webhooks import DeliveryState
from debate.selectors import listings
from debate.selectors.listings import Cut, Part


def of(person: User) -> QuerySet[Webhook]:
    """A person's webhooks and those of their bots, with how many deliveries wait, as `waiting`."""
    waiting = Count("deliveries", filter=Q(deliveries__state=DeliveryState.WAITING))
    theirs = Webhook.objects.filter(Q(account=person) | Q(account__owner=person))
    return theirs.select_related("account", "debate").annotate(waiting=waiting).order_by("pk")


def webhook(pk: int, person: User) -> Webhook:
    """One of them; raises DoesNotExist. One query."""
    return of(person).get(pk=pk)


def listed(person: User, cut: Cut) -> Part[Webhook]:
    """A page of them, in their order. One query."""
    return listings.portion(of(person), "id", cut)


def deliveries(webhook: Webhook, cut: Cut) -> Part[Delivery]:
    """What was sent to a webhook and what waits, the newest first. One query."""
    found = webhook.deliveries.select_related("event__debate")
    return listings.portion(found, "-id", cut)


def delivery(pk: int, webhook: Webhook) -> Delivery:
    """One of them; raises DoesNotExist. One query."""
    found: Delivery = webhook.deliveries.select_related("event__debate", "webhook__account").get(
        pk=pk
    )
    return found
