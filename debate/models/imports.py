from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from debate.models.debates import Debate

FILE_NAME_MAX = 200


class ImportState(models.TextChoices):
    """How far an import is: read first, shown, and written when its person says so."""

    READING = "reading", gettext_lazy("Being read")
    READY = "ready", gettext_lazy("Ready to look over")
    WRITING = "writing", gettext_lazy("Being brought in")
    DONE = "done", gettext_lazy("Brought in")
    FAILED = "failed", gettext_lazy("Could not be read")


class Import(models.Model):
    """A file that somebody brings in: what was found in it, what they chose, what became of it.

    `options` is what was said with it, `told` what the preview shows; `found_as` is what the place
    it comes from calls it, and `people` the accounts of its speakers, by what it calls them: so
    the same file finds its debate again. `into` is the debate that it brings up to date.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="imports")
    format = models.CharField(max_length=20)
    name = models.CharField(max_length=FILE_NAME_MAX, blank=True)
    data = models.BinaryField(editable=False, default=b"")
    options = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=7, choices=ImportState, default=ImportState.READING)
    told = models.JSONField(default=dict, blank=True)
    error = models.JSONField(default=dict, blank=True)
    found_as = models.CharField(max_length=300, blank=True)
    people = models.JSONField(default=dict, blank=True)
    into = models.ForeignKey(
        Debate, on_delete=models.SET_NULL, null=True, blank=True, related_name="updates"
    )
    debate = models.ForeignKey(
        Debate, on_delete=models.SET_NULL, null=True, blank=True, related_name="imports"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "-id"], name="import_latest"),
        ]

    def __str__(self) -> str:
        return f"Import of {self.name or self.format}"

    @property
    def is_under_way(self) -> bool:
        """Whether one may wait for it."""
        return self.state in (ImportState.READING, ImportState.WRITING)
