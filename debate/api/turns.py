"""Turns: what one author published in one go."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.actions import publishing
from debate.actions.statements import Point
from debate.api import answers, holding
from debate.api.answers import PersonOut
from debate.api.endpoints import Answer, Endpoint, created, the_debate, the_user
from debate.api.errors import Unfit
from debate.api.inputs import Asked, GeneratedByIn, Strict, Text, Whole, checked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.api.statements import SaidIn
from debate.models import Debate, Held, Statement
from debate.models.drafts import POINTS_MAX
from debate.selectors import listings


class TurnOut(serializers.Serializer[Any]):
    """A turn. What is hidden or withdrawn is not named here: its turn would tell its author."""

    number = serializers.IntegerField()
    author = PersonOut(allow_null=True, help_text="Null where nothing of the turn can be read.")
    created_at = serializers.DateTimeField()
    statements = serializers.ListField(
        child=serializers.IntegerField(), help_text="The ids of what can be read."
    )


class TurnPointIn(SaidIn):
    """A point of a turn."""

    to = Whole(min_value=1, help_text="The statement that it answers.")


class TurnIn(Strict):
    """Points to publish together, or the keys of points that one has stored."""

    points = serializers.ListField(
        child=TurnPointIn(), required=False, max_length=POINTS_MAX, help_text="Each an answer."
    )
    keys = serializers.ListField(
        child=Text(), required=False, max_length=POINTS_MAX, help_text="Of one's stored points."
    )
    generated_by = GeneratedByIn()


class Turns(Endpoint):
    """The turns of a debate."""

    row = TurnOut
    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(operation_id="turn-list", parameters=[PageAsked], responses=page_of(TurnOut))
    def get(self, request: Request, slug: str) -> Response:
        """List the turns in order."""
        debate = the_debate(request, slug)
        part = listings.turns(debate, request.user, Cursor.cut(self.asked))
        results = [_turn(row) for row in part.rows]
        return listed(request, part, lambda row: row.turn.number, results)

    @extend_schema(
        operation_id="turn-publish",
        request=TurnIn,
        responses={201: TurnOut, 202: holding.HeldOut},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Publish several points as one turn, all or none: send either `points` or `keys`."""
        debate, user = the_debate(request, slug), the_user(request)
        sent = checked(TurnIn, request.data)
        if ("points" in sent) == ("keys" in sent):
            entry = {"message": gettext("Send either points or keys."), "code": "invalid"}
            raise Unfit({"points": [entry]})
        said_so = sent.get("generated_by", "")

        def do() -> tuple[Answer, str]:
            if "keys" in sent:
                made = publishing.drafted(debate, by=user, keys=sent["keys"], generated_by=said_so)
            else:
                points = [_point(point, debate) for point in sent["points"]]
                made = publishing.turn(debate, by=user, points=points, generated_by=said_so)
            if isinstance(made, Held):
                return holding.sent(made, request)
            row = _turn(listings.TurnRow(*made))
            return row, request.build_absolute_uri(request.path)

        return created(request, do)[0]


def _point(sent: dict[str, Any], debate: Debate) -> Point:
    """A point of the turn; whether what it answers is there, the action says."""
    parent = Statement(pk=sent["to"], debate=debate)
    return Point(parent, sent["kind"], sent["body"], sent.get("on") or "", sent.get("quote"))


def _turn(row: listings.TurnRow) -> dict[str, Any]:
    return {
        "number": row.turn.number,
        "author": answers.person(row.turn.author) if row.statements else None,
        "created_at": answers.when(row.turn.created_at),
        "statements": [statement.pk for statement in row.statements],
    }
