"""What logs say: one line for each thing, without the secrets and addresses of anybody.

Of requests the route, never the path, in which names of people may stand. What an error says may
quote what was sent; so whatever looks like a key or an address is taken out of every line.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, TypeAlias

from django.http import HttpRequest
from psycopg_pool import PoolTimeout

from config import tally

NO_ROUTE = "an address that is not there"
ErrorInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)

SECRETS = (
    (re.compile(r"DETAIL:.*?(?=\n\n|\Z)", re.DOTALL), "DETAIL: (not told)"),  # has values of rows
    (re.compile(r"(?<=://)[^/\s@]*@"), "(secret)@"),  # a password in an address
    (re.compile(r"[^\s@<>(),;:\"'=]+@[^\s@<>(),;:\"'=]+"), "(address)"),
    # keys: a long run with digits and letters in it
    (re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{24,}", re.ASCII), "(secret)"),
)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # but for tabs and ends of lines


def told(request: HttpRequest) -> str:
    """Give the route of a request as a log tells it, such as `u/<slug:username>/`."""
    match = request.resolver_match
    return match.route if match else NO_ROUTE


def without_secrets(text: str) -> str:
    """Give the text without what looks like a key or somebody's address."""
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    return CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


class Routes(logging.Filter):
    """Puts the route in the place of the path in what Django notes of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; all pass."""
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            route = told(request)
            # Django notes the path with its odd signs escaped.
            paths = (request.path, request.path.encode("unicode_escape").decode("ascii"))
            record.args = tuple(route if one in paths else one for one in record.args)
        return True


class Once(logging.Filter):
    """Leaves out what Django notes of an answer 503: who has made it has said why, in one line.

    Many come at once, and where a connection is waited for in vain the way to it says nothing.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Give whether it is told."""
        error = record.exc_info[1] if record.exc_info else None
        is_busy = error is not None and isinstance(error.__cause__, PoolTimeout)
        return not is_busy and getattr(record, "status_code", 0) != HTTPStatus.SERVICE_UNAVAILABLE


class Lines(logging.Formatter):
    """For people: `2026-11-26 10:00:00 WARNING crux.mails: ...`; errors have lines below."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        at = f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%d %H:%M:%S}"
        said = _message(record).replace("\n", " ")
        about = getattr(record, "about", {})
        more = " ".join(f"{name}={about[name]}" for name in ("ms", "queries") if name in about)
        line = f"{at} {record.levelname} {record.name}: {said} {more}".rstrip()
        return f"{line}\n{_error(self, record)}".rstrip()


class Objects(logging.Formatter):
    """For programs: an object of JSON on each line."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if mine := tally.now.get():
            line["request"] = mine.request
        line.update(getattr(record, "about", {}))
        if error := _error(self, record):
            line["error"] = error
        return json.dumps(line, default=str)


def _message(record: logging.LogRecord) -> str:
    """What it says; what we have put together of names in the code needs no second look."""
    said = record.getMessage()
    return said if hasattr(record, "about") else without_secrets(said)


def _error(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    if not record.exc_info:
        return ""
    return without_secrets(formatter.formatException(record.exc_info))
