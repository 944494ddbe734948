from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from debate.models import Debate
from debate.selectors import drafts, turns
from debate.web import kept
from debate.web.answers import is_fragment, looked, may_answer, on_debate, page, signed_in


@require_safe
@on_debate
@kept.for_visitors
def exchange(request: HttpRequest, debate: Debate) -> HttpResponse:
    """The Exchange of a debate; from the turn `?from=` on, or those that come `?before=` one."""
    places = {}
    try:
        for name, asked in (("start", "from"), ("before", "before")):
            if asked in request.GET:
                places[name] = turns.place(request.GET[asked])
    except ValueError as error:
        raise Http404 from error
    user = signed_in(request)
    found = turns.exchange(debate, request.user, **places)
    context = {
        "debate": debate,
        "view": "exchange",
        "exchange": found,
        "is_whole": not places,
        "head": found.head,
        "may_answer": may_answer(request, debate),
    }
    if is_fragment(request):
        return page(request, "debate/turns/_turns.html", context | {"part": request.GET})
    context |= looked(request, debate, user)
    context["tray"] = drafts.at_hand(debate, user) if user else None
    return page(request, "debate/turns/exchange.html", context)
