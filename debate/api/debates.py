"""Debates: listing, reading and starting them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate import rules
from debate.actions import debates as actions
from debate.api import answers
from debate.api.answers import PersonOut, StatementOut
from debate.api.endpoints import Answer, Endpoint, created, the_debate, the_user
from debate.api.inputs import Asked, GeneratedByIn, OneOf, Strict, Text, checked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.models import Debate
from debate.models.debates import BACKGROUND_MAX, QUESTION_MAX, Bots, State, Visibility
from debate.models.statements import BODY_MAX, NAME_MAX
from debate.selectors import listings

VISIBILITIES = [(one.value, one.label) for one in Visibility if one != Visibility.PRIVATE]
PARTS = ("statements", "turns", "cruxes", "analysis")


class CountsOut(serializers.Serializer[Any]):
    """How much there is in a debate; tombstones count."""

    positions = serializers.IntegerField()
    cruxes = serializers.IntegerField()
    statements = serializers.IntegerField(help_text="Those of all other kinds.")
    open = serializers.IntegerField(help_text="Objections and questions without an answer.")
    turns = serializers.IntegerField()


class DebateLinks(serializers.Serializer[Any]):
    """Where to go on from a debate."""

    self = serializers.CharField()
    statements = serializers.CharField()
    turns = serializers.CharField()
    cruxes = serializers.CharField()
    analysis = serializers.CharField()


class DebateOut(serializers.Serializer[Any]):
    """A debate: one question, and how much was said on it."""

    slug = serializers.CharField()
    question = serializers.CharField()
    background = serializers.CharField(help_text="Markdown.")
    background_html = serializers.CharField()
    terms = serializers.CharField(help_text="Markdown.")
    terms_html = serializers.CharField()
    topics = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(State.choices)
    visibility = serializers.ChoiceField(Visibility.choices)
    bots = serializers.ChoiceField(Bots.choices, help_text="What bots may do here.")
    starter = PersonOut()
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # a field, taken off the class
    counts = CountsOut()
    created_at = serializers.DateTimeField()
    last_turn_at = serializers.DateTimeField()
    url = serializers.CharField(help_text="The page.")
    links = DebateLinks()


class WholeDebateOut(DebateOut):
    """A debate with its positions."""

    positions = StatementOut(many=True)


class StandIn(Strict):
    """A position to open with."""

    name = Text(max_length=NAME_MAX, help_text="A few words.")
    body = Text(max_length=BODY_MAX, help_text="Markdown.")


class DebateIn(Strict):
    """A question and the positions on it, the first one being one's own."""

    question = Text(max_length=QUESTION_MAX)
    background = Text(required=False, max_length=BACKGROUND_MAX, help_text="Markdown.")
    positions = StandIn(many=True)
    topics = serializers.ListField(child=Text(), required=False)
    visibility = OneOf(VISIBILITIES, required=False)
    generated_by = GeneratedByIn()


class Debates(Endpoint):
    """The debates."""

    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(
        operation_id="debate-list", parameters=[PageAsked], responses=page_of(DebateOut)
    )
    def get(self, request: Request) -> Response:
        """List the debates, the newest first."""
        part = listings.debates(request.user, Cursor.cut(self.asked))
        results = [debate_out(debate, request) for debate in part.rows]
        return listed(request, part, lambda debate: debate.pk, results)

    @extend_schema(operation_id="debate-create", request=DebateIn, responses={201: WholeDebateOut})
    def post(self, request: Request) -> Response:
        """Start a debate."""
        user = the_user(request)
        rules.require(rules.may_start_debate(user))
        sent = checked(DebateIn, request.data)
        sent["positions"] = [actions.Stand(**stand) for stand in sent["positions"]]

        def do() -> tuple[Answer, str]:
            slug = actions.start(by=user, **sent).slug
            said = _whole(the_debate(request, slug), request)
            return said, said["links"]["self"]

        return created(request, do)[0]


class OneDebate(Endpoint):
    """A debate."""

    @extend_schema(operation_id="debate-detail", responses=WholeDebateOut)
    def get(self, request: Request, slug: str) -> Response:
        """Read a debate with its positions."""
        return Response(_whole(the_debate(request, slug), request))


def debate_out(debate: Debate, request: Request) -> dict[str, Any]:
    """A debate as DebateOut; its starter is loaded."""
    site = answers.site(request)
    own = site + reverse("api:debate-detail", args=[debate.slug])
    as_they_are = ("slug", "question", "background", "background_html", "terms", "terms_html")
    chosen = ("topics", "state", "visibility", "bots")
    return {
        **{name: getattr(debate, name) for name in (*as_they_are, *chosen)},
        "starter": answers.person(debate.starter),
        "source": debate.source or None,
        "counts": _counts(debate),
        "created_at": answers.when(debate.created_at),
        "last_turn_at": answers.when(debate.last_turn_at),
        "url": site + reverse("debate:debate-detail", args=[debate.slug]),
        "links": {"self": own, **{part: f"{own}{part}/" for part in PARTS}},
    }


def _whole(debate: Debate, request: Request) -> dict[str, Any]:
    positions = listings.positions(debate)
    rows = [answers.statement(position, request) for position in positions]
    return {**debate_out(debate, request), "positions": rows}


def _counts(debate: Debate) -> dict[str, int]:
    return {
        "positions": debate.position_count,
        "cruxes": debate.crux_count,
        "statements": debate.statement_count,
        "open": debate.open_count,
        "turns": debate.turn_count,
    }
