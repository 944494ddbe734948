"""What a request that is too large, or lies about its size, costs the process that serves it.

The server is a process of its own, as in production; the kernel's clock of that process is read
before and after, so that what the client does is not counted.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from accounts import actions
from debate.models import Statement
from tests.config.test_oversize import CASES, FORM, head, sized, status
from tests.prove.conftest import Noted
from tests.prove.processes import Keeper, web
from tests.streams import Site

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]
LIMIT = 100.0  # ms of CPU
TRIES = 3
STILL = 0.2
"""Seconds in which a server does nothing that has nothing to do."""
Sent = Callable[[Site], int]


def spent(answering: int) -> float:
    """What the process has computed so far, in ms, by the clock that Linux numbers so."""
    return time.clock_gettime(~answering << 3 | 2) * 1000


def cost(site: Site, server: Keeper, send: Sent) -> tuple[int, float]:
    """The status, and the ms until the server is still again."""
    [answering] = server.children()
    before = spent(answering)
    found = send(site)
    now = spent(answering)
    while True:
        time.sleep(STILL)
        later = spent(answering)
        if later - now < 2:
            assert server.children() == [answering], "it has not lived through this"
            return found, later - before
        now = later


def _without_end(site: Site) -> int:
    chunk = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
    chunks = [chunk] * 200
    return status(site, head("/accounts/login/", "Transfer-Encoding: chunked", FORM), *chunks)


def _less(site: Site) -> int:
    promised = head("/accounts/login/", "Content-Length: 1000", FORM)
    return status(site, promised, b"a=b", closes=True)


def _more(site: Site) -> int:
    promised = head("/accounts/login/", "Content-Length: 3", FORM)
    return status(site, promised, b"a=b" + b"c" * 1_000_000)


def _far_more(site: Site) -> int:
    return status(site, head("/accounts/login/", "Content-Length: 99999999999", FORM))


def sent(name: str) -> Sent:
    return lambda site: status(site, *CASES[name][0]())


@pytest.fixture
def served(claim: Statement, tmp_path: Path) -> Iterator[tuple[Site, Keeper]]:
    with web(tmp_path / "log") as both:
        yield both


def test_what_is_too_large_costs_the_server_little(
    served: tuple[Site, Keeper], claim: Statement, note: Noted
) -> None:
    author = claim.author
    _, key = actions.create_token(author, by=author, name="p", scopes=["read", "write"])
    body = json.dumps({"kind": "remark", "body": "a" * 10_001}).encode()
    told = (f"Authorization: Bearer {key}", "Content-Type: application/json")
    path = f"/api/v1/statements/{claim.pk}/replies/"
    ways: dict[str, Sent] = {
        "10,001 characters": lambda site: status(site, *sized(path, body, *told)),
        **{name: sent(name) for name in CASES},
        "chunks without end": _without_end,
        "less than was promised": _less,
        "more than was promised": _more,
        "far more promised": _far_more,
    }
    costs: dict[str, float] = {}
    for name, send in ways.items():
        tries = [cost(*served, send) for _ in range(TRIES)]
        costs[name] = min(one for _, one in tries)
        assert {found for found, _ in tries} <= {
            0,
            200,
            400,
            401,
            403,
            404,
            413,
            414,
            415,
            422,
            431,
        }
        if name == "10,001 characters":
            assert {found for found, _ in tries} == {422}
    dearest = max(costs, key=lambda name: costs[name])
    note(
        "requests that are too large",
        f"{len(ways)} kinds, what the server's process computes, best of {TRIES}: "
        f"{costs[dearest]:.0f} ms at most ({dearest})",
    )
    assert costs[dearest] <= LIMIT, costs
