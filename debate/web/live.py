"""What is new in a debate, as it happens: a stream, the same by polling, and rows to put in place.

The middleware is passed once, in a thread, when a stream is opened; from then on the event loop
reads it from the hub, and it holds neither a thread nor a database connection.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial

from allauth.account.adapter import get_adapter
from django.core.handlers.asgi import ASGIRequest
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    JsonResponse,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from accounts.limits import network
from accounts.models import User
from debate.models import Debate
from debate.selectors import changes, gathering, gists, threads
from debate.selectors.changes import Ticket
from debate.web import hub, seats
from debate.web.answers import may_answer, on_debate, page, signed_in
from debate.web.seats import Seat

HEARTBEAT = 15.0  # seconds
STREAM = "text/event-stream"
COME_AGAIN = b"retry: 2000\n\n"  # milliseconds
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
ENOUGH = gettext_lazy(
    "You have as many live pages open as we can serve. Close one; this page reloads by hand."
)
ROWS_MOST = 50
PLACES = ("list", "leaf", "page", "whole")
VIEWS = (
    *("thread", "exchange", "map", "open", "history"),
    *("cruxes", "ground", "standing", "you"),
)


class Seated:
    """A stream that takes a place, and gives it back once nobody reads any more."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.leave: Callable[[], object] = lambda: None

    def close(self) -> None:
        """Give the place back; called in a thread, once nobody reads any more."""
        self.seat.close()
        with contextlib.suppress(RuntimeError):  # the event loop has ended
            self.leave()


class Stream(Seated):
    """The events of a debate for one reader, until they leave or may not read on."""

    def __init__(
        self, ticket: Ticket, after: int, seat: Seat, standing: int | None = None
    ) -> None:
        super().__init__(seat)
        self.ticket = ticket
        self.after = after
        self.standing = standing

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Read as server-sent events."""
        here = hub.here()
        listener = here.join(self.ticket, self.after, self.standing)
        loop = asyncio.get_running_loop()
        clock = loop.time
        self.leave = partial(loop.call_soon_threadsafe, here.leave, listener)
        try:
            part = COME_AGAIN
            while part:
                listener.sending_since = clock()
                yield part
                listener.sending_since = 0.0
                if listener.is_behind and not listener.queue:
                    here.stir([listener])
                part = await self._next(listener)
        finally:
            here.leave(listener)
            self.seat.close()

    async def _next(self, listener: hub.Listener) -> bytes:
        """The next part: what waits, or else a sign of life; empty at the end."""
        try:
            async with asyncio.timeout(HEARTBEAT):
                await listener.filled.wait()
        except TimeoutError:
            return b":\n\n"
        waiting = listener.take()
        if None in waiting:
            return b""
        return b"".join(hub.message(change) for change in waiting if change)


@require_safe
@on_debate
def live(request: HttpRequest, debate: Debate) -> HttpResponseBase:
    """The stream of a debate, from `Last-Event-ID` or `?after=` on; 429 where too many are open.

    A server that cannot stream answers 204, which tells a browser not to try again.
    """
    return _stream(request, debate, str(request.session.session_key or ""))


def _stream(request: HttpRequest, debate: Debate, key: str) -> HttpResponseBase:
    after = after_of(request, debate.event_count)
    if after is None:
        return HttpResponseBadRequest("`after` is the number of an event.")
    if request.method == "HEAD" or not isinstance(request, ASGIRequest):
        return HttpResponse(status=204, content_type=STREAM, headers=HEADERS)
    user = signed_in(request)
    seat = seat_of(request, user)
    if seat is None:
        return HttpResponse(
            ENOUGH, status=429, content_type="text/plain", headers=HEADERS | {"Retry-After": "20"}
        )
    ticket = (key if user else "", debate.pk)
    stream = Stream(ticket, after, seat, standing_of(request))
    return StreamingHttpResponse(stream, content_type=STREAM, headers=HEADERS)


def seat_of(request: HttpRequest, user: User | None) -> Seat | None:
    """A place for one more stream of who asks; None where there are too many."""
    return seats.take(user.pk if user else None, network(get_adapter().get_client_ip(request)))


def after_of(request: HttpRequest, last: int) -> int | None:
    """The number that the reader has seen, at most the last one; None where it is none."""
    given = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    if not given:
        return last
    return min(int(given), last) if is_number(given) else None


def standing_of(request: HttpRequest) -> int | None:
    """The number of the standing that the reader has seen; None where they say none."""
    given = request.GET.get("standing", "")
    return int(given) if is_number(given) else None


def is_number(given: str) -> bool:
    """Whether it can be the number of an event."""
    return given.isascii() and given.isdecimal() and len(given) < len("10000000000000000")


@require_safe
@on_debate
def changed(request: HttpRequest, debate: Debate) -> HttpResponse:
    """What the stream would say from `?after=` on, for where streams do not pass.

    `last` is the number to ask from next; `more` says that there is more already; `standing`
    grows as the debate comes to stand otherwise.
    """
    after = after_of(request, debate.event_count)
    if after is None:
        return HttpResponseBadRequest("`after` is the number of an event.")
    window = (debate.pk, after)
    found = changes.changes([window]).get(window, [])
    told = [change.told for change in changes.told(found, request.user)]
    answer = {
        "changes": told,
        "last": found[-1].number if found else after,
        "more": len(found) == changes.MOST,
        "standing": gists.number(debate),
    }
    return JsonResponse(answer, headers=HEADERS)


@require_safe
@on_debate
def rows(request: HttpRequest, debate: Debate) -> HttpResponse:
    """Parts of rows as they are now, for a page to put in place; at most 50 statements.

    `list`, `leaf` and `page` hold ids by how the row stands on the page: marks and margin come
    for them. `whole` brings rows complete, with the parent's id, and what is gone as it is now.
    `head` names a view: its counts, what each side holds and what it turns on come too.
    """
    try:
        asked = {place: _ids(request.GET.get(place, "")) for place in PLACES}
    except ValueError:
        return HttpResponseBadRequest(gettext("Name the statements by their numbers: list=1,2,3"))
    places = {pk: place for place, ids in asked.items() for pk in ids}
    if len(places) > ROWS_MOST:
        return HttpResponseBadRequest(
            gettext("Ask for at most %(rows_most)s statements at once.") % {"rows_most": ROWS_MOST}
        )
    context = {
        "debate": debate,
        "rows": threads.some(debate, list(places), request.user),
        "places": places,
        "may_answer": may_answer(request, debate),
    }
    if request.GET.get("head") in VIEWS:
        context |= {
            "view": request.GET["head"],
            "head": gathering.gather(debate, request.user).head,
        }
    return page(request, "debate/debates/_changed.html", context)


def _ids(text: str) -> list[int]:
    return [int(part) for part in text.split(",")] if text else []
