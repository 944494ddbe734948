"""The bots of one's own."""

from __future__ import annotations

from typing import Any

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
from debate.api.endpoints import Endpoint, the_user
from debate.api.inputs import Strict, Text, YesNo, checked


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
        return Response({"account": answers.person(bot), "in_use": bot.is_active})
