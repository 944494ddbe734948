"""One's next turn over the API."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from debate.actions import drafts
from debate.models import Debate, DraftPoint, Statement
from tests.api.conftest import Enter, fits

EXACT = "bring a book back unasked"


def points(debate: Debate) -> str:
    return f"debates/{debate.slug}/points/"


def turns(debate: Debate) -> str:
    return f"debates/{debate.slug}/turns/"


def test_points_are_stored_ordered_removed_and_published_by_their_keys(
    claim: Statement, bob: User, enter: Enter
) -> None:
    me, debate = enter(bob), claim.debate
    sent = {"to": claim.pk, "kind": "support", "body": "So it is.", "quote": EXACT}
    first = me.send("PUT", f"{points(debate)}a/", sent)
    fits("PointOut", first.json())
    assert (first.status_code, first.json()["version"], first.json()["missing"]) == (200, 1, None)
    half = me.send("PUT", f"{points(debate)}b/", {"to": claim.pk, "place": 1}).json()
    assert half["missing"].startswith("Needs a kind")
    listed = me.read(points(debate))
    fits("PointsOut", listed)
    assert [point["key"] for point in listed["results"]] == ["b", "a"]
    older = me.send("PUT", f"{points(debate)}a/", {**sent, "body": "Other words."})
    assert (older.status_code, older.json()["version"]) == (409, 1)
    assert me.send("DELETE", f"{points(debate)}b/").status_code == 204
    assert me.send("DELETE", f"{points(debate)}none/").status_code == 404
    made = me.send("POST", turns(debate), {"keys": ["a"]})
    fits("TurnOut", made.json())
    said = Statement.objects.get(pk=made.json()["statements"][0])
    assert said.quotation and said.quotation.exact == EXACT


def test_a_quotation_may_say_where_it_begins_instead_of_what_stands_around_it(
    claim: Statement, bob: User, enter: Enter
) -> None:
    words = "It is so here, and it is so there."
    Statement.objects.filter(pk=claim.pk).update(body=words, body_html=f"<p>{words}</p>")
    me, debate = enter(bob), claim.debate
    sent = {"to": claim.pk, "kind": "support", "body": "So it is."}
    quote = {"exact": "is so", "start": words.rindex("is so")}
    kept = me.send("PUT", f"{points(debate)}a/", {**sent, "quote": quote}).json()
    assert kept["missing"] is None
    me.send("POST", turns(debate), {"keys": ["a"]})
    said = claim.replies.get(author=bob)
    assert said.quotation and said.quotation.start == words.rindex("is so")


@pytest.mark.parametrize("placed", [{}, {"place": 1}])
def test_a_point_that_is_removed_while_it_is_stored_is_a_conflict(
    claim: Statement,
    bob: User,
    enter: Enter,
    monkeypatch: pytest.MonkeyPatch,
    placed: dict[str, int],
) -> None:
    real = drafts.keep

    def keep(*given: Any, **more: Any) -> DraftPoint:
        made = real(*given, **more)
        drafts.forget(claim.debate, by=bob, key=made.key)  # by another window
        return made

    monkeypatch.setattr(drafts, "keep", keep)
    sent = {"to": claim.pk, "kind": "support", "body": "So it is.", **placed}
    answer = enter(bob).send("PUT", f"{points(claim.debate)}a/", sent)
    assert (answer.status_code, answer.json()["version"]) == (409, 0)


def test_points_are_their_authors_alone(
    claim: Statement, bob: User, charlie: User, enter: Enter
) -> None:
    enter(bob).send("PUT", f"{points(claim.debate)}a/", {"to": claim.pk, "body": "Mine."})
    assert enter(charlie).read(points(claim.debate)) == {"results": []}
    assert enter().send("GET", points(claim.debate)).status_code == 401


def test_a_bot_publishes_a_turn_of_several_points_once(
    claim: Statement, rob: User, enter: Enter
) -> None:
    bot = enter(rob)
    sent = {
        "points": [
            {"to": claim.pk, "kind": "objection", "on": "truth", "body": "No.", "quote": EXACT},
            {"to": claim.parent_id, "kind": "question", "body": "How so?"},
        ],
        "generated_by": "model",
    }
    key = {"Idempotency-Key": "turn-1"}
    answers = [bot.send("POST", turns(claim.debate), sent, **key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    said = Statement.objects.filter(author=rob)
    assert [s.generated_by for s in said] == ["model", "model"]
    assert said[0].turn == said[1].turn


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"points": []}, 422, "points"),
        ({}, 422, "points"),
        ({"points": [], "keys": []}, 422, "points"),
        ({"keys": ["nothing"]}, 422, "points"),
        ({"points": [{"to": 1, "kind": "support"}]}, 400, "points.0.body"),
        ({"points": [{"to": 4711, "kind": "support", "body": "So."}]}, 422, "points.0.to"),
    ],
)
def test_a_turn_that_cannot_be_is_refused_by_field(
    claim: Statement, bob: User, enter: Enter, sent: dict[str, object], status: int, field: str
) -> None:
    answer = enter(bob).send("POST", turns(claim.debate), sent)
    assert answer.status_code == status
    assert field in answer.json()["errors"]


def test_a_refused_turn_says_of_each_point_what_is_wrong_and_keeps_none(
    claim: Statement, bob: User, enter: Enter
) -> None:
    good = {"to": claim.pk, "kind": "support", "body": "So."}
    sent = {"points": [good, {**good, "quote": "never said here"}, {**good, "body": " "}]}
    answer = enter(bob).send("POST", turns(claim.debate), sent)
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"points.1.quote", "points.2.body"}
    assert not Statement.objects.filter(parent=claim).exists()
    assert not DraftPoint.objects.exists()
