"""The application that an ASGI server serves."""

import asyncio
import logging
import os
import sys
import warnings
from collections.abc import Awaitable, Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import django
from asgiref.sync import SyncToAsync, sync_to_async
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from environs import EnvError

from config import production, warm

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
TOO_LARGE = 413
log = logging.getLogger(__name__)
NO_ROOM = "There is no room just now for what was sent. Please try again in a minute.\n"
WAIT = {"Retry-After": "60", "Connection": "close"}


class TooLong(Exception):
    """The body of a request goes on for longer than any that is taken."""


class NoRoom(BytesIO):
    """Stands for a body that could not be stored."""


class OneThread(ASGIHandler):
    """Runs a request's middleware and view in one thread, entered once.

    Django would enter it anew for every step of every middleware, which takes more than twice
    the processor time of a small page. Streams are read in the event loop, and have no thread.
    """

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request, or get ready when the server starts."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def handle(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request; 413 as soon as its body is longer than any that is taken.

        Django writes all of a body to the disk before it looks at it.
        """
        try:
            await super().handle(scope, _bounded(scope, receive), send)
        except TooLong:
            await _refuse(send)

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain for synchronous calls, and cross over to it at its outer end."""
        super().load_middleware(is_async=False)
        through = self._middleware_chain

        def entered(request: HttpRequest) -> HttpResponseBase:
            response: HttpResponseBase = through(request)
            if getattr(response, "is_async", False):  # it may be read for hours
                connections.close_all()
            return response

        crossed = sync_to_async(entered, thread_sensitive=True)

        async def chain(request: HttpRequest) -> HttpResponseBase:
            response: HttpResponseBase = await crossed(request)
            if getattr(response, "is_async", False):
                _leave_thread()
            return response

        self._middleware_chain: Any = chain

    async def read_body(self, receive: Any) -> Any:
        """Read what is sent; `NoRoom` where it is long and the disk for such things is full."""
        try:
            return await super().read_body(receive)
        except OSError as error:
            log.error("What was sent cannot be stored: %s", error)
            return NoRoom()

    def create_request(self, scope: Any, body_file: Any) -> Any:
        """Make the request, or the answer where there can be none."""
        if isinstance(body_file, NoRoom):
            answer = HttpResponse(
                NO_ROOM, status=503, content_type="text/plain; charset=utf-8", headers=WAIT
            )
            return None, answer
        return super().create_request(scope, body_file)


async def _live(receive: Receive, send: Send) -> None:
    """Get ready before the first request: the server listens once that is done."""
    await receive()
    await asyncio.to_thread(warm.up)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


def _bounded(scope: dict[str, Any], receive: Receive) -> Receive:
    """Give what receives a body; raises TooLong beyond BODY_MOST, or where that is announced."""
    said = dict(scope["headers"]).get(b"content-length", b"")
    left = settings.BODY_MOST
    is_long = said.isdigit() and (len(said) > len(str(left)) or int(said) > left)

    async def bounded() -> Mapping[str, Any]:
        nonlocal left
        message = {} if is_long else await receive()
        left -= len(message.get("body", b""))
        if is_long or left < 0:
            raise TooLong
        return message

    return bounded


async def _refuse(send: Send) -> None:
    """Say that it is too long, and end the connection: what is still to come is not read."""
    told = gettext("Send at most %(most)s bytes.") % {"most": f"{settings.BODY_MOST:,}"}
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(told.encode())).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": TOO_LARGE, "headers": headers})
    await send({"type": "http.response.body", "body": told.encode()})


def _leave_thread() -> None:
    """End the thread that asgiref keeps for a request; another one closes the response."""
    context = SyncToAsync.thread_sensitive_context.get(None)
    if context and (thread := SyncToAsync.context_to_thread_executor.pop(context, None)):
        thread.shutdown(wait=False)


# Static files are small, and are read whole: that is what Django warns of.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    with warm.keeping_all():
        django.setup(set_prefix=False)
    if not settings.DEBUG:
        production.refuse_uncollected(Path(settings.STATIC_ROOT))
except (EnvError, ImproperlyConfigured) as error:
    sys.exit(str(error))
application = OneThread()
