"""Values of files that anybody may have made, taken as what they should be; and names, counts."""

from __future__ import annotations

import textwrap
from collections.abc import Container, Mapping
from datetime import UTC, datetime
from typing import Any

from debate.formats.bounds import NOT_TEXT
from debate.formats.outline import Loss, Lost

NAME_MOST, BODY_MOST, SAME_MOST = 60, 10_000, 1_000
MILLISECONDS = 1e11  # as seconds this is the year 5138
_BROKEN = (ValueError, OverflowError, OSError)


def words_of(value: Any) -> str:
    """A text, or a number as text, without characters that no text has; else nothing."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**18 else ""
    return NOT_TEXT.sub("", value).strip() if isinstance(value, str) else ""


def mapping_of(value: Any) -> Mapping[str, Any]:
    """An object of JSON; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """A list of JSON; an empty one for anything else."""
    return value if isinstance(value, list) else []


def moment_of(value: Any) -> datetime | None:
    """A time in ISO 8601, or in (milli)seconds since 1970; in UTC where no zone is said."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) > MILLISECONDS else value
            return datetime.fromtimestamp(seconds, UTC) if seconds else None
        found = datetime.fromisoformat(str(value).strip()) if value else None
        return found and (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except _BROKEN:
        return None


def short(words: str, most: int = NAME_MOST) -> str:
    """The first words, as a name; one that has none is 'Unnamed'."""
    words = words[: 10 * most]
    found = textwrap.shorten(words, most, placeholder="\u2026")
    return (found.strip("\u2026") and found) or words.strip()[:most].strip() or "Unnamed"


def free_name(name: str, taken: Container[str], most: int = NAME_MOST) -> str:
    """The name, with a number where another has it; `taken` are names without case."""
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name[: most - 8]} {number}"
    return free


def on_one_line(words: str) -> str:
    """The words with single spaces between them."""
    return " ".join(words.split())


class Losses(list[Loss]):
    """Losses item by item; of those with the same reason only the first thousand are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}

    def append(self, loss: Loss) -> None:
        """Take in a loss."""
        count = self.counts[loss.why] = self.counts.get(loss.why, 0) + 1
        if count <= SAME_MOST:
            super().append(loss)
        elif count == SAME_MOST + 1:
            super().append(
                Loss("There are more of this: %(what)s", "line", "", {"what": loss.why})
            )


class Tally:
    """Counts what a format holds none of, to tell it once, with the number."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, str], int] = {}

    def add(self, loss: Loss) -> None:
        """Count one more of a loss; its reason has a place for the number `n`."""
        key = loss.what, loss.why
        self.counts[key] = self.counts.get(key, 0) + 1

    def tell(self, lost: Lost) -> None:
        """Tell each kind once."""
        for (what, why), number in self.counts.items():
            lost(Loss(why, what, "", {"n": number}))
