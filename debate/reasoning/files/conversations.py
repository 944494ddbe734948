"""Conversations held on Polis: a folder with the files that Polis exports.

votes.csv has a row a vote (comment-id, voter-id, vote: 1 agrees, 0 passes, -1 disagrees), a later
row replacing an earlier one; comments.csv, if it is there, says what moderators took out.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

import numpy as np

from debate.reasoning.graph import AGREE, DISAGREE, UNSURE, Bools, Marks, marks_of

VOTES, COMMENTS = "votes.csv", "comments.csv"
WHEN = "timestamp"
NEEDED = ("voter-id", "comment-id", "vote")
TAKEN_OUT = "-1"
VALUES = {"1": AGREE, "0": UNSURE, "-1": DISAGREE}


@dataclass(frozen=True, slots=True)
class Conversation:
    """Votes as marks on comments, and which comments (comments,) moderators took out."""

    marks: Marks
    hidden: Bools


def read(folder: Path) -> Conversation:
    """The conversation in a folder, or ValueError."""
    if not (folder / VOTES).is_file():
        raise ValueError(f"There is no {VOTES} in {folder}.")
    marks = marks_of(_votes(folder / VOTES))
    if not marks.people:
        raise ValueError(f"{VOTES} holds no vote.")
    out = _taken_out(folder / COMMENTS) if (folder / COMMENTS).is_file() else set()
    return Conversation(marks, np.array([name in out for name in marks.claims]))


def _votes(file: Path) -> list[tuple[str, str, int]]:
    """Voter, comment and vote, by time where the file tells it, else in the order of the file."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines)
        head = next(rows, [])
        try:
            voter, comment, vote = (head.index(name) for name in NEEDED)
            when = head.index(WHEN) if WHEN in head else None
            found = [
                (0.0 if when is None else float(row[when]), row[voter], row[comment], row[vote])
                for row in rows
                if row
            ]
            found.sort(key=itemgetter(0))
            return [(person, claim, VALUES[value]) for _, person, claim, value in found]
        except (ValueError, KeyError, IndexError):
            asked = "'voter-id', 'comment-id' and 'vote' (1, 0 or -1)"
            raise ValueError(f"Each row of {file.name} must tell {asked}.") from None


def _taken_out(file: Path) -> set[str]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        return {row["comment-id"] for row in rows if row.get("moderated") == TAKEN_OUT}
