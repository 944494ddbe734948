"""Proposing, deciding on it, taking it back; what makes a proposal outdated."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.limits import LimitReached
from accounts.models import Standing, User
from debate.actions import leaving, moderation, proposals, statements, structure
from debate.actions.proposals import Wanted
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict
from debate.models import Debate, Event, Link, ModerationAct, Proposal, Statement
from debate.selectors import proposals as selectors
from tests import factories

pytestmark = pytest.mark.django_db
CRUX = Wanted("crux", name="Books come back", body="They *do*.")


def propose(debate: Debate, wanted: Wanted, by: User, **more: str) -> Proposal:
    said = {"generated_by": "model"} if by.is_bot else {}
    return proposals.propose(debate, wanted, by=by, **{"reason": "As it reads.", **said, **more})


def retype(claim: Statement, becomes: str = "remark", on: str = "") -> Wanted:
    return Wanted("retype", claim, becomes=becomes, on=on)


def kinds(debate: Debate) -> list[tuple[str, str]]:
    found = debate.events.filter(number__gt=0).order_by("number")
    return list(found.values_list("kind", "actor__username"))


def test_a_proposal_changes_nothing_but_is_told(
    debate: Debate, claim: Statement, charlie: User
) -> None:
    made = propose(debate, retype(claim), charlie)
    claim.refresh_from_db()
    assert (claim.kind, made.state, made.revision) == ("support", "open", 1)
    event = Event.objects.get(kind="proposal.made")
    assert (event.actor, event.statement_id) == (charlie, claim.pk)
    assert event.data == {"proposal": made.pk, "proposes": "retype"}
    debate.refresh_from_db()
    assert debate.event_count == event.number


def test_what_is_missing_is_said_by_field(debate: Debate, claim: Statement, charlie: User) -> None:
    def problems(wanted: Wanted, reason: str = "So.") -> set[str]:
        with pytest.raises(ValidationError) as refused:
            proposals.propose(debate, wanted, by=charlie, reason=reason)
        return set(refused.value.error_dict)

    assert problems(retype(claim, "support"), reason=" ") == {"becomes", "reason"}
    assert problems(Wanted("crux", name="x" * 61, body="x" * 10_001)) == {"name", "body"}
    split = Wanted("split", claim, becomes="remark", quote=Words("never said"))
    assert problems(split) == {"quote"}
    whole = Wanted("split", claim, becomes="remark", quote=Words(claim.body))
    assert problems(whole) == {"quote"}
    assert not Proposal.objects.exists()


def test_a_bot_says_how_it_came_about_and_where_it_may_not_it_does_not(
    debate: Debate, rob: User
) -> None:
    with pytest.raises(ValidationError, match="how it came about"):
        proposals.propose(debate, CRUX, by=rob, reason="So.")
    Debate.objects.update(bots="propose")
    assert propose(debate, CRUX, rob).generated_by == "model"
    Debate.objects.update(bots="none")
    with pytest.raises(PermissionDenied):
        propose(debate, Wanted("crux", name="A", body="B"), rob)


def test_what_waits_already_is_not_proposed_again(
    debate: Debate, claim: Statement, his: Statement, alice: User, charlie: User
) -> None:
    same = Wanted("crux", name="Other name", body="they  *DO*.")
    propose(debate, CRUX, charlie)
    double = factories.ObjectionFactory.create(parent=his)
    propose(debate, Wanted("duplicate", claim, double), charlie)
    propose(debate, retype(claim), charlie)
    for wanted in (same, Wanted("duplicate", double, claim), retype(claim)):
        with pytest.raises(Conflict, match="proposed already"):
            propose(debate, wanted, alice)
    propose(debate, retype(claim, "question"), alice)
    assert Proposal.objects.count() == 4


def test_what_was_refused_a_bot_does_not_propose_again_before_an_edit(
    debate: Debate, claim: Statement, alice: User, charlie: User, rob: User
) -> None:
    proposals.refuse(propose(debate, retype(claim), rob), by=alice, reason="It is a reason.")
    with pytest.raises(Conflict, match="refused"):
        propose(debate, retype(claim), rob)
    again = propose(debate, retype(claim), charlie)
    proposals.refuse(again, by=alice, reason="Still.")
    statements.edit(claim, by=alice, body="Other words.", revision=1)
    assert propose(debate, retype(claim), rob).revision == 2


def test_accepting_a_crux_publishes_it_outside_a_turn_as_its_proposers(
    debate: Debate, alice: User, bob: User, rob: User
) -> None:
    debate.refresh_from_db()
    turns, made = debate.turn_count, propose(debate, CRUX, rob)
    done = proposals.accept(made, by=alice, reason="That is it.")
    crux = done.made
    assert crux is not None
    assert (crux.author, crux.turn, crux.kind, crux.name) == (rob, None, "crux", CRUX.name)
    assert (crux.generated_by, crux.crux_state) == ("model", "live")
    assert (done.state, done.decided_by, done.decision) == ("accepted", alice, "That is it.")
    debate.refresh_from_db()
    assert (debate.turn_count, debate.crux_count) == (turns, 1)
    assert kinds(debate)[-3:] == [
        ("proposal.made", "rob"),
        ("statement.published", "rob"),
        ("proposal.accepted", "alice"),
    ]
    assert debate.event_count == debate.events.latest("number").number


def _two_claims(claim: Statement, alice: User) -> Statement:
    body = "Books come back. Readers are kind."
    return statements.edit(claim, by=alice, body=body, revision=1)


def test_the_author_of_what_it_changes_has_it_carried_out(
    debate: Debate, claim: Statement, his: Statement, alice: User, bob: User, charlie: User
) -> None:
    claim = _two_claims(claim, alice)
    double = factories.SupportFactory.create(parent=his, author=bob)
    wishes = [
        Wanted("split", claim, becomes="remark", quote=Words("Readers are kind.")),
        Wanted("link", claim, his, becomes="objection", on="truth"),
        Wanted("duplicate", claim, double),
        retype(claim, "objection", "framing"),
    ]
    done = [
        proposals.accept(propose(debate, wanted, charlie), by=alice, reason="So it is.")
        for wanted in wishes
    ]
    claim.refresh_from_db()
    part = done[0].made
    assert part is not None
    assert (part.author, part.kind, part.body) == (alice, "remark", "Readers are kind.")
    assert (claim.body, claim.kind, claim.on) == ("Books come back.", "objection", "framing")
    links = set(Link.objects.filter(statement=claim).values_list("to", "kind", "on"))
    assert links == {(his.pk, "objection", "truth"), (double.pk, "duplicate", "")}
    acts = ModerationAct.objects.order_by("pk").values_list("act", "moderator__username", "reason")
    assert list(acts) == [
        (act, "alice", "So it is.") for act in ("split", "link", "merge", "retype")
    ]
    debate.refresh_from_db()
    assert debate.event_count == debate.events.latest("number").number
    assert [one.state for one in done] == ["accepted"] * 4


def test_a_facilitator_has_it_carried_out_also_as_a_party_to_it(
    debate: Debate, claim: Statement, bob: User, charlie: User
) -> None:
    factories.ParticipationFactory.create(debate=debate, person=bob, role="facilitator")
    factories.RemarkFactory.create(parent=claim, author=bob)
    proposals.accept(propose(debate, retype(claim), charlie), by=bob, reason="It is none.")
    claim.refresh_from_db()
    assert claim.kind == "remark"


def test_what_cannot_stand_there_is_not_proposed_nor_accepted_later(
    debate: Debate, claim: Statement, hers: Statement, alice: User, bob: User, charlie: User
) -> None:
    for wanted in (
        Wanted("retype", hers, becomes="remark"),
        retype(claim, "answer"),
        retype(claim, "objection"),
        Wanted("split", claim, becomes="answer", quote=Words("Books")),
    ):
        with pytest.raises(ValidationError):
            propose(debate, wanted, charlie)
    asked = factories.QuestionFactory.create(parent=claim, author=bob)
    made = propose(debate, retype(asked), charlie)
    factories.StatementFactory.create(parent=asked, kind="answer", author=alice)
    with pytest.raises(ValidationError, match="It has answers"):
        proposals.accept(made, by=bob, reason="Yes.")
    made.refresh_from_db()
    assert made.state == "open"


def test_nothing_is_proposed_while_it_is_locked(
    debate: Debate, claim: Statement, alice: User, charlie: User
) -> None:
    made = propose(debate, CRUX, charlie)
    Debate.objects.update(locked=[claim.pk])
    with pytest.raises(PermissionDenied, match="locked"):
        propose(debate, retype(claim), charlie)
    Debate.objects.update(locked=[], is_locked=True)
    with pytest.raises(PermissionDenied, match="locked"):
        propose(debate, retype(claim), charlie)
    with pytest.raises(PermissionDenied, match="locked"):
        proposals.accept(made, by=alice, reason="Yes.")


def test_a_decision_has_a_reason_and_is_made_once(
    debate: Debate, alice: User, charlie: User
) -> None:
    made = propose(debate, CRUX, charlie)
    for decide in (proposals.accept, proposals.refuse):
        with pytest.raises(ValidationError, match="reason"):
            decide(made, by=alice, reason="  ")
    proposals.refuse(made, by=alice, reason="No.")
    for decide in (proposals.accept, proposals.refuse):
        with pytest.raises(Conflict, match="refused"):
            decide(made, by=alice, reason="Yes.")
    with pytest.raises(Conflict):
        proposals.withdraw(made, by=charlie)
    assert not Statement.objects.filter(kind="crux").exists()


def test_who_may_not_decide_is_told_why(debate: Debate, bob: User, charlie: User) -> None:
    made = propose(debate, CRUX, bob)
    with pytest.raises(PermissionDenied, match="authors of what"):
        proposals.accept(made, by=charlie, reason="Yes.")
    with pytest.raises(PermissionDenied, match="Somebody else"):
        proposals.accept(made, by=bob, reason="Yes.")
    Debate.objects.update(state="closed")
    with pytest.raises(PermissionDenied, match="closed"):
        proposals.accept(made, by=debate.starter, reason="Yes.")
    proposals.refuse(made, by=debate.starter, reason="Too late.")


def test_one_takes_back_what_one_proposed_and_what_ones_bot_did(
    debate: Debate, bob: User, charlie: User, rob: User
) -> None:
    own, bots = propose(debate, CRUX, charlie), propose(debate, _other(1), rob)
    with pytest.raises(PermissionDenied):
        proposals.withdraw(own, by=bob)
    assert proposals.withdraw(own, by=charlie).state == "withdrawn"
    assert proposals.withdraw(bots, by=bob).state == "withdrawn"
    assert propose(debate, CRUX, charlie).state == "open"


def _other(n: int) -> Wanted:
    return Wanted("crux", name=f"Another {n}", body=f"Something else, {n}.")


@pytest.mark.parametrize("end", ["hide", "withdraw"])
def test_what_is_gone_makes_proposals_about_it_outdated(
    end: str, debate: Debate, claim: Statement, his: Statement, alice: User, charlie: User
) -> None:
    mara = factories.UserFactory.create(is_staff=True)
    about = propose(debate, retype(claim), charlie)
    to = propose(debate, Wanted("link", his, claim, becomes="support"), charlie)
    other = propose(debate, CRUX, charlie)
    if end == "hide":
        moderation.hide(claim, by=mara, reason="Rude.")
    else:
        statements.withdraw(claim, by=alice)
    states = dict(Proposal.objects.values_list("pk", "state"))
    assert states == {about.pk: "outdated", to.pk: "outdated", other.pk: "open"}
    debate.refresh_from_db()
    assert debate.event_count == debate.events.latest("number").number
    with pytest.raises(Conflict):
        proposals.accept(about, by=alice, reason="Yes.")


def test_an_edit_that_takes_the_passage_away_makes_a_split_outdated(
    debate: Debate, alice: User, charlie: User, claim: Statement
) -> None:
    statements.edit(claim, by=alice, body="Books come back. Readers are kind.", revision=1)
    quote = Words("Readers are kind.")
    split = propose(debate, Wanted("split", claim, becomes="remark", quote=quote), charlie)
    statements.edit(claim, by=alice, body="Most books come back. Readers are kind.", revision=2)
    split.refresh_from_db()
    assert split.state == "open"
    assert selectors.alone(selectors.proposal(split.pk, alice), alice).note.startswith("The state")
    statements.edit(claim, by=alice, body="Most books come back.", revision=3)
    split.refresh_from_db()
    assert split.state == "outdated"


@pytest.mark.parametrize("how", ["accepted", "done"])
def test_a_split_makes_others_of_the_same_words_outdated(
    how: str, debate: Debate, alice: User, charlie: User, claim: Statement, mara: User
) -> None:
    statements.edit(claim, by=alice, body="Books return. Readers care. So it works.", revision=1)
    words = "Readers care."
    one, other = (
        propose(debate, Wanted("split", claim, becomes="remark", quote=Words(quoted)), charlie)
        for quoted in (words, f"Books return. {words}")
    )
    if how == "accepted":
        proposals.accept(one, by=alice, reason="Yes.")
    else:
        structure.split(claim, exact=words, kind="remark", by=mara, reason="So.")
    states = dict(Proposal.objects.values_list("pk", "state"))
    first = "accepted" if how == "accepted" else "outdated"
    assert states == {one.pk: first, other.pk: "outdated"}
    debate.refresh_from_db()
    assert debate.event_count == debate.events.latest("number").number


def _decided(debate: Debate, bot: User, by: User, states: str) -> None:
    for n, state in enumerate(states):
        made = propose(debate, _other(100 + n), bot)
        decide = proposals.accept if state == "a" else proposals.refuse
        decide(made, by=by, reason="So.")


def test_a_bots_record_counts_what_others_decided_in_public(
    debate: Debate, alice: User, bob: User, mara: User, rob: User
) -> None:
    _decided(debate, rob, alice, "aar")
    record = selectors.record(rob)
    assert (record.accepted, record.refused, record.rate, record.quota) == (2, 1, 67, 14)
    propose(debate, CRUX, rob)
    assert selectors.record(rob).waiting == 1
    User.objects.filter(pk=alice.pk).update(standing=Standing.NEW)
    assert selectors.record(rob).rate is None
    User.objects.filter(pk=alice.pk).update(standing=Standing.MEMBER)
    Debate.objects.update(visibility="private")
    assert (selectors.record(rob).decided, selectors.record(rob).waiting) == (0, 0)


def _limited(rob: User, alice: User, standing: str = Standing.MEMBER) -> User:
    User.objects.filter(pk__in=(rob.pk, rob.owner_id)).update(standing=standing)
    return User.objects.select_related("owner").get(pk=rob.pk)


def test_a_bots_quota_follows_what_becomes_of_its_proposals(
    debate: Debate, alice: User, rob: User
) -> None:
    _decided(debate, rob, alice, "rrr")
    bot = _limited(rob, alice)
    assert selectors.record(bot).quota == 1
    propose(debate, _other(1), bot)
    with pytest.raises(LimitReached, match="1 proposals a day"):
        propose(debate, _other(2), bot)


def test_while_many_wait_a_bot_proposes_no_more(debate: Debate, alice: User, rob: User) -> None:
    for n in range(20):
        factories.ProposalFactory.create(debate=debate, author=rob, name=f"N{n}")
    bot = _limited(rob, alice)
    with pytest.raises(LimitReached, match="20 proposals of this bot wait"):
        propose(debate, CRUX, bot)
    proposals.refuse(Proposal.objects.earliest("pk"), by=alice, reason="No.")
    proposals.refuse(Proposal.objects.filter(state="open").earliest("pk"), by=alice, reason="No.")
    with pytest.raises(LimitReached):  # fewer wait, and its quota is less
        propose(debate, CRUX, bot)


def test_people_propose_as_their_standing_allows(debate: Debate, charlie: User) -> None:
    User.objects.filter(pk=charlie.pk).update(standing=Standing.NEW)
    charlie.refresh_from_db()
    for n in range(5):
        propose(debate, _other(n), charlie)
    with pytest.raises(LimitReached):
        propose(debate, _other(9), charlie)


def test_a_statement_of_another_debate_is_not_found(debate: Debate, charlie: User) -> None:
    elsewhere = factories.PositionFactory.create()
    with pytest.raises(Statement.DoesNotExist):
        propose(debate, Wanted("duplicate", elsewhere, elsewhere), charlie)


def test_proposals_are_settled_with_the_account_that_left(debate: Debate, charlie: User) -> None:
    made = propose(debate, CRUX, charlie)
    leaving.leave(by=charlie, withdraw=True)
    leaving.finish(charlie.pk, withdraw=True)
    made.refresh_from_db()
    assert made.state == "withdrawn"
