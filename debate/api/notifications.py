"""What one is told: the inbox, and how often it comes by mail."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Pace, User
from debate.actions import mailing, notifying
from debate.api import answers
from debate.api.answers import PersonOut
from debate.api.endpoints import Endpoint, Own, the_user
from debate.api.inputs import Asked, OneOf, Strict, Text, Whole, YesNo, checked
from debate.api.pages import LIMIT_MOST, Cursor, PageAsked, listed, page_of
from debate.models.debates import SLUG_MAX
from debate.models.events import EventKind
from debate.models.following import Reason
from debate.selectors import notifications
from debate.selectors.notifications import Notice


class NotificationOut(serializers.Serializer[Any]):
    """Something that one is told, as one may know it now."""

    id = serializers.IntegerField()
    reason = serializers.ChoiceField(Reason.choices, help_text="Why: the strongest reason.")
    text = serializers.CharField(help_text="What happened, in words.")
    kind = serializers.ChoiceField(
        EventKind.choices, allow_null=True, help_text="What the event is; null in no debate."
    )
    number = serializers.IntegerField(
        allow_null=True, help_text="The number of the event in its debate."
    )
    actor = PersonOut(allow_null=True)
    debate = serializers.CharField(
        allow_null=True, help_text="The debate's slug; null for acts on the whole site."
    )
    statement = serializers.IntegerField(allow_null=True)
    act = serializers.IntegerField(allow_null=True, help_text="The act of moderation it is of.")
    happened_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    url = serializers.CharField(help_text="The place.")


class InboxAsked(PageAsked):
    """Which of what one is told."""

    unread = serializers.BooleanField(default=False, help_text="Only what one has not read.")
    debate = Text(required=False, max_length=SLUG_MAX, help_text="Of this debate, by its slug.")


class ReadIn(Strict):
    """What one has read: by ids, or all up to one; of one debate, or of any."""

    ids = serializers.ListField(
        child=Whole(min_value=1), required=False, max_length=LIMIT_MOST, help_text="These alone."
    )
    up_to = Whole(required=False, min_value=1, help_text="All up to this one, by its id.")
    debate = Text(required=False, allow_blank=False, max_length=SLUG_MAX)


class ReadOut(serializers.Serializer[Any]):
    """How much of it was new, and how much is left."""

    read = serializers.IntegerField()
    unread = serializers.IntegerField()


class PaceOut(serializers.Serializer[Any]):
    """How often one gets mail of what one is told."""

    pace = serializers.ChoiceField(Pace.choices)
    follows_by_itself = serializers.BooleanField(
        help_text="Whether taking part in a debate is following it."
    )


class PaceIn(Strict):
    """How often one wants mail; what is not sent stays as it is."""

    pace = OneOf(Pace.choices, required=False)
    follows_by_itself = YesNo(required=False)


class Inbox(Endpoint):
    """What one is told."""

    row = NotificationOut
    permission_classes = (Own,)
    query: ClassVar[dict[str, type[Asked]]] = {"GET": InboxAsked}

    @extend_schema(
        operation_id="notification-list",
        parameters=[InboxAsked],
        responses=page_of(NotificationOut),
    )
    def get(self, request: Request) -> Response:
        """List what one is told, the newest first: nothing that is hidden, withdrawn, closed."""
        asked = {"unread": self.asked["unread"], "debate": self.asked.get("debate", "")}
        part = notifications.listed(the_user(request), Cursor.cut(self.asked), **asked)
        rows = [_notice(one, request) for one in part.rows]
        return listed(request, part, lambda one: one.pk, rows)


class Read(Endpoint):
    """What one has read of it."""

    permission_classes = (Own,)

    @extend_schema(operation_id="notification-read", request=ReadIn, responses=ReadOut)
    def put(self, request: Request) -> Response:
        """Mark as read: all, or what is named."""
        user = the_user(request)
        number = notifying.read(by=user, **checked(ReadIn, request.data))
        return Response({"read": number, "unread": user.unread_count})


class Mails(Endpoint):
    """How often one gets mail."""

    row = PaceOut
    permission_classes = (Own,)

    @extend_schema(operation_id="mail-detail", responses=PaceOut)
    def get(self, request: Request) -> Response:
        """Read how often one gets mail of what one is told."""
        return Response(_pace(the_user(request)))

    @extend_schema(operation_id="mail-choose", request=PaceIn, responses=PaceOut)
    def patch(self, request: Request) -> Response:
        """Choose how often, and whether debates one takes part in are followed by themselves."""
        user = the_user(request)
        mailing.choose(by=user, **{**_pace(user), **checked(PaceIn, request.data)})
        return Response(_pace(user))


def _pace(user: User) -> dict[str, Any]:
    return {"pace": user.mail_pace, "follows_by_itself": user.follows_by_itself}


def _notice(one: Notice, request: Request) -> dict[str, Any]:
    event = one.event
    return {
        "id": one.pk,
        "reason": one.row.reason,
        "text": one.sentence,
        "kind": event.kind if event else None,
        "number": event.number if event else None,
        "actor": answers.person(one.actor) if one.actor else None,
        "debate": one.debate.slug if one.debate else None,
        "statement": event.statement_id if event else None,
        "act": one.row.act_id or (event.data.get("act") if event else None),
        "happened_at": answers.when(one.happened_at),
        "read_at": answers.when(one.row.read_at),
        "url": answers.site(request) + one.address,
    }
