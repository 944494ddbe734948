"""What is run in the network of `world.py`: what sends webhooks, and programs with less care.

`deliver` sends all that waits, as the worker does. The others take an address a line: `call` calls
it as the worker would, and prints what came of it; `careless` connects to whatever it leads to,
redirects too; `checking` connects by name, once it has looked the name up and found it public.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import SplitResult, urljoin, urlsplit

from debate.actions import delivering, outgoing
from debate.models import Delivery

PORTS = {"https": 443, "http": 80, "gopher": 70, "ftp": 21, "ldap": 389, "dict": 2628}
HOPS = 3


def deliver() -> None:
    """Send until all has been tried."""
    while Delivery.objects.filter(tries=0).exists():
        delivering.call()


def call(url: str) -> str:
    """The status that it answered, or why it was not called."""
    try:
        return str(outgoing.call(url, b'{"who":"a webhook"}', {}).status)
    except outgoing.Unreachable as error:
        return str(error)


def careless(url: str) -> str:
    """Connect to it, and to what it leads to, as long as it leads on."""
    for _ in range(HOPS):
        answer = _asked(urlsplit(url))
        if not answer:
            return "connected"
        url = urljoin(url, answer)
    return "led on"


def checking(url: str) -> str:
    """Look whether its name is public, and then connect to the name."""
    parts = urlsplit(url)
    found = socket.getaddrinfo(parts.hostname, 443, type=socket.SOCK_STREAM)
    if not all(outgoing.is_public(str(one[4][0])) for one in found):
        return "inside"
    _asked(parts)
    return "connected"


def _asked(parts: SplitResult) -> str:
    """Connect, and ask where it is HTTP; gives where that leads."""
    if not parts.hostname:
        raise ValueError("no host")
    port = parts.port or PORTS.get(parts.scheme, 80)
    with socket.create_connection((parts.hostname, port), 2) as line:
        if parts.scheme not in ("http", "https"):
            return ""
        asked = http.client.HTTPConnection(parts.hostname, port)
        context = ssl._create_unverified_context()
        asked.sock = context.wrap_socket(line) if parts.scheme == "https" else line
        asked.request("POST", parts.path or "/", body=b"{}", headers={"Host": "careless"})
        return asked.getresponse().headers.get("Location", "")


def _all(do: Callable[[str], str], urls: list[str], at_once: int) -> Iterator[dict[str, object]]:
    def one(url: str) -> dict[str, object]:
        begun, came = time.monotonic(), "failed"
        with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
            came = do(url)
        return {"url": url, "came": came, "took": time.monotonic() - begun}

    with ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(one, urls)


def main(way: str, at_once: str = "1") -> None:
    if way == "deliver":
        return deliver()
    do = {"call": call, "careless": careless, "checking": checking}[way]
    for told in _all(do, sys.stdin.read().split("\n"), int(at_once)):
        print(json.dumps(told))
    return None
