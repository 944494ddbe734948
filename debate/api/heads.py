"""What this door says of a debate itself: its question, its words, and how much there is in it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from debate.api import answers
from debate.api.answers import PersonOut
from debate.models import Debate
from debate.models.debates import Bots, State, Visibility

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


class TermOut(serializers.Serializer[Any]):
    """A word and what it means in the debate."""

    term = serializers.CharField()
    meaning = serializers.CharField()


class DebateOut(serializers.Serializer[Any]):
    """A debate: one question, and how much was said on it."""

    slug = serializers.CharField()
    question = serializers.CharField()
    background = serializers.CharField(help_text="Markdown.")
    background_html = serializers.CharField()
    terms = TermOut(many=True)
    topics = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(State.choices)
    outcome = serializers.CharField(allow_null=True, help_text="Markdown; of archives.")
    outcome_html = serializers.CharField(allow_null=True)
    visibility = serializers.ChoiceField(Visibility.choices)
    bots = serializers.ChoiceField(Bots.choices, help_text="What bots may do here.")
    slow_minutes = serializers.IntegerField(help_text="Between one's turns; 0 for none.")
    locked = serializers.BooleanField(help_text="Whether nothing is written here for now.")
    starter = PersonOut()
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # a field, taken off the class
    counts = CountsOut()
    created_at = serializers.DateTimeField()
    last_turn_at = serializers.DateTimeField()
    url = serializers.CharField(help_text="The page.")
    links = DebateLinks()


def debate_out(debate: Debate, request: Request) -> dict[str, Any]:
    """A debate as DebateOut; its starter is loaded."""
    site = answers.site(request)
    own = site + reverse("api:debate-detail", args=[debate.slug])
    as_they_are = ("slug", "question", "background", "background_html")
    is_archived = debate.state == State.ARCHIVED
    chosen = ("topics", "state", "visibility", "bots", "slow_minutes")
    return {
        **{name: getattr(debate, name) for name in (*as_they_are, *chosen)},
        "terms": [{"term": term, "meaning": meaning} for term, meaning in debate.terms],
        "outcome": (debate.outcome or None) if is_archived else None,
        "outcome_html": (debate.outcome_html or None) if is_archived else None,
        "locked": debate.is_locked,
        "starter": answers.person(debate.starter),
        "source": debate.source or None,
        "counts": _counts(debate),
        "created_at": answers.when(debate.created_at),
        "last_turn_at": answers.when(debate.last_turn_at),
        "url": site + reverse("debate:debate-detail", args=[debate.slug]),
        "links": {"self": own, **{part: f"{own}{part}/" for part in PARTS}},
    }


def _counts(debate: Debate) -> dict[str, int]:
    return {
        "positions": debate.position_count,
        "cruxes": debate.crux_count,
        "statements": debate.statement_count,
        "open": debate.open_count,
        "turns": debate.turn_count,
    }
