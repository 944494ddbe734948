"""Who may propose and decide, what can be proposed, and how much of it a bot may."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from debate import proposing
from debate.models import Debate, Proposal, Statement
from debate.proposing import Change
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def guide(debate: Debate) -> User:
    """A facilitator who has written nothing here."""
    made = factories.UserFactory.create(username="guide")
    factories.ParticipationFactory.create(debate=debate, person=made, role="facilitator")
    return made


def retype(claim: Statement, by: User, **fields: Any) -> Proposal:
    shape = {"kind": "retype", "becomes": "remark", "revision": 1, "name": "", "body": ""}
    made = factories.ProposalFactory.create(
        debate=claim.debate, statement=claim, author=by, **{**shape, **fields}
    )
    return made


def deciders(proposal: Proposal, *people: User) -> set[str]:
    return {one.username for one in people if proposing.may_decide(proposal, one)}


def test_members_propose_and_bots_where_the_debate_does_not_keep_them_out(
    debate: Debate, charlie: User, rob: User
) -> None:
    for bots, may in (("write", True), ("propose", True), ("none", False)):
        debate.bots = bots
        assert bool(proposing.may_propose(debate, rob)) is may
        assert proposing.may_propose(debate, charlie)
    for state in ("closed", "archived"):
        debate.state = state
        assert not proposing.may_propose(debate, charlie)


def test_who_is_switched_off_or_suspended_here_proposes_and_decides_nothing(
    claim: Statement, alice: User, charlie: User
) -> None:
    proposal = retype(claim, charlie)
    assert proposing.may_decide(proposal, alice)
    factories.SuspensionFactory.create(debate=claim.debate, person=alice, reason="Rude.")
    claim.debate.suspended = [alice.pk]
    assert not proposing.may_decide(proposal, alice)
    assert not proposing.may_propose(claim.debate, alice)
    charlie.is_active = False
    assert not proposing.may_propose(claim.debate, charlie)


def test_who_decides_in_a_debate_at_all_is_a_person_who_may_act_there(
    debate: Debate, alice: User, charlie: User, rob: User
) -> None:
    assert proposing.decides_in(debate, alice)
    assert not proposing.decides_in(debate, rob)
    charlie.is_active = False
    assert not proposing.decides_in(debate, charlie)
    debate.suspended = [alice.pk]
    factories.SuspensionFactory.create(debate=debate, person=alice, reason="Rude.")
    assert not proposing.decides_in(debate, alice)
    assert proposing.decides_in(debate, factories.UserFactory.create())
    debate.state = "archived"
    assert not proposing.decides_in(debate, factories.UserFactory.create())


def test_words_of_what_was_refused_stay_with_its_proposer_and_those_who_decide(
    claim: Statement, alice: User, bob: User, rob: User
) -> None:
    refused = retype(claim, rob)
    refused.state = "refused"
    readers = {
        one
        for one in (alice, bob, rob, AnonymousUser())
        if proposing.may_read_words(refused, one, decides=False)
    }
    assert readers == {bob, rob}
    assert proposing.may_read_words(refused, alice, decides=True)
    refused.state = "open"
    assert proposing.may_read_words(refused, AnonymousUser(), decides=False)


def test_nothing_is_proposed_about_what_is_gone(claim: Statement, charlie: User) -> None:
    assert proposing.may_propose_about(claim, charlie)
    claim.withdrawn_at = claim.created_at
    assert not proposing.may_propose_about(claim, charlie)


def test_the_author_of_what_it_changes_decides_and_who_looks_after_the_debate(
    claim: Statement, alice: User, bob: User, charlie: User, mara: User, rob: User, guide: User
) -> None:
    proposal = retype(claim, charlie)
    cast = (alice, bob, charlie, mara, rob, guide)
    assert deciders(proposal, *cast) == {"alice", "mara", "guide"}


def test_nobody_decides_alone_on_what_they_proposed_about_their_own_words(
    claim: Statement, his: Statement, alice: User, bob: User, guide: User
) -> None:
    assert deciders(retype(claim, alice), alice, bob, guide) == {"guide"}
    double = retype(claim, alice, kind="duplicate", to=his, becomes="")
    assert deciders(double, alice, bob, guide) == {"guide"}


def test_who_looks_after_the_debate_does_not_decide_on_what_they_proposed(
    claim: Statement, alice: User, guide: User, mara: User
) -> None:
    """Else a party to a dispute could act alone in it, by proposing it first."""
    assert deciders(retype(claim, guide), guide, alice, mara) == {"alice", "mara"}
    bot = factories.BotFactory.create(owner=guide)
    assert deciders(retype(claim, bot, becomes="question"), guide, alice) == {"alice"}
    assert deciders(retype(claim, mara, becomes="answer"), mara, guide) == {"guide"}


def test_a_bot_speaks_with_its_owners_voice(
    claim: Statement, alice: User, bob: User, rob: User
) -> None:
    said = factories.RemarkFactory.create(parent=claim, author=rob)
    assert deciders(retype(said, alice, becomes="support"), bob, rob, alice) == {"bob"}
    assert deciders(retype(said, bob, becomes="support"), bob, rob) == set()
    assert deciders(retype(said, rob, becomes="support"), bob, rob) == set()
    own = factories.RemarkFactory.create(parent=claim, author=bob)
    assert deciders(retype(own, rob, becomes="support"), bob) == set()


def test_authors_of_positions_decide_on_a_crux(
    debate: Debate, hers: Statement, alice: User, bob: User, charlie: User
) -> None:
    proposal = factories.ProposalFactory.create(debate=debate, author=bob)
    assert deciders(proposal, alice, bob, charlie) == {"alice"}
    Statement.objects.filter(pk=hers.pk).update(withdrawn_at=hers.created_at)
    assert deciders(proposal, alice, bob, charlie) == set()


def test_a_closed_debate_lets_refuse_and_not_accept_an_archive_neither(
    claim: Statement, alice: User, charlie: User
) -> None:
    proposal = retype(claim, charlie)
    proposal.debate.state = "closed"
    assert proposing.may_decide(proposal, alice)
    assert not proposing.may_accept(proposal, alice)
    assert proposing.may_take_back(proposal, charlie)
    proposal.debate.state = "archived"
    assert not proposing.may_decide(proposal, alice)
    assert not proposing.may_take_back(proposal, charlie)


def test_whose_it_is_takes_it_back_and_the_owner_of_a_bot(
    claim: Statement, alice: User, bob: User, rob: User
) -> None:
    proposal = retype(claim, rob)
    assert proposing.may_take_back(proposal, rob)
    assert proposing.may_take_back(proposal, bob)
    assert not proposing.may_take_back(proposal, alice)


REFUSED: dict[str, tuple[dict[str, Any], set[str]]] = {
    "no kind": ({"kind": "wish"}, {"kind"}),
    "nothing of a crux": ({"kind": "crux"}, {"name", "body"}),
    "a crux about a statement": (
        {"kind": "crux", "name": "A", "body": "B", "statement": "claim"},
        {"statement"},
    ),
    "no statement": ({"kind": "retype", "becomes": "remark"}, {"statement"}),
    "no other kind": ({"kind": "retype", "statement": "claim"}, {"becomes"}),
    "the same kind": ({"kind": "retype", "statement": "claim", "becomes": "support"}, {"becomes"}),
    "to a root": ({"kind": "retype", "statement": "claim", "becomes": "crux"}, {"becomes"}),
    "an `on` of a remark": (
        {"kind": "retype", "statement": "claim", "becomes": "remark", "on": "truth"},
        {"on"},
    ),
    "no words": ({"kind": "split", "statement": "claim", "becomes": "remark"}, {"quote"}),
    "a link to nothing": ({"kind": "link", "statement": "claim", "becomes": "support"}, {"to"}),
    "a link to itself": (
        {"kind": "link", "statement": "claim", "to": "claim", "becomes": "support"},
        {"to"},
    ),
    "a link to itself of another kind": (
        {"kind": "link", "statement": "claim", "to": "claim", "becomes": "remark"},
        {"to"},
    ),
    "a link that is there": (
        {"kind": "link", "statement": "claim", "to": "hers", "becomes": "support"},
        {"to"},
    ),
    "a link of another kind": (
        {"kind": "link", "statement": "claim", "to": "his", "becomes": "remark"},
        {"becomes"},
    ),
    "a link that objects to nothing": (
        {"kind": "link", "statement": "claim", "to": "his", "becomes": "objection"},
        {"on"},
    ),
    "a double of itself": ({"kind": "duplicate", "statement": "claim", "to": "claim"}, {"to"}),
    "a double of another sort": (
        {"kind": "duplicate", "statement": "claim", "to": "his"},
        {"to"},
    ),
    "a double of a position": ({"kind": "duplicate", "statement": "hers", "to": "his"}, {"to"}),
    "a double of what it answers": (
        {"kind": "duplicate", "statement": "claim", "to": "below"},
        {"to"},
    ),
    "a link of a question": (
        {"kind": "link", "statement": "asked", "to": "his", "becomes": "support"},
        {"to"},
    ),
    "another debate": ({"kind": "duplicate", "statement": "claim", "to": "elsewhere"}, {"to"}),
    "a useless field": (
        {"kind": "duplicate", "statement": "claim", "to": "his", "name": "A"},
        {"name"},
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_by_field(
    case: str, claim: Statement, hers: Statement, his: Statement
) -> None:
    fields, wrong = REFUSED[case]
    there = {
        "claim": claim,
        "hers": hers,
        "his": his,
        "elsewhere": factories.RemarkFactory.create(),
        "below": factories.RemarkFactory.create(parent=claim),
        "asked": factories.QuestionFactory.create(parent=hers),
    }
    sent: dict[str, Any] = {
        name: there[value] if name in ("statement", "to") else value
        for name, value in fields.items()
    }
    assert set(proposing.refusal_of(Change(**sent))) == wrong


def test_what_can_be_is_not_refused(claim: Statement, his: Statement) -> None:
    double = factories.ObjectionFactory.create(parent=his)
    cases: list[dict[str, Any]] = [
        {"kind": "crux", "name": "A", "body": "B"},
        {"kind": "retype", "statement": claim, "becomes": "objection", "on": "framing"},
        {"kind": "split", "statement": claim, "becomes": "remark", "has_quote": True},
        {"kind": "link", "statement": claim, "to": his, "becomes": "objection", "on": "truth"},
        {"kind": "duplicate", "statement": claim, "to": double},
    ]
    for sent in cases:
        assert proposing.refusal_of(Change(**sent)) == {}


def test_what_has_become_of_a_bots_proposals_says_how_many_it_may_make() -> None:
    cases = {(0, 0): 10, (1, 0): 17, (0, 1): 4, (18, 0): 36, (0, 18): 1, (50, 50): 10, (99, 1): 38}
    assert {pair: proposing.quota(*pair) for pair in cases} == cases
