"""Threads of LessWrong, Discourse and Reddit: what answers what, what is quoted, what is lost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from debate.formats.outline import Options, Outline, Point, Reading, Unreadable
from debate.formats.threads import COMMENTS_MOST
from tests.formats.sketches import read

POST = "<p>Readers bring books back when they are asked to \u2013 so nobody needs a due date.</p>"
QUOTE = "<blockquote><p>{}</p></blockquote><p>{}</p>"


def comment(key: str, parent: str | None, html: str | None, user: str = "b", **more: Any) -> Any:
    return {
        "_id": key,
        "postId": "p1",
        "parentCommentId": parent,
        "postedAt": f"2023-03-0{len(key)}T10:00:00.000Z",
        "user": {"_id": f"u-{user}", "slug": user, "displayName": user.upper()},
        "deleted": False,
        "contents": {"html": html} if html is not None else None,
        **more,
    }


def lesswrong(*comments: Any, html: str = POST, **options: Any) -> Reading:
    post = {
        "_id": "p1",
        "title": "Due dates",
        "postedAt": "2023-03-01T09:00:00.000Z",
        "user": {"_id": "u-a", "slug": "a", "displayName": "A"},
        "contents": {"html": html},
    }
    value = {"data": {"post": {"result": post}, "comments": {"results": list(comments)}}}
    return read("lesswrong", json.dumps(value), Options(**options))


def by_key(outline: Outline) -> dict[str, Point]:
    return {point.key: point for point in outline.points}


def whats(found: Reading) -> list[str]:
    return sorted(loss.what for loss in found.losses)


# ---- LessWrong
def test_the_post_is_a_position_and_comments_answer_it() -> None:
    found = lesswrong(comment("c1", None, "<p>Not so.</p>"), comment("c22", "c1", "<p>Why?</p>"))
    outline = found.outline
    assert outline.header.question == "Due dates"
    assert [(one.key, one.kind, one.parent, one.person) for one in outline.points] == [
        ("p1", "position", "", "u-a"),
        ("c1", "objection", "p1", "u-b"),
        ("c22", "question", "c1", "u-b"),
    ]
    assert [turn.number for turn in outline.turns] == [1, 2, 3]
    assert [(one.key, one.proposal) for one in found.problems] == [
        *(("kind:c1", "objection"), ("kind:c22", "question")),
    ]
    assert {person.name for person in outline.people} == {"A", "B"}


def test_what_was_chosen_is_the_kind() -> None:
    found = lesswrong(comment("c1", None, "<p>But when?</p>"), choices={"kind:c1": "remark"})
    assert by_key(found.outline)["c1"].kind == "remark"


@pytest.mark.parametrize(
    ("words", "exact"),
    [
        ("Readers bring books back", "Readers bring books back"),
        ("are asked to - so nobody needs", "are asked to \u2013 so nobody needs"),
        ("\u2026so nobody needs a due date.", "so nobody needs a due date."),
        ("Readers bring book back when they are", "Readers bring books back when they are"),
    ],
)  # fmt: skip
def test_a_quotation_is_found_exactly_but_for_signs_or_nearly(words: str, exact: str) -> None:
    found = lesswrong(comment("c1", None, QUOTE.format(words, "That is a hope.")))
    point = by_key(found.outline)["c1"]
    assert point.quote and point.quote.exact == exact
    assert point.body == "That is a hope."
    assert "quotation" not in whats(found)


def test_what_is_quoted_of_the_grandparent_answers_it() -> None:
    found = lesswrong(
        comment("c1", None, "<p>Fines are paid by the honest alone.</p>", "a"),
        comment("c22", "c1", "<p>They are small.</p>", "c"),
        comment("c333", "c22", QUOTE.format("paid by the honest alone", "Are they now.")),
    )
    assert by_key(found.outline)["c333"].parent == "c1"


def test_a_quotation_that_is_nowhere_is_told_with_what_is_nearest_and_kept_as_words() -> None:
    words = "Readers rarely bring their books back when nobody asks"
    found = lesswrong(comment("c1", None, QUOTE.format(words, "Hm.")))
    [loss] = [one for one in found.losses if one.what == "quotation"]
    assert loss.where == "c1" and loss.candidates and "Readers" in loss.candidates[0]
    assert by_key(found.outline)["c1"].body == f"> {words}\n\nHm."


def test_each_answer_to_a_quotation_is_a_point_of_its_own_in_one_turn() -> None:
    html = (
        "<p>Thanks.</p>"
        + QUOTE.format("Readers bring books back", "Some.")
        + QUOTE.format("nobody needs a due date", "Clerks do.")
    )
    found = lesswrong(
        comment("c1", None, html), comment("c22", "c1", QUOTE.format("Clerks do.", "Ah."))
    )
    points = by_key(found.outline)
    assert [points[key].body for key in ("c1", "c1/2", "c1/3")] == [
        "Thanks.",
        "Some.",
        "Clerks do.",
    ]
    assert {points[key].turn for key in ("c1", "c1/2", "c1/3")} == {2}
    assert points["c22"].parent == "c1/3"


def test_a_short_answer_to_a_quotation_is_a_mark_on_the_passage() -> None:
    html = QUOTE.format("Readers bring books back", "Agree.") + "<p>And I lend mine.</p>"
    found = lesswrong(comment("c1", None, html))
    [mark] = found.outline.marks
    assert (mark.point, mark.person, mark.truth) == ("p1", "u-b", "agree")
    assert mark.quote and mark.quote.exact == "Readers bring books back"
    assert by_key(found.outline)["c1"].body == "And I lend mine."


def test_reactions_of_named_people_are_marks_where_they_say_so_and_votes_are_lost() -> None:
    reacts = {
        "agree": [{"userId": "u-c", "displayName": "C", "reactType": "created",
                   "quotes": ["small"]}],
        "crux": [{"userId": "u-d", "displayName": "D", "reactType": "created"}],
        "disagree": [{"userId": "u-e", "displayName": "E", "reactType": "disagreed"}],
    }  # fmt: skip
    score: dict[str, Any] = {"baseScore": 4, "voteCount": 2, "extendedScore": {"reacts": reacts}}
    found = lesswrong(comment("c1", None, "<p>Fines are small.</p>", **score))
    [mark] = found.outline.marks
    assert (mark.point, mark.person, mark.truth) == ("c1", "u-c", "agree")
    assert mark.quote and mark.quote.exact == "small"
    assert sorted(str(one.told["n"]) for one in found.losses if one.what == "mark") == ["1", "2"]


def test_deleted_comments_keep_their_place() -> None:
    found = lesswrong(comment("c1", None, None, deleted=True), comment("c22", "c1", "<p>x</p>"))
    points = by_key(found.outline)
    assert (points["c1"].gone, points["c1"].body, points["c1"].person) == ("withdrawn", "", "")
    assert points["c22"].parent == "c1"


@pytest.mark.parametrize(
    ("comments", "what"),
    [
        ([comment("c1", None, "<p>x</p>"), comment("c1", None, "<p>y</p>")], "point"),
        ([comment("c1", "nobody", "<p>x</p>")], "link"),
        ([comment("c1", "c22", "<p>x</p>"), comment("c22", "c1", "<p>y</p>")], "point"),
        ([comment("c1", "c1", "<p>x</p>")], "point"),
        ([comment("c1", None, "")], "point"),
        ([17, None, "x", [], comment("c1", None, "<p>x</p>")], "point"),
        ([comment("c1", None, "<p>" + "word " * 3_000 + "</p>")], "text"),
    ],
)
def test_what_is_broken_is_told_and_the_rest_is_read(comments: Sequence[Any], what: str) -> None:
    found = lesswrong(*comments)
    assert what in whats(found)
    points = list(found.outline.points)
    assert points[0].key == "p1"
    assert all(one.parent for one in points[1:])


def test_without_a_post_comments_on_top_are_positions() -> None:
    found = read("lesswrong", json.dumps([comment("c1", None, "<p>Books come back.</p>")]))
    [point] = found.outline.points
    assert (point.kind, point.name) == ("position", "Books come back.")


def test_too_many_comments_are_refused() -> None:
    rows = [{"_id": str(n), "contents": {"html": "x"}} for n in range(COMMENTS_MOST + 1)]
    with pytest.raises(Unreadable, match="more than"):
        read("lesswrong", json.dumps(rows))


# ---- Discourse
def post(number: int, cooked: str, to: int | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": 100 + number,
        "post_number": number,
        "reply_to_post_number": to,
        "username": f"user{number}",
        "name": f"User {number}",
        "user_id": number,
        "created_at": "2023-03-01T10:00:00.000Z",
        "updated_at": "2023-03-01T10:00:00.000Z",
        "cooked": cooked,
        "post_type": 1,
        **more,
    }


def discourse(*posts: Any, **more: Any) -> Reading:
    value = {"id": 7, "title": "Due dates", "post_stream": {"posts": list(posts)}, **more}
    return read("discourse", json.dumps(value))


def test_a_topic_is_a_tree_of_posts_and_quotations_name_their_post() -> None:
    aside = (
        '<aside class="quote" data-post="2"><div class="title">User 2:</div>'
        "<blockquote><p>Fines work.</p></blockquote></aside><p>Where?</p>"
    )
    found = discourse(
        post(1, POST),
        post(2, "<p>Fines work.</p>"),
        post(3, "<p>They do not.</p>", 2),
        post(4, aside),
        post(5, "", post_type=3),
        tags=["books", {"name": "fines"}],
        closed=True,
    )
    points = by_key(found.outline)
    assert [(one.key, one.parent) for one in found.outline.points] == [
        *(("1", ""), ("2", "1"), ("3", "2"), ("4", "2")),
    ]
    assert points["4"].quote and points["4"].quote.exact == "Fines work."
    assert found.outline.header.topics == ("books", "fines")
    assert found.outline.header.state == "closed"
    assert "point" in whats(found)


def test_likes_polls_and_posts_that_are_not_there_are_told() -> None:
    value = {
        "post_stream": {
            "posts": [post(1, "<p>x</p>", actions_summary=[{"id": 2, "count": 3}], polls=[{}])],
            "stream": [101, 102, 103],
        }
    }
    found = read("discourse", json.dumps(value))
    assert whats(found) == ["mark", "point", "point"]
    assert [one.told["n"] for one in found.losses if one.told] == [2, 1, 1]


def test_posts_as_they_were_typed_are_read_too() -> None:
    raw = '[quote="user1, post:1, topic:7"]\nFines work.\n[/quote]\n\nWhere?'
    found = discourse(
        post(1, "<p>Fines work.</p>"), {**post(2, "", 1), "cooked": None, "raw": raw}
    )
    point = by_key(found.outline)["2"]
    assert point.quote and point.quote.exact == "Fines work." and point.body == "Where?"


# ---- Reddit
def reddit_comment(key: str, parent: str, body: str, replies: Any = "", **more: Any) -> Any:
    inside = {
        *(("id", key), ("parent_id", parent), ("body", body), ("author", f"by_{key}")),
        *(("created_utc", 1677664800.0), ("edited", False), ("score", 1)),
    }
    return {"kind": "t1", "data": {**dict(inside), "replies": replies, **more}}


def listing(*children: Any) -> Any:
    return {"kind": "Listing", "data": {"children": list(children)}}


def test_a_tree_of_reddit_is_read_with_its_quotations() -> None:
    top = {
        "kind": "t3",
        "data": {
            "id": "p",
            "title": "Due dates?",
            "selftext": "Books &amp; fines.",
            "author": "a",
        },
    }
    inner = reddit_comment("c2", "t1_c1", "&gt; Fines work.\n\nAgree.\n\n&gt;!hidden!&lt;")
    gone = reddit_comment("c3", "t1_c1", "[deleted]", author="[deleted]")
    first = reddit_comment("c1", "t3_p", "Fines work.", listing(inner, gone), score=12)
    more = {"kind": "more", "data": {"children": ["x", "y"]}}
    found = read("reddit", json.dumps([listing(top), listing(first, more)]))
    points = by_key(found.outline)
    assert [(one.key, one.parent) for one in found.outline.points] == [
        *(("t3_p", ""), ("t1_c1", "t3_p"), ("t1_c2", "t1_c1"), ("t1_c3", "t1_c1")),
    ]
    assert points["t3_p"].body == "Books & fines."
    assert points["t3_p"].name == "Due dates?"
    assert points["t1_c3"].gone == "withdrawn"
    [mark] = found.outline.marks
    assert (mark.point, mark.person, mark.truth) == ("t1_c1", "by_c2", "agree")
    assert points["t1_c2"].body == ">!hidden!<"
    assert sorted(str(one.told["n"]) for one in found.losses if one.told) == ["1", "2", "2"]


@pytest.mark.parametrize("name", ["lesswrong", "discourse", "reddit"])
@pytest.mark.parametrize("text", ["{}", "[]", "7", '"x"', "null", '{"comments": 3}'])
def test_without_comments_nothing_can_be_read(name: str, text: str) -> None:
    with pytest.raises(Unreadable):
        read(name, text)
