"""Statements: listing, reading, answering, editing and withdrawing them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate import rules
from debate.actions import publishing, settings
from debate.actions import statements as actions
from debate.api import answers, holding, kept
from debate.api.answers import StatementOut
from debate.api.endpoints import Answer, Endpoint, created, the_debate, the_statement, the_user
from debate.api.inputs import (
    Asked,
    GeneratedByIn,
    Named,
    OneOf,
    Quote,
    Strict,
    Text,
    Whole,
    checked,
)
from debate.api.pages import Cursor, PageAsked, no_such_place, page_of, paged
from debate.models import Debate, Held, Statement
from debate.models.statements import BODY_MAX, NAME_MAX, REASON_MAX, ROOTS, Kind, On
from debate.selectors import listings

LIMIT_MOST = 1000
NO_STATUS = "none"
ORDERS = [("thread", "As the thread is read"), ("newest", "The newest first")]
BOTS = [("hide", "Hidden")]
KEPT = {"limit", "order", "cursor"}
"""Lists that ask for no more are kept: filters make too many."""
FILTERS = ("kind", "on", "status", "parent", "author", "bots")
REPLIES = [(kind.value, kind.label) for kind in Kind if kind not in ROOTS]


class StatementsAsked(PageAsked):
    """Which statements of a debate."""

    limit = serializers.IntegerField(min_value=1, max_value=LIMIT_MOST, default=50)
    order = serializers.ChoiceField(ORDERS, default="thread")
    kind = serializers.ChoiceField(Kind.choices, required=False)
    on = serializers.ChoiceField(On.choices, required=False)
    status = serializers.ChoiceField([*answers.STATUSES, (NO_STATUS, "None")], required=False)
    parent = serializers.IntegerField(required=False, min_value=1)  # type: ignore[assignment]  # a field, taken off the class
    author = Named(max_length=40, help_text="A username.")
    bots = serializers.ChoiceField(BOTS, required=False, help_text="Leaves out what they said.")


class Statements(Endpoint):
    """The statements of a debate."""

    row = StatementOut
    query: ClassVar[dict[str, type[Asked]]] = {"GET": StatementsAsked}

    @extend_schema(
        operation_id="statement-list",
        parameters=[StatementsAsked],
        responses=page_of(StatementOut),
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """List a debate's statements, tombstones included."""
        debate = the_debate(request, slug)
        if self.parts or not KEPT.issuperset(request.query_params):
            return Response(self._listed(request, debate)[0])
        at = request.build_absolute_uri()
        made = kept.answer(debate, request.user, at, lambda: self._listed(request, debate))
        return HttpResponse(made, content_type="application/json")

    def _listed(self, request: Request, debate: Debate) -> tuple[dict[str, Any], bool]:
        """The page, and whether anything in it is gone."""
        fields = {name: self.asked[name] for name in FILTERS if name in self.asked}
        if fields.get("status") == NO_STATUS:
            fields["status"] = ""
        newest = self.asked["order"] == "newest"
        try:
            part = listings.statements(
                debate, request.user, Cursor.cut(self.asked), newest=newest, **fields
            )
        except listings.NoSuchPlace as error:
            raise no_such_place() from error
        results = [answers.statement(row, request) for row in part.rows]
        data = paged(request, part, lambda row: row.pk, results)
        return data, any(_has_gone(row) for row in part.rows)


def _has_gone(row: Statement) -> bool:
    """Whether some may read more of it than others: its words, or those that it quotes."""
    quoted = row.parent if row.quotation_id else None
    return row.is_gone or (quoted is not None and quoted.is_gone)


class EditIn(Strict):
    """New words for one's statement."""

    body = Text(max_length=BODY_MAX, help_text="Markdown.")
    revision = Whole(min_value=1, help_text="The wording that you were looking at.")
    reason = Text(required=False, max_length=REASON_MAX)
    generated_by = GeneratedByIn()


class WithdrawAsked(Asked):
    """Clients that cannot send a body with DELETE say it here."""

    generated_by = GeneratedByIn()


class WithdrawIn(Strict):
    """How the withdrawal came about."""

    generated_by = GeneratedByIn()


def _told(request: Request, pk: int) -> Answer:
    """A statement as the lists have it, as StatementOut; raises Statement.DoesNotExist."""
    return answers.statement(listings.statement(pk, request.user), request)


class OneStatement(Endpoint):
    """A statement."""

    row = StatementOut
    query: ClassVar[dict[str, type[Asked]]] = {"DELETE": WithdrawAsked}

    @extend_schema(operation_id="statement-detail", responses=StatementOut)
    def get(self, request: Request, pk: int) -> Response:
        """Read a statement."""
        return Response(_told(request, pk))

    @extend_schema(
        operation_id="statement-edit",
        request=EditIn,
        responses={200: StatementOut, 202: holding.HeldOut},
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Edit one's statement; a 409 names the wording that it has by now, in `revision`.

        A 202 waits for a moderator; till then the statement stays as it is.
        """
        statement, user = the_statement(request, pk), the_user(request)
        rules.require(rules.may_edit(statement, user))
        made = publishing.edit(statement, by=user, **checked(EditIn, request.data))
        if isinstance(made, Held):
            body, location = holding.sent(made, request)
            return Response(body, status=202, headers={"Location": location})
        return self.get(request, pk)

    @extend_schema(
        operation_id="statement-withdraw",
        parameters=[WithdrawAsked],
        responses={200: StatementOut},
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Withdraw one's statement. A tombstone stays, and so do the replies."""
        statement, user = the_statement(request, pk), the_user(request)
        sent = {**self.asked, **checked(WithdrawIn, request.data)}
        actions.withdraw(statement, by=user, **sent)
        return self.get(request, pk)


class NameIn(Strict):
    """A short name for a position or crux."""

    name = Text(max_length=NAME_MAX)
    generated_by = GeneratedByIn()


class Name(Endpoint):
    """The short name of a position or crux."""

    @extend_schema(operation_id="statement-rename", request=NameIn, responses=StatementOut)
    def put(self, request: Request, pk: int) -> Response:
        """Name a position or crux, as its author or a facilitator or moderator."""
        statement, user = the_statement(request, pk), the_user(request)
        rules.require(rules.may_rename(statement, user))
        settings.rename(statement, by=user, **checked(NameIn, request.data))
        return Response(_told(request, pk))


class SaidIn(Strict):
    """What an answer says."""

    kind = OneOf(REPLIES, help_text="What it does to what it answers.")
    body = Text(max_length=BODY_MAX, help_text="Markdown; one claim.")
    on = OneOf(On.choices, required=False, allow_null=True, help_text="Objections need it.")
    quote = Quote(help_text="Words of the statement that is answered.")


class ReplyIn(SaidIn):
    """An answer to a statement."""

    generated_by = GeneratedByIn()


class Replies(Endpoint):
    """The replies to a statement; they are listed at the debate's statements, with `parent`."""

    @extend_schema(
        operation_id="statement-reply",
        request=ReplyIn,
        responses={201: StatementOut, 202: holding.HeldOut},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Answer a statement, quoting it where that helps; a 202 waits for a moderator."""
        parent, user = the_statement(request, pk), the_user(request)
        sent = checked(ReplyIn, request.data)
        sent["on"] = sent.get("on") or ""

        def do() -> tuple[Answer, str]:
            made = publishing.reply(parent, by=user, **sent)
            if isinstance(made, Held):
                return holding.sent(made, request)
            said = _told(request, made.pk)
            return said, said["links"]["self"]

        response, is_new = created(request, do)
        if not is_new and "quotation" in response.data and not rules.may_read_text(parent, user):
            response.data["quotation"] = None  # gone since the request was first answered
        return response
