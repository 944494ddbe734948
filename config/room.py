"""Room on the disks: before one is full nothing more is stored, so that everybody can read on.

PostgreSQL stops where it cannot write its log, and starts again only once there is room.
"""

import logging
import os
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from config.middleware import SAFE, later

log = logging.getLogger(__name__)
MB = 1_000_000
WAIT = "60"  # seconds


class Room:
    """Answers 503 for what would be stored where little room is left."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the answer as it is."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Look at the disks before a request that may change something."""
        if request.method in SAFE or not (folder := short()):
            return None
        log.error("Nothing is stored: little room is left where %s is.", folder)
        return later(request, _words(), WAIT)


def _words() -> str:
    return gettext(
        "This site's disk is nearly full, so nothing can be stored just now. Please try again in "
        "a few minutes."
    )


def short() -> str:
    """The first folder of `DISKS` whose disk has less room than `DISK_RESERVE`; empty for none."""
    for folder in settings.DISKS:
        try:
            found = os.statvfs(folder)
        except OSError:  # it is not there yet
            continue
        if found.f_bavail * found.f_frsize < settings.DISK_RESERVE * MB:
            return str(folder)
    return ""
