"""What one follows and has muted."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.actions import following as actions
from debate.api import answers
from debate.api.answers import PersonOut
from debate.api.endpoints import Endpoint, Own, the_debate, the_statement, the_user
from debate.api.inputs import Asked, OneOf, Strict, checked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.models.following import Level
from debate.selectors import following, people, visits
from debate.selectors.following import Followed


class LevelOut(serializers.Serializer[Any]):
    """Whether something is followed or muted."""

    level = serializers.ChoiceField(
        Level.choices, help_text="'stopped' is neither followed nor muted."
    )


class LevelIn(Strict):
    """Whether something is to be followed or muted."""

    level = OneOf(Level.choices)


class FollowingOut(serializers.Serializer[Any]):
    """Something that is followed or muted: a debate, a statement with all under it, a person."""

    level = serializers.ChoiceField(Level.choices)
    is_automatic = serializers.BooleanField(help_text="Whether it came of taking part.")
    since = serializers.DateTimeField()
    debate = serializers.CharField(allow_null=True, help_text="The debate's slug.")
    statement = serializers.IntegerField(allow_null=True)
    person = PersonOut(allow_null=True)
    name = serializers.CharField(help_text="The question, the label, or the name.")
    url = serializers.CharField(help_text="The page of it.")


class Followings(Endpoint):
    """What one follows and has muted."""

    row = FollowingOut
    permission_classes = (Own,)
    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(
        operation_id="following-list", parameters=[PageAsked], responses=page_of(FollowingOut)
    )
    def get(self, request: Request) -> Response:
        """List what one follows and has muted, the newest first."""
        part = following.listed(the_user(request), Cursor.cut(self.asked))
        rows = [_followed(row, request) for row in part.rows]
        return listed(request, part, lambda one: one.row.pk, rows)


class OfDebate(Endpoint):
    """Whether a debate is followed."""

    row = LevelOut
    permission_classes = (Own,)

    @extend_schema(operation_id="debate-following", responses=LevelOut)
    def get(self, request: Request, slug: str) -> Response:
        """Read whether one follows a debate or has muted it."""
        the_user(request)
        return _level(visits.of(the_debate(request, slug)).level)

    @extend_schema(operation_id="debate-follow", request=LevelIn, responses=LevelOut)
    def put(self, request: Request, slug: str) -> Response:
        """Follow a debate, mute it, or stop: it then is not followed by itself again."""
        debate, user = the_debate(request, slug), the_user(request)
        sent = checked(LevelIn, request.data)
        actions.follow_debate(debate, by=user, **sent)
        return Response(sent)


class OfStatement(Endpoint):
    """Whether what is said under a statement is followed."""

    row = LevelOut
    permission_classes = (Own,)

    @extend_schema(operation_id="statement-following", responses=LevelOut)
    def get(self, request: Request, pk: int) -> Response:
        """Read whether one follows a sub-thread or has muted it."""
        user = the_user(request)
        return _level(following.level(user, statement=the_statement(request, pk)))

    @extend_schema(operation_id="statement-follow", request=LevelIn, responses=LevelOut)
    def put(self, request: Request, pk: int) -> Response:
        """Follow what is said under a statement, mute it, or stop."""
        statement, user = the_statement(request, pk), the_user(request)
        sent = checked(LevelIn, request.data)
        actions.follow_statement(statement, by=user, **sent)
        return Response(sent)


class OfPerson(Endpoint):
    """Whether somebody is followed."""

    row = LevelOut
    permission_classes = (Own,)

    @extend_schema(operation_id="person-following", responses=LevelOut)
    def get(self, request: Request, username: str) -> Response:
        """Read whether one follows somebody or has muted them."""
        user = the_user(request)
        return _level(following.level(user, whom=people.person(username, user)))

    @extend_schema(operation_id="person-follow", request=LevelIn, responses=LevelOut)
    def put(self, request: Request, username: str) -> Response:
        """Follow somebody, mute or block them and their bots, or stop."""
        user = the_user(request)
        person = people.person(username, user)
        sent = checked(LevelIn, request.data)
        actions.follow_person(person, by=user, **sent)
        return Response(sent)


def _level(level: str) -> Response:
    return Response({"level": level or Level.STOPPED})


def _followed(one: Followed, request: Request) -> dict[str, Any]:
    row = one.row
    debate = row.statement.debate if row.statement else row.debate
    return {
        "level": row.level,
        "is_automatic": row.is_automatic,
        "since": answers.when(row.since),
        "debate": debate.slug if debate else None,
        "statement": row.statement_id,
        "person": answers.person(row.whom) if row.whom else None,
        "name": one.name,
        "url": answers.site(request) + one.address,
    }
