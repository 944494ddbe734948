"""What the settings of a debate show beside its own fields."""

from __future__ import annotations

from debate.models import Debate, Statement
from debate.models.statements import ROOTS
from debate.rules import Viewer, readable_by

MOST = 100


def named(debate: Debate, viewer: Viewer) -> list[Statement]:
    """The positions and cruxes that can be renamed, in their order. One query."""
    found = debate.statements.filter(readable_by(viewer), kind__in=ROOTS).order_by("path")
    return [one for one in found[:MOST] if not one.is_gone]
