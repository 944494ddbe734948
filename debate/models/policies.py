"""How what a table knows of people is exported, and what deletion does to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Fate(Enum):
    """What deletion of an account does to its rows in a table."""

    EMPTIED = "stays as a row of nobody's: without name, mail or rights"
    REMOVED = "removed at once"
    KEPT = "stays, a former member's"
    CHOSEN = "stays, a former member's, or is taken back, as the person chooses"


@dataclass(frozen=True, slots=True)
class Policy:
    """How rows of a table are exported and what becomes of them.

    Columns are lookups, or `name=lookup`. `told` are told always; `seen` while the person may see
    the debate that `within` leads to; `quoted`, words of the statement that `of` leads to, while
    they may also read that, and always if it is their own. All other columns are `withheld`.
    Without a `key`, nothing of the table is told.
    """

    model: str
    whose: str
    fate: Fate
    key: str = ""
    told: str = ""
    seen: str = ""
    within: str = ""
    quoted: str = ""
    of: str = ""
    withheld: str = ""
