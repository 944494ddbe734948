"""One's inbox."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.http import number
from debate.actions import notifying
from debate.selectors import notifications
from debate.selectors.listings import Cut
from debate.web.answers import looked_for, page, sign_in_first, signed_in

PAGE = 30
INBOX = "debate:notification-list"


@require_safe
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits, or all with `?all=1`; of one debate with `?debate=`; `?before=` goes on."""
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    shows_all, of = request.GET.get("all") == "1", looked_for(request.GET.get("debate", ""))
    before = number(request.GET.get("before", ""))
    found = notifications.inbox(
        user, Cut(PAGE, after=before or None), unread=not shows_all, debate=of
    )
    context = {
        "inbox": found,
        "shows_all": shows_all,
        "of": of,
        "is_first": not before,
        "here": _address(all="1" if shows_all else "", debate=of),
        "links": {
            "unread": _address(debate=of),
            "all": _address(all="1", debate=of),
            "any": _address(all="1" if shows_all else ""),
            "of": [
                (_address(all="1" if shows_all else "", debate=debate.slug), debate, unread)
                for debate, unread in found.debates
            ],
        },
    }
    return page(request, "debate/notifications/list.html", context)


def _address(**asked: str) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse(INBOX)}?{query}" if query else reverse(INBOX)


@require_POST
@never_cache
def read(request: HttpRequest) -> HttpResponse:
    """Mark one as read (`one`), or all that the page knew of (`up_to`), of a debate or of any."""
    user = signed_in(request)
    if user is None:
        return sign_in_first(request, reverse(INBOX))
    asked: dict[str, Any] = {"debate": looked_for(request.POST.get("debate", ""))}
    if "one" in request.POST:
        asked["ids"] = [number(request.POST["one"])]
    if up_to := number(request.POST.get("up_to", "")):
        asked["up_to"] = up_to
    notifying.read(by=user, **asked)
    shows_all = "1" if request.POST.get("all") == "1" else ""
    return redirect(_address(all=shows_all, debate=request.POST.get("of", "")))
