"""Turns: what one author published in one go."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.api import answers
from debate.api.answers import PersonOut
from debate.api.endpoints import Endpoint, the_debate
from debate.api.inputs import Asked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.selectors import listings


class TurnOut(serializers.Serializer[Any]):
    """A turn. What is hidden or withdrawn is not named here: its turn would tell its author."""

    number = serializers.IntegerField()
    author = PersonOut(allow_null=True, help_text="Null where nothing of the turn can be read.")
    created_at = serializers.DateTimeField()
    statements = serializers.ListField(
        child=serializers.IntegerField(), help_text="The ids of what can be read."
    )


class Turns(Endpoint):
    """The turns of a debate."""

    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(operation_id="turn-list", parameters=[PageAsked], responses=page_of(TurnOut))
    def get(self, request: Request, slug: str) -> Response:
        """List the turns in order."""
        debate = the_debate(request, slug)
        part = listings.turns(debate, request.user, Cursor.cut(self.asked))
        results = [_turn(row) for row in part.rows]
        return listed(request, part, lambda row: row.turn.number, results)


def _turn(row: listings.TurnRow) -> dict[str, Any]:
    return {
        "number": row.turn.number,
        "author": answers.person(row.turn.author) if row.statements else None,
        "created_at": answers.when(row.turn.created_at),
        "statements": [statement.pk for statement in row.statements],
    }
