"""Closing proposals that can no longer be carried out, with what made them so."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from debate.actions import events
from debate.models import Debate, Proposal, Statement
from debate.models.events import EventKind
from debate.models.proposals import ProposalState
from debate.selectors import proposals


def with_statement(debate: Debate, statement: Statement, *, by: User) -> None:
    """Close the open proposals about a statement of a locked debate that has gone.

    The caller saves the debate's counters. One query where there are none.
    """
    about = Q(statement=statement) | Q(to=statement)
    for proposal in _open(debate).filter(about):
        _close(debate, proposal, by=by)


def with_passage(debate: Debate, statement: Statement, *, by: User) -> None:
    """Close the open proposals to split a statement whose passage an edit has taken away.

    As `with_statement`.
    """
    for proposal in _open(debate).filter(statement=statement, passage__isnull=False):
        proposal.statement = statement
        if proposals.place(proposal) is None:
            _close(debate, proposal, by=by)


def _open(debate: Debate) -> QuerySet[Proposal]:
    found = Proposal.objects.filter(debate=debate, state=ProposalState.OPEN)
    return found.select_related("statement", "passage").order_by("pk")


def _close(debate: Debate, proposal: Proposal, *, by: User) -> None:
    proposal.state, proposal.decided_at = ProposalState.OUTDATED, timezone.now()
    proposal.save(update_fields=["state", "decided_at"])
    data = {"proposal": proposal.pk, "proposes": proposal.kind}
    events.record(
        debate, EventKind.PROPOSAL_OUTDATED, by=by, statement=proposal.statement, data=data
    )
