from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models

from debate.models.debates import Debate


class Analysis(models.Model):
    """What the reasoning last found in a debate, as JSON of labels, ids and numbers: no words.

    It holds all events up to the number `event`. `asked` is the event up to which a job was asked
    for last. `version` and `asked_version` are those of the reasoning: see `reasoning.results`.
    `took`: how long the run was. `gist`: what the head of the debate tells, see `selectors.gists`.
    """

    debate = models.OneToOneField(Debate, on_delete=models.CASCADE, related_name="analysis")
    asked = models.PositiveIntegerField(default=0)
    asked_version = models.PositiveSmallIntegerField(default=0)
    event = models.PositiveIntegerField(default=0)
    version = models.PositiveSmallIntegerField(default=0)
    computed_at = models.DateTimeField(null=True, blank=True)
    took = models.DurationField(default=timedelta)
    result = models.JSONField(null=True, blank=True)
    gist = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "analyses"

    def __str__(self) -> str:
        return f"{self.debate}, up to {self.event}"


class AnalysisPoint(models.Model):
    """Where a debate stood after an event, in a few numbers: for its course over time.

    `found` is as `selectors.course` has it. There is one only where something came out otherwise.
    """

    debate = models.ForeignKey(Debate, on_delete=models.CASCADE, related_name="analysis_points")
    event = models.PositiveIntegerField()
    at = models.DateTimeField()
    found = models.JSONField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("debate", "event", name="analysis_point_once"),
        ]

    def __str__(self) -> str:
        return f"{self.debate}, after {self.event}"
