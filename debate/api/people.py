"""People: who somebody is and where they stand; oneself: which account and token this is."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import refusal_of_password
from accounts.models import ApiToken, Scope, User
from debate import rules
from debate.actions import leaving
from debate.api import answers
from debate.api.answers import TRUTHS, PersonOut, StatementOut
from debate.api.endpoints import ByScope, Endpoint, the_user
from debate.api.inputs import Asked, OneOf, Strict, Text, checked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.api.reliances import RelianceOut, reliance
from debate.selectors import listings, people
from debate.selectors.reliances import Pair


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
        """Whether there is a token; to leave, one that may write."""
        if request.method == "DELETE":
            self.needs_token = True
            return super().has_permission(request, view)
        return isinstance(request.auth, ApiToken)


class LeaveIn(Strict):
    """How one leaves."""

    password = Text(help_text="Of the account.")
    statements = OneOf(
        ["keep", "withdraw"],
        help_text="What you and your bots said: it stays, a former member's, or is withdrawn.",
    )


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

    @extend_schema(operation_id="account-leave", request=LeaveIn, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Delete one's account, at once and for good; what has no password does it on the page."""
        user = the_user(request)
        rules.require(rules.may_leave(user))
        if not user.has_usable_password():
            raise PermissionDenied("This account has no password. Delete it on its page.")
        sent = checked(LeaveIn, request.data)
        if sent["statements"] not in ("keep", "withdraw"):
            raise ValidationError({"statements": "Choose keep or withdraw."})
        if refusal := refusal_of_password(request._request, user, sent["password"]):
            raise ValidationError({"password": refusal})
        leaving.leave(by=user, withdraw=sent["statements"] == "withdraw")
        return Response(status=204)


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
        "moderate": Scope.MODERATE in scopes and not user.is_bot,
        "read_hidden": reads and rules.may_moderate(user),
    }


class OtherOut(serializers.Serializer[Any]):
    """Somebody of another side."""

    username = serializers.CharField(allow_null=True, help_text="Null for a former member.")
    name = serializers.CharField()


class TurningOut(serializers.Serializer[Any]):
    """A double crux of the person's: how they mark it, and who marks it oppositely."""

    claim = serializers.IntegerField()
    truth = serializers.ChoiceField(TRUTHS)
    others = OtherOut(many=True, help_text="The first three.")
    count = serializers.IntegerField(help_text="How many others there are in all.")


class OwnRelianceOut(RelianceOut):
    """What a position of the person's rests on."""

    claim = serializers.IntegerField()


class PartOut(serializers.Serializer[Any]):
    """A debate that the person took part in."""

    debate = serializers.CharField(help_text="The debate's slug.")
    question = serializers.CharField()
    positions = serializers.ListField(
        child=serializers.IntegerField(), help_text="The ids of those that the person holds."
    )
    double_cruxes = TurningOut(many=True)
    reliances = OwnRelianceOut(many=True)


class PersonLinks(serializers.Serializer[Any]):
    """Where to go on from a person."""

    self = serializers.CharField()
    statements = serializers.CharField()


class WholePersonOut(serializers.Serializer[Any]):
    """An account, and where it stands."""

    account = PersonOut()
    since = serializers.DateTimeField()
    in_use = serializers.BooleanField()
    debates = PartOut(many=True, help_text=f"The {people.DEBATES} with the latest turns.")
    url = serializers.CharField(help_text="The page.")
    links = PersonLinks()


class Person(Endpoint):
    """A person."""

    @extend_schema(operation_id="person-detail", responses=WholePersonOut)
    def get(self, request: Request, username: str) -> Response:
        """Read who somebody is, what they hold, on what it turns; not of unlisted debates."""
        person = people.person(username, request.user)
        site = answers.site(request)
        own = site + reverse("api:person-detail", args=[person.username])
        return Response(
            {
                "account": answers.person(person),
                "since": answers.when(person.date_joined),
                "in_use": people.is_in_use(person),
                "debates": [_part(part) for part in people.parts(person, request.user)],
                "url": site + reverse("debate:person-detail", args=[person.username]),
                "links": {"self": own, "statements": f"{own}statements/"},
            }
        )


def _part(part: people.Part) -> dict[str, Any]:
    return {
        "debate": part.debate.slug,
        "question": part.debate.question,
        "positions": [position.pk for _, position in part.positions],
        "double_cruxes": [_turning(turning.pair) for turning in part.turns_on],
        "reliances": [
            {"claim": rest.reliance.claim_id, **reliance(rest.reliance)} for rest in part.rests
        ],
    }


def _turning(pair: Pair) -> dict[str, Any]:
    return {
        "claim": pair.claim_id,
        "truth": pair.truth,
        "others": [{"username": username or None, "name": name} for username, name in pair.others],
        "count": pair.count,
    }


class Said(Endpoint):
    """What a person said."""

    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(
        operation_id="person-statements",
        parameters=[PageAsked],
        responses=page_of(StatementOut),
    )
    def get(self, request: Request, username: str) -> Response:
        """List what a person said, the newest first; nothing hidden, withdrawn or unlisted."""
        part = listings.said(
            people.person(username, request.user), request.user, Cursor.cut(self.asked)
        )
        results = [answers.statement(row, request) for row in part.rows]
        return listed(request, part, lambda row: row.pk, results)
