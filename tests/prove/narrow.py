"""A narrow line: a network namespace whose packets, both ways, share so many bits a second.

What is in it reaches nothing else. It takes root, and the Debian package `iproute2`.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.prove import hosts
from tests.prove.hosts import enter, run

PACKET = 1500  # bytes, as on most lines; of this machine's own it is 65,536


def missing() -> str:
    """Why there can be none here; empty where there can."""
    return hosts.missing(("ip", "tc", "nsenter"))


class Line:
    """The namespace, by its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def door(self) -> socket.socket:
        """A socket that listens there; who accepts may be anywhere."""

        def made() -> socket.socket:
            enter(self.name)
            return socket.create_server(("127.0.0.1", 0))

        with ThreadPoolExecutor(1) as aside:  # which alone goes there
            return aside.submit(made).result()

    def program(self, path: str, at: Path) -> Path:
        """A program that runs another one there."""
        at.write_text(f'#!/bin/sh\nexec nsenter --net=/run/netns/{self.name} {path} "$@"\n')
        at.chmod(0o755)
        return at

    def sent(self) -> int:
        """How many bytes have gone over it."""
        told = run("tc", "-n", self.name, "-s", "qdisc", "show", "dev", "lo").split()
        return int(told[told.index("Sent") + 1])


@contextlib.contextmanager
def line(kilobits: int) -> Iterator[Line]:
    """Make a line of so many thousand bits a second."""
    name = f"cxline{os.getpid()}"
    run("ip", "netns", "add", name)
    try:
        run("ip", "-n", name, "link", "set", "lo", "mtu", PACKET, "up")
        shape = ["rate", f"{kilobits}kbit", "burst", "3000", "latency", "3s"]
        run("tc", "-n", name, "qdisc", "add", "dev", "lo", "root", "tbf", *shape)
        yield Line(name)
    finally:
        run("ip", "netns", "del", name)
