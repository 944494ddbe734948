from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.http import hides_bots, number
from debate.selectors import search
from debate.selectors.listings import Cut
from debate.selectors.search import Asked, Found, Refused
from debate.web.answers import is_fragment, page

MALFORMED = 400
PARTS = {
    "": gettext_lazy("Everything"),
    "debates": gettext_lazy("Debates"),
    "statements": gettext_lazy("Statements"),
    "people": gettext_lazy("People"),
}
PAGE, FEW, QUICK = 20, 3, 5
"""Rows of a page; of debates and people beside the statements; of statements while one types."""
FINDERS: dict[str, Callable[[Asked, Cut], Found[Any]]] = {
    "debates": search.debates,
    "statements": search.statements,
    "people": search.people,
}


@require_safe
def found(request: HttpRequest) -> HttpResponse:
    """What fits `?q=`: everything or, with `?what=`, a page of one sort; `?after=` goes on.

    HTMX gets the first few of each, for the search box. What cannot be understood is a 400.
    """
    typed = request.GET.get("q", "")
    what = request.GET.get("what", "")
    what = what if what in PARTS and not is_fragment(request) else ""
    context: dict[str, Any] = {"typed": typed, "what": what, "examples": EXAMPLES}
    try:
        asked = search.ask(typed, request.user, hides_bots=hides_bots(request))
    except Refused as error:
        context["refusal"] = str(error)
        return _answer(request, context, status=MALFORMED)
    if not asked.is_empty:
        most = QUICK if is_fragment(request) else PAGE
        parts = _parts(asked, what, _cut(request, most))
        context |= {"asked": asked, "parts": parts, "tabs": _tabs(typed, what)}
        context |= _links(typed, what, parts)
    return _answer(request, context)


def _answer(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page or, while somebody types, the list below the box, which tells refusals too."""
    if is_fragment(request):
        return page(request, "debate/search/_found.html", context)
    answer = page(request, "debate/search/list.html", context)
    answer.status_code = status
    return answer


def _parts(asked: Asked, what: str, cut: Cut) -> dict[str, Found[Any]]:
    """What is found, by sort: of all sorts, or the page of one."""
    if what:
        return {what: FINDERS[what](asked, cut)}
    few = Cut(FEW)
    return {
        "debates": search.debates(asked, few),
        "people": search.people(asked, few),
        "statements": search.statements(asked, cut),
    }


def _cut(request: HttpRequest, most: int) -> Cut:
    after, before = (number(request.GET.get(name, "")) for name in ("after", "before"))
    return Cut(most, after or None, None if after else before or None)


def _at(typed: str, what: str, **place: int) -> str:
    named = {"what": what} if what else {}
    return f"?{urlencode({'q': typed, **named, **place})}"


def _tabs(typed: str, what: str) -> list[tuple[str, str, bool]]:
    return [(str(word), _at(typed, part), part == what) for part, word in PARTS.items()]


def _links(typed: str, what: str, parts: dict[str, Found[Any]]) -> dict[str, Any]:
    """The addresses of more: of each sort, and of the pages after and before this one."""
    links: dict[str, Any] = {"all_of": {part: _at(typed, part) for part in FINDERS}}
    shown = parts[what or "statements"]
    if shown.has_next:
        links["following"] = _at(typed, what or "statements", after=shown.rows[-1].key)
    if shown.has_previous:
        links["preceding"] = _at(typed, what or "statements", before=shown.rows[0].key)
    return links


EXAMPLES = (
    ("due date", gettext_lazy("both words, or longer ones that begin with them")),
    ('"due date"', gettext_lazy("just these words, in this order")),
    ("library -fee", gettext_lazy("without this word")),
    ("kind:objection", gettext_lazy("a kind of statement: position, support, question …")),
    ("by:alice", gettext_lazy("what somebody said, by their username")),
    ("in:free-trams", gettext_lazy("in one debate, by the end of its address")),
    ("topic:libraries", gettext_lazy("in debates on a topic, by the end of its address")),
    ("status:open", gettext_lazy("open, asked, answered or granted")),
    ("bots:hide", gettext_lazy("without what bots wrote; is:bot for that alone")),
)
