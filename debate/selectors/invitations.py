"""Links by which people join a debate: for whom they are good, and how they were used."""

from __future__ import annotations

from collections.abc import Sequence

from django.core import signing
from django.db.models import Prefetch, QuerySet

from debate import rules
from debate.models import Debate, Invitation, InvitationUse
from debate.models.events import EventKind
from debate.models.invitations import SIGNER
from debate.rules import Viewer

MOST = 100
ENDED = (EventKind.PARTICIPANT_REMOVED, EventKind.FACILITATOR_ENDED)
"""Who was removed, or was a facilitator, may know links: they come back by their name only."""


def invitation(token: str, viewer: Viewer) -> Invitation:
    """The link that ends in this token; raises DoesNotExist where it is not good for the viewer.

    Neither for those who have used it, nor for those who come back only by their name, nor while
    its maker may not let anybody in. Who takes part already gets it too, and who joined by it also
    when it is used up. At most 7 queries.
    """
    try:
        key = SIGNER.unsign(token)
    except signing.BadSignature as error:
        raise Invitation.DoesNotExist from error
    links = Invitation.objects.with_count().select_related("debate", "made_by")
    found = links.get(key=key)
    good = found.is_good and bool(rules.may_look_after(found.debate, found.made_by))
    if viewer.pk is None:
        is_for = good
    elif takes_part(found.debate, viewer):
        is_for = good or _has_used(found, viewer)
    else:
        is_for = good and not _has_used(found, viewer) and not _was_sent_away(found, viewer)
    if not is_for:
        raise Invitation.DoesNotExist
    return found


def _has_used(found: Invitation, viewer: Viewer) -> bool:
    return found.uses.filter(person=viewer.pk).exists()


def _was_sent_away(found: Invitation, viewer: Viewer) -> bool:
    return found.debate.events.filter(kind__in=ENDED, data__person=viewer.pk).exists()


def takes_part(debate: Debate, viewer: Viewer) -> bool:
    """Whether the viewer has a role in the debate. One query."""
    return debate.participations.filter(person=viewer.pk).exists()


def invitations(debate: Debate) -> Sequence[Invitation]:
    """The debate's links but those revoked, newest first, each with who used it. 2 queries."""
    return list(_with_uses(debate).filter(revoked_at=None).order_by("-pk")[:MOST])


def of_debate(debate: Debate, pk: int) -> Invitation:
    """A link of the debate, with who used it; raises DoesNotExist. 2 queries."""
    return _with_uses(debate).get(pk=pk)


def _with_uses(debate: Debate) -> QuerySet[Invitation]:
    uses = InvitationUse.objects.select_related("person__owner").order_by("used_at", "pk")
    made = debate.invitations.with_count().select_related("made_by__owner")
    return made.prefetch_related(Prefetch("uses", uses))
