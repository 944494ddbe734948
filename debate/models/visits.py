from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from accounts.models import User
from debate.models.debates import Debate


class Visit(models.Model):
    """How far a person has read a debate, in ids of statements, which only grow.

    What is newer than `since` is new to them: their visit before ended there, at `since_at`.
    `seen` is the newest statement that was there when they last looked, at `seen_at`.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="visits")
    debate = models.ForeignKey(Debate, on_delete=models.CASCADE, related_name="visits")
    since = models.PositiveIntegerField(default=0)
    since_at = models.DateTimeField(default=timezone.now)
    seen = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("person", "debate", name="visit_once"),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(F("since"), F("seen"))), name="visit_since_seen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.debate}, up to {self.seen}"
