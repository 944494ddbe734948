from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User


class Format(models.TextChoices):
    """What kind of file an export comes as."""

    JSON = "json", "JSON"
    HTML = "html", "HTML"


class Export(models.Model):
    """All of a person's data as files: asked for, gathered by a job, and there for a day.

    `moved_at` is when the job last got on with it: one that was killed stands still.
    """

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="export")
    asked_at = models.DateTimeField(default=timezone.now)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    moved_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Export of {self.person_id}"


class ExportPart(models.Model):
    """A part of a file. In the database, for every web process must be able to hand it out."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="parts")
    format = models.CharField(max_length=4, choices=Format)
    number = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ("number",)
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("export", "format", "number", name="exportpart_once"),
            models.CheckConstraint(
                condition=Q(format__in=Format.values), name="exportpart_format"
            ),
        ]

    def __str__(self) -> str:
        return f"Part {self.number} of {self.export}"
