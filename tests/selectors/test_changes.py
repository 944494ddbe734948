from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.models import Debate, Statement
from debate.models.debates import Visibility
from debate.models.events import CONFIDENTIAL, INTERNAL, EventKind
from debate.rules import Viewer
from debate.selectors import changes
from tests import factories
from tests.streams import session_of


def test_what_many_may_see_is_what_each_may_see(
    alice: User, bob: User, charlie: User, mara: User
) -> None:
    made = [factories.DebateFactory.create(visibility=each) for each in Visibility]
    for debate in made:
        factories.ParticipationFactory.create(debate=debate, person=bob)
    viewers: list[Viewer] = [AnonymousUser(), alice, bob, charlie, mara]
    pairs = {(debate.pk, viewer.pk) for debate in made for viewer in viewers}
    each = {
        (debate.pk, viewer.pk)
        for viewer in viewers
        for debate in Debate.objects.visible_to(viewer).filter(pk__in=[d.pk for d in made])
    }
    with CaptureQueriesContext(connection) as seen:
        assert Debate.objects.all().seen(pairs) == each
    assert len(seen) == 2


def test_a_look_at_all_who_listen_takes_five_queries(
    debate: Debate, claim: Statement, alice: User, bob: User
) -> None:
    private = factories.DebateFactory.create(visibility="private")
    tickets = [("", debate.pk), ("", private.pk)]
    tickets += [
        (session_of(person), where.pk) for person in (alice, bob) for where in (debate, private)
    ]
    with CaptureQueriesContext(connection) as seen:
        changes.changes([(debate.pk, 0), (private.pk, 0)])
        found = changes.readers(tickets)
    assert len(seen) == 5
    assert set(found) == {ticket for ticket in tickets if ticket[1] == debate.pk}


OPEN = set(
    """
    debate.started debate.changed debate.closed debate.reopened debate.archived debate.locked
    debate.unlocked statement.published statement.edited statement.withdrawn statement.renamed
    statement.hidden statement.restored statement.retyped statement.moved statement.split
    statement.rejoined statement.linked statement.unlinked statement.merged statement.unmerged
    statement.locked statement.unlocked mark.set reliance.declared reliance.changed
    reliance.released crux.dropped crux.taken_up crux.settled crux.reopened proposal.made
    proposal.accepted proposal.refused proposal.withdrawn proposal.outdated facilitator.named
    facilitator.ended person.suspended person.readmitted
    """.split()
)
"""Kinds that everybody reads who may see the debate; none of them names more than a page does."""


def test_a_kind_of_event_is_told_to_those_for_whom_it_was_decided() -> None:
    assert not OPEN & {*CONFIDENTIAL, *INTERNAL}
    assert {*EventKind} == OPEN | {*CONFIDENTIAL, *INTERNAL}, "a new kind: who may know of it?"
