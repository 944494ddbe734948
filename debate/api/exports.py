"""All of one's data as files: asking for it, how far it is, and fetching it."""

from __future__ import annotations

from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope, User
from debate import rules
from debate.actions import exports as actions
from debate.api import answers
from debate.api.endpoints import ByScope, Endpoint, created, the_user
from debate.api.inputs import Nothing, checked
from debate.models.exports import Format
from debate.selectors import exports

STATES = ("none", "running", "ready", "stopped")

MEDIA = {Format.JSON.value: "application/json", Format.HTML.value: "text/html; charset=utf-8"}


class ExportOut(serializers.Serializer[Any]):
    """An export of one's data. Ask again while it is `running`; start `stopped` ones anew."""

    state = serializers.ChoiceField(STATES)
    done = serializers.IntegerField(help_text="How many entries are written.")
    total = serializers.IntegerField()
    asked_at = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True, help_text="When the files go.")
    files = serializers.DictField(
        child=serializers.CharField(), help_text="By format, once it is ready."
    )


class OwnData(ByScope):
    """One's own data, with mail and addresses: more than a token that reads is trusted with."""

    reading = Scope.WRITE
    needs_token = True


class OwnExport(Endpoint):
    """All of one's data."""

    row = ExportOut
    permission_classes = (OwnData,)

    @extend_schema(operation_id="export-detail", responses=ExportOut)
    def get(self, request: Request) -> Response:
        """Read how far one's export is."""
        return Response(_out(request, _person(request)))

    @extend_schema(operation_id="export-start", request=None, responses={201: ExportOut})
    def post(self, request: Request) -> Response:
        """Start one, in the place of an earlier one; one that is running goes on, and is told."""
        user = _person(request)
        checked(Nothing, request.data)

        def do() -> tuple[dict[str, Any], str]:
            actions.start(by=user)
            return _out(request, user), answers.site(request) + reverse("api:export-detail")

        answer, _ = created(request, do)
        return answer


class OneFile(Endpoint):
    """A file of an export."""

    permission_classes = (OwnData,)

    @extend_schema(
        operation_id="export-file",
        responses={(200, "*/*"): OpenApiResponse(OpenApiTypes.BINARY, "The file.")},
    )
    def get(self, request: Request, form: str) -> HttpResponseBase:
        """Fetch the file of this format: `json` or `html`; 404 where it is not there."""
        parts = exports.parts(_person(request), form)
        if form not in MEDIA or not parts:
            raise NotFound
        answer = StreamingHttpResponse(exports.stream(parts, later=_streams(request)))
        answer.headers["Content-Type"] = MEDIA[form]
        answer.headers["Content-Disposition"] = f'attachment; filename="crux-export.{form}"'
        return answer


def _streams(request: Request) -> bool:
    """Whether the server reads answers in an event loop."""
    return isinstance(request._request, ASGIRequest)


def _person(request: Request) -> User:
    user = the_user(request)
    rules.require(rules.may_export(user))
    return user


def _out(request: Request, user: User) -> dict[str, Any]:
    told = exports.progress(user)
    if told is None:
        return {
            "state": "none",
            "done": 0,
            "total": 0,
            "asked_at": None,
            "until": None,
            "files": {},
        }
    site = answers.site(request)
    named = {form: site + reverse("api:export-file", args=[form]) for form in Format.values}
    return {
        "state": "ready" if told.is_ready else "stopped" if told.is_stuck else "running",
        "done": told.export.done,
        "total": told.export.total,
        "asked_at": answers.when(told.export.asked_at),
        "until": answers.when(told.until) if told.until else None,
        "files": named if told.is_ready else {},
    }
