"""Debates as lists and single ones."""

from __future__ import annotations

from django.db.models import QuerySet

from debate.models import Debate
from debate.rules import Viewer
from debate.selectors import visits


def debate(slug: str, viewer: Viewer) -> Debate:
    """The debate at this address, and what of it the viewer has seen; raises DoesNotExist."""
    found = visits.seen_by(Debate.objects.visible_to(viewer), viewer)
    return found.select_related("starter").get(slug=slug)


def debates(viewer: Viewer) -> QuerySet[Debate]:
    """The debates that a list may show the viewer, the latest turn first."""
    found = Debate.objects.listed_for(viewer).select_related("starter")
    return found.order_by("-last_turn_at", "-id")
