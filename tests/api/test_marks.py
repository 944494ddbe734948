from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from debate.actions import marks, moderation
from debate.actions import statements as actions
from debate.models import Mark, Statement
from tests import factories
from tests.api.conftest import Enter, fits


def test_a_person_marks_reads_the_mark_and_clears_it(
    claim: Statement, bob: User, enter: Enter
) -> None:
    client, path = enter(bob), f"statements/{claim.pk}/mark/"
    assert client.read(path)["truth"] is None
    set_ = client.send("PUT", path, {"truth": "agree", "bears": "no", "quote": "a book back"})
    assert set_.status_code == 200
    fits("MarkOut", set_.json())
    assert set_.json() == client.read(path)
    assert (set_.json()["truth"], set_.json()["bears"]) == ("agree", "no")
    assert set_.json()["quotation"]["exact"] == "a book back"
    assert set_.json()["marks"] == {
        "agree": 2,
        "unsure": 0,
        "disagree": 0,
        "bears": 0,
        "does_not_bear": 1,
    }
    cleared = client.send("PUT", path, {"truth": None}).json()
    assert (cleared["truth"], cleared["bears"]) == (None, "no")


def test_a_bot_is_told_why_it_cannot_mark(claim: Statement, rob: User, enter: Enter) -> None:
    answer = enter(rob).send("PUT", f"statements/{claim.pk}/mark/", {"truth": "agree"})
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("Bots do not mark")
    assert Mark.objects.count() == 0


def test_marking_needs_the_scope_for_it(claim: Statement, bob: User, enter: Enter) -> None:
    path = f"statements/{claim.pk}/mark/"
    answer = enter(bob, "read", "write").send("PUT", path, {"truth": "agree"})
    assert (answer.status_code, "'mark'" in answer.json()["detail"]) == (403, True)
    assert enter().send("PUT", path, {"truth": "agree"}).status_code == 401
    assert enter().send("GET", path).status_code == 401
    assert enter(bob, "mark").send("PUT", path, {"truth": "agree"}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"truth": "maybe"}, 422, "truth"),
        ({"bears": "maybe"}, 422, "bears"),
        ({"truth": True}, 400, "truth"),
        ({"truths": "agree"}, 400, "truths"),
        ({"truth": "agree", "quote": "never said"}, 422, "quote"),
    ],
)
def test_a_mark_is_refused_field_by_field(
    sent: dict[str, Any], status: int, field: str, claim: Statement, bob: User, enter: Enter
) -> None:
    answer = enter(bob).send("PUT", f"statements/{claim.pk}/mark/", sent)
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])


def test_a_mark_that_says_nothing_is_refused(
    claim: Statement, alice: User, bob: User, enter: Enter
) -> None:
    client, path = enter(bob), f"statements/{claim.pk}/mark/"
    marks.mark(claim, by=bob, truth="agree")
    actions.edit(claim, by=alice, body="Other words.", revision=1)
    refused = client.send("PUT", path, {})
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith("Nothing to change")
    assert client.read(path)["stale"]


def test_a_mark_says_what_can_be_undone_and_why_it_is_stale(
    claim: Statement, alice: User, bob: User, enter: Enter
) -> None:
    client, path = enter(bob), f"statements/{claim.pk}/mark/"
    first = client.send("PUT", path, {"truth": "agree"}).json()
    assert (first["stale"], first["changed_sides"]) == (None, False)
    objection = actions.reply(claim, by=alice, kind="objection", on="truth", body="No.")
    actions.edit(claim, by=alice, body="Other words.", revision=1)
    stale = client.read(path)
    fits("MarkOut", stale)
    assert stale["stale"] == {"edited": True, "objection": objection.pk}
    assert client.send("PUT", f"{path}confirmation/", {}).json()["stale"] is None
    crossed = client.send("PUT", path, {"truth": "disagree"}).json()
    assert (crossed["changed_sides"], crossed["because"]) == (True, None)
    because = {"because": objection.label}
    assert client.send("PUT", f"{path}because/", because).json()["because"] == objection.pk
    assert client.read(f"statements/{objection.pk}/")["changed_minds"] == 1
    assert client.send("PUT", f"{path}because/", {"because": None}).json()["because"] is None
    undone = client.send("PUT", f"{path}undo/", {"change": crossed["change"]}).json()
    assert (undone["truth"], undone["stale"]) == ("agree", None)
    old = client.send("PUT", f"{path}undo/", {"change": first["change"]})
    assert old.status_code == 409


def test_a_null_quote_drops_the_passage(claim: Statement, bob: User, enter: Enter) -> None:
    client, path = enter(bob), f"statements/{claim.pk}/mark/"
    client.send("PUT", path, {"truth": "agree", "quote": "a book back"})
    assert client.send("PUT", path, {"bears": "yes"}).json()["quotation"]
    dropped = client.send("PUT", path, {"quote": None}).json()
    assert (dropped["truth"], dropped["quotation"]) == ("agree", None)


def test_ones_own_marks_are_listed_the_latest_first_and_the_stale_apart(
    claim: Statement, alice: User, bob: User, enter: Enter
) -> None:
    others = [factories.SupportFactory.create(parent=claim, author=alice) for _ in range(3)]
    for statement in (*others, claim):
        marks.mark(statement, by=bob, truth="agree")
    marks.mark(others[0], by=bob, truth="")
    actions.edit(others[1], by=alice, body="Other words.", revision=1)
    client, seen, address = enter(bob), [], "me/marks/?limit=2"
    while address:
        part = client.read(address)
        fits("OwnMarkPage", part)
        seen += [row["statement"] for row in part["results"]]
        address = (part["next"] or "").partition("/api/v1/")[2]
    assert seen == [claim.pk, others[2].pk, others[1].pk]
    [row] = client.read("me/marks/?stale=true")["results"]
    assert (row["label"], row["stale"]["edited"]) == (others[1].label, True)
    assert enter().send("GET", "me/marks/").status_code == 401
    assert client.send("GET", f"me/marks/?cursor=after-{'9' * 18}").status_code == 422


def test_everybodys_marks_are_listed_with_the_position_they_hold(
    claim: Statement, bob: User, charlie: User, mara: User, enter: Enter
) -> None:
    for person in (bob, charlie):
        marks.mark(claim, by=person, truth="agree")
    listed = enter().read(f"statements/{claim.pk}/marks/")
    fits("PersonMarkPage", listed)
    held = claim.debate.statements.get(name="Keep four weeks").pk
    told = [(row["person"]["username"], row["position"]) for row in listed["results"]]
    assert told == [("bob", held), ("charlie", None)]
    moderation.hide(claim, by=mara, reason="Out of tone.")
    assert enter().read(f"statements/{claim.pk}/marks/")["results"] == []
    claim.debate.visibility = "private"
    claim.debate.save()
    assert enter().send("GET", f"statements/{claim.pk}/marks/").status_code == 404
