"""The bots of one's own."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import bots
from accounts.models import User
from debate.api import answers
from debate.api.answers import PersonOut
from debate.api.endpoints import Endpoint, Own, the_user
from debate.api.inputs import Asked, Strict, Text, YesNo, checked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.selectors import people


class BotOut(serializers.Serializer[Any]):
    """A bot of one's own."""

    account = PersonOut()
    in_use = serializers.BooleanField(help_text="Switched off, it never writes again.")


class BotIn(Strict):
    """What is to change of it."""

    name = Text(required=False, max_length=60, help_text="The shown name.")
    in_use = YesNo(
        required=False, help_text="False switches it off for good, and ends its tokens."
    )


class OwnBots(Endpoint):
    """The bots of one's own."""

    permission_classes = (Own,)
    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(operation_id="bot-list", parameters=[PageAsked], responses=page_of(BotOut))
    def get(self, request: Request) -> Response:
        """List one's bots in the order in which they were made, those switched off too."""
        part = people.bots(the_user(request), Cursor.cut(self.asked))
        return listed(request, part, lambda one: one.pk, [_bot(one) for one in part.rows])


class OwnBot(Endpoint):
    """A bot of one's own."""

    @extend_schema(operation_id="bot-change", request=BotIn, responses=BotOut)
    @transaction.atomic
    def patch(self, request: Request, username: str) -> Response:
        """Give a bot another shown name, or switch it off; without fields, read what it is."""
        user = the_user(request)
        bot = user.bots.filter(username=username).first()
        if bot is None:
            raise Http404
        sent = checked(BotIn, request.data)
        if sent.get("in_use") and not bot.is_active:
            raise PermissionDenied(gettext("A bot that was switched off stays so."))
        if "name" in sent:
            bots.rename(bot, by=user, name=sent["name"])
        if sent.get("in_use") is False and bot.is_active:
            bots.end(bot, by=user)
        bot = User.objects.select_related("owner").get(pk=bot.pk)
        return Response(_bot(bot))


def _bot(bot: User) -> dict[str, Any]:
    return {"account": answers.person(bot), "in_use": bot.is_active}
