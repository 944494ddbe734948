from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from debate.models.debates import Debate
from debate.models.lengths import within
from debate.models.statements import (
    BODY_MAX,
    NAME_MAX,
    REASON_MAX,
    ROOTS,
    GeneratedBy,
    Kind,
    On,
    Statement,
)
from debate.models.turns import Turn

QUOTE_MAX = BODY_MAX
AROUND_MAX = 200


class Why(models.TextChoices):
    """Why something waits for a moderator before it is published."""

    FIRST = "first", gettext_lazy("Among the first statements of a new person")
    LINK = "link", gettext_lazy("A link by a new person")
    WORD = "word", gettext_lazy("Has words that moderators look at first")


class HeldState(models.TextChoices):
    """What became of it."""

    WAITS = "waits", gettext_lazy("Waits for a moderator")
    RELEASED = "released", gettext_lazy("Published")
    REFUSED = "refused", gettext_lazy("Not published")
    WITHDRAWN = "withdrawn", gettext_lazy("Taken back")


class Held(models.Model):
    """A turn, an edit or a debate that waits for a moderator: nothing but this table has it.

    Its author and moderators know of it. Released, it is published as it would have been at once,
    and `turn` is what it has become. `about` says to moderators what was found in it. `opens` is
    what a debate says of itself that waits as a whole; its positions are the points.
    """

    debate = models.ForeignKey(
        Debate, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    opens = models.JSONField(null=True, blank=True)
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="held")
    why = models.CharField(max_length=5, choices=Why)
    about = models.CharField(max_length=200, blank=True)
    generated_by = models.CharField(max_length=8, choices=GeneratedBy, blank=True)
    state = models.CharField(max_length=9, choices=HeldState, default=HeldState.WAITS)
    made_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=REASON_MAX, blank=True)
    turn = models.ForeignKey(
        Turn, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = gettext_lazy("held turn")
        verbose_name_plural = gettext_lazy("held turns")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(why__in=Why.values), name="held_why"),
            models.CheckConstraint(condition=Q(state__in=HeldState.values), name="held_state"),
            models.CheckConstraint(
                condition=Q(state=HeldState.WAITS, decided_at=None)
                | ~Q(state=HeldState.WAITS) & Q(decided_at__isnull=False),
                name="held_decided_at",
            ),
            models.CheckConstraint(
                condition=Q(debate__isnull=False) | Q(opens__isnull=False),
                name="held_of_debate",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index("made_at", name="held_waiting", condition=Q(state=HeldState.WAITS)),
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.get_state_display()}"


class HeldPoint(models.Model):
    """A point of a turn that waits: an answer to `parent`, or a crux, which has none.

    Or other words for the statement that it `edits`, as it was worded in `revision`; or a position
    of a debate that waits.
    """

    held = models.ForeignKey(Held, on_delete=models.CASCADE, related_name="points")
    place = models.PositiveIntegerField()
    parent = models.ForeignKey(
        Statement, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    edits = models.ForeignKey(
        Statement, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    revision = models.PositiveIntegerField(null=True, blank=True)
    note = models.CharField(max_length=REASON_MAX, blank=True, db_default="")
    """Why it was edited, as its author says."""
    kind = models.CharField(max_length=13, choices=Kind)
    on = models.CharField(max_length=9, choices=On, blank=True)
    name = models.CharField(max_length=NAME_MAX, blank=True)
    body = models.TextField(max_length=BODY_MAX)
    quote = models.TextField(blank=True, max_length=QUOTE_MAX)
    before = models.CharField(max_length=AROUND_MAX, blank=True)
    after = models.CharField(max_length=AROUND_MAX, blank=True)

    class Meta:
        ordering = ("place",)
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("held", "place", name="heldpoint_place_once"),
            models.CheckConstraint(
                condition=Q(edits__isnull=False)
                | Q(kind__in=ROOTS, parent=None)
                | ~Q(kind__in=ROOTS) & Q(parent__isnull=False),
                name="heldpoint_parent",
            ),
            models.CheckConstraint(
                condition=Q(edits=None, revision=None, note="")
                | Q(edits__isnull=False, revision__isnull=False),
                name="heldpoint_edits",
            ),
            within("body", 1, BODY_MAX, name="heldpoint_body_length"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.held}"


class FirstState(models.TextChoices):
    """Whether a moderator has looked."""

    WAITS = "waits", gettext_lazy("Waits for a look")
    SEEN = "seen", gettext_lazy("Looked at")


class FirstStatement(models.Model):
    """A published statement that is among a new person's first, for a moderator to look at."""

    statement = models.OneToOneField(
        Statement, on_delete=models.CASCADE, related_name="first_look"
    )
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=5, choices=FirstState, default=FirstState.WAITS)
    made_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(state__in=FirstState.values), name="firststatement_state"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                "made_at", name="firststatement_waiting", condition=Q(state=FirstState.WAITS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement}: {self.get_state_display()}"
