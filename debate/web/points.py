from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from debate.models import Debate
from debate.models.statements import Kind
from debate.selectors import drafts, points
from debate.selectors.points import Asked
from debate.web import kept
from debate.web.answers import is_fragment, looked, may_answer, on_debate, page, signed_in

KINDS = (
    ("", gettext_lazy("All kinds")),
    (Kind.OBJECTION, gettext_lazy("Objections")),
    (Kind.QUESTION, gettext_lazy("Questions")),
)
WHOSE = ("", points.ME, points.OTHERS)


@require_safe
@on_debate
@kept.for_visitors
def open_points(request: HttpRequest, debate: Debate) -> HttpResponse:
    """The open points of a debate, one's own turn first; `?after=` goes on behind one.

    `?kind=`, `?side=` (the id of a position) and `?awaits=me` or `others` leave some out.
    """
    try:
        asked = _asked(request.GET)
    except ValueError as error:
        raise Http404 from error
    found = points.open_points(debate, request.user, asked)
    user = signed_in(request)
    context: dict[str, Any] = {
        "debate": debate,
        "view": "open",
        "found": found,
        "asked": asked,
        "head": found.head,
        "may_answer": may_answer(request, debate),
        **_links(request.path, asked, found),
    }
    if is_fragment(request):
        return page(request, "debate/points/_points.html", context)
    context |= looked(request, debate, user)
    context["tray"] = drafts.at_hand(debate, user) if user else None
    return page(request, "debate/points/list.html", context)


def _asked(sent: QueryDict) -> Asked:
    """What was asked for; raises ValueError where that is nothing of ours."""
    asked = Asked(
        kind=sent.get("kind", ""),
        side=int(sent.get("side") or 0),
        awaits=sent.get("awaits", ""),
        after=int(sent.get("after") or 0),
    )
    numbers = max(asked.side, asked.after) < 2**31 and min(asked.side, asked.after) >= 0
    if asked.kind not in dict(KINDS) or asked.awaits not in WHOSE or not numbers:
        raise ValueError("no such open points")
    return asked


def _links(path: str, asked: Asked, found: points.OpenPoints) -> dict[str, Any]:
    """The addresses of the filters, and of what comes after this page."""

    def at(**changed: object) -> str:
        now = {"kind": asked.kind, "side": asked.side, "awaits": asked.awaits, **changed}
        query = urlencode({name: value for name, value in now.items() if value})
        return f"{path}?{query}" if query else path

    sides = [(0, gettext("All sides"), ""), *_sides(found)]
    return {
        "kinds": [(word, at(kind=kind), kind == asked.kind) for kind, word in KINDS],
        "of_sides": [
            (word, letter, at(side=side), side == asked.side) for side, word, letter in sides
        ],
        "all_at": at(awaits=""),
        "more_mine": at(awaits=points.ME, after=found.more_mine) if found.more_mine else "",
        "more_others": ""
        if found.more_others is None
        else at(awaits=points.OTHERS, after=found.more_others),
    }


def _sides(found: points.OpenPoints) -> list[tuple[int, str, str]]:
    return [
        (stand.side.position.pk, stand.name or stand.side.position.label, stand.side.letter)
        for stand in found.head.stands
    ]
