"""One's words that wait for a moderator."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.actions import holding as actions
from debate.api import answers
from debate.api.endpoints import Answer, Endpoint, Own, the_user
from debate.api.inputs import Asked, Nothing, checked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.models import Held
from debate.models.holding import HeldState, Why
from debate.models.statements import Kind, On
from debate.selectors import holding


class HeldPointOut(serializers.Serializer[Any]):
    """A point that waits."""

    to = serializers.IntegerField(
        allow_null=True, help_text="The statement; null for a crux and a position."
    )
    edits = serializers.IntegerField(
        allow_null=True, help_text="The statement whose words these would replace."
    )
    kind = serializers.ChoiceField(Kind.choices)
    on = serializers.ChoiceField(On.choices, allow_null=True)
    name = serializers.CharField(allow_null=True)
    body = serializers.CharField()


class HeldOut(serializers.Serializer[Any]):
    """What one has sent and what waits for a moderator; nobody else learns of it."""

    id = serializers.IntegerField()
    waits = serializers.BooleanField()
    state = serializers.ChoiceField(HeldState.choices)
    why = serializers.ChoiceField(Why.choices)
    reason = serializers.CharField(allow_null=True, help_text="What the moderator says to it.")
    debate = serializers.CharField(
        allow_null=True, help_text="The debate's slug; null of one that waits itself."
    )
    question = serializers.CharField(allow_null=True, help_text="Of a debate that waits itself.")
    points = HeldPointOut(many=True)
    turn = serializers.IntegerField(allow_null=True, help_text="The turn that it has become.")
    made_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class Waiting(Endpoint):
    """What one has sent and what was held."""

    permission_classes = (Own,)
    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(operation_id="held-list", parameters=[PageAsked], responses=page_of(HeldOut))
    def get(self, request: Request) -> Response:
        """List what one has sent and what was held, the newest first."""
        part = holding.listed(the_user(request), Cursor.cut(self.asked))
        return listed(request, part, lambda one: one.pk, [held_out(one) for one in part.rows])


class OneHeld(Endpoint):
    """Something that waits."""

    permission_classes = (Own,)

    @extend_schema(operation_id="held-withdraw", responses={200: HeldOut})
    def delete(self, request: Request, pk: int) -> Response:
        """Take back what waits; a 409 says that it was decided already."""
        user = the_user(request)
        checked(Nothing, request.data)
        held = holding.own(pk, user)
        actions.withdraw(held, by=user)
        return Response(held_out(holding.own(pk, user)))


def sent(held: Held, request: Request) -> tuple[Answer, str]:
    """How a publication is answered that waits: with what it is, and where."""
    user = the_user(request)
    return held_out(holding.own(held.pk, user)), answers.site(request) + reverse("api:held-list")


def held_out(held: Held) -> Answer:
    """A turn, an edit or a debate that was held, as HeldOut."""
    return {
        "id": held.pk,
        "waits": held.state == HeldState.WAITS,
        "state": held.state,
        "why": held.why,
        "reason": held.reason or None,
        "debate": held.debate.slug if held.debate else None,
        "question": held.opens["question"] if held.opens else None,
        "points": [
            {
                "to": one.parent_id,
                "edits": one.edits_id,
                "kind": one.kind,
                "on": one.on or None,
                "name": one.name or None,
                "body": one.body,
            }
            for one in held.points.all()
        ],
        "turn": held.turn.number if held.turn else None,
        "made_at": answers.when(held.made_at),
        "decided_at": answers.when(held.decided_at) if held.decided_at else None,
    }
