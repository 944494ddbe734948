"""The order of all events: nothing comes in behind a reader, however slow its writer was."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import marks, moderation, ordering, participations
from debate.models import Debate, Event, Statement
from debate.models.events import EventKind
from debate.rules import Viewer
from debate.selectors import events
from debate.selectors.listings import Cut
from tests import factories


def places(viewer: Viewer | None = None, after: int = 0) -> list[tuple[str, int]]:
    ordering.place()
    part = events.listed_everywhere(viewer or AnonymousUser(), Cut(1000, after=after))
    return [(one.event.debate.slug, one.event.number) for one in part.rows]


@pytest.mark.django_db
def test_events_of_all_debates_stand_in_one_order(claim: Statement, bob: User) -> None:
    other = factories.SupportFactory.create()
    marks.mark(claim, by=bob, truth="agree")
    marks.mark(other, by=bob, truth="agree")
    first = Event.objects.count()
    ordering.place()
    marks.mark(claim, by=bob, truth="disagree")
    ordering.place()
    found = Event.objects.order_by("place").values_list("place", flat=True)
    assert list(found) == list(range(1, first + 2))
    assert [slug for slug, _ in places(after=first)] == [claim.debate.slug]


@pytest.mark.django_db
def test_where_nothing_is_new_it_takes_one_query(claim: Statement, bob: User) -> None:
    marks.mark(claim, by=bob, truth="agree")
    ordering.place()
    with CaptureQueriesContext(connection) as found:
        ordering.place()
    assert len(found) == 1


@pytest.mark.django_db
def test_nobody_is_told_of_debates_that_no_list_shows_them(
    claim: Statement, alice: User, bob: User, charlie: User, mara: User
) -> None:
    marks.mark(claim, by=bob, truth="agree")
    everything = places()
    assert everything
    factories.ParticipationFactory.create(debate=claim.debate, person=alice, role="facilitator")
    for hidden in ("unlisted", "private"):
        Debate.objects.filter(pk=claim.debate_id).update(visibility=hidden)
        assert (places(), places(charlie), places(mara)) == ([], [], [])
        assert places(alice) == everything
    Debate.objects.filter(pk=claim.debate_id).update(visibility="public")
    moderation.report(claim, by=bob, reason="spam")
    participations.add(claim.debate, by=alice, username="charlie", role="participant")
    kinds = [EventKind.STATEMENT_REPORTED, EventKind.PARTICIPANT_ADDED]
    last = Event.objects.filter(kind__in=kinds).order_by("number").values_list("number", flat=True)
    reported, added = ((claim.debate.slug, number) for number in last)
    assert {reported, added} & {*places()} == set()
    assert {reported, added} & {*places(charlie)} == {added}
    assert {reported, added} & {*places(mara)} == {reported, added}


@pytest.mark.django_db(transaction=True)
def test_a_slow_writer_cannot_come_in_behind_a_reader(
    claim: Statement, bob: User, charlie: User
) -> None:
    other = factories.SupportFactory.create()
    written, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            marks.mark(claim, by=bob, truth="agree")
            written.set()
            assert go_on.wait(10)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(slowly)
        assert written.wait(10)
        marks.mark(other, by=charlie, truth="agree")  # a later id, committed earlier
        seen = places()
        last = Event.objects.order_by("-place").values_list("place", flat=True)[0] or 0
        go_on.set()
        slow.result()
    ids = dict(Event.objects.values_list("actor__username", "pk"))
    assert ids["bob"] < ids["charlie"]
    assert [slug for slug, _ in seen] == [other.debate.slug]
    assert [slug for slug, _ in places(after=last)] == [claim.debate.slug]


@pytest.mark.django_db(transaction=True)
def test_many_who_read_at_once_give_each_event_one_place(claim: Statement, bob: User) -> None:
    people = [factories.UserFactory.create() for _ in range(6)]
    claims = [factories.SupportFactory.create() for _ in people]

    def write(pair: Any) -> None:
        for number in range(20):
            marks.mark(pair[0], by=pair[1], truth=("agree", "unsure")[number % 2])
        connections.close_all()

    def read() -> list[tuple[str, int]]:
        got: list[tuple[str, int]] = []
        reached = 0
        while len(got) < len(people) * 20:
            ordering.place()
            part = events.listed_everywhere(AnonymousUser(), Cut(7, after=reached))
            got += [(one.event.debate.slug, one.event.number) for one in part.rows]
            reached = part.rows[-1].event.place or 0 if part.rows else reached
        connections.close_all()
        return got

    with ThreadPoolExecutor(10) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        list(pool.map(write, zip(claims, people, strict=True)))
        first, *others = (reader.result(60) for reader in readers)
    assert others == [first] * 3
    assert len(set(first)) == len(first) == 120
    for said in claims:
        numbers = [number for slug, number in first if slug == said.debate.slug]
        assert numbers == sorted(numbers)
