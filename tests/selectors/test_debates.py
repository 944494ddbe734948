"""The list of debates: what is in it for whom, its orders and pages, what it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from debate.actions import topics as actions
from debate.models import Debate
from debate.selectors import debates, topics
from debate.selectors.debates import ACTIVE, ORDERS, Wanted
from debate.selectors.listings import Cut, NoSuchPlace
from tests import factories

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()
ALL = Wanted()


@pytest.fixture
def many(alice: User) -> list[Debate]:
    """Nine debates of rising size; each third is closed, each second about trams."""
    actions.known(["Trams", "Books"])
    now = timezone.now()
    return [
        factories.DebateFactory.create(
            slug=f"d{n}",
            starter=alice,
            statement_count=n // 2,
            open_count=9 - n,
            last_turn_at=now - timedelta(hours=n % 4),
            state="closed" if n % 3 == 0 else "open",
            topics=["Trams"] if n % 2 == 0 else ["Books"],
        )
        for n in range(9)
    ]


def slugs(found: list[Debate]) -> list[str]:
    return [one.slug for one in found]


@pytest.mark.parametrize("name", list(ORDERS))
def test_pages_of_an_order_have_each_debate_once(many: list[Debate], name: str) -> None:
    order = ORDERS[name]
    wanted = slugs(sorted(many, key=lambda d: (getattr(d, order.field), d.pk), reverse=True))
    read: list[str] = []
    after = None
    while True:
        part = debates.listed(VISITOR, ALL, order, Cut(2, after=after))
        read += slugs(part.rows)
        if not part.has_next:
            break
        after = part.rows[-1].pk
    assert read == wanted
    last = Debate.objects.get(slug=wanted[5])
    back = debates.listed(VISITOR, ALL, order, Cut(2, before=last.pk))
    assert slugs(back.rows) == wanted[3:5]
    assert (back.has_previous, back.has_next) == (True, True)


def test_lists_show_public_debates_and_those_one_takes_part_in(
    many: list[Debate], alice: User, bob: User, charlie: User, mara: User
) -> None:
    private, unlisted = many[0], many[1]
    Debate.objects.filter(pk=private.pk).update(visibility="private")
    Debate.objects.filter(pk=unlisted.pk).update(visibility="unlisted")
    factories.ParticipationFactory.create(debate=private, person=bob)
    for viewer, number in ((VISITOR, 7), (charlie, 7), (mara, 7), (bob, 8)):
        found = debates.listed(viewer, ALL, ACTIVE, Cut(20)).rows
        assert len(found) == number
        assert sum(debates.counts(viewer, ALL).values()) == number
        assert sum(topics.counts(viewer).values()) == number


def test_yours_are_those_one_started_is_in_or_wrote_in(
    many: list[Debate], alice: User, bob: User, charlie: User
) -> None:
    wanted = Wanted(yours=True)
    for place, visibility in ((0, "unlisted"), (1, "private"), (2, "private")):
        factories.PositionFactory.create(debate=many[place], author=bob)
        Debate.objects.filter(pk=many[place].pk).update(visibility=visibility)
    factories.ParticipationFactory.create(debate=many[2], person=bob)
    factories.ParticipationFactory.create(debate=many[3], person=bob)
    found = debates.listed(bob, wanted, ORDERS["newest"], Cut(20)).rows
    assert slugs(found) == ["d3", "d2", "d0"]  # not the private one that Bob is out of
    assert not debates.listed(charlie, wanted, ACTIVE, Cut(20)).rows
    assert not debates.listed(VISITOR, wanted, ACTIVE, Cut(20)).rows
    assert len(debates.listed(alice, wanted, ACTIVE, Cut(20)).rows) == 7


def test_topic_and_state_narrow_and_are_counted(many: list[Debate]) -> None:
    trams = Wanted(topic="Trams", state="closed")
    assert slugs(debates.listed(VISITOR, trams, ORDERS["newest"], Cut(9)).rows) == ["d6", "d0"]
    assert debates.counts(VISITOR, trams) == {"open": 3, "closed": 2, "archived": 0}
    assert topics.counts(VISITOR) == {"Trams": 5, "Books": 4}
    assert topics.largest(VISITOR) == [("books", "Books"), ("trams", "Trams")]


def test_no_page_begins_at_a_debate_that_is_not_ones_to_see(many: list[Debate]) -> None:
    Debate.objects.filter(pk=many[0].pk).update(visibility="private")
    for key in (many[0].pk, many[0].pk + 10**6):
        with pytest.raises(NoSuchPlace):
            debates.listed(VISITOR, ALL, ACTIVE, Cut(2, after=key))


@pytest.mark.parametrize("viewer", ["visitor", "member"])
def test_lists_and_home_take_a_fixed_number_of_queries(
    client: Client, alice: User, many: list[Debate], viewer: str
) -> None:
    if viewer == "member":
        client.force_login(alice)
    yours = ["/d/?whose=yours&state=open"] if viewer == "member" else []
    pages = ["/", "/d/", "/d/?sort=open&topic=trams", "/topics/", "/topics/trams/", *yours]

    def measured() -> list[int]:
        counts = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200, page
            counts.append(len(queries))
        return counts

    client.get("/")
    few = measured()
    for number in range(60):
        made = factories.DebateFactory.create(topics=actions.known(["Trams", f"T{number}"]))
        factories.PositionFactory.create(debate=made)
    assert measured() == few
    assert max(few) <= 10
