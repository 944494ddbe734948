"""The outermost step of every request: it gets an id, is measured, and leaves a line in the log.

A line tells the route and never the path, and neither who asked nor from where: who reads what is
nobody's business. Who wrote what stands in the debate's events.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config import logs, metrics, tally

log = logging.getLogger("crux.requests")
REQUEST = "REQUEST_ID"  # in META, where no header of a client's can be called so
HEADER = "X-Request-ID"
GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
STATIC = "static"
FAILED = 500
MILLISECONDS = 1000


class Watching:
    """Gives a request its id, and tells how it went; probes are let through unseen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.static = f"/{settings.STATIC_URL.lstrip('/')}"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the answer, with the id in its header."""
        begun = perf_counter()
        mine = tally.Tally(_id(request))
        request.META[REQUEST] = mine.request
        token = tally.now.set(mine)
        try:
            response = self.get_response(request)
            response.headers[HEADER] = mine.request
            self._tell(request, response, mine, perf_counter() - begun)
        finally:
            tally.now.reset(token)
        return response

    def _tell(
        self, request: HttpRequest, response: HttpResponseBase, mine: tally.Tally, took: float
    ) -> None:
        path, status = request.path_info, response.status_code
        if path in settings.PROBES:
            return
        method = request.method if request.method in METHODS else "OTHER"
        if path.startswith(self.static):
            metrics.note(STATIC, method or "", status, took, mine)
            return
        route = logs.told(request)
        metrics.note(route, method or "", status, took, mine)
        about = {
            "method": method,
            "route": route,
            "status": status,
            "ms": round(took * MILLISECONDS, 1),
            "queries": mine.queries,
            "database_ms": round(mine.seconds * MILLISECONDS, 1),
        }
        level = logging.ERROR if status >= FAILED else logging.INFO
        if log.isEnabledFor(level):
            log.log(level, "%s %s %s", method, route, status, extra={"about": about})


def _id(request: HttpRequest) -> str:
    """The id that our proxy has given, where we have one; else a new one."""
    given = request.META.get("HTTP_X_REQUEST_ID", "") if settings.PROXIES else ""
    return given if given and GIVEN.fullmatch(given) else secrets.token_hex(8)
