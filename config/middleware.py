"""What every answer has in common, whoever made it."""

import logging
import sys
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy

from accounts import limits, rules, views
from accounts.http import CSRF, typed
from accounts.limits import LimitReached
from accounts.models import User
from accounts.spending import spend
from config import logs
from config.languages import PROGRAMS
from debate.actions import again, reviewing
from debate.api import errors
from debate.rules import noting_looks

log = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponseBase]

UNUSED = "accelerometer camera geolocation gyroscope microphone midi payment usb"
NOT_ALLOWED = ", ".join(f"{feature}=()" for feature in UNUSED.split())
ALLOWED = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, If-Match, "
    "If-None-Match, Last-Event-ID, Mcp-Protocol-Version",
    "Access-Control-Expose-Headers": "ETag, Idempotency-Replayed, Location, RateLimit, "
    "RateLimit-Policy, Retry-After, X-Request-ID",
    "Access-Control-Max-Age": "600",  # seconds
}
RETRY_AFTER = "2"  # seconds
AWAY = (OperationalError, InterfaceError)
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
NO_DATABASE = gettext_lazy(
    "The database cannot be reached just now. Please try again in a few seconds."
)


class Headers:
    """Switches off what no page uses, and keeps answers made for one person out of caches.

    Caches are told, too, that a part of a page is not the page: HTMX has both from one address.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the answer with the headers added that it has not set itself."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", NOT_ALLOWED)
        if request.COOKIES or response.cookies or "Authorization" in request.headers:
            response.headers.setdefault("Cache-Control", "private, no-store")
        if not request.path.startswith(PROGRAMS):
            patch_vary_headers(response, ["HX-Request"])
        return response


class Origins:
    """Lets pages of the sites in CORS_ORIGINS use the API in a browser; of none, as it is set up.

    Cookies never count at the API, so such a page can do only what its own token may.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the answer, and say to the browser whether the page may read it."""
        if not settings.CORS_ORIGINS or not request.path.startswith(PROGRAMS):
            return self.get_response(request)
        asked = "Access-Control-Request-Method" in request.headers
        is_before = request.method == "OPTIONS" and asked
        response = HttpResponse(status=204) if is_before else self.get_response(request)
        patch_vary_headers(response, ["Origin"])
        origin = request.headers.get("Origin", "")
        if origin and {origin, "*"} & set(settings.CORS_ORIGINS):
            for name, value in {**ALLOWED, "Access-Control-Allow-Origin": origin}.items():
                response[name] = value
        return response


class Zones:
    """Tells times in the zone that the reader has chosen; in UTC where they have not.

    What is kept for all readers says UTC, and `static/js/times.js` tells it in the browser.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the answer; the zone ends with it."""
        with timezone.override(None):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> None:
        """Begin the reader's zone. Programs are told UTC."""
        if request.path.startswith(PROGRAMS):
            return
        zone = getattr(request.user, "time_zone", "")
        if zone in rules.zones():
            timezone.activate(zone)


class Looks:
    """Writes down which hidden words moderators were shown, on whatever page or answer."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the answer as it is."""
        with noting_looks() as looks:
            response = self.get_response(request)
        if looks:
            reviewing.note_looks(looks)
        return response


class Limits:
    """Answers 429 for more than anybody may send, with what was typed, before any work is done.

    What programs send is counted by the API: it knows its accounts only later.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the answer as it is."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Count a request that may change something."""
        if request.method in SAFE or request.path.startswith(PROGRAMS):
            return None
        budgets = limits.of_request(
            request.resolver_match.view_name if request.resolver_match else "",
            account=request.user if isinstance(request.user, User) else None,
            token=None,
            address=get_adapter().get_client_ip(request),
            sent=request.POST.dict(),
        )
        try:
            spend(budgets)
        except LimitReached as error:
            return limited(request, error)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for an action that refused to go on; other errors are left alone."""
        return limited(request, error) if isinstance(error, LimitReached) else None


def limited(request: HttpRequest, error: LimitReached) -> HttpResponse:
    """The sentence alone for HTMX, else a page from which the form can be sent again."""
    wait = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    if "HX-Request" in request.headers:
        plain = "text/plain; charset=utf-8"
        return HttpResponse(str(error), status=429, headers=wait, content_type=plain)
    context = {"reason": str(error), "at": request.get_full_path(), **typed(request)}
    answer = render(request, "429.html", context, status=429)
    for name, value in wait.items():
        answer[name] = value
    return answer


class DatabaseAway:
    """Answers 503 while the database is being started again, is full, or is too busy.

    What has lost a race against another change is done again first: see `again`.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the answer as it is."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer for a view that had no database; other errors are left alone."""
        if again.is_race(error) and not request.path.startswith(PROGRAMS):  # it has done so itself
            again.pause(error)
            try:
                return _anew(request)
            except LimitReached as limit:
                return limited(request, limit)
            except DatabaseError as last:
                error = last
        return away(request, error) if isinstance(error, AWAY) else None


def _anew(request: HttpRequest) -> HttpResponseBase:
    """Ask the view once more, and again where it loses a race."""
    asked = request.resolver_match
    assert asked

    def ask() -> HttpResponseBase:
        for _, files in request.FILES.lists():
            for file in files:
                file.seek(0)
        answer: HttpResponseBase = asked.func(request, *asked.args, **asked.kwargs)
        return answer

    return again.tried(ask, retries=again.RETRIES - 1)()


def away(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Say that there is no database just now, and give back what was typed."""
    log.error("%s %s had no database: %s", request.method, logs.told(request), error)
    return later(request, str(NO_DATABASE), RETRY_AFTER)


def later(request: HttpRequest, reason: str, seconds: str) -> HttpResponse:
    """Answer 503: the sentence, for a form with what was typed in it. Asks for no database."""
    headers = {"Retry-After": seconds}
    if request.path.startswith(PROGRAMS):
        instance = errors.instance(request)
        return errors.Problem(503, reason, headers=headers, instance=instance).answer()
    if "HX-Request" in request.headers:
        plain = "text/plain; charset=utf-8"
        return HttpResponse(reason, status=503, headers=headers, content_type=plain)
    context = {"reason": reason, "at": request.get_full_path(), **typed(request)}
    context["token"] = request.POST.get(CSRF, "")  # good still: no session is asked for another
    page = render_to_string("503.html", context)
    return HttpResponse(page, status=503, headers=headers)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer for an error that no middleware has met: what `away` says, where it is that."""
    error = sys.exc_info()[1]
    return away(request, error) if isinstance(error, AWAY) else views.failed(request)
