"""How far oneself has read a debate."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.actions import visits as actions
from debate.api import answers
from debate.api.endpoints import ByScope, Endpoint, the_debate, the_user
from debate.api.inputs import Strict, Whole, checked
from debate.models import Debate
from debate.selectors import visits


class VisitOut(serializers.Serializer[Any]):
    """What is new to oneself in a debate."""

    since_at = serializers.DateTimeField(
        allow_null=True, help_text="When one's last visit ended, or all was marked as read."
    )
    newest = serializers.IntegerField(help_text="The id of the newest statement; 0: none.")
    new = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Ids of what others said since then: the oldest 100, none that are gone.",
    )


class VisitIn(Strict):
    """Up to where one has read."""

    up_to = Whole(
        required=False, min_value=0, help_text="The id of a statement; all, where it is not sent."
    )


class OwnVisits(ByScope):
    """How far somebody has read is nobody else's business."""

    needs_token = True


class OwnVisit(Endpoint):
    """What is new to oneself in a debate."""

    row = VisitOut
    permission_classes = (OwnVisits,)

    @extend_schema(operation_id="visit-detail", responses=VisitOut)
    def get(self, request: Request, slug: str) -> Response:
        """Read what is new since one's last visit; that is no visit itself."""
        the_user(request)
        return Response(_visit(the_debate(request, slug)))

    @extend_schema(operation_id="debate-visit", request=VisitIn, responses=VisitOut)
    def put(self, request: Request, slug: str) -> Response:
        """Mark all as read, or all up to a statement; what is newer stays new."""
        debate, user = the_debate(request, slug), the_user(request)
        actions.read(debate, by=user, **checked(VisitIn, request.data))
        return Response(_visit(the_debate(request, slug)))


def _visit(debate: Debate) -> dict[str, Any]:
    seen = visits.of(debate)
    return {
        "since_at": answers.when(seen.since_at) if seen.since_at else None,
        "newest": seen.newest,
        "new": seen.new,
    }
