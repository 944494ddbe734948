from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from debate.models.lengths import within
from debate.models.statements import Statement

NOTE_MAX = 1000


class ReportReason(models.TextChoices):
    """Why a statement is reported."""

    ATTACK = "attack", gettext_lazy("Attacks a person")
    MISPLACED = "misplaced", gettext_lazy("Wrong kind, or answers something else")
    SPAM = "spam", gettext_lazy("Spam or advertising")
    UNLAWFUL = "unlawful", gettext_lazy("Unlawful, or private information")
    OTHER = "other", gettext_lazy("Something else")


class ReportState(models.TextChoices):
    """What became of a report."""

    OPEN = "open", gettext_lazy("Waits for a moderator")
    UPHELD = "upheld", gettext_lazy("Upheld: the statement was hidden")
    DISMISSED = "dismissed", gettext_lazy("Dismissed")


class Report(models.Model):
    """A person's report of somebody else's statement; one open report per person and statement."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reports")
    reason = models.CharField(max_length=9, choices=ReportReason)
    note = models.TextField(blank=True, max_length=NOTE_MAX)
    state = models.CharField(max_length=9, choices=ReportState, default=ReportState.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["reporter", "statement"],
                condition=Q(state="open"),
                name="report_open_once",
            ),
            within("note", 0, NOTE_MAX, name="report_note_length"),
            models.CheckConstraint(
                condition=Q(reason__in=ReportReason.values), name="report_reason"
            ),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index("state", "created_at", name="report_queue"),
        ]

    def __str__(self) -> str:
        return f"Report of {self.statement}: {self.get_reason_display()}"
