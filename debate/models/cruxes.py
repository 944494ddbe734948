from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils import timezone

from accounts.models import Kind as AccountKind
from accounts.models import User
from debate.models.lengths import at_most, within
from debate.models.marks import Mark, Truth
from debate.models.statements import REASON_MAX, Statement

WORDS_MAX = 500
MOVES = 25
"""By how many points of 100 a person would move for a claim to be a double crux to them."""


class RelianceQuerySet(models.QuerySet["Reliance"]):
    """Filters of reliances."""

    def by_holders(self) -> Self:
        """The reliances for positions that their person holds now, and that are not gone."""
        return self.with_holding().filter(is_held=True)

    def with_holding(self) -> Self:
        """With `is_held`: whether the person holds the position now, and it is not gone."""
        marked = Mark.objects.filter(statement=OuterRef("position"), person=OuterRef("person"))
        own = Q(position__author=F("person")) & ~Q(person__kind=AccountKind.BOT)
        holds = Exists(marked.filter(truth=Truth.AGREE)) | own & ~Exists(
            marked.exclude(truth=Truth.NONE)
        )
        there = Q(position__hidden_at=None, position__withdrawn_at=None)
        return self.annotate(is_held=ExpressionWrapper(there & holds, models.BooleanField()))


class Reliance(models.Model):
    """A person's word that a position of theirs rests on a claim, in words or with numbers."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reliances")
    position = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="rests_on")
    claim = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="relied_on_by")
    words = models.CharField(max_length=WORDS_MAX, blank=True)
    now = models.SmallIntegerField(null=True, blank=True)
    otherwise = models.SmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = RelianceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("person", "position", "claim", name="reliance_once"),
            models.CheckConstraint(
                condition=~Q(position=F("claim")), name="reliance_not_on_itself"
            ),
            models.CheckConstraint(
                condition=Q(now=None, otherwise=None) & ~Q(words="")
                | Q(now__isnull=False, otherwise__isnull=False)
                & Q(now__range=(0, 100), otherwise__range=(0, 100)),
                name="reliance_words_or_numbers",
            ),
            at_most("words", WORDS_MAX, name="reliance_words_length"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.position} rests on {self.claim}"


class Drop(models.Model):
    """That a crux was dropped, by whom and why; one that was taken up again is kept as history."""

    crux = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="drops")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="drops")
    reason = models.CharField(max_length=REASON_MAX)
    dropped_at = models.DateTimeField(default=timezone.now)
    taken_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["crux"], condition=Q(taken_up_at=None), name="drop_once_at_a_time"
            ),
            within("reason", 1, REASON_MAX, name="drop_reason_length"),
        ]

    def __str__(self) -> str:
        return f"{self.crux} dropped by {self.person}"
