"""Polis: comments and votes, there and back, with the same vote matrix."""

from __future__ import annotations

import csv
import zipfile
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings

from debate.formats.hypertext import shown
from debate.formats.outline import Outline, Unreadable
from debate.formats.polis import packed
from tests.formats.sketches import all_told, example, outlines, read, written

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "polis"
CONVERSATIONS = sorted(path for path in DATA.iterdir() if path.is_dir()) if DATA.exists() else []
VOTES = {"agree": 1, "unsure": 0, "disagree": -1}
UNVOTED = ("question", "concession")
Matrix = dict[tuple[str, str], int]

COMMENTS = """\
timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body
1700000000000,Tue Nov 14,1,7,1,0,1,"Books, they say,
come back."
1700000001000,Tue Nov 14,0,8,0,0,-1,'=1+1 is a formula
"""
TIMED = "timestamp,datetime,comment-id,voter-id,vote\n"


def archive(comments: str = COMMENTS, votes: str = TIMED + "3,x,1,8,1\n") -> bytes:
    return packed({"a/comments.csv": comments.encode(), "a/votes.csv": votes.encode()})


def matrix(outline: Outline) -> Matrix:
    names = {point.key: point.source_id for point in outline.points}
    who = {person.key: person.source_id for person in outline.people}
    return {(names[one.point], who[one.person]): VOTES[one.truth] for one in outline.marks}


def table(data: bytes, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(BytesIO(data)) as opened:
        return list(csv.DictReader(StringIO(opened.read(name).decode(), newline="")))


def test_comments_are_cruxes_and_votes_are_marks() -> None:
    found = read("polis", archive(votes=TIMED + "2,x,1,8,-1\n1,x,1,8,0\n5,x,0,7,0\n4,x,1,9,1\n"))
    zero, one = found.outline.points
    assert (zero.body, one.body) == ("=1+1 is a formula", "Books, they say,\n\ncome back.")
    assert (one.kind, one.person, one.source_id) == ("crux", "7", "1")
    assert one.at and one.at.year == 2023
    assert matrix(found.outline) == {("1", "8"): -1, ("0", "7"): 0, ("1", "9"): 1}
    [changed] = [mark for mark in found.outline.marks if mark.changes]
    assert [change.truth for change in changed.changes] == ["unsure", "disagree"]
    assert [loss.where for loss in found.losses if loss.what == "point"] == ["0"]


def test_formulas_are_guarded_in_what_is_written() -> None:
    found = read("polis", archive())
    data, _ = written("polis", found.outline)
    bodies = [row["comment-body"] for row in table(data, "comments.csv")]
    assert bodies == ["'=1+1 is a formula", "Books, they say,\ncome back."]


def test_of_what_moderators_did_there_a_number_is_kept_and_nothing_else() -> None:
    comments = COMMENTS.replace(",0,1,", ',0,"=HYPERLINK(1)",')
    zero, one = read("polis", archive(comments)).outline.points
    assert (zero.note, one.note) == ({"moderated": "-1"}, {})
    points = [zero, replace(one, note={"moderated": "=HYPERLINK(1)"})]
    data, _ = written("polis", replace(read("polis", archive()).outline, points=points))
    assert [row["moderated"] for row in table(data, "comments.csv")] == ["-1", "0"]


@pytest.mark.parametrize(
    ("votes", "what"),
    [
        (TIMED + "1,x,1,8,1\n1,x,99,8,1\n", "mark"),
        (TIMED + "1,x,1,8,1\n1,x,1,9,7\n", "mark"),
        (TIMED + "1,x,1,8,1\n1,x,1\n", "mark"),
    ],
)
def test_votes_that_make_no_sense_are_counted_as_lost(votes: str, what: str) -> None:
    found = read("polis", archive(votes=votes))
    assert [loss.what for loss in found.losses if loss.told] == [what]
    assert matrix(found.outline) == {("1", "8"): 1}


@pytest.mark.parametrize(
    "data",
    [
        packed({"comments.csv": COMMENTS.encode()}),
        packed({"comments.csv": b"a,b\n1,2\n", "votes.csv": TIMED.encode()}),
        packed({"comments.csv": b"", "votes.csv": TIMED.encode()}),
        packed({"comments.csv": COMMENTS.encode(), "votes.csv": b""}),
        archive(votes=TIMED),
    ],
)
def test_an_archive_without_comments_or_votes_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="csv"):
        read("polis", data)


@pytest.mark.parametrize("folder", CONVERSATIONS, ids=lambda path: path.name)
def test_real_conversations_come_back_with_the_same_votes(folder: Path) -> None:
    files = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    found = read("polis", packed(files))
    truth: Matrix = {}
    rows = list(csv.DictReader(StringIO(files["votes.csv"].decode(), newline="")))
    comments = {
        row["comment-id"]: row
        for row in csv.DictReader(StringIO(files["comments.csv"].decode(), newline=""))
    }
    for row in sorted(rows, key=lambda row: int(row["timestamp"])):
        if row["comment-id"] in comments:
            truth[row["comment-id"], row["voter-id"]] = int(row["vote"])
    assert len(truth) > 2_000
    assert matrix(found.outline) == truth
    data, _ = written("polis", found.outline)
    again = read("polis", data).outline
    assert matrix(again) == truth
    assert [shown(one.body) for one in again.points] == [
        shown(one.body) for one in found.outline.points
    ]
    assert again.header == found.outline.header
    seats = {
        (comment, row["participant"]): int(vote)
        for row in table(data, "participants-votes.csv")
        for comment, vote in row.items()
        if comment.isdigit() and vote
    }
    assert seats == truth


@given(outlines())
@settings(max_examples=100, deadline=None)
def test_what_polis_can_hold_comes_back_and_the_rest_is_told(outline: Outline) -> None:
    data, losses = written("polis", outline)
    assert all_told("polis", outline, losses)
    kept = [one for one in outline.points if not one.gone and one.kind not in UNVOTED]
    assert {loss.where for loss in losses if loss.what == "point" and loss.where} == {
        one.key for one in outline.points if one not in kept
    }
    if not kept or not outline.marks:
        with pytest.raises(Unreadable):
            read("polis", data)
        return
    back = read("polis", data).outline
    points = list(back.points)
    assert [shown(one.body).split() for one in points] == [shown(one.body).split() for one in kept]
    assert [one.at for one in points] == [one.at for one in kept]
    places = {one.key: place for place, one in enumerate(kept)}
    again = {one.key: place for place, one in enumerate(points)}
    people = {one.key: str(number) for number, one in enumerate(outline.people)}
    assert [people[one.person] for one in kept] == [one.person for one in points]
    assert sorted(
        (again[one.point], one.person, one.truth, str(one.at)) for one in back.marks
    ) == (
        sorted(
            (places[one.point], people[one.person], one.truth, str(one.at))
            for one in outline.marks
        )
    )
    assert back.header.background == outline.header.background


def test_the_loss_report_names_what_polis_has_no_room_for() -> None:
    losses = written("polis", example())[1]
    assert {"link", "kind", "reliance", "quotation", "text", "turn"} <= {
        one.what for one in losses
    }
