from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from debate.actions import marks
from debate.models import Statement
from debate.selectors import statements, threads
from debate.web.answers import back_to, is_fragment, on_statement, page, sign_in_first, signed_in


@require_POST
@on_statement
def mark(request: HttpRequest, statement: Statement) -> HttpResponse:
    """Set or clear one of the two answers of one's mark; a chosen button sent again clears it."""
    user = signed_in(request)
    if user is None:
        return sign_in_first(request, reverse("debate:statement-detail", args=[statement.pk]))
    try:
        marks.mark(
            statement, by=user, truth=request.POST.get("truth"), bears=request.POST.get("bears")
        )
    except ValidationError as error:
        raise PermissionDenied(" ".join(error.messages)) from error
    if not is_fragment(request):
        return back_to(request, statement)
    row = threads.alone(statements.statement(statement.pk, user), user)
    context = {"row": row, "under": request.POST.get("under", ""), "may_answer": True}
    return page(request, "debate/marks/_marked.html", context)
