from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from debate.models.debates import Debate
from debate.models.lengths import within
from debate.models.statements import REASON_MAX


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    """Which suspensions hold."""

    def in_force(self) -> Self:
        """Those that nobody has ended and whose time is not over."""
        return self.filter(Q(until=None) | Q(until__gt=timezone.now()), ended_at=None)


class Suspension(models.Model):
    """That an account may only read in a debate, why, and until when; `until` None: no end set.

    `Debate.suspended` has the ids of those that nobody has ended, so that a write asks this table
    of nobody else.
    """

    debate = models.ForeignKey(Debate, on_delete=models.CASCADE, related_name="suspensions")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="suspensions")
    suspended_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=REASON_MAX)
    created_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            within("reason", 1, REASON_MAX, name="suspension_reason_length"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["debate", "person"], name="suspension_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.debate}: {self.reason}"
