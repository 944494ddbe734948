"""The people of a debate: who facilitates, who takes part, who is suspended there."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Scope, User
from debate import rules
from debate.actions import participations as actions
from debate.actions import suspensions
from debate.api import answers
from debate.api.answers import PersonOut
from debate.api.endpoints import Answer, ByModerateScope, Endpoint, created, the_debate, the_user
from debate.api.inputs import Asked, GeneratedByIn, Nothing, OneOf, Strict, Text, checked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.models import Participation, Suspension
from debate.models.debates import Role
from debate.models.statements import REASON_MAX
from debate.selectors import participations, people

USERNAME_MAX = 40


class ParticipationOut(serializers.Serializer[Any]):
    """Somebody's role in a debate."""

    person = PersonOut()
    role = serializers.ChoiceField(Role.choices)
    joined_at = serializers.DateTimeField()


class SuspensionOut(serializers.Serializer[Any]):
    """That somebody may only read in a debate."""

    person = PersonOut()
    by = PersonOut()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True, help_text="Null: until somebody ends it.")


class ParticipationIn(Strict):
    """Whom to add, and as what."""

    username = Text(max_length=USERNAME_MAX)
    role = OneOf(Role.choices, required=False)


class RoleIn(Strict):
    """A role for somebody who takes part."""

    role = OneOf(Role.choices)


class LeaveAsked(Asked):
    """A bot that leaves says how that came about."""

    generated_by = GeneratedByIn()


class SuspensionIn(Strict):
    """Whom to suspend, why, and until when."""

    username = Text(max_length=USERNAME_MAX)
    reason = Text(max_length=REASON_MAX, help_text="Everyone who reads the debate can read it.")
    until = serializers.DateTimeField(required=False, allow_null=True)


class ByPart(ByModerateScope):
    """To leave is one's own affair; the part of others is not."""

    def scope(self, request: Request, view: APIView) -> Scope:
        """The scope that the request needs: `write` is enough to leave."""
        own = isinstance(request.user, User) and view.kwargs["username"] == request.user.username
        leaves = own and request.method == "DELETE"
        return Scope.WRITE if leaves else super().scope(request, view)


class Participations(Endpoint):
    """The people of a debate."""

    row = ParticipationOut
    permission_classes = (ByModerateScope,)
    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(
        operation_id="participation-list",
        parameters=[PageAsked],
        responses=page_of(ParticipationOut),
    )
    def get(self, request: Request, slug: str) -> Response:
        """List who facilitates; to the debate's people and moderators, also who takes part."""
        debate = the_debate(request, slug)
        own = participations.role_of(debate, request.user)
        part = participations.members(debate, request.user, own, Cursor.cut(self.asked))
        return listed(request, part, lambda row: row.pk, [_role(row) for row in part.rows])

    @extend_schema(
        operation_id="participation-add",
        request=ParticipationIn,
        responses={201: ParticipationOut},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Add somebody, as a facilitator or moderator; a 409 says that they take part already."""
        debate, user = the_debate(request, slug), the_user(request)
        rules.require(rules.may_look_after(debate, user))
        sent = {"role": Role.PARTICIPANT, **checked(ParticipationIn, request.data)}

        def do() -> tuple[Answer, str]:
            said = _role(actions.add(debate, by=user, **sent))
            return said, f"{answers.site(request)}{request.path}{said['person']['username']}/"

        return created(request, do)[0]


class OneParticipation(Endpoint):
    """Somebody's part in a debate."""

    permission_classes = (ByPart,)
    query: ClassVar[dict[str, type[Asked]]] = {"DELETE": LeaveAsked}

    @extend_schema(operation_id="participation-change", request=RoleIn, responses=ParticipationOut)
    def patch(self, request: Request, slug: str, username: str) -> Response:
        """Change a role; a 409 says that the debate would be left without a facilitator."""
        debate, user = the_debate(request, slug), the_user(request)
        rules.require(rules.may_look_after(debate, user))
        sent = checked(RoleIn, request.data)
        person = participations.member(debate, username, user)
        return Response(_role(actions.change(debate, person, by=user, **sent)))

    @extend_schema(
        operation_id="participation-remove", parameters=[LeaveAsked], responses={204: None}
    )
    def delete(self, request: Request, slug: str, username: str) -> Response:
        """Remove somebody, as a facilitator or moderator; or leave, as anybody."""
        debate, user = the_debate(request, slug), the_user(request)
        person = participations.member(debate, username, user)
        checked(Nothing, request.data)
        actions.remove(debate, person, by=user, **self.asked)
        return Response(status=204)


class Suspensions(Endpoint):
    """Who is suspended in a debate."""

    row = SuspensionOut
    permission_classes = (ByModerateScope,)

    @extend_schema(operation_id="suspension-list", responses=SuspensionOut(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """List who may only read in a debate, and why."""
        found = participations.suspensions(the_debate(request, slug))
        return Response([_suspension(one, one.person, one.suspended_by) for one in found])

    @extend_schema(
        operation_id="suspension-create", request=SuspensionIn, responses={201: SuspensionOut}
    )
    def post(self, request: Request, slug: str) -> Response:
        """Suspend somebody in the debate, as a facilitator or moderator."""
        debate, user = the_debate(request, slug), the_user(request)
        rules.require(rules.may_look_after(debate, user))
        sent = checked(SuspensionIn, request.data)
        username = sent.pop("username")

        def do() -> tuple[Answer, str]:
            person = actions.found(username)
            made = suspensions.suspend(debate, person, by=user, **sent)
            place = f"{answers.site(request)}{request.path}{person.username}/"
            return _suspension(made, person, user), place

        return created(request, do)[0]


class OneSuspension(Endpoint):
    """Somebody's suspension in a debate."""

    permission_classes = (ByModerateScope,)

    @extend_schema(operation_id="suspension-end", responses={204: None})
    def delete(self, request: Request, slug: str, username: str) -> Response:
        """End a suspension; a 409 says that there is none."""
        debate, user = the_debate(request, slug), the_user(request)
        checked(Nothing, request.data)
        rules.require(rules.may_look_after(debate, user))
        suspensions.readmit(debate, people.person(username, user), by=user)
        return Response(status=204)


def _role(one: Participation) -> dict[str, Any]:
    return {
        "person": answers.person(one.person),
        "role": one.role,
        "joined_at": answers.when(one.joined_at),
    }


def _suspension(one: Suspension, person: User, by: User) -> dict[str, Any]:
    return {
        "person": answers.person(person),
        "by": answers.person(by),
        "reason": one.reason,
        "created_at": answers.when(one.created_at),
        "until": answers.when(one.until),
    }
