"""Streams for programs: all debates at once, and the same addresses as the lists of events."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from django.db import OperationalError

from accounts import actions
from accounts.models import User
from debate.actions import marks
from debate.models import Debate, Statement
from debate.web.streams import Everything
from tests import factories, streams
from tests.api.conftest import Client, Enter, enter, fits
from tests.streams import Site, aside, reading

__all__ = ["enter"]  # a fixture
pytestmark = pytest.mark.django_db(transaction=True)

ALL = "/api/v1/events/"


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with streams.running() as site:
        yield site


def key_of(person: User, *scopes: str) -> str:
    return actions.create_token(person, by=person, name="t", scopes=scopes or ["read"])[1]


def test_one_stream_tells_of_all_debates(site: Site, claim: Statement, bob: User) -> None:
    other = factories.SupportFactory.create()
    hidden = factories.SupportFactory.create()
    Debate.objects.filter(pk=hidden.debate_id).update(visibility="unlisted")

    async def story() -> None:
        async with reading(site, "", at=ALL) as reader:
            assert reader.status == 200
            assert reader.headers["content-type"] == "text/event-stream"
            for said in (claim, hidden, other):
                await aside(marks.mark, said, by=bob, truth="agree")
            await reader.until(2)
        slugs = [change["debate"] for change in reader.changes]
        assert slugs == [claim.debate.slug, other.debate.slug]
        assert reader.changes[0]["statement"] == claim.pk
        await aside(marks.mark, claim, by=bob, truth="unsure")
        async with reading(site, "", at=ALL, last=reader.ids[0]) as again:
            await again.until(2)
        assert [one["debate"] for one in again.changes] == [other.debate.slug, claim.debate.slug]
        assert again.ids[0] == reader.ids[1] < again.ids[1]

    asyncio.run(story())


def test_a_stream_of_all_ends_with_its_token(site: Site, claim: Statement, bob: User) -> None:
    key = key_of(bob)

    async def story() -> None:
        async with reading(site, "", at=ALL, key=key) as reader:
            await aside(marks.mark, claim, by=bob, truth="agree")
            await reader.until(1)
            await aside(bob.tokens.all().delete)
            await aside(marks.mark, claim, by=bob, truth="unsure")
            await reader.over(5)
            assert len(reader.changes) == 1

    asyncio.run(story())


def test_a_stream_of_all_goes_on_when_the_database_is_there_again(
    site: Site, claim: Statement, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, tries = Everything._look, []

    def fail_once(stream: Everything) -> object:
        tries.append(stream)
        if len(tries) == 1:
            raise OperationalError("no free connection")
        return look(stream)

    monkeypatch.setattr(Everything, "_look", fail_once)

    async def story() -> None:
        async with reading(site, "", at=ALL) as reader:
            await aside(marks.mark, claim, by=bob, truth="agree")
            await reader.until(1)

    asyncio.run(story())
    assert len(tries) > 1


def test_the_list_of_events_is_a_stream_for_who_asks_for_one(
    site: Site, claim: Statement, bob: User
) -> None:
    async def story() -> None:
        at = f"/api/v1/debates/{claim.debate.slug}/events/"
        async with reading(site, "", at=at) as reader:
            await aside(marks.mark, claim, by=bob, truth="agree")
            await reader.until(1)
        assert reader.kinds == ["mark.set"]

    asyncio.run(story())


def test_without_that_it_is_a_list(claim: Statement, bob: User, enter: Enter) -> None:
    marks.mark(claim, by=bob, truth="agree")
    for accept in ("*/*", "application/json", "application/json, text/event-stream"):
        answer = enter().send("GET", "events/", Accept=accept)
        fits("AnyEventPage", answer.json())
        assert "Accept" in answer["Vary"]
    last = answer.json()["results"][-1]
    assert (last["debate"], last["kind"]) == (claim.debate.slug, "mark.set")
    assert enter().read(f"events/?after={last['place']}")["results"] == []
    found = enter().read("events/?kind=mark.set&expand=statement,debate")["results"]
    assert [row["statement"]["id"] for row in found] == [claim.pk]


def test_a_stream_that_is_not_opened_says_why(claim: Statement, bob: User, enter: Enter) -> None:
    def asked(client: Client, path: str, **headers: str) -> int:
        answer = client.send("GET", path, Accept="text/event-stream", **headers)
        return int(answer.status_code)

    client = enter()
    assert asked(client, "events/", Authorization="Bearer crux_wrong") == 401
    assert asked(enter(bob, "write"), "events/") == 403
    assert asked(client, "debates/none/events/") == 404
    assert asked(client, "events/?after=x") == asked(client, "events/?kind=mark.set") == 400
    assert asked(client, "events/") == 204  # this server cannot stream


def test_what_does_not_read_a_stream_is_refused_as_everywhere_in_the_api(
    claim: Statement, bob: User, enter: Enter
) -> None:
    stream = {"Accept": "text/event-stream"}
    at = f"debates/{claim.debate.slug}"
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        client = Client(enforce_csrf_checks=True)
        answer = client.send(method, f"{at}/live/", {}, **stream)
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
        assert answer.json()["type"] == "urn:crux:problem:method"
        for path in (f"{at}/events/", "events/"):
            assert enter(bob).send(method, path, {}, **stream).status_code == 405
