"""Calling an address that somebody has named, without being led to where only we can go.

Every address that a name stands for is looked at, and the one that was looked at is connected to:
a name that changes meanwhile changes nothing. There are no redirects, no proxies, and an end to
the time and to what is read.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

SECONDS = 10.0
READ_MOST = 64 * 1024  # bytes
OK = range(200, 300)
GLOBAL = ipaddress.ip_network("2000::/3")
CLOSED = tuple(
    ipaddress.ip_network(net)
    for net in (
        *(
            "192.0.0.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.175.48.0/24",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20",
        ),
        "2620:4f:8000::/48",
    )
)
"""Blocks that look global and lead elsewhere: relays, tunnels, examples (RFC 6890)."""
HOST = re.compile(r"[A-Za-z0-9.:_-]+")


class Unreachable(Exception):
    """The address was not called, or gave no answer; says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered: the status, and how long it took in ms."""

    status: int
    took: int

    @property
    def is_good(self) -> bool:
        """Whether it took what was sent."""
        return self.status in OK


def refusal_of(url: str) -> str:
    """Why an address cannot be called, as a code; '' where it may be tried."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        return "unreadable"
    if not url.isascii() or re.search(r"[\x00-\x20\x7f\\]", url) or not host:
        return "unreadable"
    if not HOST.fullmatch(host) or parts.username is not None or parts.fragment or port == 0:
        return "unreadable"
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_ours(parts)):
        return "https"
    if _is_ours(parts):
        return ""
    if _is_literal_of_ours(host):
        return "inside"
    return "" if _port(parts) in settings.WEBHOOKS_PORTS else "port"


def call(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """POST to an address; raises Unreachable."""
    begun = time.monotonic()
    if refusal := refusal_of(url):
        raise Unreachable("port" if refusal == "port" else "refused")
    parts = urlsplit(url)
    host, port = parts.hostname or "", _port(parts)
    is_tls = parts.scheme == "https"
    address = _resolved(host, port, may_be_inside=_is_ours(parts))
    left = SECONDS - (time.monotonic() - begun)
    connection = _Pinned(host, port, address, is_tls=is_tls, timeout=max(left, 0.1))
    try:
        with connection.cut_after(max(left, 0.1)):
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body=body, headers=dict(headers))
            answer = connection.getresponse()
            answer.read(READ_MOST)
    except TimeoutError as error:
        raise Unreachable("late") from error
    except ssl.SSLError as error:
        raise Unreachable("late" if connection.is_cut else "certificate") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable("late" if connection.is_cut else "connection") from error
    finally:
        connection.close()
    if connection.is_cut:
        raise Unreachable("late")
    return Answer(answer.status, round(1000 * (time.monotonic() - begun)))


# ---- where it leads
def is_public(address: str) -> bool:
    """Whether an address is anybody's on the internet, and not one that leads back inside."""
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if any(ip.version == net.version and ip in net for net in CLOSED) or ip.is_multicast:
        return False
    is_ours = isinstance(ip, ipaddress.IPv6Address) and ip not in GLOBAL
    return ip.is_global and not is_ours


def _is_ours(parts: SplitResult) -> bool:
    """Whether whoever runs the site lets its webhooks reach this host and port inside."""
    place = f"{parts.hostname}:{_port(parts)}"  # the name in small letters
    return place in map(str.lower, settings.WEBHOOKS_INSIDE)


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _is_literal_of_ours(host: str) -> bool:
    try:
        return not is_public(host)
    except ValueError:
        return False  # a name, which is looked up when it is called


def _resolved(host: str, port: int, *, may_be_inside: bool) -> str:
    """The address to connect to; raises Unreachable where one of those of the name is inside."""
    try:
        found = _lookups().submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        addresses = [str(one[4][0]) for one in found.result(SECONDS)]
    except TimeoutError as error:
        raise Unreachable("late") from error
    except (OSError, UnicodeError) as error:
        raise Unreachable("name") from error
    if not addresses:
        raise Unreachable("name")
    if not may_be_inside and not all(is_public(address) for address in addresses):
        raise Unreachable("inside")
    return addresses[0]


@cache
def _lookups() -> ThreadPoolExecutor:
    """Where names are looked up, which knows no end of its own."""
    return ThreadPoolExecutor(16, thread_name_prefix="lookup")


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at, under the name that was asked for."""

    def __init__(
        self, host: str, port: int, address: str, *, is_tls: bool, timeout: float
    ) -> None:
        super().__init__(host, port, timeout=timeout)
        self.address, self.is_tls, self.is_cut = address, is_tls, False
        self.line: socket.socket | None = None  # also when `sock` is the answer's alone
        self.default_port = 443 if is_tls else 80  # so that the Host header names no usual port

    def connect(self) -> None:
        """Connect to the address, and prove by its certificate that it is the name's."""
        line = socket.create_connection((self.address, self.port), self.timeout)
        if self.is_tls:
            line = ssl.create_default_context().wrap_socket(
                line, server_hostname=self.host, do_handshake_on_connect=False
            )
        self.sock = self.line = line
        if self.is_cut:  # just now, when there was nothing to cut yet
            raise TimeoutError
        if isinstance(line, ssl.SSLSocket):
            line.do_handshake()

    @contextlib.contextmanager
    def cut_after(self, seconds: float) -> Iterator[None]:
        """End it after so long, however slowly the other side goes on."""
        timer = threading.Timer(seconds, self._cut)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        self.is_cut = True
        if self.line is not None:
            with contextlib.suppress(OSError):  # past TLS, which would go on in the clear
                socket.socket.shutdown(self.line, socket.SHUT_RDWR)
