from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from debate.models.debates import Debate
from debate.models.lengths import at_most, within
from debate.models.statements import (
    BEARING,
    BODY_MAX,
    NAME_MAX,
    REASON_MAX,
    ROOTS,
    GeneratedBy,
    Kind,
    On,
    Quotation,
    Statement,
)


class ProposalKind(models.TextChoices):
    """What somebody suggests to do."""

    CRUX = "crux", gettext_lazy("A crux")
    RETYPE = "retype", gettext_lazy("Another kind")
    SPLIT = "split", gettext_lazy("A split")
    LINK = "link", gettext_lazy("A link")
    DUPLICATE = "duplicate", gettext_lazy("A duplicate")


class ProposalState(models.TextChoices):
    """Outdated: what it was about is gone, or has changed so that it cannot be carried out."""

    OPEN = "open", gettext_lazy("Open")
    ACCEPTED = "accepted", gettext_lazy("Accepted")
    REFUSED = "refused", gettext_lazy("Refused")
    WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")
    OUTDATED = "outdated", gettext_lazy("Outdated")


DECIDED = (ProposalState.ACCEPTED, ProposalState.REFUSED)
"""The states that somebody has decided on, with a reason."""


class Proposal(models.Model):
    """A change of the debate that somebody suggests and somebody else accepts or refuses.

    `statement` is what it would change, as it was worded in `revision`; `to` what a link leads to
    or what a duplicate says again; `becomes` the kind of a link, of a split's new part, or the
    other kind; `made` what came of it. Which fields a kind has, a constraint says; whether they
    fit, `debate.proposing` does. `digest` is the same for what suggests the same.
    """

    debate = models.ForeignKey(Debate, on_delete=models.CASCADE, related_name="proposals")
    kind = models.CharField(max_length=9, choices=ProposalKind)
    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, null=True, blank=True, related_name="proposals"
    )
    revision = models.PositiveIntegerField(null=True, blank=True)
    to = models.ForeignKey(
        Statement, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    becomes = models.CharField(max_length=13, choices=Kind, blank=True)
    on = models.CharField(max_length=9, choices=On, blank=True)
    passage = models.OneToOneField(
        Quotation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=NAME_MAX, blank=True)
    body = models.TextField(max_length=BODY_MAX, blank=True)
    body_html = models.TextField(editable=False, blank=True)
    reason = models.CharField(max_length=REASON_MAX)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="proposals")
    generated_by = models.CharField(max_length=8, choices=GeneratedBy, blank=True)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    state = models.CharField(max_length=9, choices=ProposalState, default=ProposalState.OPEN)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    """When it ceased to be open, however that came about."""
    decision = models.CharField(max_length=REASON_MAX, blank=True)
    made = models.ForeignKey(
        Statement, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["debate", "digest"], condition=Q(state="open"), name="proposal_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ProposalState.values), name="proposal_state"
            ),
            models.CheckConstraint(
                condition=Q(generated_by__in=["", *GeneratedBy.values]),
                name="proposal_generated_by",
            ),
            models.CheckConstraint(
                condition=Q(kind="crux", statement=None, to=None, passage=None, becomes="")
                | Q(kind="retype", statement__isnull=False, to=None, passage=None)
                & ~Q(becomes__in=["", *ROOTS])
                | Q(kind="split", statement__isnull=False, to=None, passage__isnull=False)
                & ~Q(becomes__in=["", *ROOTS])
                | Q(kind="link", statement__isnull=False, to__isnull=False, passage=None)
                & Q(becomes__in=BEARING)
                | Q(kind="duplicate", statement__isnull=False, to__isnull=False, passage=None)
                & Q(becomes=""),
                name="proposal_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="crux", revision=None) & ~Q(name="") & ~Q(body="")
                | ~Q(kind="crux") & Q(revision__gte=1, name="", body=""),
                name="proposal_words_of_cruxes",
            ),
            models.CheckConstraint(
                condition=Q(becomes=Kind.OBJECTION, on__in=On.values)
                | ~Q(becomes=Kind.OBJECTION) & Q(on=""),
                name="proposal_on_for_objections",
            ),
            models.CheckConstraint(
                condition=Q(to=None) | ~Q(to=F("statement")), name="proposal_of_two"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_by__isnull=False) & ~Q(decision="")
                | ~Q(state__in=DECIDED) & Q(decided_by=None, decision=""),
                name="proposal_decided_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None)
                | ~Q(state="open") & Q(decided_at__isnull=False),
                name="proposal_decided_at",
            ),
            models.CheckConstraint(
                condition=Q(made=None) | Q(state="accepted"), name="proposal_made_if_accepted"
            ),
            within("reason", 1, REASON_MAX, name="proposal_reason_length"),
            at_most("decision", REASON_MAX, name="proposal_decision_length"),
            at_most("name", NAME_MAX, name="proposal_name_length"),
            at_most("body", BODY_MAX, name="proposal_body_length"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index("debate", "state", F("id").desc(), name="proposal_by_state"),
            models.Index("author", F("decided_at").desc(), name="proposal_of_author"),
        ]

    def __str__(self) -> str:
        about = f" of {self.statement}" if self.statement else ""
        return f"Proposal {self.pk}: {self.kind}{about}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state == ProposalState.OPEN

    @property
    def is_edited(self) -> bool:
        """Whether what it would change has another wording by now."""
        return self.statement is not None and self.revision != self.statement.revision

    @property
    def is_gone(self) -> bool:
        """Whether what it is about, or what it leads to, is hidden or withdrawn."""
        return any(one is not None and one.is_gone for one in (self.statement, self.to))
