"""Which requests may read from the replica, so that nobody misses what they wrote or were told.

Who somebody is is always read from the primary: a session or token that has ended is refused at
once. An account carries the position of the log behind its last write, and reads from the replica
once that has come so far. A browser that wrote, or fetched what it was told of live, has a cookie
for as long as the replica may be behind; so has one that then signs out. Whatever asks for news
(`Cache-Control: no-cache`, a reload, HTMX, the events) reads from the primary. What the replica
does not have is looked for at the primary before anybody is told that it is not there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts import freshness
from accounts.models import User
from config.languages import PROGRAMS

SAFE = ("GET", "HEAD")
COOKIE = "fresh"
AT_PRIMARY = ("/accounts/", "/admin/", "/healthz", "/readyz", "/metrics", "/join/", "/mails/")
"""Links from mails, one's own settings, and what looks after the site."""
EVENTS = frozenset(
    {
        *("debate:live-detail", "debate:change-list", "debate:row-list"),
        *("live-by-token", "events-or-stream", "everything-or-stream"),
    }
)
"""What is fetched to learn of events, or because of one."""
NEWS = re.compile(r"\b(no-cache|max-age=0)\b")
NOT_FOUND = 404


class Fresh:
    """Chooses, for each request, where it reads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.REPLICA:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the answer; it is made again where the replica only lacked what was asked for."""
        here: Any = connection
        here.may_read_behind = request.method in SAFE and may_be_older(request)
        here.has_written = request.method not in SAFE
        try:
            response = self.get_response(request)
            if response.status_code == NOT_FOUND and here.is_behind:
                here.read_at_primary()
                response = self.get_response(request)
            if here.has_written:
                self._note(request)
            if is_told(request):
                _set_cookie(response)
            return response
        finally:
            here.read_at_primary()

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> None:
        """Go to the replica, for visitors at once; the API knows its accounts only later."""
        here: Any = connection
        match = request.resolver_match
        if not here.may_read_behind or (match and match.view_name in EVENTS):
            here.may_read_behind = False
        elif request.path.startswith(PROGRAMS):
            if "Authorization" not in request.headers:
                here.read_behind(0)
        elif settings.SESSION_COOKIE_NAME not in request.COOKIES:
            here.read_behind(0)
        elif isinstance(request.user, User):
            freshness.read_as(request.user)

    def _note(self, request: HttpRequest) -> None:
        user = getattr(request, "user", None)  # the API sets it too
        if isinstance(user, User) and user.pk:
            freshness.wrote([user.pk])


def may_be_older(request: HttpRequest) -> bool:
    """Whether the request says nothing that asks for the newest."""
    return not (
        COOKIE in request.COOKIES
        or request.path.startswith(AT_PRIMARY)
        or "HX-Request" in request.headers
        or NEWS.search(request.headers.get("Cache-Control", ""))
    )


def is_told(request: HttpRequest) -> bool:
    """Whether a browser has just written, or seen of others what is newer than its page."""
    asks = request.method not in SAFE or "HX-Request" in request.headers
    return asks and not request.path.startswith(PROGRAMS)


def _set_cookie(response: HttpResponseBase) -> None:
    response.set_cookie(
        COOKIE,
        "1",
        max_age=math.ceil(settings.REPLICA_LAG) + 1,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )
