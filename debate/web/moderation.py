from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from debate.models.moderation import Act
from debate.selectors import moderation
from debate.web.answers import page


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The moderators' acts for all to read; `?act=` picks one kind, `?before=` goes on."""
    act = request.GET.get("act", "")
    before = request.GET.get("before", "")
    try:
        found = moderation.log(request.user, act=act, before=int(before) if before else None)
    except ValueError as error:
        raise Http404 from error
    context = {
        "log": found,
        "act": act if act in Act.values else "",
        "acts": [("", "All"), *Act.choices],
        "is_first": not before,
    }
    return page(request, "debate/moderation/log.html", context)
