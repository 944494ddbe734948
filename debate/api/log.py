"""The moderation log."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.api import answers
from debate.api.endpoints import Endpoint
from debate.api.inputs import Asked, Named
from debate.models.acts import Act
from debate.selectors import moderation
from debate.selectors.moderation import Entry, Sought


class LogAsked(Asked):
    """Which acts; each narrows it."""

    act = serializers.ChoiceField(Act.choices, required=False)
    debate = Named(max_length=80, help_text="A slug.")
    moderator = Named(max_length=40, help_text="A username.")
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    before = serializers.IntegerField(required=False, min_value=1, help_text="Goes on below.")


class EntryOut(serializers.Serializer[Any]):
    """An act of moderation. An unlisted debate is not named."""

    id = serializers.IntegerField()
    act = serializers.ChoiceField(Act.choices)
    statement = serializers.IntegerField(
        allow_null=True,
        help_text="Null for acts on persons and debates, and where the debate is not named.",
    )
    label = serializers.CharField()  # type: ignore[assignment]  # a field, taken off the class
    person = serializers.CharField(help_text="The shown name of who was suspended, or empty.")
    debate = serializers.CharField(allow_null=True)
    moderator = serializers.CharField(help_text="The shown name.")
    reason = serializers.CharField(help_text="Empty where it is internal.")
    undone = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class LogOut(serializers.Serializer[Any]):
    """A page of the log; `older` is what `before` goes on with, null at the end."""

    older = serializers.IntegerField(allow_null=True)
    results = EntryOut(many=True)


class Log(Endpoint):
    """The acts of moderators and facilitators."""

    query: ClassVar[dict[str, type[Asked]]] = {"GET": LogAsked}

    @extend_schema(operation_id="moderation-log", parameters=[LogAsked], responses=LogOut)
    def get(self, request: Request) -> Response:
        """Read the moderation log, the newest first."""
        asked = {name: value for name, value in self.asked.items() if value}
        before = asked.pop("before", None)
        found = moderation.log(request.user, Sought(**asked), before=before)
        return Response({"older": found.older, "results": [_entry(one) for one in found.entries]})


def _entry(one: Entry) -> dict[str, Any]:
    return {
        "id": one.id,
        "act": one.act,
        "statement": one.leads_to,
        "label": one.label,
        "person": one.person,
        "debate": one.slug or None,
        "moderator": one.moderator,
        "reason": one.reason,
        "undone": one.undone,
        "created_at": answers.when(one.when),
    }
