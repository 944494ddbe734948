"""All sorts of people listen while others act: each hears what they may, and all of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import actions as accounts
from accounts.models import ApiToken, User
from debate.actions import participations
from debate.models import Debate, Event
from debate.models.events import CONFIDENTIAL, INTERNAL
from tests import factories, streams
from tests.actions.test_walk import Walk
from tests.streams import Reader, Site, aside, reading

pytestmark = pytest.mark.django_db(transaction=True)
ACTS = 80
CLOSED_WITHIN = 5.0


def suspend(one: Listening) -> None:
    User.objects.filter(username=one.name).update(is_active=False)


def log_out(one: Listening) -> None:
    Session.objects.filter(session_key=one.session).delete()


def removed(one: Listening) -> None:
    facilitator = User.objects.get(username="alice")
    person = User.objects.get(username=one.name)
    participations.remove(one.debate, person, by=facilitator)


def revoke(one: Listening) -> None:
    ApiToken.objects.filter(digest=accounts.digest(one.key)).update(revoked_at=timezone.now())


def demote(one: Listening) -> None:
    User.objects.filter(username=one.name).update(is_staff=False)


@dataclass
class Listening:
    """Somebody at one stream; `loses` what they may halfway, by an act that takes it."""

    name: str
    debate: Debate
    session: str
    loses: Callable[[Listening], None] | None = None
    moderates: bool = False
    reader: Reader | None = None
    key: str = ""

    def may_hear(self, event: Event, half: int) -> bool:
        if event.number > half and self.loses not in (None, demote):
            return False
        if event.kind in INTERNAL:
            return False
        if event.kind in CONFIDENTIAL:
            return self.moderates and (event.number <= half or self.loses is not demote)
        return True


def company(public: Debate, private: Debate, known: dict[str, User]) -> list[Listening]:
    """All who may listen at first; by name."""
    made = [Listening("", public, "")]
    for name, scopes in (("alice", ["read"]), ("rob", ["read", "write"])):
        made.append(Listening("", public, "", key=_key(known[name], scopes)))
    newcomer = factories.UserFactory.create(username="new")
    made.append(Listening("new", public, streams.session_of(newcomer)))
    for name in ("alice", "bob", "charlie"):
        made.append(Listening(name, public, streams.session_of(known[name])))
    made.append(Listening("mara", public, streams.session_of(known["mara"]), moderates=True))
    for name, loses in (("sue", suspend), ("leo", log_out), ("max", demote)):
        person = factories.UserFactory.create(username=name, is_staff=loses is demote)
        session = streams.session_of(person)
        made.append(Listening(name, public, session, loses, moderates=loses is demote))
    person = factories.UserFactory.create(username="ida")
    factories.ParticipationFactory.create(debate=private, person=person)
    made.append(Listening("ida", private, streams.session_of(person), removed))
    for name in ("alice", "bob"):
        made.append(Listening(name, private, streams.session_of(known[name])))
    for ends in (None, revoke):
        key = _key(known["bob"], ["read"])
        made.append(Listening("bob", private, "", ends, key=key))
    return made


def _key(person: User, scopes: list[str]) -> str:
    return accounts.create_token(person, by=person, name="listening", scopes=scopes)[1]


def barred(private: Debate, known: dict[str, User]) -> list[Listening]:
    """Those for whom the private debate does not exist."""
    strangers = [Listening("", private, "")]
    strangers.append(Listening("", private, "", key=_key(known["charlie"], ["read"])))
    for name in ("charlie", "mara"):
        strangers.append(Listening(name, private, streams.session_of(known[name])))
    return strangers


def walk_with_company(site: Site, public: Debate, known: dict[str, User], acts: int) -> int:
    """Walk in a public and a private debate while all listen; gives how many events there were."""
    private = factories.DebateFactory.create(visibility="private", starter=known["alice"])
    members = [known["alice"], known["bob"]]
    for person in members:
        role = "facilitator" if person is known["alice"] else "participant"
        factories.ParticipationFactory.create(debate=private, person=person, role=role)
        factories.PositionFactory.create(debate=private, author=person, name=person.name)
    for debate in (public, private):
        factories.CruxFactory.create(debate=debate, author=known["alice"])
    everybody = [known[name] for name in ("alice", "bob", "charlie", "rob")]
    walks = [
        Walk(1, public, everybody, known["mara"]),
        Walk(2, private, members, known["mara"]),
    ]
    there = company(public, private, known)
    asyncio.run(_story(site, there, barred(private, known), walks, acts))
    return Event.objects.count()


async def _story(
    site: Site, there: list[Listening], away: list[Listening], walks: list[Walk], acts: int
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for one in [*there, *away]:
            context = reading(site, one.debate.slug, one.session, key=one.key)
            one.reader = await stack.enter_async_context(context)
        assert [one.reader.status for one in away if one.reader] == [404] * len(away)
        for walk in walks:
            await aside(walk.run, acts // 2)
        half = await _caught_up(there, {})
        for one in there:
            if one.loses:
                await aside(one.loses, one)
        for walk in walks:
            await aside(walk.run, acts - acts // 2)
        await _caught_up(there, half)
        for reader in [one.reader for one in there if one.loses not in (None, demote)]:
            assert reader
            await reader.over(CLOSED_WITHIN)
        assert [one.reader.changes for one in away if one.reader] == [[]] * len(away)


async def _caught_up(there: list[Listening], half: dict[int, int]) -> dict[int, int]:
    """Wait until each has heard exactly what they may; gives the last numbers by debate."""
    events: list[Event] = await aside(list, Event.objects.order_by("debate", "number"))
    last = {event.debate_id: event.number for event in events}
    for one in there:
        bound = half.get(one.debate.pk, last[one.debate.pk])
        mine = [event for event in events if event.debate_id == one.debate.pk]
        heard = [event.number for event in mine if one.may_hear(event, bound)]
        assert one.reader
        await one.reader.until(len(heard))
        await asyncio.sleep(0.05)
        assert one.reader.ids == heard, (one.name, one.debate.visibility)
    return last


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with streams.running() as site:
        yield site


@pytest.fixture
def known(alice: User, bob: User, charlie: User, rob: User, mara: User) -> dict[str, User]:
    return {person.username: person for person in (alice, bob, charlie, rob, mara)}


def test_everybody_hears_what_they_may_and_all_of_it(
    site: Site, debate: Debate, known: dict[str, User]
) -> None:
    assert walk_with_company(site, debate, known, ACTS) > ACTS // 2
