"""Why? and What if? of a statement. Nothing is stored by either."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from debate import rules
from debate.models import Statement
from debate.reasoning.supposing import LABELS
from debate.selectors import reasons, threads, whys
from debate.web.answers import on_statement, page


@require_safe
@on_statement
def why(request: HttpRequest, statement: Statement) -> HttpResponse:
    """Where the statement stands and how firmly, what that comes from and what would change it."""
    told = whys.why(_readable(request, statement))
    context = _context(request, told)
    if told.found:
        context |= {
            "reason": reasons.why(told.found),
            "strength": reasons.strength(told.found),
            "sure": whys.is_sure(told.found),
            "ifs": whys.ifs(told.found),
        }
    return page(request, "debate/whys/why.html", context)


@require_safe
@on_statement
def what_if(request: HttpRequest, statement: Statement) -> HttpResponse:
    """What would move if the statement were settled, `?settled=in` or `out`; else the question."""
    _readable(request, statement)
    settled = request.GET.get("settled", "")
    if settled not in ("", *LABELS):
        raise Http404
    told = whys.what_if(statement, settled) if settled else None
    context = _context(request, told or whys.Told(statement, 0, None)) | {"settled": settled}
    return page(request, "debate/whys/what_if.html", context)


def _readable(request: HttpRequest, statement: Statement) -> Statement:
    if not rules.may_read_text(statement, request.user):
        raise Http404
    return statement


def _context(request: HttpRequest, told: whys.Told) -> dict[str, Any]:
    return {
        "debate": told.statement.debate,
        "row": threads.alone(told.statement, request.user),
        "found": told.found,
        "said": told.said,
        "same_as": told.same_as,
        "points": reasons.points,
        "few": reasons.FEW,
        "fate": reasons.fate,
        "word": reasons.word,
        "look": whys.look,
    }
