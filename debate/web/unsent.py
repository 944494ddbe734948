"""What somebody sent who was not signed in: it is theirs again once they are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.http import UNSENT
from debate.web.answers import page, sign_in_first, signed_in


@require_safe
def detail(request: HttpRequest) -> HttpResponse:
    """The words, and the button that sends them to where they were meant to go."""
    if signed_in(request) is None:
        return sign_in_first(request)
    return page(request, "debate/unsent/detail.html", request.session.get(UNSENT, {}))
