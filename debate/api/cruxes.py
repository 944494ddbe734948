"""Cruxes: what a debate turns on, how each side marks it; putting them forward, dropping them."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate import rules
from debate.actions import cruxes as actions
from debate.actions import publishing
from debate.api import answers, holding
from debate.api.answers import TRUTHS, PersonOut, StatementOut
from debate.api.endpoints import Answer, Endpoint, created, the_debate, the_statement, the_user
from debate.api.inputs import Asked, GeneratedByIn, Strict, Text, checked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.api.reliances import RelianceOut, reliance
from debate.models import Drop, Held
from debate.models.marks import Truth
from debate.models.statements import BODY_MAX, NAME_MAX, REASON_MAX, CruxState
from debate.rules import Viewer
from debate.selectors import listings, sides
from debate.selectors.sides import Side


class StanceOut(serializers.Serializer[Any]):
    """How the holders of a position mark the claim."""

    position = serializers.IntegerField()
    name = serializers.CharField(help_text="Its label where it is gone.")
    holders = serializers.IntegerField()
    agree = serializers.IntegerField()
    unsure = serializers.IntegerField()
    disagree = serializers.IntegerField()
    verdict = serializers.ChoiceField(
        TRUTHS, allow_null=True, help_text="What more than half of its marks say, else 'unsure'."
    )


class DropOut(serializers.Serializer[Any]):
    """Who dropped a crux, and why."""

    by = PersonOut()
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class CruxOut(serializers.Serializer[Any]):
    """A claim that the debate turns on: a crux, or another claim that is a double crux."""

    statement = StatementOut()
    state = serializers.ChoiceField(CruxState.choices, allow_null=True)
    double = serializers.BooleanField()
    stances = StanceOut(many=True)
    dropped = DropOut(allow_null=True)
    reliances = RelianceOut(many=True, help_text=f"The first {listings.RELIANCES}.")


class CruxIn(Strict):
    """A claim to put forward as what the debate turns on."""

    name = Text(max_length=NAME_MAX, help_text="A few words.")
    body = Text(max_length=BODY_MAX, help_text="Markdown; one claim.")
    generated_by = GeneratedByIn()


class Cruxes(Endpoint):
    """What a debate turns on."""

    row = CruxOut
    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(operation_id="crux-list", parameters=[PageAsked], responses=page_of(CruxOut))
    def get(self, request: Request, slug: str) -> Response:
        """List the cruxes in the order they were put forward."""
        debate = the_debate(request, slug)
        part = listings.cruxes(debate, request.user, Cursor.cut(self.asked))
        results = [_crux(row, request) for row in part.rows]
        return listed(request, part, lambda row: row.claim.pk, results)

    @extend_schema(
        operation_id="crux-create",
        request=CruxIn,
        responses={201: CruxOut, 202: holding.HeldOut},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Put a crux forward; its author counts as agreeing with it only by a mark."""
        debate, user = the_debate(request, slug), the_user(request)
        rules.require(rules.may_write(debate, user))
        sent = checked(CruxIn, request.data)

        def do() -> tuple[Answer, str]:
            made = publishing.crux(debate, by=user, **sent)
            if isinstance(made, Held):
                return holding.sent(made, request)
            said = _one(request, made.pk)
            return said, said["statement"]["links"]["self"]

        response, is_new = created(request, do)
        if (
            not is_new and "stances" in response.data
        ):  # names of positions may be gone since the request was first answered
            response.data["stances"] = _one(request, response.data["statement"]["id"])["stances"]
        return response


class DropIn(Strict):
    """Why a crux is dropped."""

    reason = Text(max_length=REASON_MAX, help_text="Everyone can read it with the crux.")
    generated_by = GeneratedByIn()


class TakeUpAsked(Asked):
    """Clients that cannot send a body with DELETE say it here."""

    generated_by = GeneratedByIn()


class TakeUpIn(Strict):
    """How the act came about."""

    generated_by = GeneratedByIn()


class OneDrop(Endpoint):
    """That a crux is dropped."""

    query: ClassVar[dict[str, type[Asked]]] = {"DELETE": TakeUpAsked}

    @extend_schema(operation_id="crux-drop", request=DropIn, responses=CruxOut)
    def put(self, request: Request, pk: int) -> Response:
        """Drop a crux that one put forward or, as a facilitator, any; a 409 says it is dropped."""
        crux, user = the_statement(request, pk), the_user(request)
        rules.require(rules.may_drop(crux, user))
        actions.drop(crux, by=user, **checked(DropIn, request.data))
        return Response(_one(request, pk))

    @extend_schema(operation_id="crux-take-up", parameters=[TakeUpAsked], responses={200: CruxOut})
    def delete(self, request: Request, pk: int) -> Response:
        """Take a dropped crux up again."""
        crux, user = the_statement(request, pk), the_user(request)
        sent = {**self.asked, **checked(TakeUpIn, request.data)}
        actions.take_up(crux, by=user, **sent)
        return Response(_one(request, pk))


def _one(request: Request, pk: int) -> dict[str, Any]:
    return _crux(listings.crux(listings.statement(pk, request.user), request.user), request)


def _crux(row: listings.CruxRow, request: Request) -> dict[str, Any]:
    return {
        "statement": answers.statement(row.claim, request),
        "state": row.claim.crux_state or None,
        "double": row.is_double,
        "stances": [_stance(side, row, request.user) for side in row.sides],
        "dropped": _drop(row.dropped) if row.dropped else None,
        "reliances": [reliance(one) for one in row.reliances],
    }


def _stance(side: Side, row: listings.CruxRow, viewer: Viewer) -> dict[str, Any]:
    counts = row.stances.get(side.position.pk, {})
    return {
        "position": side.position.pk,
        "name": sides.name(side.position, viewer),
        "holders": side.count,
        **{truth.value: counts.get(truth, 0) for truth in Truth if truth},
        "verdict": sides.verdict(counts) or None,
    }


def _drop(drop: Drop) -> dict[str, Any]:
    return {
        "by": answers.person(drop.person),
        "reason": drop.reason,
        "at": answers.when(drop.dropped_at),
    }
