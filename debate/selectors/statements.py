"""Statements by their id, and the line that leads to one."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from debate import rules
from debate.models import Debate, Statement
from debate.rules import Viewer


def statement(pk: int, viewer: Viewer) -> Statement:
    """One statement with its author, debate and turn; raises Statement.DoesNotExist. One query.

    What is gone is found too: whether its words may be shown, `rules.may_read_text` says.
    """
    seen = Debate.objects.visible_to(viewer).filter(pk=OuterRef("debate"))
    found = Statement.objects.select_related("author__owner", "debate", "turn")
    return found.filter(Exists(seen)).get(pk=pk)


def ancestors(of: Statement) -> list[Statement]:
    """The line from the root down to what the statement answers. One query at most."""
    ids = rules.ancestor_ids(of)
    if not ids:
        return []
    found = Statement.objects.select_related("author__owner").filter(pk__in=ids)
    return list(found.order_by("depth"))
