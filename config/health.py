"""Three addresses for whoever watches the site: is the process alive, can it serve, how it goes.

They are answered before anything else looks at a request: probes come by the address of a machine,
not by the site's name, without https, and want to know of this process and not of sessions.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.urls import resolve

from config.asking import Asking, beside_the_pool

PATIENCE = 1.5  # seconds that the database has
TEXT = "text/plain; charset=utf-8"
NO_DATABASE, NOT_MIGRATED = "no database", "migrations are missing"


def alive(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process answers at all."""
    return HttpResponse("ok\n", content_type=TEXT)


def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers and has every migration, otherwise soon 503."""
    missing = _state.answer(PATIENCE)
    reason = NO_DATABASE if missing is None else NOT_MIGRATED if missing else ""
    status = 503 if reason else 200
    return HttpResponse(f"{reason or 'ok'}\n", status=status, content_type=TEXT)


def _missing() -> int:
    """How many migrations of this program the database does not have.

    That all connections of the pool are at work is no reason to be taken for dead.
    """
    with beside_the_pool() as asked:
        rows = asked.execute("SELECT app, name FROM django_migrations").fetchall()
    return len(_wanted() - set(rows))


@cache
def _wanted() -> frozenset[tuple[str, str]]:
    """The migrations that this program has."""
    return frozenset(MigrationLoader(None).disk_migrations)


_state = Asking(_missing)


class Probes:
    """Answers the probes before the steps that are for people."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the answer."""
        if request.path_info not in settings.PROBES:
            return self.get_response(request)
        try:
            response: HttpResponseBase = resolve(request.path_info).func(request)
        except Http404:
            response = HttpResponseNotFound("not found\n", content_type=TEXT)
        return response
