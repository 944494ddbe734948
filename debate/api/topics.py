"""Topics: what debates are about."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.api import answers
from debate.api.endpoints import Endpoint
from debate.api.inputs import Asked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.selectors import topics
from debate.selectors.topics import Counted


class TopicLinks(serializers.Serializer[Any]):
    """Where to go on from a topic."""

    self = serializers.CharField()
    debates = serializers.CharField()


class TopicOut(serializers.Serializer[Any]):
    """A topic, and how many debates are about it, of those that lists show you."""

    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    debates = serializers.IntegerField()
    url = serializers.CharField(help_text="The page.")
    links = TopicLinks()


class Topics(Endpoint):
    """The topics."""

    row = TopicOut
    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(operation_id="topic-list", parameters=[PageAsked], responses=page_of(TopicOut))
    def get(self, request: Request) -> Response:
        """List the topics, in the order they came."""
        part = topics.listed(request.user, Cursor.cut(self.asked))
        results = [_topic(one, request) for one in part.rows]
        return listed(request, part, lambda one: one.topic.pk, results)


class OneTopic(Endpoint):
    """A topic."""

    row = TopicOut

    @extend_schema(operation_id="topic-detail", responses=TopicOut)
    def get(self, request: Request, topic: str) -> Response:
        """Read a topic."""
        found = topics.topic(topic)
        number = topics.counts(request.user).get(found.name, 0)
        return Response(_topic(Counted(found, number), request))


def _topic(one: Counted, request: Request) -> dict[str, Any]:
    site, topic = answers.site(request), one.topic
    debates = f"{site}{reverse('api:debate-list')}?{urlencode({'topic': topic.slug})}"
    own = site + reverse("api:topic-detail", args=[topic.slug])
    return {
        "slug": topic.slug,
        "name": topic.name,
        "description": topic.description or None,
        "debates": one.debates,
        "url": site + reverse("debate:topic-detail", args=[topic.slug]),
        "links": {"self": own, "debates": debates},
    }
