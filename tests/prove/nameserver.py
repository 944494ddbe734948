"""A small name server: it answers each question by turns, and lets nobody keep an answer."""

from __future__ import annotations

import ipaddress
import struct
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

TYPES = {"A": 1, "CNAME": 5, "AAAA": 28}
CODES = {"SERVFAIL": 2, "NXDOMAIN": 3, "REFUSED": 5}
ANSWER, CUT = 0x8180, 0x0200  # flags of a header
ASKED = b"\xc0\x0c"  # the name in the question
Turn = Sequence[str]
"""What is answered: records such as `A 10.0.0.1`, a code, or how it fails."""
Zone = Mapping[str, Mapping[str, Sequence[Turn]]]
"""The turns of a name (`*` for all others) for each type of question; none: no such record."""


class NameServer:
    """What it answers, and how often it was asked for each name."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.asked: Counter[str] = Counter()
        self.turns: Counter[tuple[str, int]] = Counter()

    def answer(self, packet: bytes) -> bytes | None:
        """Answer a question; None where it stays silent."""
        name, end = _name_in(packet)
        (kind,) = struct.unpack_from(">H", packet, end)
        self.asked[name] += 1
        turn = self._turn(name, kind)
        if "silence" in turn:
            return None
        if "garbage" in turn:
            return packet[:2] + b"\x81\x80" + b"\xff" * 40
        flags = ANSWER | sum(CODES.get(word, 0) for word in turn) | CUT * ("cut" in turn)
        records = list(_records(turn))
        head = packet[:2] + struct.pack(">5H", flags, 1, len(records), 0, 0)
        return head + packet[12 : end + 4] + b"".join(records)

    def _turn(self, name: str, kind: int) -> Turn:
        """What is said this time; who asks for a type that there is none of is told so."""
        known = self.zone.get(name, self.zone["*"])
        turns = [turns for word, turns in known.items() if TYPES[word] == kind]
        if not turns:
            return ()
        self.turns[name, kind] += 1
        return turns[0][(self.turns[name, kind] - 1) % len(turns[0])]


def _name_in(packet: bytes) -> tuple[str, int]:
    """The name in a question, and where it ends."""
    labels, at = [], 12
    while length := packet[at]:
        labels.append(packet[at + 1 : at + 1 + length].decode("latin-1"))
        at += 1 + length
    return ".".join(labels).lower(), at + 1


def _records(turn: Turn) -> Iterator[bytes]:
    """The records of a turn, kept for 0 s; what follows a CNAME is of the name in it."""
    owner = ASKED
    for kind, value in (word.split() for word in turn if " " in word):
        data = _written(value) if kind == "CNAME" else ipaddress.ip_address(value).packed
        yield owner + struct.pack(">HHIH", TYPES[kind], 1, 0, len(data)) + data
        owner = data if kind == "CNAME" else owner


def _written(name: str) -> bytes:
    return b"".join(bytes([len(one)]) + one.encode() for one in name.split(".")) + b"\0"
