"""The points of one's next turn in a debate."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from debate import rules
from debate.actions import drafts as actions
from debate.actions.quotations import Words
from debate.api import answers
from debate.api.endpoints import ByScope, Endpoint, the_debate, the_statement, the_user
from debate.api.inputs import Nothing, OneOf, Quote, Strict, Text, Whole, checked
from debate.api.statements import REPLIES
from debate.models import DraftPoint, Statement
from debate.models.drafts import DRAFT_MAX, POINTS_MAX
from debate.models.statements import On
from debate.selectors import drafts
from debate.text import plain, quotations


class PointOut(serializers.Serializer[Any]):
    """A point of one's next turn, as it was last stored."""

    key = serializers.CharField()
    version = serializers.IntegerField()
    to = serializers.IntegerField(help_text="The statement that it answers.")
    kind = serializers.CharField(allow_null=True)
    on = serializers.CharField(allow_null=True)
    body = serializers.CharField()
    quote = serializers.CharField(allow_null=True)
    missing = serializers.CharField(
        allow_null=True, help_text="What it needs before it can be published."
    )
    saved_at = serializers.DateTimeField()


class PointsOut(serializers.Serializer[Any]):
    """All points of one's next turn, in their order."""

    results = PointOut(many=True)


class PointIn(Strict):
    """A point so far; whatever is left out is empty."""

    to = Whole(min_value=1, help_text="The statement that it answers.")
    version = Whole(
        required=False, min_value=0, help_text="The version you saw; 0 or none for a new point."
    )
    kind = OneOf(REPLIES, required=False, allow_null=True)
    on = OneOf(On.choices, required=False, allow_null=True)
    body = Text(required=False, max_length=DRAFT_MAX)
    quote = Quote()
    place = Whole(
        required=False, min_value=1, max_value=POINTS_MAX, help_text="1 for the first of the turn."
    )


class OwnDrafts(ByScope):
    """Drafts are their author's alone: without a token there are none."""

    needs_token = True


class Points(Endpoint):
    """One's next turn."""

    row = PointOut
    permission_classes = (OwnDrafts,)

    @extend_schema(operation_id="point-list", responses=PointsOut)
    def get(self, request: Request, slug: str) -> Response:
        """List the points that one has stored, in their order; nobody else sees them."""
        tray = drafts.tray(the_debate(request, slug), the_user(request))
        return Response({"results": [_point(point) for point in tray.points]})


class OnePoint(Endpoint):
    """A point of one's next turn, under a key of one's own making."""

    permission_classes = (OwnDrafts,)

    @extend_schema(operation_id="point-keep", request=PointIn, responses=PointOut)
    def put(self, request: Request, slug: str, key: str) -> Response:
        """Store a point, or put a removed one back; a 409 says that it has a newer version."""
        debate, user = the_debate(request, slug), the_user(request)
        sent = checked(PointIn, request.data)
        parent = the_statement(request, sent["to"])
        if parent.debate_id != debate.pk:
            raise type(parent).DoesNotExist
        parent.debate = debate
        quote = _placed(sent.get("quote"), parent, user)
        wording = actions.Wording(
            sent.get("kind") or "", sent.get("on") or "", sent.get("body", ""), quote
        )
        version = sent.get("version") or 0
        actions.keep(parent, by=user, key=key, wording=wording, version=version)
        try:
            if place := sent.get("place"):
                actions.place(debate, by=user, key=key, at=place - 1)
            return Response(_one(drafts.tray(debate, user), key))
        except DraftPoint.DoesNotExist as error:  # published or removed from elsewhere meanwhile
            raise actions.gone() from error

    @extend_schema(operation_id="point-drop", responses={204: None})
    def delete(self, request: Request, slug: str, key: str) -> Response:
        """Remove a point; for a day, storing it again puts it back where it was."""
        debate, user = the_debate(request, slug), the_user(request)
        checked(Nothing, request.data)
        rules.require(rules.may_take_part(debate, user))
        actions.drop(debate, by=user, key=key)
        return Response(status=204)


def _placed(quote: Words | None, parent: Statement, user: User) -> Words | None:
    """Quoted words with the text around them in place of where they begin: that is stored."""
    if quote is None or quote.start is None or not rules.may_read_text(parent, user):
        return quote
    with suppress(LookupError, ValueError):
        found = quotations.find(
            plain.plain(parent.body_html),
            quote.exact,
            prefix=quote.prefix,
            suffix=quote.suffix,
            start=quote.start,
        )
        return Words(found.exact, found.prefix, found.suffix)
    return quote


def _one(tray: drafts.Tray, key: str) -> dict[str, Any]:
    for point in tray.points:
        if point.draft.key == key:
            return _point(point)
    raise DraftPoint.DoesNotExist


def _point(point: drafts.TrayPoint) -> dict[str, Any]:
    draft: DraftPoint = point.draft
    return {
        "key": draft.key,
        "version": draft.version,
        "to": draft.parent_id,
        "kind": draft.kind or None,
        "on": draft.on or None,
        "body": draft.body,
        "quote": (point.quote and draft.quote) or None,  # none of what is gone
        "missing": point.missing or None,
        "saved_at": answers.when(draft.saved_at),
    }
