"""Debates as files: written piece by piece, and what is lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

from django.db import connections

from debate.formats import outline as told
from debate.models import Debate
from debate.selectors import outlines


def chunks(written: Iterator[str | bytes], size: int = 65_536) -> Iterator[bytes]:
    """What a writer gives, as UTF-8 in pieces of some size."""
    waiting: list[bytes] = []
    length = 0
    for piece in written:
        data = piece.encode("utf-8", "replace") if isinstance(piece, str) else piece
        waiting.append(data)
        length += len(data)
        if length >= size:
            yield b"".join(waiting)
            waiting, length = [], 0
    if waiting:
        yield b"".join(waiting)


def stream(pieces: Iterator[bytes], *, later: bool) -> Iterator[bytes] | AsyncIterator[bytes]:
    """The pieces for an answer; `later`, for an event loop, which no query may hold up."""
    return _later(pieces) if later else pieces


async def _later(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(_aside, pieces):
        yield piece


def _aside(pieces: Iterator[bytes]) -> bytes:
    """The next piece, in a thread of its own, which gives its connection back; none at the end."""
    try:
        return next(pieces, b"")
    finally:
        connections.close_all()


@dataclass(slots=True)
class Lost:
    """What a format does not hold of a debate, and whether there is more than is told."""

    losses: list[told.Loss] = field(default_factory=list)
    more: bool = False


def lost(debate: Debate, writer: told.Writer, most: int = 2_000) -> Lost:
    """What is lost when the debate is written, the first of it."""
    found = Lost()
    for _ in writer(outlines.outline(debate), found.losses.append):
        if len(found.losses) >= most:
            found.more = True
            del found.losses[most:]
            break
    return found
