"""What is new to oneself, over the API."""

from __future__ import annotations

from accounts.models import User
from debate.models import Debate, Statement, Visit
from tests import factories
from tests.api.conftest import Enter, fits


def address(debate: Debate) -> str:
    return f"debates/{debate.slug}/visit/"


def test_a_program_reads_what_is_new_and_marks_it_as_read(
    claim: Statement, alice: User, bob: User, enter: Enter
) -> None:
    me, at = enter(bob), address(claim.debate)
    assert me.read(at) == {"since_at": None, "newest": claim.pk, "new": []}
    assert not Visit.objects.exists()
    first = me.send("PUT", at, {"up_to": claim.pk})
    fits("VisitOut", first.json())
    said = [factories.ObjectionFactory.create(parent=claim, author=alice).pk for _ in range(2)]
    assert me.read(at)["new"] == said
    assert me.send("PUT", at, {"up_to": said[0]}).json()["new"] == said[1:]
    assert me.send("PUT", at, {}).json()["new"] == []


def test_one_cannot_have_read_what_nobody_has_said(
    claim: Statement, bob: User, enter: Enter
) -> None:
    refused = enter(bob).send("PUT", address(claim.debate), {"up_to": claim.pk + 1})
    assert refused.status_code == 422
    assert (
        f"The newest statement here is {claim.pk}"
        in refused.json()["errors"]["up_to"][0]["message"]
    )
    assert enter(bob).send("PUT", address(claim.debate), {"up_to": "all"}).status_code == 400


def test_visits_need_a_token_and_a_debate_that_one_may_see(
    claim: Statement, charlie: User, enter: Enter
) -> None:
    assert enter().send("GET", address(claim.debate)).status_code == 401
    Debate.objects.update(visibility="private")
    assert enter(charlie).send("PUT", address(claim.debate), {}).status_code == 404
