from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from debate.models.debates import Debate
from debate.models.statements import GeneratedBy, Statement


class EventKind(models.TextChoices):
    """What happened."""

    DEBATE_STARTED = "debate.started", "started the debate"
    DEBATE_CHANGED = "debate.changed", "changed the debate"
    DEBATE_CLOSED = "debate.closed", "closed the debate"
    DEBATE_REOPENED = "debate.reopened", "reopened the debate"
    DEBATE_ARCHIVED = "debate.archived", "archived the debate"
    STATEMENT_PUBLISHED = "statement.published", "published"
    STATEMENT_EDITED = "statement.edited", "edited"
    STATEMENT_WITHDRAWN = "statement.withdrawn", "withdrew"
    STATEMENT_RENAMED = "statement.renamed", "renamed"
    STATEMENT_REPORTED = "statement.reported", "reported"
    STATEMENT_HIDDEN = "statement.hidden", "hid"
    STATEMENT_RESTORED = "statement.restored", "restored"
    STATEMENT_RETYPED = "statement.retyped", "changed the kind of"
    STATEMENT_MOVED = "statement.moved", "moved"
    STATEMENT_SPLIT = "statement.split", "split"
    STATEMENT_REJOINED = "statement.rejoined", "put together again"
    STATEMENT_LINKED = "statement.linked", "linked"
    STATEMENT_UNLINKED = "statement.unlinked", "removed a link of"
    STATEMENT_MERGED = "statement.merged", "merged as a duplicate"
    STATEMENT_UNMERGED = "statement.unmerged", "merged no longer"
    STATEMENT_LOCKED = "statement.locked", "locked"
    STATEMENT_UNLOCKED = "statement.unlocked", "unlocked"
    DEBATE_LOCKED = "debate.locked", "locked the debate"
    DEBATE_UNLOCKED = "debate.unlocked", "unlocked the debate"
    REPORT_DISMISSED = "report.dismissed", "dismissed a report on"
    REPORT_REOPENED = "report.reopened", "reopened a report on"
    APPEAL_MADE = "appeal.made", "appealed"
    APPEAL_UPHELD = "appeal.upheld", "let an act stand"
    APPEAL_OVERTURNED = "appeal.overturned", "undid an act on appeal"
    MARK_SET = "mark.set", "marked"
    RELIANCE_DECLARED = "reliance.declared", "declared a reliance on"
    RELIANCE_CHANGED = "reliance.changed", "changed a reliance on"
    RELIANCE_RELEASED = "reliance.released", "took back a reliance on"
    CRUX_DROPPED = "crux.dropped", "dropped"
    CRUX_TAKEN_UP = "crux.taken_up", "took up again"
    CRUX_SETTLED = "crux.settled", "settled"
    CRUX_REOPENED = "crux.reopened", "reopened"
    PROPOSAL_MADE = "proposal.made", "proposed"
    PROPOSAL_ACCEPTED = "proposal.accepted", "accepted a proposal for"
    PROPOSAL_REFUSED = "proposal.refused", "refused a proposal for"
    PROPOSAL_WITHDRAWN = "proposal.withdrawn", "withdrew a proposal for"
    PROPOSAL_OUTDATED = "proposal.outdated", "outdated a proposal for"
    FACILITATOR_NAMED = "facilitator.named", "made a facilitator"
    FACILITATOR_ENDED = "facilitator.ended", "ended the role of a facilitator"
    PARTICIPANT_ADDED = "participant.added", "added"
    PARTICIPANT_JOINED = "participant.joined", "joined by a link"
    PARTICIPANT_REMOVED = "participant.removed", "removed"
    PARTICIPANT_LEFT = "participant.left", "left"
    HELD_RELEASED = "held.released", "published what had waited"
    HELD_REFUSED = "held.refused", "did not publish what had waited"
    PERSON_SUSPENDED = "person.suspended", "suspended"
    PERSON_READMITTED = "person.readmitted", "ended the suspension of"
    INVITATION_MADE = "invitation.made", "made a link to join by"
    INVITATION_REVOKED = "invitation.revoked", "revoked a link to join by"


OF_STRUCTURE = (
    EventKind.STATEMENT_RETYPED,
    EventKind.STATEMENT_MOVED,
    EventKind.STATEMENT_SPLIT,
    EventKind.STATEMENT_REJOINED,
    EventKind.STATEMENT_LINKED,
    EventKind.STATEMENT_UNLINKED,
    EventKind.STATEMENT_MERGED,
    EventKind.STATEMENT_UNMERGED,
    EventKind.STATEMENT_LOCKED,
    EventKind.STATEMENT_UNLOCKED,
)
"""What acts did to how statements hang together."""
OF_PROPOSALS = (
    EventKind.PROPOSAL_MADE,
    EventKind.PROPOSAL_ACCEPTED,
    EventKind.PROPOSAL_REFUSED,
    EventKind.PROPOSAL_WITHDRAWN,
    EventKind.PROPOSAL_OUTDATED,
)
"""Their data have the proposal, and the kind of it; the statement is what it would change."""
OF_HELD = (EventKind.HELD_RELEASED, EventKind.HELD_REFUSED)
"""What moderators decide of turns that waited; `data` has the person whose it is."""
CONFIDENTIAL = (
    EventKind.STATEMENT_REPORTED,
    EventKind.REPORT_DISMISSED,
    EventKind.REPORT_REOPENED,
    EventKind.APPEAL_MADE,
    EventKind.APPEAL_UPHELD,
    EventKind.APPEAL_OVERTURNED,
    *OF_HELD,
)
"""Kinds that only moderators read: who reports whom or appeals, and what waits, is nobody else's
business."""
INTERNAL = (
    EventKind.PARTICIPANT_ADDED,
    EventKind.PARTICIPANT_JOINED,
    EventKind.PARTICIPANT_REMOVED,
    EventKind.PARTICIPANT_LEFT,
    EventKind.INVITATION_MADE,
    EventKind.INVITATION_REVOKED,
)
"""Kinds for the debate's people and moderators: who takes part is not for everybody to know."""
CHANNEL = "crux_events"
"""Where PostgreSQL tells of each event, by debate and number, once it is committed."""


class Event(models.Model):
    """A change, numbered within its debate and written in the transaction of the change.

    It names what changed and holds no text, so that reading events can reveal nothing that
    reading the statement would not. `place` is its place among the events of all debates, which
    it gets after it is committed: see actions.ordering.
    """

    debate = models.ForeignKey(Debate, on_delete=models.CASCADE, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=EventKind)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="events")
    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, null=True, blank=True, related_name="events"
    )
    data = models.JSONField(default=dict, blank=True)
    generated_by = models.CharField(max_length=8, choices=GeneratedBy, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    place = models.PositiveBigIntegerField(null=True, unique=True, editable=False)

    class Meta:
        ordering = ("debate", "number")
        indexes: ClassVar[list[models.Index]] = [
            models.Index("id", name="event_without_place", condition=Q(place=None))
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("debate", "number", name="event_number_once"),
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.kind}"


class IdempotencyKey(models.Model):
    """What a request with an Idempotency-Key was answered, so that it is carried out once."""

    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("account", "key", name="idempotencykey_once"),
        ]

    def __str__(self) -> str:
        return self.key
