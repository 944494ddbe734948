"""Tools that write: the API's acts, done once for a key; refusals that say what would be right."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from debate.models import Proposal, Statement
from tests import factories
from tests.mcp.conftest import Enter

TWICE = "Half of these come back, half of these do not, and nobody writes to anyone."


def said(statement: Statement, **more: Any) -> dict[str, Any]:
    return {
        "statement": statement.pk,
        "kind": "objection",
        "on": "truth",
        "body": "Most do not.",
        "generated_by": "model",
        **more,
    }


def test_an_answer_is_published_with_the_words_it_quotes(
    enter: Enter, rob: User, claim: Statement
) -> None:
    found = enter(rob).get("reply", **said(claim, quote="bring a book back unasked"))
    made = Statement.objects.get(pk=found["id"])
    assert (made.parent, made.author, made.kind, made.on) == (claim, rob, "objection", "truth")
    assert made.quotation
    assert made.quotation.exact == "bring a book back unasked"
    assert found["generated_by"] == "model"


def test_an_answer_with_a_key_is_published_once(enter: Enter, rob: User, claim: Statement) -> None:
    program = enter(rob)
    first, again = (program.get("reply", **said(claim, key="k")) for _ in range(2))
    assert first == again
    assert claim.replies.count() == 1
    other = program.refused("reply", **said(claim, key="k", body="Others."))
    assert "Idempotency-Key" in other.text
    assert claim.replies.count() == 1


def test_words_that_stand_twice_come_with_their_places(
    enter: Enter, rob: User, hers: Statement, alice: User
) -> None:
    claim = factories.SupportFactory.create(parent=hers, author=alice, body=TWICE)
    program = enter(rob)
    wrong = program.refused("reply", **said(claim, quote="of these"))
    assert '"count": 2' in wrong.text
    assert '"contexts": [' in wrong.text
    assert wrong.data["errors"]["quote"][0]["code"] == "ambiguous"
    made = program.get("reply", **said(claim, quote="of these", after=" do not"))
    assert made["quotation"]["start"] == TWICE.rindex("of these")


def test_words_that_are_not_there_come_with_the_nearest(
    enter: Enter, rob: User, claim: Statement
) -> None:
    wrong = enter(rob).refused("reply", **said(claim, quote="brings a book back unasked"))
    assert '"nearest": [' in wrong.text
    assert "bring a book back unasked" in wrong.text
    assert not claim.replies.exists()


def test_what_waits_for_a_moderator_says_so(enter: Enter, charlie: User, claim: Statement) -> None:
    User.objects.filter(pk=charlie.pk).update(standing="new")
    charlie.refresh_from_db()
    factories.PrecautionsFactory.create(holds_first=1)
    assert enter(charlie).get("reply", **said(claim))["waits"] is True
    assert not claim.replies.exists()


def wanted(kind: str, claim: Statement, other: Statement) -> dict[str, Any]:
    about = {"statement": claim.pk}
    by_kind: dict[str, dict[str, Any]] = {
        "crux": {"name": "Books come back", "body": "Most readers bring a book back unasked."},
        "retype": {**about, "becomes": "remark"},
        "split": {**about, "quote": "Nobody reads the reminders.", "becomes": "support"},
        "link": {**about, "to": other.pk, "becomes": "support"},
        "duplicate": {**about, "to": other.pk},
    }
    return by_kind[kind]


@pytest.mark.parametrize("kind", ["crux", "retype", "split", "link", "duplicate"])
def test_every_kind_of_change_is_proposed(
    enter: Enter, rob: User, hers: Statement, alice: User, kind: str
) -> None:
    body = "Most readers bring a book back. Nobody reads the reminders."
    claim = factories.SupportFactory.create(parent=hers, author=alice, body=body)
    other = factories.SupportFactory.create(parent=hers, author=alice)
    found = enter(rob).get(
        "propose",
        debate=claim.debate.slug,
        kind=kind,
        reason="It is so.",
        generated_by="model",
        key="p",
        **wanted(kind, claim, other),
    )
    made = Proposal.objects.get(pk=found["id"])
    assert (made.kind, made.author, made.state, made.reason) == (kind, rob, "open", "It is so.")


def test_a_proposal_that_lacks_something_says_what(
    enter: Enter, rob: User, claim: Statement
) -> None:
    wrong = enter(rob).refused(
        "propose", debate=claim.debate.slug, kind="retype", reason="So.", generated_by="model"
    )
    assert wrong.data["status"] == 422
    assert len(wrong.text) > 20
    assert not Proposal.objects.exists()


def test_a_person_marks_and_a_bot_is_told_why_not(
    enter: Enter, bob: User, rob: User, claim: Statement
) -> None:
    found = enter(bob).get("mark", statement=claim.pk, truth="disagree", bears="yes")
    assert (found["truth"], found["bears"], found["marks"]["disagree"]) == ("disagree", "yes", 1)
    wrong = enter(rob).refused("mark", statement=claim.pk, truth="agree")
    assert wrong.data["status"] == 403


BAD: dict[str, dict[str, Any]] = {
    "nothing": {},
    "another type": {"statement": "the first", "kind": "remark", "body": "x"},
    "an unknown argument": {"statement": 1, "kind": "remark", "body": "x", "colour": "red"},
    "an unknown kind": {"statement": 1, "kind": "shout", "body": "x"},
    "a position": {"statement": 1, "kind": "position", "body": "x"},
    "no words": {"statement": 1, "kind": "remark", "body": "  "},
    "control characters": {"statement": 1, "kind": "remark", "body": "a\x00b"},
    "too many words": {"statement": 1, "kind": "remark", "body": "x" * 20_000},
    "nobody's number": {"statement": 987654321, "kind": "remark", "body": "x"},
    "a number too large": {"statement": 10**30, "kind": "remark", "body": "x"},
    "an empty key": {"statement": 1, "kind": "remark", "body": "x", "key": ""},
    "a long key": {"statement": 1, "kind": "remark", "body": "x", "key": "k" * 300},
    "a key of other signs": {"statement": 1, "kind": "remark", "body": "x", "key": "ü\n"},
    "a list": {"statement": [1], "kind": "remark", "body": "x"},
    "null": {"statement": None, "kind": None, "body": None},
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_in_words(
    enter: Enter, rob: User, claim: Statement, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    arguments = {**BAD[case]}
    if arguments.get("statement") == 1:
        arguments |= {"statement": claim.pk, "generated_by": "model"}
    wrong = enter(rob).refused("reply", **arguments)
    assert len(wrong.text) > 15
    assert "mistake" not in wrong.text
    assert not [one for one in caplog.records if one.levelname == "ERROR"]
    assert not claim.replies.exists()


def test_an_unknown_kind_says_which_there_are(enter: Enter, rob: User, claim: Statement) -> None:
    wrong = enter(rob).refused("reply", **said(claim, kind="shout"))
    assert wrong.text.startswith("The arguments do not fit the tool:\n- kind: ")
    assert "'remark'" in wrong.text


def test_an_unknown_tool_says_which_there_are(enter: Enter, rob: User) -> None:
    assert "read_debate" in enter(rob).refused("shout").text


@pytest.mark.parametrize("slug", ["nowhere", "", "../../api", "a/b", "ü", "a b", "a\x00"])
def test_a_debate_that_is_not_there_is_told_so(enter: Enter, rob: User, slug: str) -> None:
    for name in ("read_debate", "list_events", "where_it_stands"):
        assert enter(rob).refused(name, debate=slug).text
