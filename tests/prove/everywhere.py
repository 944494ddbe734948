"""The process in a network in which every address is here: listeners at all, and a name server.

`world.py` starts it, in namespaces of its own.
"""

from __future__ import annotations

import contextlib
import json
import selectors
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import BaseServer
from typing import Any

from tests.certificates import Certificates
from tests.prove.nameserver import NameServer, Zone

SERVER = "127.0.0.53"
ROUTES = (
    ("ip", "link", "set", "lo", "up"),
    ("ip", "route", "add", "local", "0.0.0.0/0", "dev", "lo"),
    ("ip", "-6", "route", "add", "local", "::/0", "dev", "lo"),
)
FILES = {
    "resolv.conf": f"nameserver {SERVER}\n",
    "nsswitch.conf": "hosts: files dns\n",
    "hosts": "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n",
}
STILL = 0.3  # seconds without a connection, after which all have been accepted
LEADS = (
    *("https://127.0.0.1/in", "http://127.0.0.1/in", "https://10.0.0.1/in", "https://[::1]/in"),
    *("http://169.254.169.254/latest/meta-data/", "gopher://127.0.0.1:25/_in", "//127.0.0.1/in"),
)
"""Where redirects lead: those of `/leads/<status>/<number>`."""


class Everywhere(BaseServer):
    """Listens at each of the ports of every address; counts who connects, and answers."""

    def __init__(self, zone: Zone, ports: Sequence[int], context: ssl.SSLContext) -> None:
        super().__init__(("", 0), Handler)
        self.context = context
        self.names = NameServer(zone)
        self.connections: list[tuple[str, int]] = []
        self.said: list[dict[str, str]] = []
        self.selector = selectors.DefaultSelector()
        for port in ports:
            for family, every in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
                self.selector.register(_listener(family, every, port), selectors.EVENT_READ)
        self.selector.register(sys.stdin, selectors.EVENT_READ)
        self.asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.asking.bind((SERVER, 53))

    def serve(self) -> None:
        """Do so until whoever has started it ends."""
        threading.Thread(target=self._names, daemon=True).start()
        print(json.dumps("ready"), flush=True)
        while True:
            if self._turn(None) and not self._tell():
                return

    def _turn(self, wait: float | None) -> bool:
        """Accept what there is; whether somebody wants to know."""
        for key, _ in self.selector.select(wait):
            if isinstance(key.fileobj, socket.socket):
                line, peer = key.fileobj.accept()
                self.connections.append(line.getsockname()[:2])
                threading.Thread(target=self._answer, args=(line, peer), daemon=True).start()
            else:
                return True
        return False

    def _tell(self) -> bool:
        """Tell what was seen, once all of it has been accepted; whether anybody listens."""
        if not sys.stdin.readline():
            return False
        known = -1
        while known < len(self.connections):
            known = len(self.connections)
            self._turn(STILL)
        told = {"connections": self.connections, "said": self.said, "asked": self.names.asked}
        print(json.dumps(told), flush=True)
        self.connections, self.said = [], []
        self.names.asked.clear()
        return True

    def _answer(self, line: socket.socket, peer: Any) -> None:
        with contextlib.suppress(OSError, ValueError), line:
            line.settimeout(10)
            is_tls = line.recv(1, socket.MSG_PEEK) == b"\x16"
            told = self.context.wrap_socket(line, server_side=True) if is_tls else line
            with told:
                Handler(told, peer, self)

    def _names(self) -> None:
        while True:
            packet, peer = self.asking.recvfrom(2048)
            if answer := self.names.answer(packet):
                self.asking.sendto(answer, peer)


class Handler(BaseHTTPRequestHandler):
    """Takes what is said, and leads on where the path says so."""

    def do_GET(self) -> None:
        assert isinstance(self.server, Everywhere)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("latin-1")
        address = self.connection.getsockname()[0]
        self.server.said.append({"address": address, "path": self.path, "body": body})
        words = self.path.split("/")
        leads = words[1] == "leads"
        self.send_response(int(words[2]) if leads else 204)
        if leads:
            self.send_header("Location", LEADS[int(words[3])])
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def _listener(family: int, every: str, port: int) -> socket.socket:
    made = socket.socket(family)
    if family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    made.bind((every, port))
    made.listen(1024)
    return made


def main(folder: Path) -> None:
    for words in ROUTES:
        subprocess.run(words, check=True)
    for name in FILES:
        subprocess.run(["mount", "--bind", folder / name, f"/etc/{name}"], check=True)
    told = json.loads((folder / "told.json").read_text())
    made = Certificates(folder / "authority.pem", folder / "site.pem")
    Everywhere(told["zone"], told["ports"], made.context()).serve()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
