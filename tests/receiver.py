"""A receiver of webhooks on this machine, which answers as it is told and keeps what it got."""

from __future__ import annotations

import contextlib
import json
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import time_machine
from standardwebhooks import Webhook as Verifier


@dataclass
class Got:
    """A request: its path, headers and body, and when it came (seconds since 1970)."""

    path: str
    headers: dict[str, str]
    body: bytes
    came: float = field(default_factory=time.time)

    @property
    def id(self) -> str:
        """The id of the message."""
        return self.headers["webhook-id"]

    @property
    def said(self) -> dict[str, Any]:
        """The body, read."""
        told: dict[str, Any] = json.loads(self.body)
        return told

    def verified(self, key: str) -> dict[str, Any]:
        """The body, if the key had just signed it when it came; else WebhookVerificationError."""
        with time_machine.travel(self.came, tick=False):
            told: dict[str, Any] = Verifier(key).verify(self.body, self.headers)
        return told


@dataclass
class Receiver:
    """What it answers: statuses one after the other, then `status`; `way` is how.

    With a `context` it speaks TLS, and begins with that after `stalls` seconds.
    """

    port: int = 0
    status: int = 204
    statuses: list[int] = field(default_factory=list)
    way: str = "plain"
    got: list[Got] = field(default_factory=list)
    connections: int = 0
    context: ssl.SSLContext | None = None
    stalls: float = 0.0

    @property
    def place(self) -> str:
        """Its host and port, as WEBHOOKS_INSIDE names them."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{self.place}/hook"


class Server(ThreadingHTTPServer):
    """Serves as it is told, and says nothing where it is cut off."""

    daemon_threads = True

    def __init__(self, told: Receiver) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told = told
        told.port = self.server_address[1]

    def handle_error(self, *of: object) -> None:
        """Say nothing."""


class Handler(BaseHTTPRequestHandler):
    """Answers as its server's `told` says."""

    protocol_version = "HTTP/1.1"

    @property
    def told(self) -> Receiver:
        """What is told of it."""
        assert isinstance(self.server, Server)
        return self.server.told

    def setup(self) -> None:
        """Count the connection."""
        self.told.connections += 1
        if self.told.context is not None:
            time.sleep(self.told.stalls)
            self.request = self.told.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """Keep what came, and answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.told.got.append(Got(self.path, headers, body))
        status = self.told.statuses.pop(0) if self.told.statuses else self.told.status
        with contextlib.suppress(OSError):  # cut off
            WAYS[self.told.way](self, status)

    def plain(self, status: int) -> None:
        """A whole answer; a redirect leads elsewhere here."""
        self.send_response(status)
        if status in range(300, 400):
            self.send_header("Location", f"http://{self.told.place}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def trickle(self, status: int) -> None:
        """A letter now and then."""
        for sign in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
            self.wfile.write(bytes([sign]))
            time.sleep(0.1)

    def drip(self, status: int) -> None:
        """A body, a letter now and then."""
        self.send_response(status)
        self.send_header("Connection", "close")
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b"x")
            time.sleep(0.1)

    def endless(self, status: int) -> None:
        """A body without an end."""
        self.send_response(status)
        self.end_headers()
        while True:
            self.wfile.write(b"x" * 65536)


WAYS = {
    "plain": Handler.plain,
    "trickle": Handler.trickle,
    "drip": Handler.drip,
    "endless": Handler.endless,
}


@contextlib.contextmanager
def receiver() -> Iterator[Receiver]:
    """Run one."""
    told = Receiver()
    server = Server(told)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
