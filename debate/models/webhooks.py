from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from debate.models.debates import Debate
from debate.models.events import Event
from debate.models.lengths import within

URL_MAX = 500


class Webhook(models.Model):
    """An address that is called for each event that its account may know of.

    Of one debate or of all, of some kinds or of all (none named). `key` signs what is sent, as do
    those in `former_key`, with spaces between; all are sealed. `failures` are those since the
    last success; until `rests_until` nothing is sent. Who holds it until `held_until` is the one
    who sends. `on_again_at`: when it was switched on last, if it was off.
    """

    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=URL_MAX)
    debate = models.ForeignKey(
        Debate, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    kinds = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    key = models.TextField()
    former_key = models.TextField(blank=True)
    former_key_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    is_active = models.BooleanField(default=True)
    on_again_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar[list[Any]] = [
            within("url", 1, URL_MAX, name="webhook_url_length"),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def begins_at(self) -> datetime:
        """From when on it is told what happens."""
        return self.on_again_at or self.created_at


class DeliveryState(models.TextChoices):
    """What became of a delivery."""

    WAITING = "waiting", gettext_lazy("Waits to be sent")
    DELIVERED = "delivered", gettext_lazy("Delivered")
    FAILED = "failed", gettext_lazy("Given up")
    DROPPED = "dropped", gettext_lazy("Not sent: the account may not know of it any more")


class Delivery(models.Model):
    """An event on its way to a webhook, with a line in `log` for each try; its id is sent along.

    A test has no event.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=9, choices=DeliveryState, default=DeliveryState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    log = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("webhook", "event", name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="delivery_state"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index("webhook", "due_at", name="delivery_due", condition=Q(state="waiting")),
            models.Index("ended_at", name="delivery_ended"),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def message_id(self) -> str:
        """What its receiver knows it by, the same at each try."""
        return f"msg_{self.pk}"


class SentUpTo(models.Model):
    """The number of the last event of a debate for which deliveries have been made."""

    debate = models.OneToOneField(
        Debate, on_delete=models.CASCADE, primary_key=True, related_name="sent"
    )
    number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.debate_id}: {self.number}"
