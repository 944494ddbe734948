"""Open points: the objections and questions that nobody has met."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.api import answers
from debate.api.answers import PersonOut, StatementOut
from debate.api.endpoints import Endpoint, the_debate
from debate.api.inputs import Asked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.selectors import points

KINDS = [(kind.value, kind.label) for kind in points.KINDS]
WHOSE = [(points.ME, "The account that asks"), (points.OTHERS, "Anybody else")]
FILTERS = ("awaits", "kind", "side")


class OpenAsked(PageAsked):
    """Which open points of a debate."""

    awaits = serializers.ChoiceField(WHOSE, required=False)
    kind = serializers.ChoiceField(KINDS, required=False)
    side = serializers.IntegerField(
        required=False, min_value=1, help_text="A position: points put to those who hold it."
    )


class OpenPointOut(serializers.Serializer[Any]):
    """An open point, and whom it awaits."""

    statement = StatementOut()
    awaits = PersonOut(
        allow_null=True, help_text="The author of what it answers; null where that is gone."
    )
    mine = serializers.BooleanField(
        help_text="Whether it was put to what the account that asks wrote or holds."
    )


class OpenPoints(Endpoint):
    """The open points of a debate."""

    row = OpenPointOut
    query: ClassVar[dict[str, type[Asked]]] = {"GET": OpenAsked}

    @extend_schema(
        operation_id="open-list", parameters=[OpenAsked], responses=page_of(OpenPointOut)
    )
    def get(self, request: Request, slug: str) -> Response:
        """List the open objections and questions, those that wait longest first."""
        debate = the_debate(request, slug)
        fields = {name: self.asked[name] for name in FILTERS if name in self.asked}
        part = points.listed(debate, request.user, points.Asked(**fields), Cursor.cut(self.asked))
        results = [_point(row, request) for row in part.rows]
        return listed(request, part, lambda row: row.statement.pk, results)


def _point(row: points.Awaiting, request: Request) -> dict[str, Any]:
    return {
        "statement": answers.statement(row.statement, request),
        "awaits": answers.person(row.person) if row.person else None,
        "mine": row.mine,
    }
