"""Pages as Markdown, for programs that would rather read that: `Accept: text/markdown`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

HTML, MARKDOWN = "text/html", "text/markdown"


class Markdown:
    """Gives a page as Markdown where the reader prefers it. A browser never does.

    It is made of the page that was drawn for this reader, so it shows neither more nor less.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the answer; of a page, say that it depends on what is accepted."""
        response = self.get_response(request)
        if not _is_page(response):
            return response
        patch_vary_headers(response, ["Accept"])
        if not _prefers_markdown(request) or not isinstance(response, HttpResponse):
            return response
        made = import_module(
            "debate.web.markdown"
        )  # with its parser 10 MB, which few processes need
        html = response.content.decode(response.charset)
        response.content = made.markdown(html, request.build_absolute_uri()).encode()
        response["Content-Type"] = f"{MARKDOWN}; charset=utf-8"
        return response


def _is_page(response: HttpResponseBase) -> bool:
    is_html = response.headers.get("Content-Type", "").startswith(HTML)
    return is_html and not response.streaming and "Content-Disposition" not in response.headers


def _prefers_markdown(request: HttpRequest) -> bool:
    is_asked = MARKDOWN in request.headers.get("Accept", "").lower()
    return is_asked and request.get_preferred_type([HTML, MARKDOWN]) == MARKDOWN
