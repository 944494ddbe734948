"""Oneself: which account and token this is, and what it may do."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiToken, Scope, User
from debate import rules
from debate.api import answers
from debate.api.answers import PersonOut
from debate.api.endpoints import ByScope, Endpoint, the_user


class TokenOut(serializers.Serializer[Any]):
    """The token that the request came with."""

    name = serializers.CharField()
    prefix = serializers.CharField(help_text="How it begins, after 'crux_'.")
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices))
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)


class MayOut(serializers.Serializer[Any]):
    """What the account may do with this token, where a debate and a statement allow it."""

    read = serializers.BooleanField()
    write = serializers.BooleanField()
    report = serializers.BooleanField()
    mark = serializers.BooleanField()
    read_hidden = serializers.BooleanField()


class MeOut(serializers.Serializer[Any]):
    """Who asks."""

    account = PersonOut()
    token = TokenOut()
    may = MayOut()


class ByAnyToken(ByScope):
    """Every token may ask whose it is, whatever its scopes."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether there is a token."""
        return isinstance(request.auth, ApiToken)


class Me(Endpoint):
    """Oneself."""

    permission_classes = (ByAnyToken,)

    @extend_schema(operation_id="me", responses=MeOut)
    def get(self, request: Request) -> Response:
        """Read whose token this is and what it may do."""
        user, token = the_user(request), cast(ApiToken, request.auth)
        return Response(
            {
                "account": answers.person(user),
                "token": _token(token),
                "may": _may(user, set(token.scopes)),
            }
        )


def _token(token: ApiToken) -> dict[str, Any]:
    return {
        "name": token.name,
        "prefix": token.prefix,
        "scopes": token.scopes,
        "created_at": answers.when(token.created_at),
        "expires_at": answers.when(token.expires_at),
    }


def _may(user: User, scopes: set[str]) -> dict[str, bool]:
    reads, writes = Scope.READ in scopes, Scope.WRITE in scopes
    return {
        "read": reads,
        "write": writes,
        "report": writes and not user.is_bot,
        "mark": Scope.MARK in scopes and not user.is_bot,
        "read_hidden": reads and rules.may_moderate(user),
    }
