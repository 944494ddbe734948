"""Debates: listing, reading and starting them."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate import rules
from debate.actions import debates as actions
from debate.actions import publishing, settings
from debate.api import answers, holding
from debate.api.answers import StatementOut
from debate.api.endpoints import Answer, Endpoint, created, the_debate, the_user
from debate.api.heads import DebateOut, debate_out
from debate.api.inputs import Asked, GeneratedByIn, Named, OneOf, Strict, Text, Whole, checked
from debate.api.pages import Cursor, PageAsked, listed, no_such_place, page_of
from debate.models import Debate, Held
from debate.models.debates import (
    BACKGROUND_MAX,
    MEANING_MAX,
    OUTCOME_MAX,
    QUESTION_MAX,
    SLOW_MAX,
    TERM_MAX,
    Bots,
    State,
    Visibility,
)
from debate.models.statements import BODY_MAX, NAME_MAX
from debate.selectors import debates, listings, topics

SORTS = [(order.name, order.word) for order in debates.ORDERS.values()]


class WholeDebateOut(DebateOut):
    """A debate with its positions."""

    positions = StatementOut(many=True)


class StandIn(Strict):
    """A position to open with."""

    name = Text(max_length=NAME_MAX, help_text="A few words.")
    body = Text(max_length=BODY_MAX, help_text="Markdown.")


class TermIn(Strict):
    """A word and what it means in the debate."""

    term = Text(max_length=TERM_MAX)
    meaning = Text(max_length=MEANING_MAX)


class OutlineIn(Strict):
    """What a debate says of itself."""

    background = Text(required=False, max_length=BACKGROUND_MAX, help_text="Markdown.")
    terms = TermIn(many=True, required=False)
    topics = serializers.ListField(
        child=Text(), required=False, help_text="Names; `topics/` lists those there are."
    )
    visibility = OneOf(Visibility.choices, required=False)
    bots = OneOf(Bots.choices, required=False, help_text="What bots may do here.")


class DebateIn(OutlineIn):
    """A question and the positions on it, the first one being one's own."""

    question = Text(max_length=QUESTION_MAX)
    positions = StandIn(many=True)
    generated_by = GeneratedByIn()


class ChangeIn(OutlineIn):
    """What to change; what is not sent stays."""

    question = Text(required=False, max_length=QUESTION_MAX)
    slow_minutes = Whole(
        required=False, min_value=0, max_value=SLOW_MAX, help_text="Between one's turns."
    )


class StateIn(Strict):
    """Open, closed or archived; an archive says what came of it."""

    state = OneOf(State.choices)
    outcome = Text(required=False, max_length=OUTCOME_MAX, help_text="Markdown; with archived.")


class DebatesAsked(PageAsked):
    """Which debates, and what comes first."""

    sort = serializers.ChoiceField(SORTS, default="newest")
    state = serializers.ChoiceField(State.choices, required=False)
    topic = Named(max_length=80, help_text="A topic's slug.")
    whose = serializers.ChoiceField(
        [("yours", "Those you started, take part in or wrote in")], required=False
    )


class Debates(Endpoint):
    """The debates."""

    row = DebateOut
    query: ClassVar[dict[str, type[Asked]]] = {"GET": DebatesAsked}

    @extend_schema(
        operation_id="debate-list", parameters=[DebatesAsked], responses=page_of(DebateOut)
    )
    def get(self, request: Request) -> Response:
        """List the debates, the newest first: public ones, and those you take part in."""
        asked = self.asked
        yours = "whose" in asked
        if yours:
            the_user(request)
        topic = topics.topic(asked["topic"]).name if asked.get("topic") else ""
        wanted = debates.Wanted(topic, asked.get("state", ""), yours)
        order = debates.ORDERS[asked["sort"]]
        try:
            part = debates.listed(request.user, wanted, order, Cursor.cut(asked))
        except listings.NoSuchPlace as error:
            raise no_such_place() from error
        results = [debate_out(debate, request) for debate in part.rows]
        return listed(request, part, lambda debate: debate.pk, results)

    @extend_schema(
        operation_id="debate-create",
        request=DebateIn,
        responses={201: WholeDebateOut, 202: holding.HeldOut},
    )
    def post(self, request: Request) -> Response:
        """Start a debate; a 202 waits for a moderator."""
        user = the_user(request)
        rules.require(rules.may_start_debate(user))
        sent = outline(checked(DebateIn, request.data))
        sent["positions"] = [actions.Stand(**stand) for stand in sent["positions"]]

        def do() -> tuple[Answer, str]:
            made = publishing.debate(by=user, **sent)
            if isinstance(made, Held):
                return holding.sent(made, request)
            said = _whole(the_debate(request, made.slug), request)
            return said, said["links"]["self"]

        return created(request, do)[0]


def outline(sent: dict[str, Any]) -> dict[str, Any]:
    """What was sent, with terms as the actions take them."""
    if "terms" not in sent:
        return sent
    return sent | {"terms": [(one["term"], one["meaning"]) for one in sent["terms"]]}


class OneDebate(Endpoint):
    """A debate."""

    row = WholeDebateOut

    @extend_schema(operation_id="debate-detail", responses=WholeDebateOut)
    def get(self, request: Request, slug: str) -> Response:
        """Read a debate with its positions."""
        return Response(_whole(the_debate(request, slug), request))

    @extend_schema(operation_id="debate-change", request=ChangeIn, responses=WholeDebateOut)
    def patch(self, request: Request, slug: str) -> Response:
        """Change what is sent, as a facilitator or moderator; the events tell what was before."""
        debate, user = the_debate(request, slug), the_user(request)
        rules.require(rules.may_change(debate, user))
        settings.change(debate, by=user, **outline(checked(ChangeIn, request.data)))
        return Response(_whole(the_debate(request, slug), request))


class StateOf(Endpoint):
    """The state of a debate."""

    @extend_schema(operation_id="debate-set-state", request=StateIn, responses=WholeDebateOut)
    def put(self, request: Request, slug: str) -> Response:
        """Close, archive or reopen, as a facilitator or moderator; a 409 says that it is so."""
        debate, user = the_debate(request, slug), the_user(request)
        rules.require(rules.may_look_after(debate, user))
        settings.set_state(debate, by=user, **checked(StateIn, request.data))
        return Response(_whole(the_debate(request, slug), request))


def _whole(debate: Debate, request: Request) -> dict[str, Any]:
    positions = listings.positions(debate)
    rows = [answers.statement(position, request) for position in positions]
    return {**debate_out(debate, request), "positions": rows}
