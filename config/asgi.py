"""The application that an ASGI server serves."""

import logging
import os
import sys
import warnings
from io import BytesIO
from typing import Any

import django
from asgiref.sync import SyncToAsync, sync_to_async
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from environs import EnvError

log = logging.getLogger(__name__)
NO_ROOM = "There is no room just now for what was sent. Please try again in a minute.\n"
WAIT = {"Retry-After": "60", "Connection": "close"}


class NoRoom(BytesIO):
    """Stands for a body that could not be stored."""


class OneThread(ASGIHandler):
    """Runs a request's middleware and view in one thread, entered once.

    Django would enter it anew for every step of every middleware, which takes more than twice
    the processor time of a small page. Streams are read in the event loop, and have no thread.
    """

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


def _leave_thread() -> None:
    """End the thread that asgiref keeps for a request; another one closes the response."""
    context = SyncToAsync.thread_sensitive_context.get(None)
    if context and (thread := SyncToAsync.context_to_thread_executor.pop(context, None)):
        thread.shutdown(wait=False)


# Static files are small, and are read whole: that is what Django warns of.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    django.setup(set_prefix=False)
except (EnvError, ImproperlyConfigured) as error:
    sys.exit(str(error))
application = OneThread()
