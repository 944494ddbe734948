"""The analysis of a debate: what the reasoning works out of statements and marks."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.api import answers
from debate.api.answers import PersonOut, StatementOut
from debate.api.endpoints import Endpoint, the_debate, the_user
from debate.selectors import analysis, course, yours


class AnalysisOut(serializers.Serializer[Any]):
    """What was found in a debate, and when."""

    event = serializers.IntegerField(
        help_text="The number of the last event that is taken into account."
    )
    is_fresh = serializers.BooleanField(help_text="Whether nothing has happened since.")
    computed_at = serializers.DateTimeField(allow_null=True)
    result = serializers.DictField(
        allow_null=True,
        help_text="As docs/analysis.md has it; claims by label, people by the keys of `people`. "
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


class CoursePointOut(serializers.Serializer[Any]):
    """Where the debate stood after an event."""

    event = serializers.IntegerField()
    at = serializers.DateTimeField()
    positions = serializers.DictField(
        help_text="By label: `label`, and `strength` with `low`, `high` and `n` marks that count."
    )
    cruxes = serializers.DictField(
        help_text="The first three by label: `position`, and `swing` with `low`, `high` and `n`."
    )


class CourseOut(serializers.Serializer[Any]):
    """How the debate came to stand where it does."""

    points = CoursePointOut(many=True)


class Course(Endpoint):
    """The course of a debate."""

    @extend_schema(operation_id="course-detail", responses=CourseOut)
    def get(self, request: Request, slug: str) -> Response:
        """Say how positions and cruxes stood after each change, in order; at most 200 points."""
        points = course.course(the_debate(request, slug))
        told = [
            {
                "event": one.event,
                "at": answers.when(one.at),
                "positions": one.positions,
                "cruxes": one.cruxes,
            }
            for one in points
        ]
        return Response({"points": told})


class YoursOut(serializers.Serializer[Any]):
    """What a debate has for a person."""

    questions = StatementOut(
        many=True, help_text="Claims on which their answer would tell most, three at most."
    )
    open = StatementOut(
        many=True, help_text="Open points put to them, the most pressing first, ten at most."
    )
    again = StatementOut(
        many=True, help_text="Statements to look at again: their marks are stale. Ten at most."
    )


class Yours(Endpoint):
    """What a debate has for who asks."""

    @extend_schema(operation_id="you-detail", responses=YoursOut)
    def get(self, request: Request, slug: str) -> Response:
        """Say what to mark next, what awaits one, and which marks ask for another look."""
        user = the_user(request)
        debate = the_debate(request, slug)
        found = yours.listed(debate, user)
        told = {
            name: [answers.statement(one, request) for one in of_kind]
            for name, of_kind in found.items()
        }
        return Response(told)
