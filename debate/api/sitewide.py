"""Suspending people from the whole site. Undoing the act, and appealing, is `acts`."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate import moderating, rules
from debate.actions import sitewide
from debate.api.acts import ModerationActOut, ReasonIn, made
from debate.api.endpoints import ByModerateScopeAlone, Endpoint, the_user
from debate.api.inputs import checked
from debate.selectors import people


class SiteSuspensionIn(ReasonIn):
    """Why somebody is suspended, and until when."""

    until = serializers.DateTimeField(
        required=False, allow_null=True, help_text="When it ends by itself; null: for good."
    )


class SiteSuspensions(Endpoint):
    """Somebody's suspension from the whole site."""

    permission_classes = (ByModerateScopeAlone,)

    @extend_schema(
        operation_id="person-suspend",
        request=SiteSuspensionIn,
        responses={201: ModerationActOut},
    )
    def post(self, request: Request, username: str) -> Response:
        """Keep a person and their bots from writing anywhere, as a moderator.

        They sign in, read, and may appeal; undoing the act ends it. A 409 says that they are
        suspended already.
        """
        user = the_user(request)
        person = people.person(username, user)
        rules.require(moderating.may_suspend(person, user))
        sent = checked(SiteSuspensionIn, request.data)
        return made(request, user, lambda: sitewide.suspend(person, by=user, **sent))
