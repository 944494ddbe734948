"""The review queue: what waits for a moderator, and deciding it."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Standing
from debate import review, rules
from debate.actions import reviewing
from debate.api import answers
from debate.api.answers import PersonOut
from debate.api.endpoints import ByModerateScopeAlone, Endpoint, the_user
from debate.api.inputs import Asked, Named, Strict, Text, checked
from debate.models.statements import REASON_MAX
from debate.selectors import queue
from debate.selectors.items import Item, Said
from debate.selectors.queue import Wanted
from debate.selectors.sources import SOURCES

KINDS = [(kind, str(source.word)) for kind, source in SOURCES.items()]
PAGE_MOST = 10_000


class QueueAsked(Asked):
    """Which items; each narrows it."""

    kind = serializers.ChoiceField(KINDS, required=False)
    why = Named(max_length=20, help_text="A reason's value.")
    debate = Named(max_length=80, help_text="A slug.")
    person = Named(max_length=40, help_text="Its author.")
    days = serializers.IntegerField(required=False, min_value=0, max_value=PAGE_MOST)
    page = serializers.IntegerField(required=False, min_value=1, max_value=PAGE_MOST)


class SaidOut(serializers.Serializer[Any]):
    """What is judged."""

    statement = serializers.IntegerField(
        allow_null=True, help_text="Null while it is held; of an edit what it would change."
    )
    before = serializers.CharField(
        allow_null=True, help_text="What it says now, where an edit of it is held."
    )
    kind = serializers.CharField()
    name = serializers.CharField(allow_null=True)
    body = serializers.CharField()
    quote = serializers.CharField(allow_null=True)
    to = serializers.IntegerField(allow_null=True)


class AuthorRecordOut(serializers.Serializer[Any]):
    """What is known of its author."""

    standing = serializers.ChoiceField(Standing.choices)
    statements = serializers.IntegerField()
    hidden = serializers.IntegerField()
    reports_upheld = serializers.IntegerField()
    reports_dismissed = serializers.IntegerField()
    notes = serializers.IntegerField()


class ItemOut(serializers.Serializer[Any]):
    """Something that waits for a moderator."""

    kind = serializers.CharField()
    id = serializers.IntegerField()
    opened_at = serializers.DateTimeField()
    title = serializers.CharField()
    debate = serializers.CharField(
        allow_null=True, help_text="Its slug; null of the whole site, and of private debates."
    )
    author = PersonOut(help_text="Whose it is: who wrote, proposed or appeals.")
    reporter = PersonOut(allow_null=True)
    note = serializers.CharField(allow_null=True)
    patterns = serializers.ListField(child=serializers.CharField())
    said = SaidOut(many=True)
    record = AuthorRecordOut(allow_null=True)
    acts = serializers.ListField(child=serializers.CharField())


class QueueOut(serializers.Serializer[Any]):
    """A page of the queue; `waiting` counts all of it."""

    waiting = serializers.IntegerField()
    since = serializers.DateTimeField(allow_null=True)
    page = serializers.IntegerField()
    has_next = serializers.BooleanField()
    results = ItemOut(many=True)


class Queue(Endpoint):
    """What waits for moderators."""

    permission_classes = (ByModerateScopeAlone,)
    query: ClassVar[dict[str, type[Asked]]] = {"GET": QueueAsked}

    @extend_schema(operation_id="queue-list", parameters=[QueueAsked], responses=QueueOut)
    def get(self, request: Request) -> Response:
        """List what waits, the oldest first, as a moderator."""
        user = the_user(request)
        rules.require(review.may_review(user))
        asked = dict(self.asked)
        page = asked.pop("page", None) or 1
        found = queue.queue(user, Wanted(**{k: v for k, v in asked.items() if v}), page)
        said = {
            "waiting": found.waiting,
            "since": answers.when(found.since) if found.since else None,
            "page": page,
            "has_next": found.has_next,
            "results": [_item(one) for one in found.items],
        }
        return Response(said)


class ItemDecisionIn(Strict):
    """What to do, and why."""

    act = Text(max_length=20, help_text="One of the item's `acts`.")
    reason = Text(required=False, max_length=REASON_MAX)


class Decision(Endpoint):
    """The decision of an item."""

    permission_classes = (ByModerateScopeAlone,)

    @extend_schema(operation_id="queue-decide", request=ItemDecisionIn, responses={204: None})
    def put(self, request: Request, kind: str, pk: int) -> Response:
        """Decide an item, as a moderator; a 409 says who has decided it, and how."""
        user = the_user(request)
        rules.require(review.may_review(user))
        sent = checked(ItemDecisionIn, request.data)
        reviewing.decide(kind, pk, by=user, act=sent["act"], reason=sent.get("reason", ""))
        return Response(status=204)


def _item(item: Item) -> dict[str, Any]:
    record = item.record
    return {
        "kind": item.kind,
        "id": item.pk,
        "opened_at": answers.when(item.opened_at),
        "title": item.title,
        "debate": item.debate.slug if item.debate else None,
        "author": answers.person(item.author),
        "reporter": answers.person(item.reporter) if item.reporter else None,
        "note": item.note or None,
        "patterns": item.lines,
        "said": [_said(one) for one in item.said],
        "record": {
            "standing": record.person.standing,
            "statements": record.said,
            "hidden": record.hidden,
            "reports_upheld": record.upheld,
            "reports_dismissed": record.dismissed,
            "notes": record.notes,
        }
        if record
        else None,
        "acts": [choice.act for choice in item.choices],
    }


def _said(said: Said) -> dict[str, Any]:
    return {
        "statement": said.statement.pk if said.statement else None,
        "before": said.before or None,
        "kind": said.kind,
        "name": said.name or None,
        "body": said.body,
        "quote": said.quote or None,
        "to": said.parent.statement.pk if said.parent else None,
    }
