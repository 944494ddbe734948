"""Streams for programs, under the API's addresses: of a debate, and of all that one may see.

Who sends a token reads as its account, others as visitors; cookies do not count. They are opened
as those of pages are, and hold neither a thread nor a database connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterable, AsyncIterator, Callable
from functools import partial

from django.contrib.auth.models import AnonymousUser
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import freshness
from accounts.authentication import TokenAuthentication
from accounts.models import Scope, User
from accounts.sessions import TOKEN, people_of
from debate.actions import ordering
from debate.models import Debate
from debate.rules import Viewer
from debate.selectors import changes, debates
from debate.selectors.changes import Change
from debate.web import hub
from debate.web.live import (
    COME_AGAIN,
    ENOUGH,
    HEADERS,
    HEARTBEAT,
    STREAM,
    Seated,
    Stream,
    after_of,
    seat_of,
    standing_of,
)
from debate.web.seats import Seat

log = logging.getLogger(__name__)
GATHER = 0.1  # seconds in which events that come together are gathered

Found = tuple[int, Callable[[int, Seat], AsyncIterable[bytes]]]
"""The number of the last event, and what makes a stream behind a number."""


class Refused(Exception):
    """No stream is opened."""

    def __init__(self, status: int, name: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.name = status, name


@require_safe
def of_debate(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The stream of a debate."""

    def found(viewer: Viewer, key: str) -> Found:
        debate = debates.debate(slug, viewer)
        make = partial(Stream, (key, debate.pk), standing=standing_of(request))
        return debate.event_count, make

    return _opened(request, found, {"after", "standing"})


@require_safe
def of_all(request: HttpRequest) -> HttpResponseBase:
    """The stream of all debates that a list may show the reader."""

    def found(viewer: Viewer, key: str) -> Found:
        ordering.place()
        return changes.last_place(), partial(Everything, key)

    return _opened(request, found, {"after"})


def _opened(
    request: HttpRequest, find: Callable[[Viewer, str], Found], takes: set[str]
) -> HttpResponseBase:
    try:
        user, key = _who(request)
        last, make = find(user or AnonymousUser(), key)
        after = after_of(request, last)
        if after is None or set(request.GET) - takes:
            raise Refused(
                400,
                "malformed",
                gettext("Send the number of an event as `after`, and nothing else."),
            )
        if request.method == "HEAD" or not isinstance(request, ASGIRequest):
            return HttpResponse(status=204, content_type=STREAM, headers=HEADERS)
        seat = seat_of(request, user)
        if seat is None:
            raise Refused(429, "limit", str(ENOUGH))
        return StreamingHttpResponse(make(after, seat), content_type=STREAM, headers=HEADERS)
    except AuthenticationFailed as error:
        return _problem(Refused(401, "unauthenticated", str(error.detail)))
    except Debate.DoesNotExist:
        return _problem(Refused(404, "not-found", gettext("There is nothing here.")))
    except Refused as error:
        return _problem(error)


def _who(request: HttpRequest) -> tuple[User | None, str]:
    """Who asks, and the key of their token among those of sessions."""
    known = TokenAuthentication().authenticate(Request(request))
    if known is None:
        return None, ""
    user, token = known
    if Scope.READ not in token.scopes:
        told = gettext("This token does not have the scope '%(scope)s'.") % {"scope": Scope.READ}
        raise Refused(403, "forbidden", told)
    return user, f"{TOKEN}{token.pk}"


ALSO = {401: {"WWW-Authenticate": 'Bearer realm="Crux"'}, 429: {"Retry-After": "20"}}


def _problem(error: Refused) -> HttpResponse:
    body = {"type": f"urn:crux:problem:{error.name}", "title": str(error), "status": error.status}
    return JsonResponse(
        {**body, "detail": str(error)},
        status=error.status,
        headers=ALSO.get(error.status),
        content_type="application/problem+json",
    )


class Everything(Seated):
    """The events of all debates for one reader, until they leave or their token ends.

    At each look, at most a few seconds after the last, the database is asked who they are and
    what they may see now.
    """

    def __init__(self, key: str, after: int, seat: Seat) -> None:
        super().__init__(seat)
        self.key = key
        self.reached = after

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Read as server-sent events."""
        here, loop = hub.here(), asyncio.get_running_loop()
        heard = here.watch()
        self.leave = partial(loop.call_soon_threadsafe, here.unwatch, heard)
        try:
            yield COME_AGAIN
            said = loop.time()
            while True:
                heard.clear()
                try:
                    found = await hub.aside(self._look)
                except DatabaseError as error:  # what is new stays there to be found
                    log.warning("A stream waits for the database: %s", error)
                    await asyncio.sleep(hub.RETRY)
                    continue
                if found is None:
                    return
                if found or loop.time() > said + HEARTBEAT:
                    yield b"".join(map(hub.message, found)) or b":\n\n"
                    said = loop.time()
                if len(found) < changes.MOST:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(hub.LOOK):
                            await heard.wait()
                    await asyncio.sleep(GATHER)
        finally:
            here.unwatch(heard)
            self.seat.close()

    def _look(self) -> list[Change] | None:
        """What is new for the reader; None once they may not listen."""
        viewer = people_of({self.key}).get(self.key) if self.key else AnonymousUser()
        if viewer is None:
            return None
        ordering.place()
        found, self.reached = changes.everywhere(viewer, self.reached)
        if found and viewer.pk:
            freshness.wrote([viewer.pk])  # they will ask for what they are told of
        return found
