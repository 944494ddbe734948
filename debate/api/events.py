"""Events: everything that happened in a debate, in order, for programs that follow it."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.actions import ordering
from debate.api import answers
from debate.api.answers import BEARINGS, TRUTHS, PersonOut
from debate.api.endpoints import Endpoint, the_debate
from debate.api.inputs import Asked, Named
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.models.events import EventKind
from debate.models.statements import GeneratedBy
from debate.selectors import events, phrases
from debate.selectors.listings import Cut

EVENTS = [(kind.value, kind.label) for kind in EventKind]
NUMBER_MOST = 2**31 - 1
PLACE_MOST = 2**53


class EventsAsked(PageAsked):
    """Which events of a debate."""

    after = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=NUMBER_MOST,
        help_text="The number of the last event that you know; a cursor says it too.",
    )
    kind = serializers.ChoiceField(EVENTS, required=False)
    by = Named(max_length=40, help_text="A username.")


class RewordedOut(serializers.Serializer[Any]):
    """What was changed of the debate, or a name; `before` is what stood there."""

    field = serializers.CharField(help_text="Such as question, topics, visibility, name.")
    before = serializers.CharField(allow_null=True, help_text="Null where no words were changed.")


class EventOut(serializers.Serializer[Any]):
    """A change. Numbers rise, and may skip: there are events that not everybody may read."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(EVENTS)
    actor = PersonOut(
        allow_null=True,
        help_text="Null where naming anybody would tell whose words are hidden or withdrawn.",
    )
    statement = serializers.IntegerField(allow_null=True)
    label = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # a field, taken off the class
    truth = serializers.ChoiceField(TRUTHS, allow_null=True, help_text="Of marks.")
    bears = serializers.ChoiceField(BEARINGS, allow_null=True, help_text="Of marks.")
    undone = serializers.BooleanField(help_text="Whether it is the undoing of a mark.")
    because = serializers.IntegerField(
        allow_null=True, help_text="The statement that changed the person's mind."
    )
    revision = serializers.IntegerField(allow_null=True, help_text="The wording an edit made.")
    reason = serializers.CharField(
        allow_null=True, help_text="Why it was edited, or somebody suspended."
    )
    person = PersonOut(allow_null=True, help_text="Whom it concerns, of acts about people.")
    act = serializers.IntegerField(
        allow_null=True, help_text="The act of moderation behind it, which says why."
    )
    to = serializers.IntegerField(
        allow_null=True,
        help_text="The second statement of such an act: linked to, merged with, under, or a part.",
    )
    position = serializers.IntegerField(allow_null=True, help_text="What rests on it.")
    proposal = serializers.IntegerField(allow_null=True, help_text="Of proposals: which one.")
    changed = RewordedOut(many=True, help_text="Of changes to the debate, its state and names.")
    generated_by = serializers.ChoiceField(GeneratedBy.choices, allow_null=True)
    created_at = serializers.DateTimeField()


class AnyEventOut(EventOut):
    """A change in some debate."""

    debate = serializers.CharField(help_text="The debate's slug.")
    place = serializers.IntegerField(help_text="Its place in the order of all events.")


class AllEventsAsked(PageAsked):
    """Which events of all debates."""

    after = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=PLACE_MOST,
        help_text="The place of the last event that you know; a cursor says it too.",
    )
    kind = serializers.ChoiceField(EVENTS, required=False)


class AllEvents(Endpoint):
    """The events of all debates."""

    row = AnyEventOut
    query: ClassVar[dict[str, type[Asked]]] = {"GET": AllEventsAsked}

    @extend_schema(
        operation_id="everything-list",
        parameters=[AllEventsAsked],
        responses=page_of(AnyEventOut),
    )
    def get(self, request: Request) -> Response:
        """List what happens in public debates and those you take part in; none is ever hidden.

        An event gets its place once it is there for all to see, so what comes after a place was
        not there before. With `Accept: text/event-stream` it is a stream.
        """
        ordering.place()
        part = events.listed_everywhere(
            request.user, _cut(self.asked), kind=self.asked.get("kind", "")
        )
        results = [_anywhere(one) for one in part.rows]
        return listed(request, part, lambda one: one.event.place or 0, results)


def _anywhere(one: phrases.Told) -> dict[str, Any]:
    return {**_event(one), "debate": one.event.debate.slug, "place": one.event.place}


class Events(Endpoint):
    """The events of a debate."""

    row = EventOut
    query: ClassVar[dict[str, type[Asked]]] = {"GET": EventsAsked}

    @extend_schema(
        operation_id="event-list", parameters=[EventsAsked], responses=page_of(EventOut)
    )
    def get(self, request: Request, slug: str) -> Response:
        """List the events in order; to follow a debate, ask for those after the last you know.

        With `Accept: text/event-stream` it is a stream.
        """
        debate, cut = the_debate(request, slug), _cut(self.asked)
        kind, by = self.asked.get("kind", ""), self.asked.get("by", "")
        part = events.listed(debate, request.user, cut, kind=kind, by=by)
        return listed(
            request, part, lambda one: one.event.number, [_event(one) for one in part.rows]
        )


def _cut(asked: dict[str, Any]) -> Cut:
    """The page that is asked for; `after` counts where no cursor is sent."""
    cut = Cursor.cut(asked)
    if not asked.get("cursor") and "after" in asked:
        return Cut(cut.limit, after=asked["after"])
    return cut


def _event(one: phrases.Told) -> dict[str, Any]:
    event, data = one.event, one.data
    return {
        "number": event.number,
        "kind": event.kind,
        "actor": answers.person(one.actor) if one.actor else None,
        "statement": event.statement_id,
        "label": one.statement.label if one.statement else None,
        "truth": data.get("truth") or None,
        "bears": data.get("bears") or None,
        "undone": "undone" in data,
        "because": data.get("because"),
        "revision": data.get("revision"),
        "reason": one.reason or None,
        "person": answers.person(one.person) if one.person else None,
        "act": data.get("act"),
        "to": data.get("to"),
        "position": data.get("position"),
        "proposal": data.get("proposal"),
        "changed": _changed(one),
        "generated_by": (event.generated_by or None) if one.actor else None,
        "created_at": answers.when(event.created_at),
    }


def _changed(one: phrases.Told) -> list[dict[str, Any]]:
    before: dict[str, str | None] = dict.fromkeys(one.data.get("fields", ()))
    before |= {kept.field: kept.before for kept in one.before}
    return [{"field": name, "before": words} for name, words in before.items()]
