"""Suspending somebody within one debate: they read it, and do nothing in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from debate.actions import (
    cruxes,
    drafts,
    invitations,
    marks,
    moderation,
    participations,
    reliances,
    statements,
    suspensions,
)
from debate.actions.refusals import Conflict
from debate.models import Debate, Statement, Suspension
from tests import factories

SAID = drafts.Wording("remark", body="So.")
DEEDS: dict[str, Callable[[Statement, Statement, User], object]] = {
    "reply": lambda claim, his, bob: statements.reply(claim, by=bob, kind="remark", body="So."),
    "edit": lambda claim, his, bob: statements.edit(his, by=bob, body="No.", revision=1),
    "withdraw": lambda claim, his, bob: statements.withdraw(his, by=bob),
    "mark": lambda claim, his, bob: marks.mark(claim, by=bob, truth="agree"),
    "report": lambda claim, his, bob: moderation.report(claim, by=bob, reason="spam"),
    "keep": lambda claim, his, bob: drafts.keep(claim, by=bob, key="k", wording=SAID),
    "rely": lambda claim, his, bob: reliances.rely(his, by=bob, claim=claim, words="would go"),
    "put forward": lambda claim, his, bob: cruxes.put_forward(
        claim.debate, by=bob, name="A", body="B"
    ),
}


@pytest.fixture
def own(debate: Debate, alice: User) -> Debate:
    """The debate, looked after by Alice."""
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    return debate


def suspend(debate: Debate, person: User, by: User, until: datetime | None = None) -> Suspension:
    reason = "Keeps attacking people."
    return suspensions.suspend(debate, person, by=by, reason=reason, until=until)


def fresh(statement: Statement) -> Statement:
    return Statement.objects.select_related("debate").get(pk=statement.pk)


@pytest.mark.parametrize("deed", DEEDS)
def test_who_is_suspended_does_nothing_here_and_is_told_why(
    own: Debate, claim: Statement, his: Statement, alice: User, bob: User, deed: str
) -> None:
    suspend(own, bob, alice)
    with pytest.raises(PermissionDenied, match="Keeps attacking people"):
        DEEDS[deed](fresh(claim), fresh(his), bob)
    suspensions.readmit(own, bob, by=alice)
    DEEDS[deed](fresh(claim), fresh(his), bob)


def test_other_debates_stay_open_to_them(own: Debate, alice: User, bob: User) -> None:
    suspend(own, bob, alice)
    other = factories.PositionFactory.create()
    statements.reply(other, by=bob, kind="remark", body="So.")


def test_their_bots_fall_with_them(
    own: Debate, claim: Statement, alice: User, bob: User, rob: User
) -> None:
    suspend(own, bob, alice)
    with pytest.raises(PermissionDenied, match="suspended in this debate"):
        statements.reply(fresh(claim), by=rob, kind="remark", body="So.", generated_by="model")


def test_a_suspension_ends_with_its_time_and_can_be_given_again(
    own: Debate, claim: Statement, alice: User, bob: User
) -> None:
    suspend(own, bob, alice, until=timezone.now() + timedelta(days=7))
    with pytest.raises(PermissionDenied, match="UTC"):
        marks.mark(fresh(claim), by=bob, truth="agree")
    with pytest.raises(Conflict, match="suspended here already"):
        suspend(own, bob, alice)
    Suspension.objects.update(until=timezone.now() - timedelta(seconds=1))
    marks.mark(fresh(claim), by=bob, truth="agree")
    suspend(own, bob, alice)
    with pytest.raises(PermissionDenied):
        marks.mark(fresh(claim), by=bob, truth="disagree")
    suspensions.readmit(own, bob, by=alice)
    with pytest.raises(Conflict):
        suspensions.readmit(own, bob, by=alice)
    kinds = own.events.filter(kind__startswith="person.").values_list("kind", flat=True)
    assert list(kinds) == ["person.suspended", "person.suspended", "person.readmitted"]
    own.refresh_from_db()
    assert own.suspended == []


def test_facilitators_and_moderators_suspend_members_only(
    own: Debate, alice: User, bob: User, charlie: User, mara: User
) -> None:
    for by, whom in ((bob, charlie), (charlie, bob), (alice, alice), (alice, mara), (mara, alice)):
        with pytest.raises(PermissionDenied):
            suspend(own, whom, by)
    imported = factories.UserFactory.create(kind="imported")
    with pytest.raises(PermissionDenied):
        suspend(own, imported, alice)
    suspend(own, bob, mara)
    with pytest.raises(PermissionDenied):
        suspensions.readmit(own, bob, by=charlie)
    with pytest.raises(PermissionDenied, match="A moderator did this"):
        suspensions.readmit(own, bob, by=alice)
    suspensions.readmit(own, bob, by=mara)


def test_without_a_reason_or_with_a_time_gone_by_it_is_refused(
    own: Debate, alice: User, bob: User
) -> None:
    past = timezone.now() - timedelta(days=1)
    with pytest.raises(ValidationError) as refused:
        suspensions.suspend(own, bob, by=alice, reason="  ", until=past)
    assert set(refused.value.message_dict) == {"reason", "until"}
    never = datetime(9999, 12, 31, tzinfo=UTC)
    with pytest.raises(ValidationError, match="within a hundred years"):
        suspensions.suspend(own, bob, by=alice, reason="Rude.", until=never)


def test_who_is_suspended_becomes_no_facilitator_by_any_way(
    own: Debate, alice: User, bob: User
) -> None:
    suspend(own, bob, alice)
    with pytest.raises(ValidationError, match="End the suspension first"):
        participations.add(own, by=alice, username="bob", role="facilitator")
    link = invitations.create(own, by=alice, role="facilitator")
    invitations.join(link.token, by=bob)
    assert own.participations.get(person=bob).role == "participant"


def test_a_write_asks_no_more_of_the_database_where_somebody_is_suspended(
    own: Debate, claim: Statement, alice: User, bob: User, charlie: User
) -> None:
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            statements.reply(claim, by=charlie, kind="remark", body=f"So {number}.")
        counts.append(len(queries))
        if not number:
            suspend(own, bob, alice)
    assert counts[0] == counts[1]
