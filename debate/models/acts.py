from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from debate.models.debates import Debate
from debate.models.lengths import at_most, within
from debate.models.statements import REASON_MAX, Statement

APPEAL_MAX = 2000
LABEL_MAX = 12
BY_MODERATOR = "by_moderator"
"""In `before` where a moderator acted: their act stays one when they are a moderator no more."""


class Act(models.TextChoices):
    """What a moderator or facilitator did. `undo` takes another act back."""

    HIDE = "hide", gettext_lazy("Hidden")
    RESTORE = "restore", gettext_lazy("Restored")
    DISMISS = "dismiss", gettext_lazy("Report dismissed")
    LOCK = "lock", gettext_lazy("Locked")
    MOVE = "move", gettext_lazy("Moved")
    RETYPE = "retype", gettext_lazy("Kind changed")
    LINK = "link", gettext_lazy("Linked")
    UNLINK = "unlink", gettext_lazy("Link removed")
    SPLIT = "split", gettext_lazy("Split")
    MERGE = "merge", gettext_lazy("Merged as a duplicate")
    SUSPEND = "suspend", gettext_lazy("Suspended")
    UNDO = "undo", gettext_lazy("Undone")


STRUCTURE = (Act.MOVE, Act.RETYPE, Act.LINK, Act.UNLINK, Act.SPLIT, Act.MERGE)
"""What changes how statements hang together, and nothing of their words' sight."""


class ModerationActQuerySet(models.QuerySet["ModerationAct"]):
    """Filters of acts."""

    def standing(self) -> Self:
        """The acts that hold: nobody has undone them."""
        return self.filter(undone_by=None).exclude(act=Act.UNDO)


class ModerationAct(models.Model):
    """An act with its reason: written once, readable by all, never changed.

    It is about a statement, a person or the debate as a whole. `label` is what the statement was
    called, for one that came of a split goes with it. `other` is the second statement of an act:
    what it was linked to, merged with, moved under, or the part that was split off. `person` is
    whom it concerns, who may appeal; of a bot's words its owner. `before` and `after` hold what an
    undo needs, and no words. `undoes` is the act that this one takes back.
    """

    act = models.CharField(max_length=7, choices=Act)
    debate = models.ForeignKey(
        Debate, on_delete=models.PROTECT, null=True, blank=True, related_name="acts"
    )
    statement = models.ForeignKey(
        Statement, on_delete=models.SET_NULL, null=True, blank=True, related_name="acts"
    )
    label = models.CharField(max_length=LABEL_MAX, blank=True)
    other = models.ForeignKey(
        Statement, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="acts_concerning"
    )
    moderator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="acts")
    reason = models.CharField(max_length=REASON_MAX)
    is_internal = models.BooleanField(default=False)
    """Whether only who may act there reads the reason."""
    before = models.JSONField(default=dict, blank=True, editable=False)
    after = models.JSONField(default=dict, blank=True, editable=False)
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = ModerationActQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(act__in=Act.values), name="moderationact_act"),
            within("reason", 1, REASON_MAX, name="moderationact_reason_length"),
            at_most("label", LABEL_MAX, name="moderationact_label_length"),
            models.CheckConstraint(
                condition=Q(act=Act.UNDO, undoes__isnull=False)
                | ~Q(act=Act.UNDO) & Q(undoes=None),
                name="moderationact_undoes",
            ),
            models.CheckConstraint(
                condition=Q(debate__isnull=False) | Q(statement=None),
                name="moderationact_of_debate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.label or self.person or self.debate}"

    @property
    def is_moderators(self) -> bool:
        """Whether a moderator did it; of acts that do not say so, whether they are one now."""
        return BY_MODERATOR in self.before or self.moderator.is_moderator


class AppealState(models.TextChoices):
    """What became of an appeal."""

    OPEN = "open", gettext_lazy("Waits for another moderator")
    UPHELD = "upheld", gettext_lazy("The act stands")
    OVERTURNED = "overturned", gettext_lazy("The act was undone")


class Appeal(models.Model):
    """That whom an act concerns asks for a second look at it, once; another moderator decides."""

    act = models.OneToOneField(ModerationAct, on_delete=models.PROTECT, related_name="appeal")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="appeals")
    text = models.TextField(max_length=APPEAL_MAX)
    state = models.CharField(max_length=10, choices=AppealState, default=AppealState.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="appeals_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=REASON_MAX, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            within("text", 1, APPEAL_MAX, name="appeal_text_length"),
            at_most("answer", REASON_MAX, name="appeal_answer_length"),
            models.CheckConstraint(condition=Q(state__in=AppealState.values), name="appeal_state"),
            models.CheckConstraint(
                condition=Q(state=AppealState.OPEN, decided_by=None, decided_at=None)
                | ~Q(state=AppealState.OPEN)
                & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="appeal_decided",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index("state", "created_at", name="appeal_queue"),
        ]

    def __str__(self) -> str:
        return f"Appeal against {self.act}"
