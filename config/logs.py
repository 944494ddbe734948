"""What logs say of requests: the route, never the path, in which names of people may stand."""

from __future__ import annotations

import logging

from django.http import HttpRequest

NO_ROUTE = "an address that is not there"


def told(request: HttpRequest) -> str:
    """Give the route of a request as a log tells it, such as `u/<slug:username>/`."""
    match = request.resolver_match
    return match.route if match else NO_ROUTE


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
