"""Cruxes: what a debate turns on, how each side marks it, and who relies on it."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.api import answers
from debate.api.answers import TRUTHS, PersonOut, StatementOut
from debate.api.endpoints import Endpoint, the_debate
from debate.api.inputs import Asked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.models import Reliance
from debate.models.marks import Truth
from debate.models.statements import CruxState
from debate.selectors import listings, sides
from debate.selectors.sides import Side


class StanceOut(serializers.Serializer[Any]):
    """How the holders of a position mark the claim."""

    position = serializers.IntegerField()
    name = serializers.CharField()
    holders = serializers.IntegerField()
    agree = serializers.IntegerField()
    unsure = serializers.IntegerField()
    disagree = serializers.IntegerField()
    verdict = serializers.ChoiceField(
        TRUTHS, allow_null=True, help_text="'unsure' where the side is split."
    )


class RelianceOut(serializers.Serializer[Any]):
    """A person's word that a position of theirs rests on the claim."""

    person = PersonOut()
    position = serializers.IntegerField()
    words = serializers.CharField(allow_null=True)
    now = serializers.IntegerField(allow_null=True, help_text="Of 100.")
    otherwise = serializers.IntegerField(allow_null=True, help_text="If the claim fell, of 100.")
    created_at = serializers.DateTimeField()


class CruxOut(serializers.Serializer[Any]):
    """A claim that the debate turns on: a crux, or another claim that is a double crux."""

    statement = StatementOut()
    state = serializers.ChoiceField(CruxState.choices, allow_null=True)
    double = serializers.BooleanField()
    stances = StanceOut(many=True)
    reliances = RelianceOut(many=True, help_text=f"The first {listings.RELIANCES}.")


class Cruxes(Endpoint):
    """What a debate turns on."""

    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(operation_id="crux-list", parameters=[PageAsked], responses=page_of(CruxOut))
    def get(self, request: Request, slug: str) -> Response:
        """List the cruxes in the order they were put forward."""
        debate = the_debate(request, slug)
        part = listings.cruxes(debate, request.user, Cursor.cut(self.asked))
        results = [_crux(row, request) for row in part.rows]
        return listed(request, part, lambda row: row.claim.pk, results)


def _crux(row: listings.CruxRow, request: Request) -> dict[str, Any]:
    return {
        "statement": answers.statement(row.claim, request),
        "state": row.claim.crux_state or None,
        "double": row.is_double,
        "stances": [_stance(side, row.stances.get(side.position.pk, {})) for side in row.sides],
        "reliances": [_reliance(reliance) for reliance in row.reliances],
    }


def _stance(side: Side, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "position": side.position.pk,
        "name": side.position.name,
        "holders": side.count,
        **{truth.value: counts.get(truth, 0) for truth in Truth if truth},
        "verdict": sides.verdict(counts) or None,
    }


def _reliance(reliance: Reliance) -> dict[str, Any]:
    return {
        "person": answers.person(reliance.person),
        "position": reliance.position_id,
        "words": reliance.words or None,
        "now": reliance.now,
        "otherwise": reliance.otherwise,
        "created_at": answers.when(reliance.created_at),
    }
