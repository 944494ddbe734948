"""The Map of a debate: as a page, and as a file of its own."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe
from markupsafe import Markup

from accounts.http import number
from debate.models import Debate, Statement
from debate.selectors import gathering, maps, statements
from debate.web import kept
from debate.web.answers import looked, on_debate, page, signed_in

ZOOMS = (25, 50, 75, 100, 150, 200)
OWN_SIZE = 100
FIT = "fit"
SYMBOL = re.compile(r'<symbol id="i-([a-z-]+)".*?</symbol>', re.S)
INKS = {
    "position": "#201d19",
    "crux": "#7f4e07",
    "support": "#116543",
    "objection": "#a43427",
    **dict.fromkeys(("question", "answer"), "#29599f"),
    **dict.fromkeys(("clarification", "remark"), "#4b5763"),
    "concession": "#72438d",
}
"""Colours of the kinds in a file, where there is no stylesheet; as tokens.css has them by day."""
DASHES = {
    **dict.fromkeys(("question", "answer"), "2 4"),
    **dict.fromkeys(("concession", "clarification", "remark"), "7 4"),
}
SHADES = (0.04, 0.25, 0.5, 0.75, 1)


@require_safe
@on_debate
@kept.for_visitors
def detail(request: HttpRequest, debate: Debate) -> HttpResponse:
    """The Map; from the statement `?at=` on, and as large as `?zoom=` says, in hundredths."""
    found = maps.map_of(debate, _at(request, debate))
    zoom = _zoom(request.GET.get("zoom", ""))
    size = OWN_SIZE if zoom == FIT else int(zoom)
    context = {
        "debate": debate,
        "view": "map",
        "map": found,
        "zoom": zoom,
        "smaller": max((one for one in ZOOMS if one < size), default=ZOOMS[0]),
        "larger": min((one for one in ZOOMS if one > size), default=ZOOMS[-1]),
        "head": gathering.gather(debate, request.user).head,
        "base": "",
    }
    context |= looked(request, debate, signed_in(request))
    return page(request, "debate/maps/detail.html", context)


@require_safe
@on_debate
def file(request: HttpRequest, debate: Debate) -> HttpResponse:
    """The drawing alone, which needs nothing of the site; from `?at=` on."""
    context = {
        "debate": debate,
        "map": maps.map_of(debate, _at(request, debate)),
        "zoom": OWN_SIZE,
        "alone": True,
        "symbols": _symbols(),
        "inks": INKS,
        "shades": SHADES,
        "dashes": DASHES,
        "base": request.build_absolute_uri("/")[:-1],
    }
    drawn = render_to_string("debate/maps/file.svg", context)
    answer = HttpResponse(drawn, content_type="image/svg+xml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{debate.slug}.svg"'
    return answer


def _at(request: HttpRequest, debate: Debate) -> Statement | None:
    """The statement to begin with; raises Http404 where that is none of this debate."""
    if "at" not in request.GET:
        return None
    try:
        found = statements.statement(number(request.GET["at"]), request.user)
    except Statement.DoesNotExist as error:
        raise Http404 from error
    if found.debate_id != debate.pk:
        raise Http404
    return found


def _zoom(asked: str) -> int | str:
    """How large, in hundredths of its own size; that is also what cannot be meant."""
    return FIT if asked == FIT else number(asked) if number(asked) in ZOOMS else OWN_SIZE


@cache
def _symbols() -> Markup:
    """The drawings of the site's sprite that a map uses."""
    sprite = Path(str(finders.find("img/sprite.svg"))).read_text()
    wanted = {*INKS, "challenged", "undecided", "trash"}
    return Markup("\n".join(one[0] for one in SYMBOL.finditer(sprite) if one[1] in wanted))
