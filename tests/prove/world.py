"""A network in which every address is here: whatever a program connects to, it is seen.

Its process (`everywhere.py`) has namespaces of its own, with listeners at every IPv4 and IPv6
address, a name server, and the files that name it. Nothing of it can be reached from outside, nor
the outside from it; it is gone with its process, which ends with whoever has started it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.certificates import certify
from tests.prove import hosts
from tests.prove.conftest import PROJECT
from tests.prove.everywhere import FILES
from tests.prove.nameserver import Zone

SEND = """
import sys, django
django.setup()
from tests.prove import senders
senders.main(*sys.argv[1:])
"""
TOOLS = ("ip", "unshare", "nsenter", "mount")
PUBLIC = ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")
"""Addresses for names of our own, which are public where there is an internet."""


def missing() -> str:
    """Why it cannot be made here; empty where it can."""
    return hosts.missing(TOOLS)


@dataclass(frozen=True)
class Seen:
    """The connections since the last look, what was said by them, and the names asked for."""

    connections: list[tuple[str, int]]
    said: list[dict[str, str]]
    asked: dict[str, int]

    def outside_of(self, known: Sequence[str]) -> list[tuple[str, int]]:
        """Those to other addresses than these."""
        return [one for one in self.connections if one[0] not in known]


class World:
    """The network, with the programs that are run in it."""

    def __init__(self, folder: Path, zone: Zone, ports: Sequence[int]) -> None:
        self.folder = folder
        for name, text in FILES.items():
            (folder / name).write_text(text)
        (folder / "told.json").write_text(json.dumps({"zone": zone, "ports": sorted({*ports})}))
        self.certificates = certify(folder, [name for name in zone if name != "*"])

    def __enter__(self) -> World:
        command = [sys.executable, "-m", "tests.prove.everywhere", str(self.folder)]
        self.process = subprocess.Popen(
            ["unshare", "--net", "--mount", *command],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._heard() == "ready"
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait(10)

    def _heard(self) -> Any:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline() or '"ended"')

    def seen(self) -> Seen:
        """What was seen since the last time."""
        assert self.process.stdin
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        told = self._heard()
        made = [(address, port) for address, port in told["connections"]]
        return Seen(made, told["said"], told["asked"])

    def run(self, *words: str, told: Mapping[str, str], given: str = "") -> str:
        """Run the main of `senders.py` there until it ends; gives what it prints."""
        there = ["nsenter", f"--target={self.process.pid}", "--net", "--mount"]
        done = subprocess.run(
            [*there, sys.executable, "-c", SEND, *words],
            input=given,
            capture_output=True,
            text=True,
            check=False,
            env={**told, **self._trusting()},
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def _trusting(self) -> dict[str, str]:
        trusted = str(self.certificates.authority)
        return {"SSL_CERT_FILE": trusted, "PYTHONPATH": str(PROJECT)}
