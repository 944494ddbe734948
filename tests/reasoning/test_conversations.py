"""Files with marks: folders of Polis, and marks graphs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from debate.reasoning.disagreement import told_conversation, told_marked
from debate.reasoning.files import conversations, marked
from debate.reasoning.graph import Marks
from tests.reasoning.test_groups import crowd

HEAD = "timestamp,datetime,comment-id,voter-id,vote\n"
GRAPH: dict[str, Any] = {
    "position": "p",
    "claims": ["p", "a"],
    "edges": [["a", "p", "supports"]],
    "marks": [["ann", "p", 1], ["ann", "a", 0], ["bob", "p", -1]],
}


def folder(path: Path, votes: str, comments: str = "") -> Path:
    (path / "votes.csv").write_text(votes, encoding="utf-8")
    if comments:
        (path / "comments.csv").write_text(comments, encoding="utf-8")
    return path


def marks(found: Marks) -> dict[tuple[str, str], int]:
    rows = zip(found.person, found.claim, found.value, strict=True)
    return {(found.people[p], found.claims[c]): int(v) for p, c, v in rows}


def test_a_later_vote_replaces_an_earlier_one_wherever_it_stands(tmp_path: Path) -> None:
    votes = HEAD + '20,"Mon, 9",3,7,-1\n10,,3,7,1\n30,,4,7,0\n'
    read = conversations.read(folder(tmp_path, votes))
    assert marks(read.marks) == {("7", "3"): -1, ("7", "4"): 0}


def test_without_times_the_order_of_the_file_counts(tmp_path: Path) -> None:
    votes = "vote,voter-id,comment-id\n1,x,3\n-1,x,3\n\n"
    assert marks(conversations.read(folder(tmp_path, votes)).marks) == {("x", "3"): -1}


def test_what_moderators_took_out_is_known(tmp_path: Path) -> None:
    comments = "comment-id,moderated,comment-body\n3,-1,spam\n4,0,new\n"
    votes = HEAD + "1,,3,7,1\n1,,4,7,1\n1,,5,7,1\n"
    read = conversations.read(folder(tmp_path, votes, comments))
    assert dict(zip(read.marks.claims, read.hidden.tolist(), strict=True)) == {
        "3": True,
        "4": False,
        "5": False,
    }


@pytest.mark.parametrize(
    "votes",
    [
        "",
        HEAD,
        "comment-id,voter-id\n1,2\n",
        HEAD + "1,,3,7,2\n",
        HEAD + "1,,3\n",
        HEAD + "x,,3,7,1\n",
    ],
)
def test_votes_that_cannot_be_read_are_refused(tmp_path: Path, votes: str) -> None:
    with pytest.raises(ValueError, match=r"votes\.csv"):
        conversations.read(folder(tmp_path, votes))


def test_a_folder_without_votes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no votes\.csv"):
        conversations.read(tmp_path)


def as_folder(path: Path, found: Marks) -> Path:
    rows = [f"1,,{c},{p},{v}\n" for (p, c), v in marks(found).items()]
    return folder(path, HEAD + "".join(rows))


def test_groups_are_told_with_their_common_ground(tmp_path: Path) -> None:
    told = told_conversation(conversations.read(as_folder(tmp_path, crowd((30, 25)))))
    assert (told["k"], told["stable"]) == (2, True)
    assert set(told["groups"].values()) == {0, 1}
    values = [row["consensus"] for row in told["common_ground"]]
    assert len(values) == 20
    assert values == sorted(values, reverse=True)
    assert told["common_ground"][0]["groups"].keys() == {"0", "1"}
    assert told["representative"].keys() == {"0", "1"}
    for one in told["representative"]["0"]:
        assert one["share"] == pytest.approx(one["count"] / one["n"])
        assert one["share"] > one["elsewhere"]


def test_what_moderators_took_out_marks_out_no_group(tmp_path: Path) -> None:
    path = as_folder(tmp_path, crowd((30, 25)))
    told = told_conversation(conversations.read(path), 2, resamples=0)
    first = told["representative"]["0"][0]["claim"]
    folder(path, (path / "votes.csv").read_text(), f"comment-id,moderated\n{first},-1\n")
    again = told_conversation(conversations.read(path), 2, resamples=0)
    named = {one["claim"] for of in again["representative"].values() for one in of}
    assert named
    assert first not in named
    assert [row["comment"] for row in again["common_ground"] if row["taken_out"]] == [first]


def test_people_without_clear_groups_count_as_one_unless_groups_are_asked_for(
    tmp_path: Path,
) -> None:
    read = conversations.read(as_folder(tmp_path, crowd((60,), noise=0.5)))
    told = told_conversation(read)
    assert (told["groups"], told["k"], told["stable"]) == ({}, 0, False)
    column = read.marks.value[read.marks.claim == 0]
    row = next(row for row in told["common_ground"] if row["comment"] == read.marks.claims[0])
    assert row["consensus"] == pytest.approx((sum(column == 1) + 1) / (len(column) + 2))
    assert set(told_conversation(read, 3)["groups"].values()) == {0, 1, 2}


def test_claims_of_a_marks_graph_keep_the_names_they_were_given() -> None:
    people = [[number, side] for side in (1, -1) for number in range(side * 5, side * 5 + 4)]
    rows = [[person, claim, side] for person, side in people for claim in (10, 11)]
    data = {"position": 10, "claims": [10, 11], "edges": [[11, 10, "supports"]], "marks": rows}
    assert [crux["claim"] for crux in told_marked(data)["cruxes"]] == [11]


def test_a_marks_graph_is_read() -> None:
    graph = marked.read(GRAPH)
    assert graph.claims == ("p", "a")
    assert [graph.claims[p] for p in graph.positions] == ["p"]
    assert marks(graph.marks) == {("ann", "p"): 1, ("ann", "a"): 0, ("bob", "p"): -1}
    assert marked.read({**GRAPH, "claims": ["a"]}).size == 2
    assert told_marked(GRAPH)["cruxes"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"position": None},
        {"claims": "a"},
        {"claims": [["a"]]},
        {"edges": [["a", "p"]]},
        {"edges": [["a", "p", "undercuts"]]},
        {"edges": [["x", "p", "supports"]]},
        {"marks": [["ann", "a", 2]]},
        {"marks": [["ann", "x", 1]]},
        {"marks": [["ann", "a"]]},
        {"marks": None},
    ],
)
def test_a_marks_graph_that_cannot_be_read_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        marked.read({**GRAPH, **wrong})
