"""Bringing debates in: a file is read, looked over, and written when its person says so."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate import rules
from debate.actions import imports as actions
from debate.api import answers
from debate.api.downloads import LossOut
from debate.api.endpoints import BODY_MOST, Body, ByScope, Endpoint, created, the_user
from debate.api.inputs import Nothing, OneOf, Strict, Text, Whole, called, checked
from debate.formats.outline import in_words
from debate.formats.registry import READ
from debate.models import Import
from debate.models.debates import QUESTION_MAX, SLUG_MAX, Visibility
from debate.models.imports import FILE_NAME_MAX, ImportState
from debate.selectors import imports

FILE_MOST = 2 * actions.BYTES_MOST
assert FILE_MOST > BODY_MOST


class FileBody(Body):
    """A body that has a file in it."""

    most = FILE_MOST


class OwnImports(ByScope):
    """One's own imports: for tokens that write."""

    needs_token = True


class SaidWithFileIn(Strict):
    """What is said with a file."""

    turns_at = serializers.ListField(
        child=Whole(min_value=1, max_value=1_000_000),
        required=False,
        max_length=actions.TURNS_MOST,
        help_text="Of a plain exchange: the lines at which turns begin.",
    )
    choices = serializers.DictField(
        child=Text(max_length=actions.CHOICE_MOST),
        required=False,
        help_text="What undecided parts are, by their `key`; `kind:` and a key: another kind.",
    )
    question = Text(required=False, max_length=QUESTION_MAX)
    visibility = OneOf(Visibility.choices, required=False)
    into = Text(
        required=False,
        max_length=SLUG_MAX,
        help_text="The slug of a debate of an earlier import to bring up to date; empty for a new"
        " one. Left out, the same source finds its debate again.",
    )


class ImportIn(SaidWithFileIn):
    """A file to read: its `text`, or its bytes as `base64`, not both."""

    format = OneOf([(name, name) for name in READ])
    name = Text(required=False, max_length=FILE_NAME_MAX, help_text="Of the file.")
    text = Text(required=False, max_length=actions.BYTES_MOST)
    base64 = Text(required=False, max_length=FILE_MOST)


class ImportProblemOut(serializers.Serializer[Any]):
    """What is undecided, what it is taken for, and what it could be as well."""

    key = serializers.CharField()
    line = serializers.IntegerField(help_text="0 where there are no lines.")
    proposal = serializers.CharField()
    candidates = serializers.ListField(child=serializers.CharField())


class ImportRowOut(serializers.Serializer[Any]):
    """A statement of the preview, in reading order."""

    key = serializers.CharField()
    depth = serializers.IntegerField()
    kind = serializers.CharField()
    on = serializers.CharField()
    name = serializers.CharField()
    author = serializers.CharField()
    words = serializers.CharField(help_text="The first of them.")
    quote = serializers.CharField()
    gone = serializers.CharField()
    line = serializers.IntegerField()


class ImportOut(serializers.Serializer[Any]):
    """An import. Ask again while it is `reading` or `writing`; `ready` waits for confirmation."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(ImportState.choices)
    stopped = serializers.BooleanField(help_text="Whether nobody works on it any more.")
    format = serializers.CharField()
    name = serializers.CharField()
    asked_at = serializers.DateTimeField()
    error = serializers.CharField(help_text="Why it could not be read; else empty.")
    question = serializers.CharField()
    visibility = serializers.CharField()
    into = serializers.CharField(allow_null=True, help_text="The debate to bring up to date.")
    debate = serializers.CharField(allow_null=True, help_text="The address of what came of it.")
    counts = serializers.DictField(child=serializers.IntegerField())
    done = serializers.DictField(child=serializers.IntegerField())
    tree = ImportRowOut(many=True)
    problems = ImportProblemOut(many=True)
    losses = LossOut(many=True)
    loss_count = serializers.IntegerField()


class Imports(Endpoint):
    """One's imports."""

    permission_classes = (OwnImports,)
    parser_classes = (FileBody,)

    @extend_schema(operation_id="import-list", responses=ImportOut(many=True))
    def get(self, request: Request) -> Response:
        """List one's latest imports, without what was found in them."""
        return Response([_out(request, made) for made in imports.latest(the_user(request))])

    @extend_schema(operation_id="import-create", request=ImportIn, responses={201: ImportOut})
    def post(self, request: Request) -> Response:
        """Send a file to be read. Nothing is written before it is confirmed."""
        user = the_user(request)
        rules.require(rules.may_import(user))
        sent = checked(ImportIn, request.data)
        file = "text" if sent.get("text") or "base64" not in sent else "base64"

        def do() -> tuple[dict[str, Any], str]:
            with called(file=file):
                made = actions.start(
                    by=user,
                    format=sent["format"],
                    data=_bytes(sent),
                    name=sent.get("name", ""),
                    said=_said(sent),
                )
            at = reverse("api:import-detail", args=[made.pk])
            return _out(request, made), answers.site(request) + at

        answer, _ = created(request, do)
        return answer


class OneImport(Endpoint):
    """One import."""

    permission_classes = (OwnImports,)

    def debate_of(self, request: Request, **at: Any) -> None:
        """None: an import is its person's."""

    @extend_schema(operation_id="import-detail", responses=ImportOut)
    def get(self, request: Request, pk: int) -> Response:
        """Read how far it is, and what was found."""
        return Response(_out(request, imports.imported(pk, the_user(request))))

    @extend_schema(operation_id="import-change", request=SaidWithFileIn, responses=ImportOut)
    def patch(self, request: Request, pk: int) -> Response:
        """Choose otherwise; the file is read again. What is left out goes back to its default."""
        user = the_user(request)
        made = imports.imported(pk, user)
        sent = checked(SaidWithFileIn, request.data)
        return Response(_out(request, actions.change(made, by=user, said=_said(sent))))

    @extend_schema(operation_id="import-discard", request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Forget it, with its file."""
        user = the_user(request)
        checked(Nothing, request.data)
        actions.discard(imports.imported(pk, user), by=user)
        return Response(status=204)


class Confirmation(Endpoint):
    """The confirmation of an import."""

    permission_classes = (OwnImports,)

    @extend_schema(operation_id="import-confirm", request=None, responses=ImportOut)
    def put(self, request: Request, pk: int) -> Response:
        """Write what was found as a debate, in one transaction; sent again, it is a 409."""
        user = the_user(request)
        checked(Nothing, request.data)
        return Response(_out(request, actions.confirm(imports.imported(pk, user), by=user)))


def _bytes(sent: Mapping[str, Any]) -> bytes:
    if sent.get("text") and sent.get("base64"):
        raise ValidationError({"base64": gettext("Send either text or base64.")})
    if sent.get("text"):
        return str(sent["text"]).encode("utf-8")
    try:
        return b64decode(sent.get("base64", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValidationError({"base64": gettext("This is not base64.")}) from error


def _said(sent: Mapping[str, Any]) -> actions.Choices:
    return actions.Choices(
        turns_at=sent.get("turns_at", ()),
        choices=sent.get("choices", {}),
        question=sent.get("question", ""),
        visibility=sent.get("visibility", Visibility.UNLISTED),
        into=sent.get("into"),
    )


def _out(request: Request, made: Import) -> dict[str, Any]:
    told = made.told if "told" not in made.get_deferred_fields() else {}
    site = answers.site(request)
    debate = reverse("debate:debate-detail", args=[made.debate.slug]) if made.debate else None
    return {
        "id": made.pk,
        "state": made.state,
        "stopped": imports.is_stuck(made),
        "format": made.format,
        "name": made.name,
        "asked_at": answers.when(made.asked_at),
        "error": in_words(made.error, gettext),
        "question": made.options.get("question") or told.get("question", ""),
        "visibility": made.options.get("visibility", ""),
        "into": made.into.slug if made.into else None,
        "debate": site + debate if debate else None,
        "counts": told.get("counts", {}),
        "done": told.get("done", {}),
        "tree": told.get("tree", []),
        "problems": told.get("problems", []),
        "losses": [
            {
                "what": one["what"],
                "where": one["where"],
                "why": in_words(one, gettext),
                "candidates": one["candidates"],
            }
            for one in told.get("losses", ())
        ],
        "loss_count": told.get("loss_count", 0),
    }
