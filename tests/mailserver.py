"""A mail server that keeps what it is given, or refuses it."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message


@dataclass
class Catcher:
    """What has come, and what to answer to whom it is for (250 takes it)."""

    port: int = 0
    caught: list[Message] = field(default_factory=list)
    answer: str = "250 ok"


@contextmanager
def running(host: str = "127.0.0.1") -> Iterator[Catcher]:
    """Serve SMTP on a free port of this machine."""
    catcher = Catcher()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 here")
            while line := self.rfile.readline():
                verb = line[:4].upper().strip()
                if verb == b"DATA":
                    self.say("354 go on")
                    catcher.caught.append(message_from_bytes(self.read_mail()))
                self.say({b"RCPT": catcher.answer, b"QUIT": "221 bye"}.get(verb, "250 ok"))

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def read_mail(self) -> bytes:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line)
            return b"".join(lines)

    with socketserver.ThreadingTCPServer((host, 0), Session) as server:
        server.daemon_threads = True
        catcher.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield catcher
        server.shutdown()
