from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from debate.models.statements import On, Statement


class LinkKind(models.TextChoices):
    """What a statement is to another one, besides what it answers."""

    SUPPORT = "support", gettext_lazy("also supports")
    OBJECTION = "objection", gettext_lazy("also objects to")
    DUPLICATE = "duplicate", gettext_lazy("says the same as")
    PART = "part", gettext_lazy("was split off from")


ARGUING = (LinkKind.SUPPORT, LinkKind.OBJECTION)
"""The kinds that enter the reasoning like a reply."""


class Link(models.Model):
    """A further edge between two statements of a debate: 'S also supports T', 'S says the same'.

    Nobody's words: a facilitator or moderator set it, whose act says why.
    """

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="links")
    to = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="links_to_it")
    kind = models.CharField(max_length=9, choices=LinkKind)
    on = models.CharField(max_length=9, choices=On, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("statement", "to", "kind", name="link_once"),
            models.UniqueConstraint(
                fields=["statement"], condition=Q(kind="duplicate"), name="link_merged_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="link_kind"),
            models.CheckConstraint(
                condition=Q(kind="objection", on__in=On.values) | ~Q(kind="objection") & Q(on=""),
                name="link_on_for_objections",
            ),
            models.CheckConstraint(condition=~Q(statement=F("to")), name="link_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.statement} {self.get_kind_display()} {self.to}"
