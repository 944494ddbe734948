"""Reports: telling the moderators what is wrong with a statement. Hiding it, and restoring it."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate import rules
from debate.actions import moderation as actions
from debate.api import answers
from debate.api.answers import PersonOut
from debate.api.endpoints import (
    Answer,
    ByModerateScope,
    Endpoint,
    Own,
    created,
    the_statement,
    the_user,
)
from debate.api.errors import Unfit
from debate.api.inputs import Asked, GeneratedByIn, OneOf, Strict, Text, checked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.models import ModerationAct, Report
from debate.models.acts import Act
from debate.models.moderation import NOTE_MAX, ReportReason, ReportState
from debate.models.statements import REASON_MAX
from debate.selectors import moderation


class ReportIn(Strict):
    """What is wrong with a statement."""

    reason = OneOf(ReportReason.choices)
    note = Text(required=False, max_length=NOTE_MAX, help_text="Needed with the reason 'other'.")
    generated_by = GeneratedByIn()


class ReportOut(serializers.Serializer[Any]):
    """One's report. Only oneself and the moderators know of it."""

    id = serializers.IntegerField()
    statement = serializers.IntegerField()
    reason = serializers.ChoiceField(ReportReason.choices)
    note = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(ReportState.choices)
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decision = serializers.CharField(
        allow_null=True, help_text="Why the statement was hidden, as the log has it."
    )


class Reports(Endpoint):
    """Reports of a statement."""

    @extend_schema(operation_id="statement-report", request=ReportIn, responses={201: ReportOut})
    def post(self, request: Request, pk: int) -> Response:
        """Report a statement; a 409 says that one's earlier report still waits."""
        statement, user = the_statement(request, pk), the_user(request)
        sent = checked(ReportIn, request.data)

        def do() -> tuple[Answer, str]:
            said = _report(actions.report(statement, by=user, **sent))
            return said, answers.site(request) + answers.address_of(statement.pk)

        return created(request, do)[0]


class OwnReports(Endpoint):
    """One's reports, and what became of them."""

    permission_classes = (Own,)
    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(
        operation_id="report-list", parameters=[PageAsked], responses=page_of(ReportOut)
    )
    def get(self, request: Request) -> Response:
        """List one's reports, the newest first, with what became of them."""
        part = moderation.own_reports(the_user(request), Cursor.cut(self.asked))
        results = [_report(one.report, one.reason) for one in part.rows]
        return listed(request, part, lambda one: one.report.pk, results)


class HideIn(Strict):
    """Why a statement is hidden or restored."""

    reason = Text(max_length=REASON_MAX, help_text="Everyone can read it in the moderation log.")


class ActOut(serializers.Serializer[Any]):
    """An act of moderation."""

    act = serializers.ChoiceField(Act.choices)
    statement = serializers.IntegerField()
    by = PersonOut()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()


class RestoreIn(Strict):
    """Why it is restored, where the address does not say it."""

    reason = Text(required=False, max_length=REASON_MAX)


class RestoreAsked(Asked):
    """Clients that cannot send a body with DELETE say it here."""

    reason = Text(required=False, max_length=REASON_MAX)


class Hiding(Endpoint):
    """That a statement is hidden."""

    permission_classes = (ByModerateScope,)
    query: ClassVar[dict[str, type[Asked]]] = {"DELETE": RestoreAsked}

    @extend_schema(operation_id="statement-hide", request=HideIn, responses=ActOut)
    def put(self, request: Request, pk: int) -> Response:
        """Hide a statement, as a moderator or a facilitator of its debate; a 409 says it is."""
        statement, user = the_statement(request, pk), the_user(request)
        rules.require(rules.may_hide(statement, user))
        return Response(_act(actions.hide(statement, by=user, **checked(HideIn, request.data))))

    @extend_schema(
        operation_id="statement-restore", parameters=[RestoreAsked], responses={200: ActOut}
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Show a hidden statement again; facilitators, what no moderator has hidden."""
        statement, user = the_statement(request, pk), the_user(request)
        rules.require(rules.may_restore(statement, user))
        sent = checked(HideIn, {**self.asked, **checked(RestoreIn, request.data)}, always=Unfit)
        return Response(_act(actions.restore(statement, by=user, **sent)))


def _act(act: ModerationAct) -> dict[str, Any]:
    return {
        "act": act.act,
        "statement": act.statement_id,
        "by": answers.person(act.moderator),
        "reason": act.reason,
        "created_at": answers.when(act.created_at),
    }


def _report(report: Report, decision: str = "") -> dict[str, Any]:
    return {
        "id": report.pk,
        "statement": report.statement_id,
        "reason": report.reason,
        "note": report.note or None,
        "state": report.state,
        "created_at": answers.when(report.created_at),
        "decided_at": answers.when(report.decided_at) if report.decided_at else None,
        "decision": decision or None,
    }
