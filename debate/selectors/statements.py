"""Single statements and their earlier wordings."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from accounts.models import User
from debate import rules
from debate.models import Debate, Mark, Revision, Statement
from debate.rules import Viewer


def statement(pk: int, viewer: Viewer) -> Statement:
    """One statement with its author, debate and turn; raises Statement.DoesNotExist. One query.

    What is gone is found too: whether its words may be shown, `rules.may_read_text` says.
    """
    seen = Debate.objects.visible_to(viewer).filter(pk=OuterRef("debate"))
    found = Statement.objects.select_related(
        "author__owner", "debate", "turn", "quotation", "parent__author"
    )
    return found.filter(Exists(seen)).get(pk=pk)


def revisions(of: Statement, viewer: Viewer) -> list[Revision]:
    """The earlier wordings that the viewer may read, the latest first. One query where edited."""
    if of.revision == 1 or not rules.may_read_text(of, viewer):
        return []
    return list(of.revisions.select_related("replaced_by").order_by("-number")[:50])


def own_mark(statement: Statement, person: User) -> Mark | None:
    """A person's mark of a statement with its quotation; None where there is none. One query."""
    return statement.marks.filter(person=person).select_related("quotation").first()
