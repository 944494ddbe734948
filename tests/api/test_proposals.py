"""Proposals, as programs make them, decide on them, and read what became of them."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from debate.actions import moderation, proposals
from debate.actions.proposals import Wanted
from debate.actions.quotations import Words
from debate.models import Debate, Proposal, Statement
from tests import factories
from tests.api.conftest import Enter, fits

CRUX = {"kind": "crux", "name": "Books come back", "body": "They *do*.", "reason": "S1 rests."}


def place(debate: Debate) -> str:
    return f"debates/{debate.slug}/proposals/"


def retype(claim: Statement) -> dict[str, Any]:
    return {"kind": "retype", "statement": claim.pk, "becomes": "remark", "reason": "It asks."}


def test_a_bot_proposes_a_person_accepts_and_the_bots_record_tells(
    debate: Debate, alice: User, rob: User, enter: Enter
) -> None:
    bot, path = enter(rob), place(debate)
    refused = bot.send("POST", path, CRUX)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["generated_by"])
    key = {"Idempotency-Key": "one"}
    made = bot.send("POST", path, {**CRUX, "generated_by": "model"}, **key)
    assert made.status_code == 201, made.content
    fits("ProposalOut", made.json())
    own = made.json()["links"]["self"]
    assert made["Location"] == own
    assert bot.send("POST", path, {**CRUX, "generated_by": "model"}, **key).json() == made.json()
    assert bot.send("POST", path, {**CRUX, "generated_by": "model"}).status_code == 409
    here = f"proposals/{made.json()['id']}/"
    assert bot.send("PUT", f"{here}acceptance/", {"reason": "Yes."}).status_code == 403
    done = enter(alice).send("PUT", f"{here}acceptance/", {"reason": "That is it."})
    assert (done.status_code, done.json()["state"]) == (200, "accepted")
    fits("ProposalOut", done.json())
    crux = Statement.objects.get(kind="crux")
    assert (done.json()["made"], crux.author, crux.turn) == (crux.pk, rob, None)
    told = enter().read("people/rob/")
    fits("WholePersonOut", told)
    assert told["proposals"] == {
        "accepted": 1,
        "refused": 0,
        "waiting": 0,
        "rate": 100,
        "quota": 17,
    }
    assert enter().read("people/alice/")["proposals"] is None


def test_each_kind_says_what_it_needs(
    debate: Debate, claim: Statement, his: Statement, charlie: User, enter: Enter
) -> None:
    double = factories.ObjectionFactory.create(parent=his)
    client, path = enter(charlie), place(debate)
    words = claim.body.split(".")[0]
    other = factories.SupportFactory.create(parent=his, body="Readers are kind. Books are old.")
    for sent in (
        retype(claim),
        {"kind": "split", "statement": other.pk, "quote": "Books are old.", "becomes": "remark"},
        {"kind": "link", "statement": claim.pk, "to": his.pk, "becomes": "support"},
        {"kind": "duplicate", "statement": claim.pk, "to": double.pk},
    ):
        made = client.send("POST", path, {"reason": "So.", **sent})
        assert made.status_code == 201, (sent, made.content)
        fits("ProposalOut", made.json())
    assert words
    wrong = client.send("POST", path, {"kind": "link", "statement": claim.pk, "reason": "So."})
    assert (wrong.status_code, set(wrong.json()["errors"])) == (422, {"to", "becomes"})
    gone = client.send("POST", path, {**retype(claim), "statement": 999_999})
    assert (gone.status_code, list(gone.json()["errors"])) == (422, ["statement"])
    many = client.send(
        "POST",
        path,
        {**retype(claim), "kind": "split", "quote": "never said", "becomes": "remark"},
    )
    assert many.json()["errors"]["quote"][0]["code"] == "not-there"
    listed = client.read(f"{path}?kind=split")
    fits("ProposalPage", listed)
    assert [one["passage"]["exact"] for one in listed["results"]] == ["Books are old."]
    about = client.read(f"{path}?statement={his.pk}")["results"]
    assert [one["kind"] for one in about] == ["link"]


def test_proposing_and_deciding_need_their_scopes(
    debate: Debate, alice: User, charlie: User, enter: Enter
) -> None:
    assert enter(charlie, "read", "write").send("POST", place(debate), CRUX).status_code == 403
    made = enter(charlie, "read", "propose").send("POST", place(debate), CRUX).json()
    path = f"proposals/{made['id']}/refusal/"
    said = {"reason": "No."}
    assert enter(alice, "read", "write", "propose").send("PUT", path, said).status_code == 403
    assert enter(alice, "moderate", "read").send("PUT", path, said).json()["state"] == "refused"
    again = enter(alice).send("PUT", path, said)
    assert again.status_code == 409


def test_may_decide_says_what_deciding_is_answered(
    claim: Statement, alice: User, charlie: User, enter: Enter
) -> None:
    made = enter(charlie).send("POST", place(claim.debate), retype(claim)).json()
    path, author = f"proposals/{made['id']}/", enter(alice)
    factories.SuspensionFactory.create(debate=claim.debate, person=alice)
    for suspended, state, may in (
        ([alice.pk], "open", False),
        ([], "archived", False),
        ([], "open", True),
    ):
        Debate.objects.update(suspended=suspended, state=state)
        [listed] = author.read(place(claim.debate))["results"]
        assert author.read(path)["may_decide"] is listed["may_decide"] is may
        answer = author.send("PUT", f"{path}refusal/", {"reason": "No."})
        assert (answer.status_code == 200) is may


def test_one_takes_back_what_one_proposed(
    debate: Debate, bob: User, rob: User, charlie: User, enter: Enter
) -> None:
    made = enter(rob).send("POST", place(debate), {**CRUX, "generated_by": "model"}).json()
    path = f"proposals/{made['id']}/"
    assert enter(charlie).send("DELETE", path).status_code == 403
    assert enter(rob).send("DELETE", path).status_code == 422
    back = enter(rob).send("DELETE", f"{path}?generated_by=program")
    assert back.json()["state"] == "withdrawn"
    assert enter(rob).read(f"{place(debate)}?own=true&state=withdrawn")["results"]
    assert enter(charlie).read(f"{place(debate)}?own=true")["results"] == []


def test_words_of_what_was_refused_stay_with_its_proposer_and_who_decides(
    debate: Debate, alice: User, bob: User, charlie: User, enter: Enter
) -> None:
    made = enter(charlie).send("POST", place(debate), CRUX).json()
    assert enter().read(f"proposals/{made['id']}/")["body"] == "They *do*."
    enter(alice).send("PUT", f"proposals/{made['id']}/refusal/", {"reason": "Spam."})
    for viewer, shows in ((None, False), (charlie, True), (alice, True), (bob, True)):
        told = enter(viewer).read(f"proposals/{made['id']}/")
        assert (told["body"] == "They *do*.") is shows, viewer
        assert (told["reason"] == "S1 rests.") is shows
        assert (told["decision"], told["author"]["username"]) == ("Spam.", "charlie")


def test_of_a_proposal_about_what_is_hidden_nobody_is_named_and_nothing_quoted(
    claim: Statement, alice: User, charlie: User, mara: User, enter: Enter
) -> None:
    Statement.objects.filter(pk=claim.pk).update(
        body="a canary. b", body_html="<p>a canary. b</p>"
    )
    quote = Words("a canary.")
    wanted = Wanted("split", claim, becomes="remark", quote=quote)
    made = proposals.propose(claim.debate, wanted, by=charlie, reason="A canary is one.")
    moderation.hide(claim, by=mara, reason="Rude.")
    told = enter().read(f"proposals/{made.pk}/")
    assert told["state"] == "outdated"
    nothing = ("author", "passage", "reason", "decided_by", "generated_by")
    assert [told[name] for name in nothing] == [None] * 5
    assert "canary" not in str(enter(charlie).read(place(claim.debate))).lower()
    assert "canary" in str(enter(mara).read(place(claim.debate))).lower()


def test_a_proposal_told_again_quotes_nothing_that_is_gone_by_then(
    claim: Statement, rob: User, mara: User, enter: Enter
) -> None:
    sent = {
        "kind": "split",
        "statement": claim.pk,
        "becomes": "remark",
        "quote": claim.body.split()[0],
        "reason": "Two.",
        "generated_by": "model",
    }
    bot, key = enter(rob), {"Idempotency-Key": "one"}
    made = bot.send("POST", place(claim.debate), sent, **key)
    assert made.json()["passage"]
    moderation.hide(claim, by=mara, reason="Rude.")
    again = bot.send("POST", place(claim.debate), sent, **key)
    assert (again.status_code, again.json()["passage"]) == (201, None)


def test_proposals_of_a_private_debate_are_not_there_for_others(
    debate: Debate, alice: User, charlie: User, enter: Enter
) -> None:
    made = factories.ProposalFactory.create(debate=debate, author=alice)
    factories.ParticipationFactory.create(debate=debate, person=alice)
    Debate.objects.update(visibility="private")
    for method, path in (
        ("GET", f"proposals/{made.pk}/"),
        ("DELETE", f"proposals/{made.pk}/"),
        ("PUT", f"proposals/{made.pk}/acceptance/"),
        ("GET", place(debate)),
    ):
        assert enter(charlie).send(method, path, {}).status_code == 404
    assert enter(alice).read(f"proposals/{made.pk}/")["author"]["username"] == "alice"


def test_events_name_the_proposal(debate: Debate, charlie: User, enter: Enter) -> None:
    made = enter(charlie).send("POST", place(debate), CRUX).json()
    [event] = enter().read(f"debates/{debate.slug}/events/?kind=proposal.made")["results"]
    fits("EventOut", event)
    assert (event["proposal"], event["actor"]["username"]) == (made["id"], "charlie")


@pytest.mark.parametrize("count", [3, 9])
def test_a_list_takes_a_fixed_number_of_queries(
    count: int,
    debate: Debate,
    claim: Statement,
    alice: User,
    enter: Enter,
    django_assert_max_num_queries: Any,
) -> None:
    for n in range(count):
        factories.ProposalFactory.create(debate=debate, author=alice, name=f"N{n}")
        factories.ProposalFactory.create(
            debate=debate, statement=claim, kind="retype", becomes="remark", revision=1, name="",
            body="",
        )  # fmt: skip
    client = enter(alice)
    with django_assert_max_num_queries(8):
        assert len(client.read(place(debate))["results"]) == 2 * count
    assert Proposal.objects.count() == 2 * count
