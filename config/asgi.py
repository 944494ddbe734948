"""The application that an ASGI server serves."""

import os
import sys
import warnings
from typing import Any

import django
from asgiref.sync import sync_to_async
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.asgi import ASGIHandler
from environs import EnvError


class OneThread(ASGIHandler):
    """Runs a request's middleware and view in one thread, entered once.

    Django would enter it anew for every step of every middleware, which takes more than twice
    the processor time of a small page. Streams are still read in the event loop.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain for synchronous calls, and cross over to it at its outer end."""
        super().load_middleware(is_async=False)
        self._middleware_chain: Any = sync_to_async(self._middleware_chain, thread_sensitive=True)


# Static files are small, and are read whole: that is what Django warns of.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    django.setup(set_prefix=False)
except (EnvError, ImproperlyConfigured) as error:
    sys.exit(str(error))
application = OneThread()
