"""Debates as a list shows them: question, sides, what they turn on, how much was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from debate import rules
from debate.models import Debate, Statement
from debate.models.statements import Kind
from debate.rules import Viewer
from debate.selectors import rows, sides
from debate.text import plain


@dataclass(slots=True)
class Card:
    """One debate of a list."""

    debate: Debate
    when: str
    positions: list[tuple[str, str]] = field(default_factory=list)
    turns_on: list[str] = field(default_factory=list)


def cards(debates: Sequence[Debate], viewer: Viewer) -> list[Card]:
    """The debates with the names of their positions and their double cruxes. 2 queries."""
    made = {debate.pk: Card(debate, rows.short_date(debate.last_turn_at)) for debate in debates}
    double = set(sides.double_cruxes(*made))
    roots = Statement.objects.filter(debate__in=list(made), parent=None).order_by("path")
    for root in roots.only(*FIELDS):
        card = made[root.debate_id]
        if not rules.may_read_text(root, viewer):
            continue
        if root.kind == Kind.POSITION:
            card.positions.append((sides.letter(len(card.positions)), root.name))
        elif root.pk in double:
            card.turns_on.append(plain.plain(root.body_html))
    return list(made.values())


FIELDS = (
    "debate_id",
    "kind",
    "name",
    "body_html",
    "author_id",
    "hidden_at",
    "withdrawn_at",
    "path",
)
