"""Reports: telling the moderators what is wrong with a statement."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.actions import moderation as actions
from debate.api import answers
from debate.api.endpoints import Answer, Endpoint, created, the_statement, the_user
from debate.api.inputs import GeneratedByIn, OneOf, Strict, Text, checked
from debate.models import Report
from debate.models.moderation import NOTE_MAX, ReportReason, ReportState


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


def _report(report: Report) -> dict[str, Any]:
    return {
        "id": report.pk,
        "statement": report.statement_id,
        "reason": report.reason,
        "note": report.note or None,
        "state": report.state,
        "created_at": answers.when(report.created_at),
    }
