from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from accounts.models import User
from debate.models.debates import Debate


class Turn(models.Model):
    """What one author published in one go, numbered within the debate."""

    debate = models.ForeignKey(Debate, on_delete=models.CASCADE, related_name="turns")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="turns")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("debate", "number", name="turn_number_once"),
        ]

    def __str__(self) -> str:
        return f"Turn {self.number} by {self.author}"
