from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from debate.models.statements import Quotation, Statement


class Truth(models.TextChoices):
    """One person's answer to 'is it true?'; empty where they gave none."""

    NONE = "", gettext_lazy("no answer")
    AGREE = "agree", gettext_lazy("agree")
    UNSURE = "unsure", gettext_lazy("unsure")
    DISAGREE = "disagree", gettext_lazy("disagree")


class Bears(models.TextChoices):
    """One person's answer to 'does it bear on what it answers?'; empty where they gave none."""

    NONE = "", gettext_lazy("no answer")
    YES = "yes", gettext_lazy("bears")
    NO = "no", gettext_lazy("does not bear")


class Mark(models.Model):
    """One person's verdict on one statement, two answers. A cleared mark stays, empty."""

    statement = models.ForeignKey(
        Statement,
        on_delete=models.CASCADE,
        related_name="marks",
        db_index=False,  # mark_once begins with it
    )
    person = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="marks",
        db_index=False,  # mark_latest begins with it
    )
    truth = models.CharField(max_length=8, choices=Truth, blank=True)
    bears = models.CharField(max_length=3, choices=Bears, blank=True)
    revision = models.PositiveIntegerField()
    quotation = models.OneToOneField(
        Quotation, on_delete=models.PROTECT, null=True, blank=True, related_name="marked_in"
    )
    source = models.JSONField(default=dict, blank=True)
    marked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("statement", "person", name="mark_once"),
            models.CheckConstraint(condition=Q(truth__in=Truth.values), name="mark_truth"),
            models.CheckConstraint(condition=Q(bears__in=Bears.values), name="mark_bears"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="mark_revision"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index("person", F("marked_at").desc(), F("id").desc(), name="mark_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.person} on {self.statement}: {self.truth or '–'}, {self.bears or '–'}"


class MarkChange(models.Model):
    """A mark as it was set at one time: its history, oldest first.

    The newest one that was not undone is how the mark stands. `because` is the statement that the
    person names as what changed their mind, where this change took them to the other side.
    """

    mark = models.ForeignKey(Mark, on_delete=models.CASCADE, related_name="changes")
    truth = models.CharField(max_length=8, choices=Truth, blank=True)
    bears = models.CharField(max_length=3, choices=Bears, blank=True)
    revision = models.PositiveIntegerField()
    quotation = models.ForeignKey(
        Quotation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    because = models.ForeignKey(
        Statement,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="minds_changed",
    )
    changed_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.truth or '–'}, {self.bears or '–'} at {self.changed_at:%Y-%m-%d %H:%M}"
