"""Why a statement stands where it does, and what would move if it were settled."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate import rules
from debate.api.endpoints import Endpoint, the_statement
from debate.api.inputs import Asked
from debate.models import Statement
from debate.selectors import whys
from debate.selectors.whys import Told

SETTLED = [("in", "As if everybody agreed with it"), ("out", "As if everybody rejected it")]


class ToldOut(serializers.Serializer[Any]):
    """What was worked out, just now: it holds all events up to `event`."""

    statement = serializers.IntegerField()
    event = serializers.IntegerField()
    result = serializers.DictField(
        allow_null=True,
        help_text="As docs/analysis.md has it; claims by label. Null for what is no claim.",
    )
    statements = serializers.DictField(
        child=serializers.IntegerField(), help_text="The ids of the claims that it names."
    )


class WhatIfAsked(Asked):
    """How the statement would be settled."""

    settled = serializers.ChoiceField(SETTLED, default="in")


class Why(Endpoint):
    """Why a statement stands where it does."""

    @extend_schema(operation_id="why-detail", responses=ToldOut)
    def get(self, request: Request, pk: int) -> Response:
        """Say where label and strength come from, and what would change them."""
        return _told(whys.why(_readable(request, pk)))


class WhatIf(Endpoint):
    """What would move if a statement were settled; nothing is stored."""

    query: ClassVar[dict[str, type[Asked]]] = {"GET": WhatIfAsked}

    @extend_schema(operation_id="what-if-detail", parameters=[WhatIfAsked], responses=ToldOut)
    def get(self, request: Request, pk: int) -> Response:
        """Say which labels, strengths and cruxes would move, from what to what."""
        return _told(whys.what_if(_readable(request, pk), self.asked["settled"]))


def _readable(request: Request, pk: int) -> Statement:
    """The statement; raises Statement.DoesNotExist where it is gone from the viewer's sight."""
    found = the_statement(request, pk)
    if not rules.may_read_text(found, request.user):
        raise Statement.DoesNotExist
    return found


def _told(told: Told) -> Response:
    return Response(
        {
            "statement": told.statement.pk,
            "event": told.event,
            "result": told.found,
            "statements": told.ids,
        }
    )
