from __future__ import annotations

import re
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from debate.models.debates import Debate
from debate.models.lengths import at_most
from debate.models.statements import BODY_MAX, Kind, On, Statement

KEY_MAX = 64
KEY = re.compile(rf"[-\w]{{1,{KEY_MAX}}}", re.ASCII)
DRAFT_MAX = 4 * BODY_MAX
"""A draft may be longer than a statement: what is too long is to be shortened, not lost."""
POINTS_MAX = 50
"""How many points one person may keep in a debate, and publish as one turn."""


class DraftPoint(models.Model):
    """A point of somebody's next turn, as they have left it; nobody else learns of it.

    `key` comes from the form it is written in, so that a form sent again is the same point.
    `version` counts what was stored, so that two tabs cannot overwrite each other unseen.
    """

    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="draft_points")
    debate = models.ForeignKey(Debate, on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=KEY_MAX)
    version = models.PositiveIntegerField(default=1)
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=13, choices=Kind, blank=True)
    on = models.CharField(max_length=9, choices=On, blank=True)
    body = models.TextField(blank=True, max_length=DRAFT_MAX)
    quote = models.TextField(blank=True, max_length=DRAFT_MAX)
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("place", "id")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("author", "debate", "key", name="draftpoint_key_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["", *Kind.values]), name="draftpoint_kind"
            ),
            models.CheckConstraint(condition=Q(on__in=["", *On.values]), name="draftpoint_on"),
            at_most("body", DRAFT_MAX, name="draftpoint_body_length"),
            at_most("quote", DRAFT_MAX, name="draftpoint_quote_length"),
        ]

    def __str__(self) -> str:
        return f"{self.kind or 'point'} to {self.parent_id} by {self.author_id}"
