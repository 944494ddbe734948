"""Debates as a list shows them: question, sides, what they turn on, how much was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from django.db.models import Q

from debate import rules
from debate.models import Debate, Statement
from debate.models.statements import Kind
from debate.rules import Viewer
from debate.selectors import rows, sides
from debate.text import plain


@dataclass(slots=True)
class Card:
    """One debate of a list; of its positions the letter, the name and the id."""

    debate: Debate
    when: str
    positions: list[tuple[str, str, int]] = field(default_factory=list)
    turns_on: list[str] = field(default_factory=list)


def cards(debates: Sequence[Debate], viewer: Viewer) -> list[Card]:
    """The debates with the names of their positions and their double cruxes. 2 queries."""
    made = {debate.pk: Card(debate, rows.short_date(debate.last_turn_at)) for debate in debates}
    double = set(sides.double_cruxes(*made))
    positions = Q(debate__in=list(made), parent=None, kind=Kind.POSITION)
    places = {pk: count() for pk in made}
    found = Statement.objects.filter(positions | Q(pk__in=double)).order_by("path")
    for one in found.only(*FIELDS):
        card, is_shown = made[one.debate_id], rules.may_read_text(one, viewer)
        place = next(places[one.debate_id]) if one.kind == Kind.POSITION else None
        if is_shown and place is not None:
            card.positions.append((sides.letter(place), one.name, one.pk))
        if is_shown and one.pk in double:
            card.turns_on.append(plain.plain(one.body_html))
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
