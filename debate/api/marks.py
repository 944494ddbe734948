"""Marks: one's own verdict on a statement. Bots do not mark."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope, User
from accounts.rules import scopes_of
from debate import rules
from debate.actions import marks as actions
from debate.api import answers
from debate.api.answers import BEARINGS, TRUTHS, MarkOut
from debate.api.endpoints import ByScope, Endpoint, the_statement, the_user
from debate.api.inputs import OneOf, Quote, Strict, checked
from debate.selectors import statements


class MarkIn(Strict):
    """The answers to change: null clears one, and one that is not sent stays as it is."""

    truth = OneOf(TRUTHS, required=False, allow_null=True, help_text="Is it true?")
    bears = OneOf(
        BEARINGS, required=False, allow_null=True, help_text="Does it bear on what it answers?"
    )
    quote = Quote(help_text="The words that the mark is about.")


class ByMarkScope(ByScope):
    """Marking needs the scope `mark`, which only people's own tokens have."""

    writing = Scope.MARK
    needs_token = True

    def is_for_rules(self, request: Request, scope: Scope) -> bool:
        """Whether a bot asks: the rules tell it why not."""
        return isinstance(request.user, User) and scope not in scopes_of(request.user)


class OwnMark(Endpoint):
    """One's own mark of a statement."""

    permission_classes = (ByMarkScope,)

    @extend_schema(operation_id="statement-own-mark", responses=MarkOut)
    def get(self, request: Request, pk: int) -> Response:
        """Read one's own mark; empty where there is none."""
        statement = the_statement(request, pk)
        mark = statements.own_mark(statement, the_user(request))
        return Response(answers.mark(mark, statement, request.user))

    @extend_schema(operation_id="statement-mark", request=MarkIn, responses=MarkOut)
    def put(self, request: Request, pk: int) -> Response:
        """Say whether it is true, and whether it bears on what it answers."""
        statement, user = the_statement(request, pk), the_user(request)
        rules.require(rules.may_mark(statement, user))
        sent = checked(MarkIn, request.data)
        for question in ("truth", "bears"):
            if question in sent:
                sent[question] = sent[question] or ""
        actions.mark(statement, by=user, **sent)
        return self.get(request, pk)
