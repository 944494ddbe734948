"""The counters of what statements have under them, where one goes or comes as it is."""

from __future__ import annotations

from django.db.models import F

from debate.actions import statuses
from debate.models import Debate, Statement


def out(debate: Debate, statement: Statement) -> None:
    """Count a statement without replies out of its parent, its root and the locked debate."""
    Statement.objects.filter(pk=statement.parent_id or 0).update(reply_count=F("reply_count") - 1)
    Statement.objects.filter(pk=statement.root_id or 0).update(total=F("total") - 1)
    statuses.count_open(debate, statement.root_id, -int(statement.status == "open"))
