from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from debate.selectors import topics
from debate.web import debates
from debate.web.answers import page


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What the debates are about."""
    return page(request, "debate/topics/list.html", {"topics": topics.topics(request.user)})


@require_safe
def detail(request: HttpRequest, topic: str) -> HttpResponse:
    """A topic and its debates: the list of them, narrowed to it."""
    return debates.listed(request, debates.topic_of(topic))
