"""Single statements and their earlier wordings."""

from __future__ import annotations

from accounts.models import User
from debate import rules
from debate.models import Debate, Mark, Revision, Statement
from debate.rules import Viewer
from debate.selectors import loading


def statement(pk: int, viewer: Viewer) -> Statement:
    """One statement with author, quotation and debate; raises Statement.DoesNotExist. Two queries.

    What is gone is found too: whether its words may be shown, `rules.may_read_text` says.
    """
    for found in loading.statements(loading.BY_IDS, [[pk]]):
        debate = Debate.objects.visible_to(viewer).filter(pk=found.debate_id).first()
        if debate is not None:
            found.debate = debate
            return found
    raise Statement.DoesNotExist


def revisions(of: Statement, viewer: Viewer) -> list[Revision]:
    """The earlier wordings that the viewer may read, the latest first. One query where edited."""
    if of.revision == 1 or not rules.may_read_text(of, viewer):
        return []
    return list(of.revisions.select_related("replaced_by").order_by("-number")[:50])


def own_mark(statement: Statement, person: User) -> Mark | None:
    """A person's mark of a statement with its quotation; None where there is none. One query."""
    return statement.marks.filter(person=person).select_related("quotation").first()
