"""Links between two statements, beside what answers what: read by all, set by moderators."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate import moderating, rules
from debate.actions import structure as actions
from debate.api import answers
from debate.api.acts import ModerationActOut, OnStatement, ReasonIn, ToIn, found_in, made
from debate.api.endpoints import ByModerateScope, Endpoint, the_statement, the_user
from debate.api.inputs import OneOf, checked
from debate.models import Link, ModerationAct, Statement
from debate.models.links import ARGUING, LinkKind
from debate.models.statements import On
from debate.selectors import acts


class LinkIn(ToIn):
    """To what a statement is linked, and how."""

    kind = OneOf([(kind, LinkKind(kind).label) for kind in ARGUING])
    on = OneOf(On.choices, required=False, help_text="Of objections: what is wrong.")


class LinkOut(serializers.Serializer[Any]):
    """A link from one statement to another."""

    id = serializers.IntegerField()
    statement = serializers.IntegerField(help_text="Where it is from.")
    kind = serializers.ChoiceField(LinkKind.choices)
    on = serializers.ChoiceField(
        On.choices, allow_null=True, help_text="Of objections: what is wrong."
    )
    to = serializers.IntegerField(help_text="What it also supports, objects to, says, or was in.")
    created_at = serializers.DateTimeField()


class Links(OnStatement):
    """Links of a statement."""

    row = LinkOut

    @extend_schema(operation_id="link-list", responses=LinkOut(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List the links of a statement, both ways; none where it is hidden or withdrawn."""
        statement = the_statement(request, pk)
        is_shown = rules.may_read_text(statement, request.user)
        return Response([_told(one) for one in acts.links(statement)] if is_shown else [])

    @extend_schema(
        operation_id="statement-link", request=LinkIn, responses={201: ModerationActOut}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Say that a statement also supports or objects to another one."""
        return self.carry_out(request, pk, LinkIn, _link)


def _told(one: Link) -> dict[str, Any]:
    return {
        "id": one.pk,
        "statement": one.statement_id,
        "kind": one.kind,
        "on": one.on or None,
        "to": one.to_id,
        "created_at": answers.when(one.created_at),
    }


def _link(one: Statement, *, to: int, **sent: Any) -> ModerationAct:
    return actions.link(one, to=found_in(one.debate, to, "to"), **sent)


class Removals(Endpoint):
    """Links that are taken away."""

    permission_classes = (ByModerateScope,)

    @extend_schema(operation_id="link-remove", request=ReasonIn, responses={201: ModerationActOut})
    def post(self, request: Request, pk: int) -> Response:
        """Remove a link between two statements."""
        user = the_user(request)
        sent = checked(ReasonIn, request.data)

        def do() -> ModerationAct:  # sent again with its key, it finds the link gone
            link = acts.link(pk, user)
            if link is None:
                raise Statement.DoesNotExist
            rules.require(moderating.may_restructure(link.statement, user))
            return actions.unlink(link, by=user, **sent)

        return made(request, user, do)
