from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from debate.models.acts import ModerationAct
from debate.models.debates import Debate
from debate.models.events import Event
from debate.models.holding import Held
from debate.models.statements import Statement


class Level(models.TextChoices):
    """Stopped: a debate that its person does not want to follow for taking part in it.

    Blocked: a person who is muted, and whose statements are folded besides.
    """

    FOLLOWED = "followed", _("Followed")
    STOPPED = "stopped", _("Not followed")
    MUTED = "muted", _("Muted")
    BLOCKED = "blocked", _("Blocked")


SILENT = (Level.MUTED, Level.BLOCKED)
"""Nothing is told of what is at these levels."""


class Following(models.Model):
    """That a person is told of a debate, of all under a statement, or of what somebody does.

    Or, muted, that they are told nothing of it. It is nobody else's business.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="followings")
    debate = models.ForeignKey(
        Debate, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    whom = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    level = models.CharField(max_length=8, choices=Level, default=Level.FOLLOWED)
    is_automatic = models.BooleanField(default=False)
    """Whether it came of taking part in the debate."""
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("person", "debate", name="following_debate_once"),
            models.UniqueConstraint("person", "statement", name="following_statement_once"),
            models.UniqueConstraint("person", "whom", name="following_whom_once"),
            models.CheckConstraint(
                condition=Q(debate__isnull=False, statement=None, whom=None)
                | Q(debate=None, statement__isnull=False, whom=None)
                | Q(debate=None, statement=None, whom__isnull=False),
                name="following_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(whom=None) | ~Q(whom=F("person")), name="following_not_oneself"
            ),
            models.CheckConstraint(
                condition=Q(level__in=(Level.FOLLOWED, Level.MUTED))
                | Q(level=Level.STOPPED, debate__isnull=False)
                | Q(level=Level.BLOCKED, whom__isnull=False),
                name="following_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.debate or self.statement or self.whom}, {self.level}"


class Reason(models.TextChoices):
    """Why somebody is told, said after 'because'; the first that fits is given."""

    DECISION = "decision", _("it was decided about you or your words")
    REPORT = "report", _("you reported it")
    PROPOSED = "proposed", _("you can accept or refuse it")
    PROPOSAL = "proposal", _("it was proposed by you or your bot")
    QUOTED = "quoted", _("you were quoted")
    ANSWERED = "answered", _("you were answered")
    RELIED = "relied", _("somebody relies on your words")
    CHANGED = "changed", _("your words changed a mind")
    CRUX = "crux", _("it is your crux")
    MARK = "mark", _("your mark is to be looked at again")
    SUBTHREAD = "subthread", _("you follow this sub-thread")
    PERSON = "person", _("you follow this person")
    DEBATE = "debate", _("you follow this debate")


DECISIONS = (Reason.DECISION, Reason.REPORT)
"""Told though the statement is hidden: it has no words in it."""


class Notification(models.Model):
    """That an event is told to somebody, once, for the strongest reason; it holds no words.

    Or an act, or a decision of what was `held`, that is in no debate, and so is no event. What may
    be read of it is asked when it is read. `waits` is for mail.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    debate = models.ForeignKey(
        Debate, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    act = models.ForeignKey(
        ModerationAct, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    held = models.ForeignKey(
        Held, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=9, choices=Reason)
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    waits = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("person", "event", name="notification_once"),
            models.CheckConstraint(
                condition=Q(reason__in=Reason.values), name="notification_reason"
            ),
            models.CheckConstraint(
                condition=Q(event__isnull=False, debate__isnull=False, act=None, held=None)
                | Q(event=None, debate=None, act__isnull=False, held=None)
                | Q(event=None, debate=None, act=None, held__isnull=False),
                name="notification_of_one_thing",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index("person", F("id").desc(), name="notification_latest"),
            models.Index("person", name="notification_unread", condition=Q(read_at=None)),
            models.Index("person", name="notification_waiting", condition=Q(waits=True)),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.event or self.act}, {self.reason}"


class NotifiedUpTo(models.Model):
    """The number of a debate's last event that everybody concerned has been told of."""

    debate = models.OneToOneField(
        Debate, on_delete=models.CASCADE, primary_key=True, related_name="notified"
    )
    number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.debate}: {self.number}"
