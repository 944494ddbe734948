"""A person's ledger: what awaits them, minds they changed, times they changed theirs."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import cruxes, marks, moderation, statements
from debate.models import Debate, MarkChange, Statement
from debate.rules import Viewer
from debate.selectors import ledger, people
from tests import factories

VISITOR = AnonymousUser()


def waiting(person: User, viewer: Viewer = VISITOR) -> list[int]:
    return [one.pk for one in ledger.waiting(person, viewer).order_by("pk")]


def told(found: list[ledger.Change]) -> list[tuple[str, int, str, str, int | None]]:
    return [
        (
            one.person.username,
            one.on.pk,
            one.before,
            one.after,
            one.because.pk if one.because else None,
        )
        for one in found
    ]


def minds(person: User, viewer: Viewer = VISITOR) -> list[tuple[str, int, str, str, int | None]]:
    found = ledger.read(ledger.changed_by(person, viewer)).order_by("-pk")
    return told(ledger.shown(found))


def changes(person: User, viewer: Viewer = VISITOR) -> list[tuple[str, int, str, str, int | None]]:
    found = ledger.read(ledger.changes_of(person, viewer)).order_by("-pk")
    return told(ledger.shown(found))


@pytest.fixture
def turned(claim: Statement, alice: User, bob: User) -> Statement:
    """Bob disagrees with Alice's claim, and then agrees, because of a reason she gives."""
    marks.mark(claim, by=bob, truth="disagree")
    reason = statements.reply(claim, by=alice, kind="support", body="It was tried.")
    marks.mark(claim, by=bob, truth="agree")
    marks.explain(claim, by=bob, because=reason.label)
    return reason


# ---- what awaits a person
def test_open_points_to_what_one_wrote_or_holds_wait_and_no_others(
    debate: Debate, claim: Statement, hers: Statement, alice: User, bob: User, charlie: User
) -> None:
    objection = statements.reply(claim, by=bob, kind="objection", on="truth", body="No.")
    question = statements.reply(hers, by=bob, kind="question", body="Why?")
    statements.reply(claim, by=bob, kind="remark", body="By the way.")
    statements.reply(claim, by=alice, kind="question", body="Do I know?")
    assert waiting(alice) == [objection.pk, question.pk]
    assert waiting(bob) == []
    marks.mark(hers, by=charlie, truth="agree")
    assert waiting(charlie) == [question.pk]
    statements.reply(question, by=alice, kind="answer", body="So that they are read.")
    assert waiting(alice) == [objection.pk]
    assert waiting(charlie) == []


def test_what_was_put_to_words_that_are_gone_awaits_nobody(
    claim: Statement, alice: User, bob: User, mara: User
) -> None:
    objection = statements.reply(claim, by=bob, kind="objection", on="truth", body="No.")
    assert waiting(alice, alice) == [objection.pk]
    moderation.hide(claim, by=mara, reason="Attack.")
    for viewer in (VISITOR, alice, bob, mara):
        assert waiting(alice, viewer) == []


def test_the_seed_says_who_is_to_answer(db: None) -> None:
    call_command("seed", verbosity=0)
    first, second = (people.person(f"{n}-speaker", VISITOR) for n in ("first", "second"))
    told = waiting(first), waiting(second)
    open_ones = Statement.objects.filter(status="open").values_list("pk", flat=True)
    assert set(told[0]) | set(told[1]) == set(open_ones)
    assert told[0] and not set(told[0]) & set(told[1])


# ---- changes of mind
def test_a_change_of_mind_is_told_with_both_people(
    turned: Statement, claim: Statement, alice: User, bob: User
) -> None:
    entry = ("bob", claim.pk, "disagree", "agree", turned.pk)
    assert minds(alice) == [entry]
    assert changes(bob) == [entry]
    assert minds(bob) == changes(alice) == []


def test_each_time_counts_and_doubts_between_do_not(
    claim: Statement, alice: User, bob: User
) -> None:
    for truth in ("agree", "unsure", "", "agree", "unsure", "disagree", "disagree", "agree"):
        marks.mark(claim, by=bob, truth=truth)
    assert [(one[2], one[3]) for one in changes(bob)] == [
        ("disagree", "agree"),
        ("agree", "disagree"),
    ]
    assert minds(alice) == []
    newest = MarkChange.objects.latest("pk")
    marks.undo(claim, by=bob, change=newest.pk)
    assert [(one[2], one[3]) for one in changes(bob)] == [("agree", "disagree")]


def test_a_mind_changed_by_oneself_is_not_one_that_one_changed(
    debate: Debate, alice: User, bob: User
) -> None:
    other = factories.SupportFactory.create(parent=debate.statements.get(author=bob), author=bob)
    own = statements.reply(other, by=alice, kind="remark", body="I think aloud.")
    for truth in ("disagree", "agree"):
        marks.mark(other, by=alice, truth=truth)
    marks.explain(other, by=alice, because=own.label)
    assert minds(alice) == []
    assert changes(alice) == [("alice", other.pk, "disagree", "agree", own.pk)]


def test_a_cause_that_is_gone_is_not_named(
    turned: Statement, claim: Statement, alice: User, bob: User, mara: User
) -> None:
    moderation.hide(turned, by=mara, reason="Attack.")
    for viewer in (VISITOR, alice, bob, mara):
        assert minds(alice, viewer) == []
        assert changes(bob, viewer) == [("bob", claim.pk, "disagree", "agree", None)]


def test_nothing_is_told_about_what_is_gone(
    turned: Statement, claim: Statement, alice: User, bob: User
) -> None:
    statements.withdraw(claim, by=alice)
    for viewer in (VISITOR, alice, bob):
        assert minds(alice, viewer) == changes(bob, viewer) == []


@pytest.mark.parametrize(
    ("visibility", "seen_by"),
    [("public", {"visitor", "alice", "bob", "mara"}), ("unlisted", {"own"}), ("private", set())],
)
def test_a_ledger_tells_of_no_debate_that_a_list_may_not_show(
    visibility: str,
    seen_by: set[str],
    turned: Statement,
    claim: Statement,
    alice: User,
    bob: User,
    mara: User,
) -> None:
    statements.reply(claim, by=bob, kind="objection", on="truth", body="Yet no.")
    Debate.objects.update(visibility=visibility)
    viewers: dict[str, Viewer] = {"visitor": VISITOR, "alice": alice, "bob": bob, "mara": mara}
    for person, tell in ((alice, waiting), (alice, minds), (bob, changes)):
        found = {who for who, viewer in viewers.items() if tell(person, viewer)}
        assert found == ({person.username} if seen_by == {"own"} else seen_by), tell


def test_it_costs_the_same_however_much_there_is(alice: User, bob: User) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            debate = factories.DebateFactory.create()
            own = factories.PositionFactory.create(debate=debate, author=alice)
            crux = cruxes.put_forward(debate, by=alice, name="So?", body="Is it so?")
            for truth in ("agree", "disagree"):
                marks.mark(crux, by=bob, truth=truth)
            reason = statements.reply(crux, by=alice, kind="objection", on="truth", body="No.")
            marks.explain(crux, by=bob, because=reason.label)
            statements.reply(own, by=bob, kind="question", body="Why?")
        with CaptureQueriesContext(connection) as queries:
            assert people.page(ledger.waiting(alice, VISITOR).order_by("pk"), VISITOR, 20).shown
            assert minds(alice)
            assert changes(bob)
        counts.append(len(queries))
    assert counts == [7, 7]
