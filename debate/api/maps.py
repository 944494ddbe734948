"""The map of a debate: its cards with where they stand, and the lines between them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.api import answers
from debate.api.endpoints import Endpoint, the_debate, the_statement
from debate.api.inputs import Asked
from debate.models import Debate, Statement
from debate.models.statements import Kind
from debate.selectors import maps
from debate.selectors.maps import Card

STANDINGS = [("in", "It stands"), ("out", "It is challenged"), ("undecided", "In a loop")]
EDGES = [("answers", "It answers the other"), ("carries", "The other, a position, rests on it")]


class MapAsked(Asked):
    """Which part of a debate."""

    at = serializers.IntegerField(
        required=False, min_value=1, help_text="A statement: it and what is under it."
    )


class NodeOut(serializers.Serializer[Any]):
    """A card. Words and standing are null where the statement is hidden or withdrawn."""

    statement = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, taken off the class
    kind = serializers.ChoiceField(Kind.choices)
    parent = serializers.IntegerField(allow_null=True)  # type: ignore[assignment]  # a field, taken off the class
    words = serializers.CharField(allow_null=True, help_text="The first 240 characters or so.")
    standing = serializers.ChoiceField(STANDINGS, allow_null=True)
    strength = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField(
        help_text="How many marks on it count: of fewer than 3 the strength tells little."
    )
    is_open = serializers.BooleanField()
    hidden = serializers.BooleanField()
    withdrawn = serializers.BooleanField()
    folded = serializers.IntegerField(help_text="How many statements under it have no card.")
    x = serializers.FloatField()
    y = serializers.FloatField()
    width = serializers.FloatField()
    height = serializers.FloatField()


EdgeOut = type(
    "EdgeOut",
    (serializers.Serializer,),
    {
        "__doc__": "A line from one statement to another, by their labels.",
        "from": serializers.CharField(),
        "to": serializers.CharField(),
        "kind": serializers.ChoiceField(EDGES),
    },
)
"""Made so because `from` is a word of Python's."""


class MapOut(serializers.Serializer[Any]):
    """A map of 500 cards at most."""

    width = serializers.FloatField()
    height = serializers.FloatField()
    total = serializers.IntegerField(help_text="How many statements there are, with those folded.")
    nodes = NodeOut(many=True)
    edges = EdgeOut(many=True)
    svg = serializers.CharField(help_text="The drawing as a file.")


class OneMap(Endpoint):
    """The map of a debate."""

    query: ClassVar[dict[str, type[Asked]]] = {"GET": MapAsked}

    @extend_schema(operation_id="map-detail", parameters=[MapAsked], responses=MapOut)
    def get(self, request: Request, slug: str) -> Response:
        """Draw the debate, or what is under one statement."""
        debate = the_debate(request, slug)
        at = self._at(request, debate)
        found = maps.map_of(debate, at)
        label = {card.id: card.label for card in found.cards}
        edges = [
            {"from": card.label, "to": label[card.parent or 0], "kind": "answers"}
            for card, _ in found.edges
        ]
        edges += [{"from": one, "to": other, "kind": "carries"} for one, other in found.links]
        address = reverse("debate:drawing-detail", args=[debate.slug])
        return Response(
            {
                "width": found.drawing.width,
                "height": found.drawing.height,
                "total": found.total,
                "nodes": [_node(card, found.card_width) for card in found.cards],
                "edges": edges,
                "svg": answers.site(request) + address + (f"?at={at.pk}" if at else ""),
            }
        )

    def _at(self, request: Request, debate: Debate) -> Statement | None:
        if "at" not in self.asked:
            return None
        found = the_statement(request, self.asked["at"])
        if found.debate_id != debate.pk:
            raise Statement.DoesNotExist
        return found


def _node(card: Card, wide: float) -> dict[str, Any]:
    return {
        "statement": card.id,
        "label": card.label,
        "kind": card.kind,
        "parent": card.parent,
        "words": None if card.gone else card.text,
        "standing": card.standing or None,
        "strength": card.strength,
        "n": card.n,
        "is_open": card.is_open,
        "hidden": card.gone == "hidden",
        "withdrawn": card.gone == "withdrawn",
        "folded": card.folded,
        "x": card.x,
        "y": card.y,
        "width": wide,
        "height": card.height,
    }
