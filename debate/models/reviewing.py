from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from debate.models.lengths import within
from debate.models.moderation import NOTE_MAX
from debate.models.statements import REASON_MAX, Statement

TEMPLATE_NAME_MAX = 60
FILTER_MAX = 300


class ReasonTemplate(models.Model):
    """A reason that moderators choose instead of writing it."""

    name = models.CharField(gettext_lazy("name"), max_length=TEMPLATE_NAME_MAX, unique=True)
    text = models.CharField(
        gettext_lazy("reason"),
        max_length=REASON_MAX,
        help_text=gettext_lazy("It stands in the public log, and its author reads it."),
    )

    class Meta:
        verbose_name = gettext_lazy("reason to choose")
        verbose_name_plural = gettext_lazy("reasons to choose")
        ordering = ("name",)
        constraints: ClassVar[list[Any]] = [
            within("name", 1, TEMPLATE_NAME_MAX, name="reasontemplate_name_length"),
            within("text", 1, REASON_MAX, name="reasontemplate_text_length"),
        ]

    def __str__(self) -> str:
        return self.name


class PersonNote(models.Model):
    """What a moderator has noted on a person, for moderators."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(gettext_lazy("note"), max_length=NOTE_MAX)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = gettext_lazy("note on a person")
        verbose_name_plural = gettext_lazy("notes on people")
        ordering = ("-id",)
        constraints: ClassVar[list[Any]] = [
            within("text", 1, NOTE_MAX, name="personnote_text_length"),
        ]

    def __str__(self) -> str:
        return self.text


class HiddenLook(models.Model):
    """That a moderator was shown the words of a statement that is hidden or withdrawn."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="+")
    moderator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = gettext_lazy("look at hidden words")
        verbose_name_plural = gettext_lazy("looks at hidden words")
        ordering = ("-id",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index("moderator", "statement", "looked_at", name="hiddenlook_of_moderator"),
        ]

    def __str__(self) -> str:
        return f"{self.moderator}: {self.statement}"


class SavedFilter(models.Model):
    """A narrowing of the queue that a moderator comes back to; `query` is that of its address."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=TEMPLATE_NAME_MAX)
    query = models.CharField(max_length=FILTER_MAX, blank=True)

    class Meta:
        ordering = ("name",)
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("owner", "name", name="savedfilter_name_once"),
            within("name", 1, TEMPLATE_NAME_MAX, name="savedfilter_name_length"),
        ]

    def __str__(self) -> str:
        return self.name
