"""All of one's data as files: asking for it, how far it is, and fetching it."""

from __future__ import annotations

from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from debate import rules
from debate.actions import exports as actions
from debate.models.exports import Format
from debate.selectors import exports
from debate.web.answers import is_fragment, page, sign_in_first, signed_in

MEDIA = {Format.JSON.value: "application/json", Format.HTML.value: "text/html; charset=utf-8"}


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """How far one's export is, with the button that starts one; HTMX asks for that part alone."""
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    rules.require(rules.may_export(user))
    if request.method == "POST":
        actions.start(by=user)
        if not is_fragment(request):
            return redirect("debate:export-start")
    context = {"progress": exports.progress(user), "formats": Format.choices}
    name = "_progress" if is_fragment(request) else "detail"
    return page(request, f"debate/exports/{name}.html", context)


@require_safe
def detail(request: HttpRequest, form: str) -> HttpResponseBase:
    """One of the files, to whom it is about: 404 where it is not there, or not any more."""
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    if form not in MEDIA:
        raise Http404
    parts = exports.parts(user, form)
    if not parts:
        raise Http404
    if request.method == "HEAD":
        answer: HttpResponseBase = HttpResponse()
    else:
        later = isinstance(request, ASGIRequest)  # the event loop reads it then
        answer = StreamingHttpResponse(exports.stream(parts, later=later))
    answer.headers["Content-Type"] = MEDIA[form]
    answer.headers["Content-Disposition"] = f'attachment; filename="crux-export.{form}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
