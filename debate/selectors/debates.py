"""Debates as lists and single ones."""

from __future__ import annotations

from django.db.models import QuerySet

from debate.models import Debate
from debate.models.debates import Visibility
from debate.rules import Viewer
from debate.selectors import visits


def debate(slug: str, viewer: Viewer) -> Debate:
    """The debate at this address, and what of it the viewer has seen; raises DoesNotExist."""
    return _visible(visits.debate("slug", slug, viewer), viewer)


def of_statement(debate_id: int, viewer: Viewer) -> Debate:
    """As `debate`, by id."""
    return _visible(visits.debate("id", debate_id, viewer), viewer)


def _visible(found: Debate, viewer: Viewer) -> Debate:
    """The debate, if the viewer may see it: only of a private one that has to be asked."""
    is_private = found.visibility == Visibility.PRIVATE
    if is_private and not Debate.objects.visible_to(viewer).filter(pk=found.pk).exists():
        raise Debate.DoesNotExist
    return found


def debates(viewer: Viewer) -> QuerySet[Debate]:
    """The debates that a list may show the viewer, the latest turn first."""
    found = Debate.objects.listed_for(viewer).select_related("starter")
    return found.order_by("-last_turn_at", "-id")
