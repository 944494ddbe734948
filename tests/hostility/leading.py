"""Where an answer leads a browser, and every address of the pages that may lead elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from django.core.cache import cache
from django.db import transaction

from tests.hostility.crawling import OUT
from tests.rights import world
from tests.rights.routes import Route
from tests.rights.rows import cells
from tests.rights.table import IDENTITIES, YES, Row, outcome
from tests.rights.test_table import Undo
from tests.rights.world import Who, World

LEADING = ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url", "Refresh")
"""The headers by which an answer leads a browser on."""
CONTROLS = "".join(map(chr, range(0x21)))
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def leads_off(to: str, here: str) -> bool:
    """Whether a browser leaves `here`, a scheme and a host, that is led to this address.

    After the URL Standard, which `urllib` does not follow: what is no space nor control stays, a
    backslash is a slash, and of slashes before a host there may be any number above one.
    """
    base = urlsplit(here)
    to = re.sub(r"[\t\r\n]", "", to.strip(CONTROLS)).replace("\\", "/")
    if scheme := SCHEME.match(to):
        if scheme[1].lower() != base.scheme:
            return True
        to = to[scheme.end() :]
    if not to.startswith("//"):
        return False
    host = re.split(r"[/?#]", to.lstrip("/"))[0].rpartition("@")[2]
    return unquote(host).lower() != base.netloc


def leading(answer: Any) -> list[str]:
    """Where the headers of an answer lead."""
    return [answer.headers[name] for name in LEADING if name in answer.headers]


@dataclass
class Asked:
    """An address of the pages, with a method, and somebody who gets it."""

    there: World
    route: Route
    row: Row
    who: Who
    path: str
    here: str = "http://testserver"
    sent: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.row.method} {self.route.name}"

    def answer(
        self,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        referer: str = "",
    ) -> Any:
        """What comes of it with these besides; what is written is undone."""
        headers = {"Referer": referer} if referer else {}
        client = self.who.client(self.route.door)
        client.raise_request_exception = False
        secure = self.here.startswith("https:")
        path = f"{self.path}?{urlencode(query)}" if query else self.path
        answer = None
        try:
            with transaction.atomic():
                if self.row.method == "POST":
                    sent = {**self.sent, **(form or {})}
                    answer = client.post(path, sent, secure=secure, headers=headers)
                else:
                    answer = client.get(path, secure=secure, headers=headers)
                raise Undo
        except Undo:
            cache.clear()
        return answer


def asked(there: World, here: str) -> Iterator[Asked]:
    """Every address of the pages that may lead elsewhere, with somebody who gets it."""
    place = there.places["public"]
    for route, row in cells():
        if route.door in ("api", "mcp") or "live" in route.name:
            continue
        path = route.address(world.values(there, place, route, dict(row.at)))
        may = [one for one in IDENTITIES if outcome(row, route.door, "public", one) == YES]
        may = [one for one in may if there.who[one].session] or ["visitor"]
        who = there.who["visitor" if path.startswith(OUT) else may[-1]]
        sent = row.sends(place, there.who["facilitator"])
        if path.endswith("/login/"):
            sent = {"login": "nora", "password": "correct horse"}
        yield Asked(there, route, row, who, path, here, sent)
