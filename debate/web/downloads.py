"""Debates as files: which formats there are, what each loses, and the files themselves."""

from __future__ import annotations

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from debate.formats.outline import untold
from debate.formats.registry import FORMATS, WRITTEN, Format
from debate.models import Debate
from debate.selectors import downloads, outlines
from debate.web.answers import on_debate, page


@require_safe
@on_debate
def index(request: HttpRequest, debate: Debate) -> HttpResponse:
    """The formats in which the debate can be had."""
    context = {"debate": debate, "formats": [FORMATS[name] for name in WRITTEN]}
    return page(request, "debate/downloads/list.html", context)


@require_safe
@on_debate
def detail(request: HttpRequest, debate: Debate, form: str) -> HttpResponseBase:
    """The debate in a format, piece by piece; 404 for a format that is not written."""
    found = _format(form)
    if request.method == "HEAD":
        answer: HttpResponseBase = HttpResponse()
    else:
        outline = outlines.outline(debate, settings.SITE_URL)
        written = downloads.chunks(found.writer()(outline, untold))
        later = isinstance(request, ASGIRequest)  # the event loop reads it then
        answer = StreamingHttpResponse(downloads.stream(written, later=later))
    answer.headers["Content-Type"] = found.content_type
    name = f"{debate.slug}.{found.extension}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@on_debate
def losses(request: HttpRequest, debate: Debate, form: str) -> HttpResponse:
    """What the format does not hold of the debate, item by item."""
    found = _format(form)
    context = {
        "debate": debate,
        "format": found,
        "lost": downloads.lost(debate, found.writer()),
    }
    return page(request, "debate/downloads/losses.html", context)


def _format(form: str) -> Format:
    if form not in WRITTEN:
        raise Http404
    return FORMATS[form]
