"""Every write story told once, through each door: the page, HTMX, the API.

The doors must agree: the same rows come of the same act, and the same act is refused for the same
reason, with what was sent kept.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from django.test import Client

from accounts import actions as accounts
from accounts.models import User
from debate.models import Debate, Drop, Mark, Reliance, Report, Statement
from tests import factories

OK = (200, 201, 204, 302)
REFUSED = 422


class Page:
    """A browser without JavaScript."""

    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, user: User) -> None:
        self.client = Client(headers=self.headers)
        self.client.force_login(user)

    def send(self, address: str, fields: dict[str, Any]) -> Any:
        return self.client.post(address, fields)

    def start(self, question: str, own: tuple[str, str], other: tuple[str, str]) -> Any:
        fields = {
            "question": question,
            "own_name": own[0],
            "own_body": own[1],
            "other_name": other[0],
            "other_body": other[1],
            "visibility": "public",
        }
        return self.send("/d/new/", fields)

    def reply(self, to: Statement, **fields: str) -> Any:
        return self.send(f"/s/{to.pk}/reply/", fields)

    def mark(self, on: Statement, **answers: str) -> Any:
        return self.send(f"/s/{on.pk}/mark/", answers)

    def undo(self, on: Statement, change: int) -> Any:
        return self.send(f"/s/{on.pk}/mark/undo/", {"change": change})

    def confirm(self, on: Statement) -> Any:
        return self.send(f"/s/{on.pk}/mark/confirmation/", {})

    def explain(self, on: Statement, because: str) -> Any:
        return self.send(f"/s/{on.pk}/mark/because/", {"other": because})

    def edit(self, what: Statement, body: str, revision: int) -> Any:
        return self.send(f"/s/{what.pk}/edit/", {"body": body, "revision": revision})

    def withdraw(self, what: Statement) -> Any:
        return self.send(f"/s/{what.pk}/withdrawal/", {})

    def report(self, what: Statement, reason: str, note: str) -> Any:
        return self.send(f"/s/{what.pk}/report/", {"reason": reason, "note": note})

    def put_forward(self, debate: Debate, name: str, body: str) -> Any:
        return self.send(f"/d/{debate.slug}/cruxes/new/", {"name": name, "body": body})

    def drop(self, what: Statement, reason: str) -> Any:
        return self.send(f"/s/{what.pk}/drop/", {"reason": reason})

    def take_up(self, what: Statement) -> Any:
        return self.send(f"/s/{what.pk}/resumption/", {})

    def rely(self, on: Statement, position: Statement, **said: Any) -> Any:
        return self.send(f"/s/{on.pk}/reliance/", {"position": position.pk, **said})

    def release(self, on: Statement, position: Statement) -> Any:
        return self.send(f"/s/{on.pk}/release/", {"position": position.pk})


class Htmx(Page):
    """A browser with JavaScript: the same addresses, answered with fragments."""

    headers: ClassVar[dict[str, str]] = {"HX-Request": "true"}


class Api:
    """A program with the person's token."""

    def __init__(self, user: User) -> None:
        scopes = ["read", "write", "mark", "moderate"]
        _, key = accounts.create_token(user, by=user, name="doors", scopes=scopes)
        self.client = Client(headers={"Authorization": f"Bearer {key}"})

    def send(self, method: str, address: str, fields: dict[str, Any]) -> Any:
        return self.client.generic(
            method, f"/api/v1{address}", json.dumps(fields), content_type="application/json"
        )

    def start(self, question: str, own: tuple[str, str], other: tuple[str, str]) -> Any:
        positions = [{"name": name, "body": body} for name, body in (own, other)]
        return self.send("POST", "/debates/", {"question": question, "positions": positions})

    def reply(self, to: Statement, **fields: str) -> Any:
        return self.send("POST", f"/statements/{to.pk}/replies/", fields)

    def mark(self, on: Statement, **answers: str) -> Any:
        return self.send("PUT", f"/statements/{on.pk}/mark/", answers)

    def undo(self, on: Statement, change: int) -> Any:
        return self.send("PUT", f"/statements/{on.pk}/mark/undo/", {"change": change})

    def confirm(self, on: Statement) -> Any:
        return self.send("PUT", f"/statements/{on.pk}/mark/confirmation/", {})

    def explain(self, on: Statement, because: str) -> Any:
        return self.send("PUT", f"/statements/{on.pk}/mark/because/", {"because": because})

    def edit(self, what: Statement, body: str, revision: int) -> Any:
        return self.send("PATCH", f"/statements/{what.pk}/", {"body": body, "revision": revision})

    def withdraw(self, what: Statement) -> Any:
        return self.send("DELETE", f"/statements/{what.pk}/", {})

    def report(self, what: Statement, reason: str, note: str) -> Any:
        fields = {"reason": reason, "note": note}
        return self.send("POST", f"/statements/{what.pk}/reports/", fields)

    def put_forward(self, debate: Debate, name: str, body: str) -> Any:
        return self.send("POST", f"/debates/{debate.slug}/cruxes/", {"name": name, "body": body})

    def drop(self, what: Statement, reason: str) -> Any:
        return self.send("PUT", f"/statements/{what.pk}/drop/", {"reason": reason})

    def take_up(self, what: Statement) -> Any:
        return self.send("DELETE", f"/statements/{what.pk}/drop/", {})

    def rely(self, on: Statement, position: Statement, **said: Any) -> Any:
        fields = {"position": position.pk, **said}
        return self.send("PUT", f"/statements/{on.pk}/reliance/", fields)

    def release(self, on: Statement, position: Statement) -> Any:
        return self.send("DELETE", f"/statements/{on.pk}/reliance/", {"position": position.pk})


DOORS = [Page, Htmx, Api]
Door = type[Page] | type[Api]
pytestmark = pytest.mark.parametrize("door", DOORS)


def test_a_debate_is_started(door: Door, alice: User) -> None:
    answer = door(alice).start("Is it so?", ("It is", "Yes, it is."), ("It is not", "No."))
    assert answer.status_code in OK
    debate = Debate.objects.get()
    assert [s.name for s in debate.statements.order_by("path")] == ["It is", "It is not"]
    assert Mark.objects.get().truth == "disagree"


def test_a_debate_without_a_position_is_refused(door: Door, alice: User) -> None:
    answer = door(alice).start("Is it so?", ("It is", ""), ("It is not", "No."))
    assert answer.status_code == REFUSED
    assert not Debate.objects.exists()


def test_a_statement_is_answered_with_a_quotation(door: Door, claim: Statement, bob: User) -> None:
    fields = {"kind": "objection", "on": "truth", "body": "Not *most*.", "quote": "Most readers"}
    assert door(bob).reply(claim, **fields).status_code in OK
    reply = Statement.objects.get(parent=claim)
    assert (reply.kind, reply.on, reply.body, reply.author) == (
        "objection",
        "truth",
        "Not *most*.",
        bob,
    )
    assert reply.quotation and (reply.quotation.start, reply.quotation.end) == (0, 12)
    claim.refresh_from_db()
    assert claim.status == "answered"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"quote": "Few readers"}, "These words are not in this statement."),
        ({"on": ""}, "Say what is wrong"),
        ({"body": " "}, "Write what you have to say."),
        ({"kind": "answer", "on": ""}, "Only a question can be answered."),
    ],
)
def test_an_answer_is_refused_with_the_reason(
    door: Door, claim: Statement, bob: User, fields: dict[str, str], reason: str
) -> None:
    sent = {"kind": "objection", "on": "truth", "body": "Not most.", **fields}
    answer = door(bob).reply(claim, **sent)
    assert answer.status_code == REFUSED
    assert reason in answer.content.decode()
    assert not claim.replies.exists()


def test_a_concession_also_marks_agreement(door: Door, claim: Statement, bob: User) -> None:
    assert door(bob).reply(claim, kind="concession", body="Granted.").status_code in OK
    assert Mark.objects.get(person=bob, statement=claim).truth == "agree"


def test_a_statement_is_marked_and_the_mark_cleared(
    door: Door, claim: Statement, bob: User
) -> None:
    at = door(bob)
    assert at.mark(claim, truth="agree", bears="no").status_code in OK
    claim.refresh_from_db()
    assert (claim.agree_count, claim.beside_count) == (2, 1)
    assert claim.status == "granted without bearing"
    assert at.mark(claim, truth="", bears="").status_code in OK
    claim.refresh_from_db()
    assert (claim.agree_count, claim.beside_count, claim.status) == (1, 0, "")


def test_a_mark_is_given_to_a_passage_and_a_false_one_refused(
    door: Door, claim: Statement, bob: User
) -> None:
    at = door(bob)
    assert at.mark(claim, truth="agree", quote="never said").status_code == REFUSED
    assert at.mark(claim, truth="agree", quote="a book back").status_code in OK
    mark = Mark.objects.get()
    assert mark.quotation and mark.quotation.exact == "a book back"


def test_a_mark_is_undone(door: Door, claim: Statement, bob: User) -> None:
    at = door(bob)
    at.mark(claim, truth="agree", bears="no")
    at.mark(claim, truth="disagree")
    change = Mark.objects.get().changes.latest("id").pk
    assert at.undo(claim, change).status_code in OK
    mark = Mark.objects.get()
    assert (mark.truth, mark.bears) == ("agree", "no")


def test_a_stale_mark_is_confirmed(door: Door, claim: Statement, alice: User, bob: User) -> None:
    at = door(bob)
    at.mark(claim, truth="agree")
    door(alice).edit(claim, "Some readers bring books back.", 1)
    assert at.confirm(claim).status_code in OK
    mark = Mark.objects.get()
    assert (mark.truth, mark.revision) == ("agree", 2)


def test_what_changed_a_mind_is_named(door: Door, claim: Statement, bob: User) -> None:
    at = door(bob)
    at.mark(claim, truth="agree")
    assert at.explain(claim, "P2").status_code == REFUSED
    at.mark(claim, truth="disagree")
    assert at.explain(claim, "P99").status_code == REFUSED
    assert at.explain(claim, "P2").status_code in OK
    assert Statement.objects.get(changed_minds=1).label == "P2"


def test_a_statement_is_edited(door: Door, claim: Statement, alice: User) -> None:
    assert door(alice).edit(claim, "Some readers bring books back.", 1).status_code in OK
    claim.refresh_from_db()
    assert (claim.body, claim.revision) == ("Some readers bring books back.", 2)
    assert claim.revisions.get().body.startswith("Most readers")


def test_an_edit_of_an_older_wording_is_refused(door: Door, claim: Statement, alice: User) -> None:
    at = door(alice)
    at.edit(claim, "The first edit.", 1)
    answer = at.edit(claim, "The second edit.", 1)
    assert answer.status_code in (409, REFUSED)
    assert "edited in the meantime" in answer.content.decode()
    claim.refresh_from_db()
    assert claim.body == "The first edit."


def test_only_the_author_edits_and_withdraws(door: Door, claim: Statement, bob: User) -> None:
    at = door(bob)
    assert at.edit(claim, "Mine now.", 1).status_code == 403
    assert at.withdraw(claim).status_code == 403
    claim.refresh_from_db()
    assert claim.revision == 1 and claim.withdrawn_at is None


def test_a_statement_is_withdrawn(door: Door, claim: Statement, alice: User) -> None:
    assert door(alice).withdraw(claim).status_code in OK
    claim.refresh_from_db()
    assert claim.status == "withdrawn"


def test_a_statement_is_reported_once(door: Door, claim: Statement, bob: User) -> None:
    at = door(bob)
    assert at.report(claim, "spam", "An advertisement.").status_code in OK
    answer = at.report(claim, "spam", "Again.")
    assert answer.status_code in (409, REFUSED)
    assert "You have reported this statement" in answer.content.decode()
    assert Report.objects.get().note == "An advertisement."


def test_a_crux_is_put_forward(door: Door, debate: Debate, alice: User) -> None:
    answer = door(alice).put_forward(debate, "Books come back", "They *do* come back.")
    assert answer.status_code in OK
    crux = debate.statements.get(kind="crux")
    assert (crux.name, crux.body, crux.author) == (
        "Books come back",
        "They *do* come back.",
        alice,
    )


def test_a_crux_without_a_name_is_refused(door: Door, debate: Debate, alice: User) -> None:
    answer = door(alice).put_forward(debate, " ", "They do come back.")
    assert answer.status_code == REFUSED
    assert "Give it a name of a few words." in answer.content.decode()
    assert not debate.statements.filter(kind="crux").exists()


def test_a_crux_is_dropped_and_taken_up_again(
    door: Door, debate: Debate, alice: User, bob: User
) -> None:
    crux = factories.CruxFactory.create(debate=debate, author=alice)
    at = door(alice)
    assert at.drop(crux, "").status_code == REFUSED
    assert door(bob).drop(crux, "Not mine.").status_code == 403
    assert at.drop(crux, "Nobody rests on it.").status_code in OK
    crux.refresh_from_db()
    assert (crux.crux_state, Drop.objects.get().reason) == ("dropped", "Nobody rests on it.")
    assert at.take_up(crux).status_code in OK
    crux.refresh_from_db()
    assert crux.crux_state == "live"


def test_a_position_rests_on_a_claim_until_that_is_taken_back(
    door: Door, claim: Statement, alice: User
) -> None:
    position, at = claim.debate.statements.get(author=alice, kind="position"), door(alice)
    assert at.rely(claim, position, words="would give it up").status_code in OK
    assert at.rely(claim, position, now=80, otherwise=30).status_code in OK
    said = Reliance.objects.get()
    assert (said.claim, said.words, said.now, said.otherwise) == (claim, "", 80, 30)
    assert at.release(claim, position).status_code in OK
    assert not Reliance.objects.exists()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({}, "Say what you would then do, or give both numbers."),
        ({"now": 80}, "Give both numbers, or neither."),
        ({"now": 80, "otherwise": 130}, "Use a number from 0 to 100."),
    ],
)
def test_a_reliance_that_says_too_little_is_refused(
    door: Door, claim: Statement, alice: User, said: dict[str, int], reason: str
) -> None:
    position = claim.debate.statements.get(author=alice, kind="position")
    answer = door(alice).rely(claim, position, **said)
    assert answer.status_code == REFUSED
    assert reason in answer.content.decode()


def test_only_what_one_holds_rests_on_a_claim(door: Door, claim: Statement, bob: User) -> None:
    position = claim.debate.statements.get(name="Lend until asked back")
    for not_held in (position, factories.PositionFactory.create(author=bob)):
        answer = door(bob).rely(claim, not_held, words="would give it up")
        assert answer.status_code == REFUSED
        assert "Choose a position that you hold." in answer.content.decode()
    assert not Reliance.objects.exists()


def test_what_a_private_debate_holds_does_not_exist_for_strangers(
    door: Door, claim: Statement, charlie: User
) -> None:
    Debate.objects.update(visibility="private")
    at = door(charlie)
    answers = [
        at.reply(claim, kind="remark", body="Hello."),
        at.mark(claim, truth="agree"),
        at.undo(claim, 1),
        at.confirm(claim),
        at.explain(claim, "P2"),
        at.edit(claim, "Mine now.", 1),
        at.withdraw(claim),
        at.report(claim, "spam", ""),
        at.put_forward(claim.debate, "Books come back", "They do."),
        at.drop(claim, "Not mine."),
        at.take_up(claim),
        at.rely(claim, claim, words="would give it up"),
        at.release(claim, claim),
    ]
    assert {answer.status_code for answer in answers} == {404}
