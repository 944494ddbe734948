"""One's words that wait for a moderator: the page of them, and taking them back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.http import number
from debate.actions import holding as actions
from debate.actions.refusals import Conflict
from debate.models import Held
from debate.selectors import holding
from debate.selectors.listings import Cut
from debate.web.answers import page, sign_in_first, signed_in

PAGE = 20


@require_safe
@never_cache
def waiting(request: HttpRequest) -> HttpResponse:
    """What one has sent and what was held, the newest first; `?before=` goes on."""
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    before = number(request.GET.get("before", ""))
    part = holding.listed(user, Cut(PAGE, after=before or None))
    context = {"part": part, "is_first": not before}
    return page(request, "debate/holding/list.html", context)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back."""
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    try:
        actions.withdraw(holding.own(pk, user), by=user)
        messages.success(request, gettext("Taken back. Its words stay here, for you alone."))
    except Held.DoesNotExist as error:
        raise Http404 from error
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("debate:held-list")
