from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from debate.models import Revision, Statement
from debate.selectors import revisions
from debate.web.answers import on_statement, page


@require_safe
@on_statement
def detail(request: HttpRequest, statement: Statement, number: int) -> HttpResponse:
    """An earlier wording, and how it differs from the newest or, with `?to=next`, from the next.

    `?quote=` marks a passage that was quoted from it. The newest wording is the statement's page.
    """
    if number == statement.revision:
        return redirect("debate:statement-detail", pk=statement.pk)
    quote = request.GET.get("quote", "")
    try:
        found = revisions.earlier(
            statement,
            number,
            request.user,
            to="next" if request.GET.get("to") == "next" else "now",
            quote=int(quote) if quote else None,
        )
    except (ValueError, Revision.DoesNotExist) as error:
        raise Http404 from error
    context = {"debate": statement.debate, "statement": statement, "earlier": found}
    return page(request, "debate/revisions/detail.html", context)
