"""The analysis of a debate: what the reasoning works out of statements and marks."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.api import answers
from debate.api.answers import PersonOut
from debate.api.endpoints import Endpoint, the_debate
from debate.selectors import analysis


class AnalysisOut(serializers.Serializer[Any]):
    """What was found in a debate, and when."""

    event = serializers.IntegerField(
        help_text="The number of the last event that is taken into account."
    )
    is_fresh = serializers.BooleanField(help_text="Whether nothing has happened since.")
    computed_at = serializers.DateTimeField(allow_null=True)
    result = serializers.DictField(
        allow_null=True,
        help_text="As docs/api.md has it; claims by label, people by the keys of `people`. "
        "Null before the first run, which comes within seconds of the first event.",
    )
    people = serializers.DictField(child=PersonOut())


class OneAnalysis(Endpoint):
    """The analysis of a debate."""

    row = AnalysisOut

    @extend_schema(operation_id="analysis-detail", responses=AnalysisOut)
    def get(self, request: Request, slug: str) -> Response:
        """Say where the debate stands: labels, strengths, cruxes, groups and common ground."""
        found = analysis.analysis(the_debate(request, slug))
        return Response(
            {
                "event": found.event,
                "is_fresh": found.is_fresh,
                "computed_at": answers.when(found.computed_at) if found.computed_at else None,
                "result": found.result,
                "people": {pk: answers.person(one) for pk, one in found.people.items()},
            }
        )
