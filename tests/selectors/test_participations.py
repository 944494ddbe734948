"""The people of a debate, and the events about them: who may know what."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import invitations, suspensions
from debate.actions import participations as actions
from debate.models import Debate
from debate.models.events import INTERNAL
from debate.rules import Viewer
from debate.selectors import changes, events, participations
from debate.selectors.listings import Cut
from tests import factories

OPEN = {"facilitator.named", "facilitator.ended", "person.suspended", "person.readmitted"}


@pytest.fixture
def own(debate: Debate, alice: User, bob: User, charlie: User) -> Debate:
    """Alice looks after it; everything that can happen to people has happened in it."""
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    actions.add(debate, by=alice, username="bob", role="participant")
    actions.change(debate, bob, by=alice, role="facilitator")
    actions.change(debate, bob, by=alice, role="participant")
    link = invitations.create(debate, by=alice)
    invitations.join(link.token, by=charlie)
    invitations.revoke(debate, link.pk, by=alice)
    actions.remove(debate, charlie, by=charlie)
    suspensions.suspend(debate, charlie, by=alice, reason="Off the point.")
    suspensions.readmit(debate, charlie, by=alice)
    suspensions.suspend(debate, charlie, by=alice, reason="Still off the point.")
    actions.add(debate, by=alice, username="charlie", role="participant")
    actions.remove(debate, charlie, by=alice)
    debate.refresh_from_db()
    return debate


def viewers(bob: User, charlie: User, mara: User) -> dict[str, Viewer]:
    return {"visitor": AnonymousUser(), "member": charlie, "participant": bob, "moderator": mara}


def test_who_takes_part_only_its_people_and_moderators_know(
    own: Debate, alice: User, bob: User, charlie: User, mara: User
) -> None:
    for name, viewer in viewers(bob, charlie, mara).items():
        shown = participations.people(own, viewer)
        inside = name in ("participant", "moderator")
        assert [one.person.username for one in shown.facilitators] == ["alice"]
        people = (
            None if shown.participants is None else [m.person.name for m in shown.participants]
        )
        assert people == (["Bob"] if inside else None)
        assert [one.person.username for one in shown.suspended] == ["charlie"]
        assert shown.suspended[0].suspension.reason == "Still off the point."
        assert shown.looks_after == (name == "moderator")
        own_role = participations.role_of(own, viewer)
        part = participations.members(own, viewer, own_role, Cut(50))
        assert len(part.rows) == (2 if inside else 1)


def test_links_are_shown_to_who_looks_after_the_debate(
    own: Debate, alice: User, bob: User
) -> None:
    invitations.create(own, by=alice)
    assert len(participations.people(own, alice).invitations) == 1
    assert participations.people(own, bob).invitations == []


def test_events_about_who_takes_part_are_for_its_people_and_moderators(
    own: Debate, bob: User, charlie: User, mara: User
) -> None:
    for name, viewer in viewers(bob, charlie, mara).items():
        kinds = set(events.known_to(own, viewer).values_list("kind", flat=True))
        if name in ("participant", "moderator"):
            assert kinds == OPEN | set(INTERNAL)
        else:
            assert kinds == OPEN
        heard = changes.told(changes.changes([(own.pk, 0)])[own.pk, 0], viewer)
        assert {change.told["kind"] for change in heard} == OPEN


def test_the_history_says_whom_an_act_concerns_and_why(own: Debate, alice: User) -> None:
    lines = [line for day in events.history(own, alice).days for line in day.lines]
    said = [
        line.phrase.format(who=line.person.name, link=line.link[0] if line.link else "")
        for line in reversed(lines)
        if line.person
    ]
    assert [" ".join(words.split()) for words in said] == [
        "Alice added Bob",
        "Alice made a facilitator of Bob",
        "Alice ended the role as facilitator of Bob",
        "Alice made a link to join by",
        "Charlie joined by a link",
        "Alice revoked a link to join by",
        "Charlie left",
        "Alice suspended Charlie (Off the point.)",
        "Alice ended the suspension of Charlie",
        "Alice suspended Charlie (Still off the point.)",
        "Alice added Charlie",
        "Alice removed Charlie",
    ]


def test_the_page_takes_the_same_few_queries_however_many_people_there_are(
    own: Debate, alice: User, mara: User
) -> None:
    for viewer in (AnonymousUser(), alice, mara):
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                participations.people(own, viewer)
            counts.append(len(queries))
            for _ in range(5):
                person = factories.ParticipationFactory.create(debate=own).person
                link = invitations.create(own, by=alice, uses=3)
                invitations.join(link.token, by=factories.UserFactory.create())
                suspensions.suspend(own, person, by=alice, reason="Why not.")
        assert counts[0] == counts[1] <= 20


def test_many_participants_come_page_by_page(own: Debate, alice: User) -> None:
    for _ in range(participations.PAGE + 5):
        factories.ParticipationFactory.create(debate=own)
    first = participations.people(own, alice)
    assert first.participants and first.further
    second = participations.people(own, alice, first.further)
    assert second.participants and second.further is None
    names = {one.person.username for one in (*first.participants, *second.participants)}
    assert len(names) == participations.PAGE + 6
