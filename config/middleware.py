"""What every answer has in common, whoever made it."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

log = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponseBase]

UNUSED = "accelerometer camera geolocation gyroscope microphone midi payment usb"
NOT_ALLOWED = ", ".join(f"{feature}=()" for feature in UNUSED.split())
RETRY_AFTER = "5"  # seconds
NO_DATABASE = "The database cannot be reached just now. Please try again in a few seconds."


class Headers:
    """Switches off what no page uses, and keeps answers made for one person out of caches."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the answer with the headers added that it has not set itself."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", NOT_ALLOWED)
        if request.COOKIES or response.cookies or "Authorization" in request.headers:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class DatabaseAway:
    """Answers 503 while the database is being started again or is too busy."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the answer as it is."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a view that had no database; other errors are left alone."""
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        log.error("%s %s had no database: %s", request.method, request.path, error)
        headers = {"Retry-After": RETRY_AFTER}
        if request.path.startswith("/api/"):
            problem = {"type": "about:blank", "title": "No database", "detail": NO_DATABASE}
            return JsonResponse(
                {**problem, "status": 503},
                status=503,
                headers=headers,
                content_type="application/problem+json",
            )
        return HttpResponse(NO_DATABASE, status=503, headers=headers, content_type="text/plain")
