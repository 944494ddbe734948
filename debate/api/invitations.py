"""Links by which people join a debate."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate import rules
from debate.actions import invitations as actions
from debate.api import answers
from debate.api.answers import PersonOut
from debate.api.endpoints import (
    Answer,
    ByModerateScope,
    ByModerateScopeAlone,
    Endpoint,
    created,
    the_debate,
    the_user,
)
from debate.api.inputs import Nothing, OneOf, Strict, Text, Whole, YesNo, checked
from debate.models import Invitation, InvitationUse
from debate.models.debates import Role
from debate.models.invitations import DAYS_MOST, NOTE_MAX, USES_MOST
from debate.selectors import invitations


class UseOut(serializers.Serializer[Any]):
    """That somebody joined by a link."""

    person = PersonOut()
    used_at = serializers.DateTimeField()


class InvitationOut(serializers.Serializer[Any]):
    """A link by which people join."""

    id = serializers.IntegerField()
    url = serializers.CharField(help_text="The link. Whoever has it can join.")
    role = serializers.ChoiceField(Role.choices)
    note = serializers.CharField(allow_null=True)
    shows_question = serializers.BooleanField()
    made_by = PersonOut()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    uses_most = serializers.IntegerField()
    uses = UseOut(many=True)


class InvitationIn(Strict):
    """A link to make."""

    role = OneOf(Role.choices, required=False)
    days = Whole(required=False, min_value=1, max_value=DAYS_MOST, help_text="7, if not sent.")
    uses = Whole(required=False, min_value=1, max_value=USES_MOST, help_text="1, if not sent.")
    note = Text(required=False, max_length=NOTE_MAX, help_text="For who looks after the debate.")
    shows_question = YesNo(
        required=False, help_text="Whether whoever has the link reads the question."
    )


class OfferOut(serializers.Serializer[Any]):
    """What a link leads to."""

    question = serializers.CharField(allow_null=True, help_text="Null where it is not shown.")
    role = serializers.ChoiceField(Role.choices)
    invited_by = PersonOut()
    expires_at = serializers.DateTimeField()


class JoinedOut(serializers.Serializer[Any]):
    """The debate that one has joined."""

    debate = serializers.CharField(help_text="The debate's slug.")


class Invitations(Endpoint):
    """The links to a debate; who has one can join, so that reading them takes more than `read`."""

    row = InvitationOut
    permission_classes = (ByModerateScopeAlone,)

    @extend_schema(operation_id="invitation-list", responses=InvitationOut(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """List the links and who joined by them, as a facilitator or moderator."""
        debate, user = the_debate(request, slug), the_user(request)
        rules.require(rules.may_look_after(debate, user))
        return Response([_invitation(one, request) for one in invitations.invitations(debate)])

    @extend_schema(
        operation_id="invitation-create", request=InvitationIn, responses={201: InvitationOut}
    )
    def post(self, request: Request, slug: str) -> Response:
        """Make a link, as a facilitator or moderator."""
        debate, user = the_debate(request, slug), the_user(request)
        rules.require(rules.may_look_after(debate, user))
        sent = checked(InvitationIn, request.data)

        def do() -> tuple[Answer, str]:
            made = actions.create(debate, by=user, **sent)
            own = reverse("api:invitation-revoke", args=[slug, made.pk])
            return {"id": made.pk}, answers.site(request) + own

        response, _ = created(request, do)  # what is kept for a retry holds no link
        made = invitations.of_debate(debate, response.data["id"])
        response.data = _invitation(made, request)
        return response


class OneInvitation(Endpoint):
    """A link to a debate."""

    permission_classes = (ByModerateScope,)

    @extend_schema(operation_id="invitation-revoke", responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Revoke a link; who joined by it stays."""
        debate, user = the_debate(request, slug), the_user(request)
        checked(Nothing, request.data)
        actions.revoke(debate, pk, by=user)
        return Response(status=204)


class Offer(Endpoint):
    """A link, for who holds it."""

    row = OfferOut

    @extend_schema(operation_id="invitation-detail", responses=OfferOut)
    def get(self, request: Request, token: str) -> Response:
        """Read what a link leads to."""
        found = invitations.invitation(token, request.user)
        return Response(
            {
                "question": found.debate.question if found.shows_question else None,
                "role": found.role,
                "invited_by": answers.person(found.made_by),
                "expires_at": answers.when(found.expires_at),
            }
        )

    @extend_schema(operation_id="invitation-join", request=None, responses=JoinedOut)
    def put(self, request: Request, token: str) -> Response:
        """Join the debate of a link; again changes nothing."""
        checked(Nothing, request.data)
        return Response({"debate": actions.join(token, by=the_user(request)).slug})


def _invitation(one: Invitation, request: Request) -> dict[str, Any]:
    return {
        "id": one.pk,
        "url": answers.site(request) + reverse("debate:invitation-detail", args=[one.token]),
        "role": one.role,
        "note": one.note or None,
        "shows_question": one.shows_question,
        "made_by": answers.person(one.made_by),
        "created_at": answers.when(one.created_at),
        "expires_at": answers.when(one.expires_at),
        "uses_most": one.uses_most,
        "uses": [_use(use) for use in one.uses.all()],
    }


def _use(one: InvitationUse) -> dict[str, Any]:
    return {"person": answers.person(one.person), "used_at": answers.when(one.used_at)}
