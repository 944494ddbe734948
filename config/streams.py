"""Addresses of the API that answer with a list, or with a stream where that is asked for."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from debate.api.errors import Problem

JSON, STREAM = "application/json", "text/event-stream"
SAFE = ("GET", "HEAD")
View = Callable[..., HttpResponseBase]


def either(listed: View, streamed: View) -> View:
    """The list, or for who would rather have `text/event-stream` the stream."""

    @csrf_exempt  # the API knows tokens only
    def chosen(request: HttpRequest, **at: str) -> HttpResponseBase:
        prefers_stream = request.get_preferred_type([JSON, STREAM]) == STREAM
        wants_stream = prefers_stream and request.method in SAFE
        response = (streamed if wants_stream else listed)(request, **at)
        patch_vary_headers(response, ["Accept"])
        return response

    return chosen


def alone(streamed: View) -> View:
    """A stream without a list at its address: what does not read it is refused as by the API."""

    @csrf_exempt  # the API knows tokens only
    def chosen(request: HttpRequest, **at: str) -> HttpResponseBase:
        if request.method not in SAFE:
            return Problem(405, headers={"Allow": ", ".join(SAFE)}).answer()
        return streamed(request, **at)

    return chosen
