"""Addresses of the API that answer with a list, or with a stream where that is asked for."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

JSON, STREAM = "application/json", "text/event-stream"
View = Callable[..., HttpResponseBase]


def either(listed: View, streamed: View) -> View:
    """The list, or for who would rather have `text/event-stream` the stream."""

    @csrf_exempt  # the API knows tokens only
    def chosen(request: HttpRequest, **at: str) -> HttpResponseBase:
        wants_stream = request.get_preferred_type([JSON, STREAM]) == STREAM
        response = (streamed if wants_stream else listed)(request, **at)
        patch_vary_headers(response, ["Accept"])
        return response

    return chosen
