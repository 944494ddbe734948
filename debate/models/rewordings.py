from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from debate.models.events import Event


class Reworded(models.TextChoices):
    """What was changed: of a debate, or the name of a position or crux."""

    QUESTION = "question", gettext_lazy("Question")
    BACKGROUND = "background", gettext_lazy("Background")
    TERMS = "terms", gettext_lazy("Terms")
    TOPICS = "topics", gettext_lazy("Topics")
    OUTCOME = "outcome", gettext_lazy("Outcome")
    NAME = "name", gettext_lazy("Name")


class Rewording(models.Model):
    """What stood there before an event changed it: who, when and where, the event says."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rewordings")
    field = models.CharField(max_length=10, choices=Reworded)
    before = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("event", "field", name="rewording_once"),
            models.CheckConstraint(condition=Q(field__in=Reworded.values), name="rewording_field"),
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()} before {self.event}"
