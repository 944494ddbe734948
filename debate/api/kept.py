"""Lists of statements kept until something in the debate changes, for who sees what all see.

Every change to a debate writes an event and counts it in its row, which each request reads: so
nobody is given what has been hidden, withdrawn or edited. A new name shows within a minute. What
moderators read, and what authors still read of their own that is gone, is never kept.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from debate import rules
from debate.models import Debate
from debate.rules import Viewer
from debate.selectors import debates

MOST = 32_000_000  # bytes, in each process
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer in JSON. `has_gone`: whether some may read more of it than others."""

    version: Hashable
    until: float
    json: bytes
    has_gone: bool


Made = tuple[dict[str, Any], bool]
_answers: dict[Hashable, Kept] = {}
_lock = threading.Lock()


def answer(debate: Debate, viewer: Viewer, address: str, make: Callable[[], Made]) -> bytes:
    """The answer at this address, kept or made; `make` says whether anything in it is gone."""
    version = debates.version(debate)
    known = _answers.get(address)
    is_fresh = known and known.version == version and known.until > time.monotonic()
    if known and is_fresh and _sees_what_all_see(viewer, known.has_gone):
        return known.json
    data, has_gone = make()
    made = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    if _sees_what_all_see(viewer, has_gone):
        _keep(address, Kept(version, time.monotonic() + SECONDS, made, has_gone))
    return made


def _sees_what_all_see(viewer: Viewer, has_gone: bool) -> bool:
    return viewer.pk is None or not (has_gone or rules.may_moderate(viewer))


def _keep(address: str, made: Kept) -> None:
    with _lock:
        _answers.pop(address, None)
        size = sum(len(one.json) for one in _answers.values()) + len(made.json)
        while _answers and size > MOST:
            size -= len(_answers.pop(next(iter(_answers))).json)
        _answers[address] = made
