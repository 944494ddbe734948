"""Proposals as pages: proposing, deciding, what is said of them where."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from debate.actions import proposals as actions
from debate.actions.proposals import Wanted
from debate.actions.quotations import Words
from debate.models import Debate, Proposal, Statement
from tests import factories

pytestmark = pytest.mark.django_db
CRUX = {"kind": "crux", "name": "Books come back", "body": "They *do*.", "reason": "S1 rests."}


@pytest.fixture
def enter(client: Client) -> Any:
    def entered(user: User | None) -> Client:
        client.logout()
        if user is not None:
            client.force_login(user, "accounts.reading.Accounts")
        return client

    return entered


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", answer.content.decode()))


def retype(claim: Statement, by: User) -> Proposal:
    wanted = Wanted("retype", claim, becomes="remark")
    said = {"generated_by": "model"} if by.is_bot else {}
    return actions.propose(claim.debate, wanted, by=by, reason="It gives no reason.", **said)


def test_the_story_of_a_proposal_without_a_script(
    debate: Debate, claim: Statement, alice: User, charlie: User, enter: Any
) -> None:
    client = enter(charlie)
    page = client.get(f"/s/{claim.pk}/")
    form_at = f"/d/{debate.slug}/proposals/new/"
    assert f"{form_at}?about={claim.pk}" in page.content.decode()
    form = client.get(f"{form_at}?about={claim.pk}")
    assert 'value="S1"' in form.content.decode()
    sent = {"kind": "retype", "statement": "S1", "becomes": "remark", "reason": "It asks."}
    made = client.post(form_at, sent)
    proposal = Proposal.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"/proposals/{proposal.pk}/")
    assert client.get(made["Location"]).status_code == 200
    client = enter(alice)
    assert "Look at it and decide" in words(client.get(f"/d/{debate.slug}/proposals/"))
    refused = client.post(f"/proposals/{proposal.pk}/acceptance/", {"reason": ""})
    assert refused.status_code == 422
    assert "Give a reason" in words(refused)
    done = client.post(f"/proposals/{proposal.pk}/acceptance/", {"reason": "It is none."})
    assert done.status_code == 302
    claim.refresh_from_db()
    assert claim.kind == "remark"
    assert "Accepted by" in words(enter(None).get(f"/proposals/{proposal.pk}/"))
    assert "Proposals about it" in words(enter(None).get(f"/s/{claim.pk}/"))


@pytest.mark.parametrize("kind", ["crux", "retype", "split", "link", "duplicate"])
def test_a_refused_form_comes_back_with_its_words(
    kind: str, debate: Debate, claim: Statement, charlie: User, enter: Any
) -> None:
    client, at = enter(charlie), f"/d/{debate.slug}/proposals/new/"
    assert client.get(f"{at}?kind={kind}&about={claim.pk}").status_code == 200
    answer = client.post(at, {"kind": kind, "reason": "Kept words.", "statement": "S999"})
    assert answer.status_code == 422
    assert "Kept words." in answer.content.decode()
    assert not Proposal.objects.exists()


def test_each_kind_is_proposed_by_its_form(
    debate: Debate, claim: Statement, his: Statement, charlie: User, enter: Any
) -> None:
    client, at = enter(charlie), f"/d/{debate.slug}/proposals/new/"
    double = factories.SupportFactory.create(parent=his, body="Readers are kind. Books are old.")
    for sent in (
        CRUX,
        {
            "kind": "split",
            "statement": double.label,
            "quote": "Books are old.",
            "becomes": "remark",
        },
        {
            "kind": "link",
            "statement": "S1",
            "to": his.label,
            "becomes": "objection",
            "on": "truth",
        },
        {"kind": "duplicate", "statement": "S1", "to": f"/s/{double.pk}/"},
    ):
        made = client.post(at, {"reason": "So.", **sent})
        assert made.status_code == 302, words(made)
        page = client.get(made["Location"])
        assert "What accepting it does" in words(page)
        assert page.status_code == 200
    assert Proposal.objects.count() == 4
    assert client.post(at, {"reason": "So.", **CRUX}).status_code == 422  # it waits already
    listed = words(client.get(f"/d/{debate.slug}/proposals/"))
    assert "also objects to" in listed
    assert "says the same as" in listed


def test_a_form_sent_twice_proposes_once(debate: Debate, charlie: User, enter: Any) -> None:
    client, at = enter(charlie), f"/d/{debate.slug}/proposals/new/"
    first = client.post(at, {**CRUX, "key": "k"})
    assert client.post(at, {**CRUX, "key": "k"})["Location"] == first["Location"]
    assert Proposal.objects.count() == 1


def test_a_split_shows_the_words_that_would_leave(
    claim: Statement, alice: User, charlie: User, enter: Any
) -> None:
    fields = {"body": "Kind. Books are old.", "body_html": "<p>Kind. Books are old.</p>"}
    Statement.objects.filter(pk=claim.pk).update(**fields)
    wanted = Wanted("split", claim, becomes="remark", quote=Words("Books are old."))
    made = actions.propose(claim.debate, wanted, by=charlie, reason="Two claims.")
    page = enter(alice).get(f"/proposals/{made.pk}/").content.decode()
    assert "Books are old.</mark>" in page


def test_who_may_not_decide_is_offered_nothing(
    claim: Statement, alice: User, bob: User, charlie: User, enter: Any
) -> None:
    made = retype(claim, charlie)
    at = f"/proposals/{made.pk}/"
    for viewer, offered in ((None, False), (bob, False), (charlie, False), (alice, True)):
        page = enter(viewer).get(at).content.decode()
        assert (f"{at}acceptance/" in page) is offered
        assert (f"{at}withdrawal/" in page) is (viewer == charlie)
    assert enter(bob).post(f"{at}acceptance/", {"reason": "Yes."}).status_code == 403
    assert enter(None).post(f"{at}acceptance/", {"reason": "Yes."}).status_code == 302
    assert enter(charlie).post(f"{at}withdrawal/").status_code == 302
    made.refresh_from_db()
    assert made.state == "withdrawn"


def test_a_list_shows_the_open_ones_ones_own_or_the_decided(
    debate: Debate, claim: Statement, alice: User, bob: User, rob: User, enter: Any
) -> None:
    at = f"/d/{debate.slug}/proposals/"
    assert "No proposal waits" in words(enter(None).get(at))
    made = retype(claim, rob)
    for show, shows in (("open", True), ("own", True), ("decided", False)):
        answer = enter(bob).get(f"{at}?show={show}").content.decode()
        assert (f'id="proposal-{made.pk}"' in answer) is shows
    assert "data-by-bot" in enter(None).get(at).content.decode()
    actions.refuse(made, by=alice, reason="It does give one.")
    told = words(enter(None).get(f"{at}?show=decided"))
    assert "It does give one." in told
    assert "It gives no reason." not in told
    assert enter(None).get(f"{at}?show=all").status_code == 404


def test_pages_of_a_list_go_on(debate: Debate, alice: User, enter: Any) -> None:
    for n in range(31):
        factories.ProposalFactory.create(debate=debate, author=alice, name=f"N{n}")
    at = f"/d/{debate.slug}/proposals/"
    first = enter(None).get(at).content.decode()
    assert first.count('class="proposal"') == 30
    [older] = re.findall(r"before=(\d+)", first)
    assert enter(None).get(f"{at}?before={older}").content.decode().count('class="proposal"') == 1


def test_a_bots_page_tells_how_its_proposals_fare(
    claim: Statement, alice: User, rob: User, enter: Any
) -> None:
    assert "Nobody has decided" in words(enter(None).get("/u/rob/"))
    actions.accept(retype(claim, rob), by=alice, reason="It is none.")
    told = words(enter(None).get("/u/rob/"))
    assert "1 of 1 proposal was accepted." in told
    assert "17 proposals a day" in told
    assert "proposals a day" not in words(enter(None).get("/u/alice/"))


@pytest.mark.parametrize("count", [2, 12])
def test_pages_take_a_fixed_number_of_queries(
    count: int,
    debate: Debate,
    claim: Statement,
    alice: User,
    enter: Any,
    django_assert_max_num_queries: Any,
) -> None:
    for n in range(count):
        factories.ProposalFactory.create(debate=debate, author=alice, name=f"N{n}")
    made = retype(claim, factories.UserFactory.create())
    client = enter(alice)
    client.get(f"/d/{debate.slug}/")
    with django_assert_max_num_queries(22):
        client.get(f"/d/{debate.slug}/proposals/")
    with django_assert_max_num_queries(18):
        client.get(f"/proposals/{made.pk}/")
