"""People: who somebody is and where they stand; oneself: which account and token this is."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import hide_bots
from accounts.http import refusal_of_password
from accounts.models import ApiToken, Scope, User
from accounts.tastes import set_tastes
from debate import rules
from debate.actions import leaving
from debate.api import answers, quotas
from debate.api.answers import TRUTHS, PersonOut, StatementOut
from debate.api.endpoints import ByScope, Endpoint, the_user
from debate.api.errors import problem
from debate.api.inputs import Asked, OneOf, Strict, Text, YesNo, checked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.api.quotas import LimitOut
from debate.api.reliances import RelianceOut, reliance
from debate.selectors import acts, listings, people, proposals
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
    propose = serializers.BooleanField()
    moderate = serializers.BooleanField()
    read_hidden = serializers.BooleanField()


class TastesOut(serializers.Serializer[Any]):
    """How the person reads; language and time zone are empty where the browser says them."""

    language = serializers.CharField()
    time_zone = serializers.CharField(help_text="A place of the IANA database.")
    hides_bots = serializers.BooleanField(help_text="Whether pages fold what bots say.")


class KeptFromOut(serializers.Serializer[Any]):
    """That the account, or its owner, is suspended from the whole site."""

    reason = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True, help_text="Null: for good.")
    act = serializers.IntegerField(help_text="The act, against which its person may appeal.")


class MeOut(serializers.Serializer[Any]):
    """Who asks."""

    account = PersonOut()
    token = TokenOut()
    may = MayOut()
    tastes = TastesOut()
    suspended = KeptFromOut(allow_null=True, help_text="Why the account may only read.")
    limits = LimitOut(many=True, help_text="What is left of them. Reading is not limited.")


class ByAnyToken(ByScope):
    """Every token may ask whose it is, whatever its scopes."""

    needs_token = True

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether there is a token; to change or leave, one that may write."""
        if request.method in ("PATCH", "DELETE"):
            return super().has_permission(request, view)
        return isinstance(request.auth, ApiToken)


class LeaveIn(Strict):
    """How one leaves."""

    password = Text(help_text="Of the account.")
    statements = OneOf(
        ["keep", "withdraw"],
        help_text="What you and your bots said: it stays, a former member's, or is withdrawn.",
    )


class TastesIn(Strict):
    """What to change of one's tastes."""

    language = Text(required=False, help_text="Such as 'de'; empty for the browser's.")
    time_zone = Text(required=False, help_text="Such as 'Europe/Berlin'; empty for UTC.")
    hides_bots = YesNo(required=False, help_text="Whether pages fold what bots say.")


class Me(Endpoint):
    """Oneself."""

    row = MeOut
    counting = ("limits",)
    permission_classes = (ByAnyToken,)

    @extend_schema(operation_id="me", responses=MeOut)
    def get(self, request: Request) -> Response:
        """Read whose token this is and what it may do."""
        return Response(_me(request))

    @extend_schema(operation_id="tastes", request=TastesIn, responses=MeOut)
    def patch(self, request: Request) -> Response:
        """Choose how one reads: language, time zone, and whether pages fold what bots say."""
        user = the_user(request)
        sent = checked(TastesIn, request.data)
        hide = sent.pop("hides_bots", None)
        set_tastes(user, by=user, **sent)
        if hide is not None:
            hide_bots(user, hide=hide)
        return Response(_me(request))

    @extend_schema(operation_id="account-leave", request=LeaveIn, responses={204: None})
    def delete(self, request: Request) -> HttpResponseBase:
        """Delete one's account, at once and for good; what has no password does it on the page."""
        user = the_user(request)
        rules.require(rules.may_leave(user))
        if not user.has_usable_password():
            raise PermissionDenied(gettext("This account has no password. Delete it on its page."))
        sent = checked(LeaveIn, request.data)
        if sent["statements"] not in ("keep", "withdraw"):
            raise ValidationError({"statements": gettext("Choose keep or withdraw.")})
        if refusal := refusal_of_password(request._request, user, sent["password"]):
            # raised, it would undo the count of wrong passwords where If-Match was sent
            return problem(ValidationError({"password": refusal})).answer()
        leaving.leave(by=user, withdraw=sent["statements"] == "withdraw")
        return Response(status=204)


def _me(request: Request) -> dict[str, Any]:
    user, token = the_user(request), cast(ApiToken, request.auth)
    return {
        "account": answers.person(user),
        "token": _token(token),
        "may": _may(user, set(token.scopes)),
        "tastes": {
            "language": user.language,
            "time_zone": user.time_zone,
            "hides_bots": user.hides_bots,
        },
        "suspended": _suspended(user),
        "limits": quotas.of_user(request, user),
    }


def _token(token: ApiToken) -> dict[str, Any]:
    return {
        "name": token.name,
        "prefix": token.prefix,
        "scopes": token.scopes,
        "created_at": answers.when(token.created_at),
        "expires_at": answers.when(token.expires_at),
    }


def _suspended(user: User) -> dict[str, Any] | None:
    act = acts.of_suspension(user)
    return (
        {"reason": act.reason, "until": act.after["until"], "act": act.pk}
        if act is not None
        else None
    )


def _may(user: User, scopes: set[str]) -> dict[str, bool]:
    reads = Scope.READ in scopes
    scopes = set() if user.only_reads else scopes
    writes = Scope.WRITE in scopes
    return {
        "read": reads,
        "write": writes,
        "report": writes and not user.is_bot,
        "mark": Scope.MARK in scopes and not user.is_bot,
        "propose": Scope.PROPOSE in scopes,
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
    statements = serializers.CharField(help_text="What they said.")
    debates = serializers.CharField(help_text="All debates that they took part in.")
    open = serializers.CharField(help_text="Points that await them.")
    minds = serializers.CharField(help_text="Minds that they changed.")
    changes = serializers.CharField(help_text="Times that they changed theirs.")


LISTS = ("statements", "debates", "open", "minds", "changes")


class RecordOut(serializers.Serializer[Any]):
    """What became of a bot's latest proposals in public debates, and how many it may make."""

    accepted = serializers.IntegerField()
    refused = serializers.IntegerField()
    waiting = serializers.IntegerField()
    rate = serializers.IntegerField(
        allow_null=True, help_text="Accepted of a hundred; null while nobody has decided on any."
    )
    quota = serializers.IntegerField(help_text="Proposals a day; docs/limits.md has the formula.")


class WholePersonOut(serializers.Serializer[Any]):
    """An account, and where it stands."""

    account = PersonOut()
    since = serializers.DateTimeField()
    in_use = serializers.BooleanField()
    proposals = RecordOut(allow_null=True, help_text="Of bots alone.")
    debates = PartOut(many=True, help_text=f"The {people.DEBATES} with the latest turns.")
    url = serializers.CharField(help_text="The page.")
    links = PersonLinks()


class Person(Endpoint):
    """A person."""

    row = WholePersonOut

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
                "proposals": _record(person) if person.is_bot else None,
                "debates": [stand(part) for part in people.parts(person, request.user)],
                "url": site + reverse("debate:person-detail", args=[person.username]),
                "links": {"self": own} | {name: f"{own}{name}/" for name in LISTS},
            }
        )


def _record(bot: User) -> dict[str, Any]:
    record = proposals.record(bot)
    names = ("accepted", "refused", "waiting", "rate", "quota")
    return {name: getattr(record, name) for name in names}


def stand(part: people.Part) -> dict[str, Any]:
    """Where a person stands in a debate."""
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

    row = StatementOut
    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(
        operation_id="person-statements",
        parameters=[PageAsked],
        responses=page_of(StatementOut),
    )
    def get(self, request: Request, username: str) -> Response:
        """List what a person said, the newest first; nothing hidden, withdrawn or unlisted."""
        found = people.statements(people.person(username, request.user), request.user)
        part = listings.chosen(found, "-id", Cursor.cut(self.asked))
        results = [answers.statement(row, request) for row in part.rows]
        return listed(request, part, lambda row: row.pk, results)
