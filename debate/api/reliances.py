"""Reliances: what positions rest on, as their holders say. Bots hold none."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate import rules
from debate.actions import reliances as actions
from debate.api import answers
from debate.api.answers import PersonOut
from debate.api.endpoints import Endpoint, the_statement, the_user
from debate.api.errors import Unfit
from debate.api.inputs import Asked, Strict, Text, Whole, checked
from debate.api.marks import ByMarkScope
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.models import Reliance, Statement
from debate.models.cruxes import WORDS_MAX
from debate.selectors import listings, reliances


class RelianceOut(serializers.Serializer[Any]):
    """A person's word that a position of theirs rests on the claim."""

    person = PersonOut()
    position = serializers.IntegerField()
    words = serializers.CharField(allow_null=True)
    now = serializers.IntegerField(allow_null=True, help_text="Of 100.")
    otherwise = serializers.IntegerField(allow_null=True, help_text="If the claim fell, of 100.")
    created_at = serializers.DateTimeField()


class Reliances(Endpoint):
    """What rests on a statement."""

    row = RelianceOut
    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(
        operation_id="reliance-list", parameters=[PageAsked], responses=page_of(RelianceOut)
    )
    def get(self, request: Request, pk: int) -> Response:
        """List who says that a position they hold rests on the claim, the first first."""
        claim = the_statement(request, pk)
        part = listings.reliances(claim, request.user, Cursor.cut(self.asked))
        results = [reliance(one) for one in part.rows]
        return listed(request, part, lambda one: one.pk, results)


class RelyIn(Strict):
    """What a position of one's own rests on: words, or both numbers, or all."""

    position = Whole(min_value=1, help_text="The id of a position that one holds.")
    words = Text(required=False, max_length=WORDS_MAX, help_text="Goes on from: if it fell, I …")
    now = Whole(required=False, allow_null=True, help_text="How sure of it, of 100.")
    otherwise = Whole(required=False, allow_null=True, help_text="And if the claim fell.")


class ReleaseAsked(Asked):
    """Which of one's reliances on the claim; a body may say it too."""

    position = serializers.IntegerField(required=False, min_value=1)


class ReleaseIn(Strict):
    """Which of one's reliances on the claim."""

    position = Whole(required=False, min_value=1)


class OwnReliance(Endpoint):
    """One's own word on what rests on a claim."""

    permission_classes = (ByMarkScope,)
    query: ClassVar[dict[str, type[Asked]]] = {"DELETE": ReleaseAsked}

    @extend_schema(operation_id="statement-rely", request=RelyIn, responses=RelianceOut)
    def put(self, request: Request, pk: int) -> Response:
        """Say that a position of one's own rests on the claim; said again, it is replaced."""
        claim, user = the_statement(request, pk), the_user(request)
        rules.require(rules.may_mark(claim, user))
        sent = checked(RelyIn, request.data)
        position = _position(claim, sent.pop("position"))
        return Response(reliance(actions.rely(position, by=user, claim=claim, **sent)))

    @extend_schema(
        operation_id="statement-release", parameters=[ReleaseAsked], responses={204: None}
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Take it back; a 409 says that one has not said so."""
        claim, user = the_statement(request, pk), the_user(request)
        rules.require(rules.may_mark(claim, user))
        sent = {**self.asked, **checked(ReleaseIn, request.data)}
        if "position" not in sent:
            entry = {"message": gettext("Say which position."), "code": "required"}
            raise Unfit({"position": [entry]})
        actions.release(_position(claim, sent["position"]), by=user, claim=claim)
        return Response(status=204)


def _position(claim: Statement, pk: int) -> Statement:
    """The position of the claim's debate; one of another is refused as one does not hold it."""
    if position := reliances.position(claim, pk):
        return position
    raise actions.not_held()


def reliance(one: Reliance) -> dict[str, Any]:
    """A reliance as RelianceOut."""
    return {
        "person": answers.person(one.person),
        "position": one.position_id,
        "words": one.words or None,
        "now": one.now,
        "otherwise": one.otherwise,
        "created_at": answers.when(one.created_at),
    }
