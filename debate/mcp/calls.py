"""Calls to the API within the process: the same views, rights, limits and answers."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext

Answer = dict[str, Any]
OF_ONE_REQUEST = ("CONTENT_", "HTTP_IF_", "HTTP_ACCEPT", "HTTP_IDEMPOTENCY_KEY", "HTTP_MCP_")
"""What a request says of its own body and answer; a call of ours says its own."""
KEPT = ("HTTP_ACCEPT_LANGUAGE",)
LEFT_OUT = ("body_html", "links")
"""What says again what is there already: a program that reads Markdown pays for each word."""
REFUSED = 400


class Refused(Exception):
    """What the API refuses: its problem, which says what would be right."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(problem.get("detail", ""))
        self.problem = problem


class Api:
    """The API as the client of this request finds it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get(self, name: str, *at: object, **query: Any) -> Any:
        """What an address gives; of a list its page, with the cursors by themselves."""
        given = {key: value for key, value in query.items() if value is not None}
        return _lean(json.loads(_content(self._call("GET", name, at, urlencode(given)))))

    def text(self, name: str, *at: object, most: int) -> tuple[str, bool]:
        """What an address gives as a file, at most so many bytes; and whether that is all."""
        said = b""
        for part in self._call("GET", name, at):
            said += part
            if len(said) > most:
                return said[:most].decode(errors="ignore"), False
        return said.decode(), True

    def send(
        self, method: str, name: str, *at: object, body: Answer, key: str | None = None
    ) -> Any:
        """What an address answers to a body; with the same `key` it is done once."""
        sent = json.dumps(body).encode()
        return _lean(json.loads(_content(self._call(method, name, at, body=sent, key=key))))

    def _call(
        self,
        method: str,
        name: str,
        at: tuple[object, ...],
        query: str = "",
        body: bytes = b"",
        key: str | None = None,
    ) -> HttpResponseBase:
        """The answer of the view; raises Refused."""
        try:
            path = reverse(f"api:{name}", args=at)
        except NoReverseMatch as error:
            detail = gettext("There is nothing at this address, or nothing that you may see.")
            raise Refused({"status": 404, "detail": detail}) from error
        found = resolve(path)
        request = WSGIRequest(self._environ(method, path, query, body, key))
        request.resolver_match = found
        response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
        if response.status_code >= REFUSED:
            raise Refused(json.loads(_content(response)))
        return response

    def _environ(
        self, method: str, path: str, query: str, body: bytes, key: str | None
    ) -> dict[str, Any]:
        """A request by the same client, with the same token and language, from the same place."""
        meta = self.request.META
        kept = {
            name: value
            for name, value in meta.items()
            if not name.startswith(OF_ONE_REQUEST) or name in KEPT
        }
        return kept | {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": query,
            "CONTENT_TYPE": "application/json" if body else "",
            "CONTENT_LENGTH": str(len(body)) if body else "",
            "HTTP_ACCEPT": "application/json",
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": self.request.scheme,
            **({"HTTP_IDEMPOTENCY_KEY": key} if key is not None else {}),
        }


def _content(response: HttpResponseBase) -> bytes:
    """What it says. It is not closed: that would end the request around this one."""
    render = getattr(response, "render", None)
    return b"".join(render() if render else response)


def _lean(data: Any) -> Any:
    """An answer without what it says twice, and with cursors in the place of addresses."""
    if isinstance(data, list):
        return [_lean(one) for one in data]
    if not isinstance(data, dict):
        return data
    lean = {name: _lean(value) for name, value in data.items() if name not in LEFT_OUT}
    if lean.keys() == {"next", "previous", "results"}:
        cursors = {name: _cursor(lean[name]) for name in ("next", "previous")}
        return {"results": lean["results"], **cursors}
    return lean


def _cursor(address: str | None) -> str | None:
    if not address:
        return None
    return parse_qs(urlsplit(address).query)["cursor"][0]
