"""The addresses of the site, and one at which a browser is shown an answer that a form had."""

from __future__ import annotations

from csp.decorators import csp_exempt
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config import urls as site

handler403, handler429 = site.handler403, site.handler429
shown: list[HttpResponse] = []
"""The answer to show next, as the site made it."""


def answer(request: HttpRequest) -> HttpResponse:
    """Give it, headers and all; its status would only have the browser complain."""
    made = HttpResponse(shown[-1].content)
    for name, value in shown[-1].headers.items():
        made.headers[name] = value
    return made


urlpatterns = [
    path("answer/", answer, name="answer"),
    path("elsewhere/", csp_exempt()(answer), name="elsewhere"),
    *site.urlpatterns,
]
