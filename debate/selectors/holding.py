"""What one has sent and what waits for a moderator, or was decided lately: one's own alone."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import User
from debate.models import Debate, Held
from debate.selectors import listings
from debate.selectors.listings import Cut, Part


def listed(person: User, cut: Cut) -> Part[Held]:
    """What the person has sent and what was held, the newest first. 2 queries."""
    return listings.portion(_own(person), "-id", cut)


def own(pk: int, person: User) -> Held:
    """One of them; raises Held.DoesNotExist where it is not theirs. 2 queries."""
    return _own(person).get(pk=pk)


def _own(person: User) -> QuerySet[Held]:
    """Theirs and their bots', in debates that they may still see."""
    seen = Debate.objects.visible_to(person)
    found = Held.objects.filter(Q(debate__in=seen) | Q(debate=None), author=person)
    return found.select_related("debate", "turn").prefetch_related(
        "points__parent", "points__edits"
    )
