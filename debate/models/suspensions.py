from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from accounts import moments
from accounts.models import User
from debate.models.debates import Debate
from debate.models.lengths import within
from debate.models.statements import REASON_MAX


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    """Which suspensions hold."""

    def in_force(self) -> Self:
        """Those that nobody has ended and whose time is not over."""
        return self.filter(Q(until=None) | Q(until__gt=timezone.now()), ended_at=None)

    def of_site(self) -> Self:
        """Those of the whole site."""
        return self.filter(debate=None)

    def keeping(self, user: User) -> Suspension | None:
        """What keeps the account, or its owner, from writing anywhere. At most one query."""
        if not user.only_reads:
            return None
        held = self.of_site().in_force().filter(person__in=(user.pk, user.owner_id))
        return held.select_related("suspended_by").first()


class Suspension(models.Model):
    """That an account may only read in a debate, why, and until when; `until` None: no end set.

    Without a debate it is of the whole site. `Debate.suspended` has the ids of those that nobody
    has ended, and `User.is_suspended` says it of the site, so that a write asks this table of
    nobody else.
    """

    debate = models.ForeignKey(
        Debate, on_delete=models.CASCADE, null=True, blank=True, related_name="suspensions"
    )
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="suspensions")
    suspended_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=REASON_MAX)
    created_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            within("reason", 1, REASON_MAX, name="suspension_reason_length"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["debate", "person"], name="suspension_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.debate or 'all debates'}: {self.reason}"

    @property
    def told(self) -> str:
        """What whoever is suspended is told: where, until when, and why."""
        if self.debate_id is None and self.until:
            told = gettext("You are suspended until %(until)s, and may only read:")
        elif self.debate_id is None:
            told = gettext("You are suspended, and may only read:")
        elif self.until:
            told = gettext("You are suspended in this debate until %(until)s, and may only read:")
        else:
            told = gettext("You are suspended in this debate, and may only read:")
        until = moments.minute(self.until) if self.until else ""
        return f"{told % {'until': until}} {self.reason}"
