"""Who loses a right loses it with the next request, and their stream within five seconds."""

from __future__ import annotations

import asyncio
import http.client
import os
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.urls import reverse

from accounts import actions, sessions
from accounts.models import ApiToken, User
from debate.models import Debate
from tests import factories, streams
from tests.prove.conftest import Noted
from tests.prove.processes import web
from tests.streams import Reader, Site, aside, reading

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

EACH = int(os.environ.get("CRUX_REVOKED", "25"))
CLOSED_WITHIN = 5.0


@dataclass
class Somebody:
    """Who has a stream and a kept connection open, by session or token."""

    person: User
    session: str = ""
    key: str = ""
    at: str = ""
    line: http.client.HTTPConnection | None = None
    reader: Reader | None = None

    def ask(self, site: Site) -> int:
        """The status of the next request, always by the same connection."""
        if self.line is None:
            self.line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
            self.line.connect()
        before = self.line.sock
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        headers |= {"Cookie": f"sessionid={self.session}"} if self.session else {}
        self.line.request("GET", self.at, headers=headers)
        answer = self.line.getresponse()
        answer.read()
        assert self.line.sock is before, "another connection"
        return answer.status


def banned(one: Somebody) -> None:
    User.objects.filter(pk=one.person.pk).update(is_active=False)


def other_password(one: Somebody) -> None:
    one.person.set_password("another horse")
    one.person.save()


def signed_out_everywhere(one: Somebody) -> None:
    sessions.end_all(one.person)


def token_revoked(one: Somebody) -> None:
    token = ApiToken.objects.get(digest=actions.digest(one.key))
    actions.revoke_token(token, by=one.person)


def demoted(one: Somebody) -> None:
    User.objects.filter(pk=one.person.pk).update(is_staff=False)


WAYS: dict[Callable[[Somebody], None], set[int]] = {
    banned: {302},
    other_password: {302},
    signed_out_everywhere: {302},
    token_revoked: {401},
    demoted: {302, 403},
}


def somebody(way: Callable[[Somebody], None], debate: Debate) -> Somebody:
    person = factories.UserFactory.create(is_staff=way is demoted)
    if way is token_revoked:
        key = actions.create_token(person, by=person, name="p", scopes=["read"])[1]
        return Somebody(person, key=key, at=f"/api/v1/debates/{debate.slug}/")
    at = reverse(
        "admin:debate_debate_changelist" if way is demoted else "debate:notification-list"
    )
    return Somebody(person, session=streams.session_of(person), at=at)


def test_a_right_that_is_lost_is_lost_at_once(
    transactional_db: None, note: Noted, tmp_path: Path
) -> None:
    debate = factories.PositionFactory.create().debate
    times: dict[str, list[float]] = {}
    with web(tmp_path / "log") as (site, _):
        for way, refusals in WAYS.items():
            people = [somebody(way, debate) for _ in range(EACH)]
            times[way.__name__] = asyncio.run(_lose(site, debate, people, way, refusals))
    closed = [took for name, found in times.items() if name != "demoted" for took in found]
    note(
        "rights lost with a stream and a connection open",
        f"{len(WAYS) * EACH} people ({', '.join(name.replace('_', ' ') for name in times)}): the "
        f"next request by the kept connection refused each time; {len(closed)} streams closed "
        f"after {max(closed):.1f} s at most; a demoted moderator's goes on as a member's",
    )
    assert max(closed) <= CLOSED_WITHIN


async def _lose(
    site: Site,
    debate: Debate,
    people: list[Somebody],
    way: Callable[[Somebody], None],
    refusals: set[int],
) -> list[float]:
    """Seconds until each one's stream was closed."""
    found = []
    async with AsyncExitStack() as stack:
        for one in people:
            listening = reading(site, debate.slug, one.session, key=one.key)
            one.reader = await stack.enter_async_context(listening)
            assert one.reader.status == 200
            assert await aside(one.ask, site) == 200
        for one in people:
            began = time.monotonic()
            await aside(way, one)
            assert await aside(one.ask, site) in refusals
            found.append(began)
        if way is demoted:
            return [0.0]
        for number, one in enumerate(people):
            assert one.reader
            await one.reader.over(2 * CLOSED_WITHIN)
            found[number] = one.reader.ended - found[number]
    return found
