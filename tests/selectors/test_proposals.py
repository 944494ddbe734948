"""What people are told of proposals, and how the History and a statement's page tell of them."""

from __future__ import annotations

import pytest

from accounts.models import User
from debate.actions import moderation, notifying, proposals, statements
from debate.actions.proposals import Wanted
from debate.models import Debate, Notification, Proposal, Statement
from debate.selectors import events, notifications
from debate.selectors import proposals as selectors
from debate.selectors.listings import Cut
from tests import factories

pytestmark = pytest.mark.django_db


def told(person: User) -> list[tuple[str, str]]:
    notifying.notify()
    part = notifications.listed(person, Cut(100))
    return [(one.sentence, one.because) for one in reversed(part.rows)]


def waiting(person: User) -> int:
    return Notification.objects.filter(person=person, read_at=None).count()


def propose(wanted: Wanted, debate: Debate, by: User) -> Proposal:
    said = {"generated_by": "model"} if by.is_bot else {}
    return proposals.propose(debate, wanted, by=by, reason="As it reads.", **said)


@pytest.fixture
def guide(debate: Debate) -> User:
    made = factories.UserFactory.create(username="guide", follows_by_itself=False)
    factories.ParticipationFactory.create(debate=debate, person=made, role="facilitator")
    return made


def test_who_can_decide_is_told_and_then_who_proposed_it(
    debate: Debate, claim: Statement, alice: User, bob: User, charlie: User, rob: User, guide: User
) -> None:
    made = propose(Wanted("retype", claim, becomes="remark"), debate, rob)
    can = ("Rob (bot) proposes a change to S1", "because you can accept or refuse it")
    assert (told(alice), told(guide)) == ([can], [can])
    assert told(charlie) == told(bob) == told(rob) == []
    proposals.refuse(made, by=alice, reason="It does give one.")
    done = (
        "Alice refused a change that was proposed to S1",
        "because it was proposed by you or your bot",
    )
    assert (told(rob), told(bob)) == ([done], [done])
    assert (waiting(alice), waiting(guide)) == (0, 0)
    [notice] = notifications.listed(bob, Cut(10)).rows
    assert notice.address == f"/proposals/{made.pk}/"


def test_of_a_crux_the_authors_of_positions_are_told(
    debate: Debate, alice: User, bob: User, charlie: User
) -> None:
    wanted = Wanted("crux", name="Books come back", body="They do.")
    made = propose(wanted, debate, charlie)
    assert [sentence for sentence, _ in told(bob)] == ["Charlie proposes a crux"]
    proposals.accept(made, by=bob, reason="That is it.")
    assert ("Bob accepted a crux that was proposed: C1") in [one for one, _ in told(charlie)]
    assert waiting(alice) == 0 or told(alice)


def test_looking_at_its_page_reads_what_is_told_of_it(
    debate: Debate, claim: Statement, alice: User, charlie: User
) -> None:
    made = propose(Wanted("retype", claim, becomes="remark"), debate, charlie)
    told(alice)
    alice.refresh_from_db()
    assert (waiting(alice), alice.unread_count) == (1, 1)
    notifying.look_at(made.pk, by=alice)
    assert waiting(alice) == 0


def lines(debate: Debate, viewer: User) -> list[str]:
    found = events.history(debate, viewer)
    shown = [line for day in found.days for line in day.lines]
    return [
        line.phrase.format(
            who=line.person.name if line.person else "Somebody",
            what=line.statement.label if line.statement else "",
            link=line.link[0] if line.link else "",
        )
        for line in shown
    ]


def test_the_history_tells_what_was_proposed_and_decided(
    debate: Debate, claim: Statement, alice: User, charlie: User, mara: User
) -> None:
    made = propose(Wanted("retype", claim, becomes="remark"), debate, charlie)
    crux = propose(Wanted("crux", name="A", body="B"), debate, charlie)
    proposals.accept(crux, by=alice, reason="Yes.")
    proposals.withdraw(made, by=charlie)
    propose(Wanted("retype", claim, becomes="question"), debate, charlie)
    statements.withdraw(claim, by=alice)
    said = lines(debate, charlie)
    assert said[:7] == [
        "A proposal for S1 is outdated: another kind",
        "Somebody withdrew S1",
        "Somebody proposed for S1: another kind",
        "Somebody withdrew a proposal for S1: another kind",
        "Alice accepted a crux that was proposed: C1",
        "Charlie published C1, a crux",
        "Charlie proposed a crux",
    ]
    assert "Charlie proposed for S1: another kind" in lines(debate, mara)


def test_on_the_page_of_a_statement_the_open_ones_come_first(
    debate: Debate, claim: Statement, alice: User, charlie: User
) -> None:
    first = propose(Wanted("retype", claim, becomes="remark"), debate, charlie)
    later = propose(Wanted("retype", claim, becomes="question"), debate, charlie)
    proposals.refuse(later, by=alice, reason="No.")
    found = [one.proposal.pk for one in selectors.about(claim, charlie)]
    assert found == [first.pk, later.pk]


def test_what_is_hidden_names_nobody_in_a_list(
    debate: Debate, claim: Statement, alice: User, charlie: User, mara: User
) -> None:
    made = propose(Wanted("retype", claim, becomes="remark"), debate, charlie)
    proposals.refuse(made, by=alice, reason="By its author, then.")
    moderation.hide(claim, by=mara, reason="Rude.")
    for viewer, named in ((charlie, False), (mara, True), (alice, True)):
        one = selectors.alone(selectors.proposal(made.pk, viewer), viewer)
        assert bool(one.author and one.decided_by and one.decision) is named, viewer
