"""What the reasoning finds, as pages: where a debate stands, what it turns on, what is shared."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.http import number
from debate.models import Debate
from debate.selectors import drafts, gists, ground, pivots, standings, yours
from debate.web import kept
from debate.web.answers import (
    is_fragment,
    looked,
    may_answer,
    on_debate,
    page,
    signed_in,
)


@require_safe
@on_debate
@kept.for_visitors
def standing(request: HttpRequest, debate: Debate) -> HttpResponse:
    """Where the debate stands; for HTMX that part of its head alone, as it is now."""
    if is_fragment(request):
        return page(
            request, "debate/analysis/_stands.html", {"debate": debate, "gist": gists.of(debate)}
        )
    after = request.GET.get("after", "")
    if after and not number(after):
        raise Http404
    found = standings.standings(debate, request.user, number(after))
    return _view(request, debate, "standing", {"found": found, "head": found.head})


@require_safe
@on_debate
@kept.for_visitors
def cruxes(request: HttpRequest, debate: Debate) -> HttpResponse:
    """What the debate turns on: as people say, and as their marks show."""
    found = pivots.pivots(debate, request.user)
    return _view(request, debate, "cruxes", {"found": found, "head": found.head})


@require_safe
@on_debate
@kept.for_visitors
def common_ground(request: HttpRequest, debate: Debate) -> HttpResponse:
    """What all sides hold, where they part, and who marks alike."""
    found = ground.ground(debate, request.user)
    return _view(request, debate, "ground", {"found": found, "head": found.head})


@require_safe
@on_debate
def for_you(request: HttpRequest, debate: Debate) -> HttpResponse:
    """What the debate has for who is signed in; others are invited to sign in."""
    found = yours.yours(debate, request.user)
    return _view(request, debate, "you", {"found": found, "head": found.head})


def _view(
    request: HttpRequest, debate: Debate, view: str, context: dict[str, Any]
) -> HttpResponse:
    user = signed_in(request)
    context |= {"debate": debate, "view": view, "may_answer": may_answer(request, debate)}
    context |= looked(request, debate, user)
    context["tray"] = drafts.at_hand(debate, user) if user else None
    return page(request, f"debate/analysis/{view}.html", context)
