"""Who asks the hosts: writers with a ledger, visitors, and readers of streams."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from dataclasses import dataclass, field

from tests.prove import hosts
from tests.prove.hosts import address


@dataclass
class Asker(threading.Thread):
    """Somebody who asks the site, from the host `out`; notes when it last went well."""

    net: hosts.Net
    stop: threading.Event
    last: float = field(default_factory=time.monotonic)
    longest: float = 0.0
    errors: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        self.net.enter("out")
        while not self.stop.is_set():
            try:
                self.turn()
                self.well()
            except (OSError, http.client.HTTPException, Refused) as error:
                self.errors.append((time.monotonic(), f"{type(error).__name__}: {error}"[:200]))
                self.stop.wait(0.05)

    def well(self) -> None:
        """Note that it went well, and how long that took to come."""
        now = time.monotonic()
        self.longest = max(self.longest, now - self.last)
        self.last = now

    def turn(self) -> None:
        """Ask once."""
        raise NotImplementedError

    def ask(self, path: str, body: object = None, **headers: str) -> bytes:
        """The answer; OSError, HTTPException, Refused."""
        site = http.client.HTTPConnection(address("edge"), 80, timeout=10)
        given = {"Host": hosts.NAME, **headers}
        try:
            if body is None:
                site.request("GET", path, headers=given)
            else:
                given["Content-Type"] = "application/json"
                site.request("POST", path, json.dumps(body), given)
            answer = site.getresponse()
            read = answer.read()
            if answer.status >= 400:
                raise Refused(f"{answer.status} {path} {read[:120]!r}")
            return read
        finally:
            site.close()


class Refused(Exception):
    """An answer that is no success."""


@dataclass
class Writer(Asker):
    """Publishes under a statement of its own, and looks whether the answer of all doors has it."""

    key: str = ""
    parent: int = 0
    ledger: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    words: str = ""

    __hash__ = threading.Thread.__hash__

    def turn(self) -> None:
        self.words = self.words or f"Written as {uuid.uuid4().hex}."
        said = {"kind": "remark", "body": self.words}
        path = f"/api/v1/statements/{self.parent}/replies/"
        bearer = {"Authorization": f"Bearer {self.key}"}
        made = json.loads(self.ask(path, said, **bearer, **{"Idempotency-Key": self.words}))
        self.ledger[self.words] = made["id"]
        self.words = ""
        self.well()
        seen = json.loads(self.ask(f"/api/v1/statements/{self.parent}/", **bearer))
        if seen["reply_count"] < len(self.ledger):
            self.missed.append(f"{seen['reply_count']} of {len(self.ledger)}")
        time.sleep(0.05)


@dataclass
class Visitor(Asker):
    """Reads the debate."""

    path: str = "/"

    __hash__ = threading.Thread.__hash__

    def turn(self) -> None:
        self.ask(self.path)
        time.sleep(0.05)


@dataclass
class Listener(Asker):
    """Reads the stream of the debate from the beginning; comes again where it breaks."""

    path: str = "/"
    heard: list[int] = field(default_factory=list)
    broken: int = 0

    __hash__ = threading.Thread.__hash__

    def turn(self) -> None:
        site = http.client.HTTPConnection(address("edge"), 80, timeout=20)
        last = {"Last-Event-ID": str(self.heard[-1])} if self.heard else {}
        try:
            site.request("GET", f"{self.path}?after=0", headers={"Host": hosts.NAME, **last})
            answer = site.getresponse()
            if answer.status != 200:
                raise Refused(f"{answer.status}")
            while line := answer.readline():
                if line.startswith(b"id: "):
                    self.heard.append(int(line[4:]))
                self.well()
                if self.stop.is_set():
                    return
            self.broken += 1
        finally:
            site.close()
