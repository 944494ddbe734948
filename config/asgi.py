"""The application that an ASGI server serves."""

import os
from typing import Any

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler


class OneThread(ASGIHandler):
    """Runs a request's middleware and view in one thread, entered once.

    Django would enter it anew for every step of every middleware, which takes more than twice
    the processor time of a small page. Streams are still read in the event loop.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain for synchronous calls, and cross over to it at its outer end."""
        super().load_middleware(is_async=False)
        self._middleware_chain: Any = sync_to_async(self._middleware_chain, thread_sensitive=True)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)
application = OneThread()
