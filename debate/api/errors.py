"""Everything that goes wrong, said as `application/problem+json` (RFC 9457), field by field."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

from django.core import exceptions as django
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions as drf

from debate.actions.drafts import Overtaken
from debate.actions.idempotency import Misuse
from debate.actions.refusals import Conflict, LimitReached, Outdated
from debate.api import quotas

log = logging.getLogger(__name__)

Entry = dict[str, Any]
Errors = dict[str, list[Entry]]

TITLES = {
    400: ("malformed", gettext_lazy("The request is malformed")),
    401: ("unauthenticated", gettext_lazy("A valid token is needed")),
    403: ("forbidden", gettext_lazy("This is not allowed")),
    404: ("not-found", gettext_lazy("There is nothing here")),
    405: ("method", gettext_lazy("This address does not take this method")),
    409: ("conflict", gettext_lazy("Something else came first")),
    412: ("changed", gettext_lazy("It has changed since you read it")),
    413: ("too-large", gettext_lazy("The request is too large")),
    415: ("media-type", gettext_lazy("Send JSON")),
    422: ("refused", gettext_lazy("What was sent cannot be accepted")),
    429: ("limit", gettext_lazy("Enough for now")),
    500: ("fault", gettext_lazy("Something went wrong here")),
    503: ("away", gettext_lazy("Not just now")),
}
OURS = 500  # and above: our fault
TOLD = ("allowed", "nearest", "count", "contexts")
"""What of a validation error's params a client can use."""


class Malformed(Exception):
    """The request does not have the shape that the schema asks for."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(gettext("The request does not have the shape that the schema asks for."))
        self.errors = errors


class Unfit(Exception):
    """The shape is right, but a value is not; as when an action refuses it."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(gettext("See what is said of each field."))
        self.errors = errors


class Overwriting(Exception):
    """The thing is not as the client knows it any more."""


@dataclass
class Problem:
    """What a client is told."""

    status: int
    detail: str = ""
    errors: Errors = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)
    instance: str = ""

    def answer(self) -> HttpResponse:
        """The problem as a response."""
        name, title = TITLES.get(self.status, ("other", gettext("This did not work")))
        body: dict[str, Any] = {
            "type": f"urn:crux:problem:{name}",
            "title": title,
            "status": self.status,
            "detail": self.detail or f"{title}.",
        }
        if self.errors:
            body["errors"] = self.errors
        body |= self.newest
        if self.instance:
            body["instance"] = self.instance
        return JsonResponse(
            body,
            status=self.status,
            headers=self.headers,
            content_type="application/problem+json",
        )


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Answer for a view that raised; None where the database is away, which is told elsewhere."""
    if isinstance(error, OperationalError | InterfaceError):
        return None
    found = problem(error)
    if found.status >= OURS:  # other answers are the same bytes each time, and tell nothing apart
        found.instance = instance(context["request"])
    return found.answer()


def instance(request: HttpRequest) -> str:
    """The number under which the log tells of a request, as the name of what went wrong."""
    number = request.META.get("REQUEST_ID", "")
    return f"urn:crux:request:{number}" if number else ""


@csrf_exempt
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer for an address that is none of the API's."""
    detail = gettext("There is no such address.")
    if not request.path.endswith("/"):
        detail += " " + gettext("Addresses end in a slash.")
    return Problem(404, detail).answer()


def entries(error: django.ValidationError) -> Errors:
    """What an action refused, by field; '' for what is about no field."""
    if not hasattr(error, "error_dict"):
        return {"": [_entry(one) for one in error.error_list]}
    return {name: [_entry(one) for one in found] for name, found in error.error_dict.items()}


def _entry(error: django.ValidationError) -> Entry:
    params: Mapping[str, Any] = error.params or {}
    told = {name: params[name] for name in TOLD if name in params}
    return {"message": " ".join(error.messages), "code": error.code or "invalid", **told}


def flat(found: Any, path: str = "") -> Iterator[tuple[str, Entry]]:
    """The errors of a serializer as pairs of a dotted path and an entry."""
    if isinstance(found, drf.ErrorDetail):
        yield path, {"message": str(found), "code": found.code}
        return
    rows = found.items() if isinstance(found, Mapping) else enumerate(found)
    for key, value in rows:
        is_part = not isinstance(value, drf.ErrorDetail) and key != "non_field_errors"
        yield from flat(value, f"{path}.{key}".strip(".") if is_part else path)


@singledispatch
def problem(error: Exception) -> Problem:
    """What to tell of an exception; one that nobody foresaw is logged."""
    log.error("The API has a fault.", exc_info=error)
    return Problem(500, gettext("This is our mistake, and it has been logged."))


@problem.register
def _(error: drf.APIException) -> Problem:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return Problem(error.status_code, str(error.detail), headers=headers)


@problem.register
def _(error: Overwriting) -> Problem:
    return Problem(412, gettext("Read it again, and send your change with its new ETag."))


@problem.register
def _(error: Malformed) -> Problem:
    return Problem(400, str(error), error.errors)


@problem.register
def _(error: Unfit) -> Problem:
    return Problem(422, str(error), error.errors)


@problem.register
def _(error: django.ValidationError) -> Problem:
    found = entries(error)
    general = " ".join(entry["message"] for entry in found.pop("", []))
    return Problem(422, general or gettext("See what is said of each field."), found)


@problem.register(Http404)
@problem.register(django.ObjectDoesNotExist)
def _(error: Exception) -> Problem:
    return Problem(404, gettext("There is nothing at this address, or nothing that you may see."))


@problem.register
def _(error: django.PermissionDenied) -> Problem:
    return Problem(403, str(error))


@problem.register
def _(error: Conflict) -> Problem:
    return Problem(409, str(error))


@problem.register
def _(error: Outdated) -> Problem:
    return Problem(409, str(error), newest={"revision": error.revision})


@problem.register
def _(error: Overtaken) -> Problem:
    return Problem(409, str(error), newest={"version": error.now.version if error.now else 0})


@problem.register
def _(error: Misuse) -> Problem:
    entry = {"message": str(error), "code": "used-otherwise"}
    return Problem(422, str(error), {"Idempotency-Key": [entry]})


@problem.register
def _(error: LimitReached) -> Problem:
    wait = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    return Problem(429, str(error), headers=wait | quotas.headers(error.left))
