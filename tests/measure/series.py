"""What is asked of Crux and of the references, by name; each is one series of a round."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from config import bench
from tests.measure.asking import HOST, Cost, Making, Request, Server

WORDS = "A shelf that nobody borrows from is a cost too, and 'each copy' of it waits for a reader."
MARK = re.compile(r'action="(/s/\d+/mark/)"')
TURNS = ("agree", "disagree")


@dataclass(frozen=True)
class Series:
    """Requests that are asked one after another; `before` each of them, uncounted."""

    server: Server
    make: Making
    times: int
    before: Callable[[int], None] | None = None

    def cost(self) -> Cost:
        """Ask them."""
        return self.server.cost(self.make, self.times, self.before)


def same(path: str) -> Making:
    """Asking for the same page each time."""
    return lambda number: Request(path)


def of_crux(visitor: Server, member: Server, times: int) -> dict[str, Series]:
    """The series of Crux. Names end with the number of statements of the debate."""
    change = _changes(member)
    found: dict[str, Series] = {}
    for size in bench.SIZES:
        at, api = f"/d/bench-{size}/", f"/api/v1/debates/bench-{size}/statements/"
        found |= {
            f"page {size}": Series(visitor, same(at), times),
            f"page in {size}": Series(member, same(at), times),
            f"page anew {size}": Series(visitor, same(at), times // 2, change(size)),
            f"page in anew {size}": Series(member, same(at), times // 2, change(size)),
            f"api 50 {size}": Series(visitor, same(api), times),
            f"api 50 anew {size}": Series(visitor, same(api), times // 2, change(size)),
            f"publish {size}": Series(member, _replies(member, size), times),
        }
        if size > bench.SIZES[0]:
            link, far = f"{at}?at={_deepest(size)}", f"{at}?after={_far_on(size)}"
            all_of_it, fewer = f"{at}downloads/markdown/", max(3, times // (size // 100))
            found |= {
                f"deep {size}": Series(visitor, same(far), times),
                f"deep in {size}": Series(member, same(far), times),
                f"link {size}": Series(visitor, same(link), times),
                f"link in {size}": Series(member, same(link), times),
                f"whole {size}": Series(visitor, same(all_of_it), fewer),
            }
    api = "/api/v1/debates/bench-1000/statements/?limit=1000"
    found["api 1000"] = Series(visitor, same(api), times)
    fewer = max(3, times // 4)
    found["api 1000 anew"] = Series(visitor, same(api), fewer, change(1000))
    return found


def of_reference(raw: Server, times: int) -> dict[str, Series]:
    """The series of the references: the same by psycopg and f-strings, or orjson."""
    return {
        "raw first50": Series(raw, same("/rows/1000?limit=50"), times),
        "raw whole 1000": Series(raw, same("/rows/1000"), times),
        "raw whole 10000": Series(raw, same("/rows/10000"), max(3, times // 4)),
        "raw api 50": Series(raw, same("/json/1000?limit=50"), times),
        "raw api 1000": Series(raw, same("/json/1000"), times),
        "raw publish": Series(raw, _raw_reply, times),
    }


def _raw_reply(number: int) -> Request:
    return Request("/reply/10000", {"parent": str(1102 + number % 3), "body": WORDS})


def _replies(member: Server, size: int) -> Making:
    """Replies as the page's form sends them, each under a new key."""
    supports = _statements(size).filter(kind="support").order_by("pk")
    parents = list(supports.values_list("pk", flat=True)[:3])

    def make(number: int) -> Request:
        fields = {"kind": "support", "body": f"{WORDS} {secrets.token_hex(4)}"}
        fields |= {"key": secrets.token_hex(16), "csrfmiddlewaretoken": bench.CSRF}
        return Request(f"/s/{parents[number % 3]}/reply/", fields)

    return make


def _changes(member: Server) -> Callable[[int], Callable[[int], None]]:
    """What has a debate's pages drawn anew: somebody marks a statement of the first page."""
    answers = count()

    def of(size: int) -> Callable[[int], None]:
        client = member.client()
        page = client.ask(Request(f"/d/bench-{size}/")).decode()
        address = MARK.findall(page)[0]

        def change(number: int) -> None:
            fields = {"truth": TURNS[next(answers) % 2], "csrfmiddlewaretoken": bench.CSRF}
            member.client().ask(Request(address, fields))

        return change

    return of


def _deepest(size: int) -> int:
    return int(_statements(size).order_by("-depth", "pk").values_list("pk", flat=True)[0])


def _far_on(size: int) -> int:
    """A reply in the middle of all to the statement that is answered most."""
    widest = _statements(size).order_by("-reply_count", "pk")[0]
    replies = _statements(size).filter(parent=widest).order_by("pk")
    return int(replies.values_list("pk", flat=True)[widest.reply_count // 2])


def _statements(size: int) -> QuerySet[Any]:
    model = apps.get_model("debate", "Statement")
    found: QuerySet[Any] = model._default_manager.filter(debate__slug=f"bench-{size}")
    return found


def visitor_and_member(site: bench.Bench, port: int) -> tuple[Server, Server]:
    """The site as a visitor and as the member of the bench see it."""
    https = {"X-Forwarded-Proto": "https", "Referer": f"https://{HOST}:{port}/"}
    cookie = f"csrftoken={bench.CSRF}; sessionid={site.session}"
    where = (port, site.process.pid, bench.DATABASE, site.dsn)
    return Server(*where, https), Server(*where, {**https, "Cookie": cookie})
