from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.utils import timezone

from accounts.actions import create_token, revoke_token
from accounts.models import ApiToken, User
from debate.actions import leaving, marks, moderation, statements
from debate.models import Debate, Participation, Statement
from debate.web import live, seats
from tests import factories, streams
from tests.streams import Reader, Site, aside, reading

pytestmark = pytest.mark.django_db(transaction=True)
CLOSED_WITHIN = 5.0


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with streams.running() as site:
        yield site
        asyncio.run(streams.wait_for(lambda: seats.taken() == 0))


def test_what_happens_is_told_in_order_and_without_words(
    site: Site, debate: Debate, claim: Statement, bob: User
) -> None:
    async def story() -> Reader:
        async with reading(site, debate.slug) as reader:
            assert reader.status == 200
            await aside(marks.mark, claim, by=bob, truth="agree")
            await aside(statements.reply, claim, by=bob, kind="remark", body="Secret words.")
            await reader.until(2)
            return reader

    reader = asyncio.run(story())
    assert reader.headers["content-type"] == "text/event-stream"
    assert reader.headers["cache-control"] == "no-store"
    assert reader.headers["x-accel-buffering"] == "no"
    assert reader.ids == [1, 2]
    marked, published = reader.changes
    assert marked["kind"] == "mark.set"
    assert marked["statement"] == claim.pk
    assert marked["counts"]["agree"] == 2
    assert published["parent"] == claim.pk
    assert "Secret" not in reader.raw
    assert "Bob" not in reader.raw
    assert "bob" not in reader.raw


def test_a_stream_is_resumed_behind_the_last_id_without_loss_or_repeats(
    site: Site, debate: Debate, claim: Statement, bob: User
) -> None:
    async def story() -> list[int]:
        got: list[int] = []

        async def write() -> None:
            for number in range(60):
                await aside(marks.mark, claim, by=bob, truth=["agree", "unsure"][number % 2])

        writing = asyncio.create_task(write())
        while len(got) < 60:
            async with reading(site, debate.slug, last=got[-1] if got else 0) as reader:
                await reader.until(min(4, 60 - len(got)))
                got += reader.ids
        await writing
        return got

    assert asyncio.run(story()) == list(range(1, 61))


def test_a_page_is_told_what_came_after_it_was_drawn(
    site: Site, debate: Debate, claim: Statement, bob: User
) -> None:
    for truth in ("agree", "unsure", "disagree"):
        marks.mark(claim, by=bob, truth=truth)

    async def story() -> list[int]:
        async with reading(site, debate.slug, after=1) as reader:
            await reader.until(2)
            return reader.ids

    assert asyncio.run(story()) == [2, 3]


def test_a_number_from_the_future_counts_as_now(
    site: Site, debate: Debate, claim: Statement, bob: User
) -> None:
    async def story() -> list[int]:
        async with reading(site, debate.slug, after=10**9) as reader:
            await aside(marks.mark, claim, by=bob, truth="agree")
            await reader.until(1)
            return reader.ids

    assert asyncio.run(story()) == [1]


def test_only_moderators_learn_of_reports(
    site: Site, debate: Debate, claim: Statement, bob: User, mara: User, charlie: User
) -> None:
    keys = [streams.session_of(person) for person in (mara, charlie, None)]

    async def story() -> list[list[str]]:
        async with (
            reading(site, debate.slug, keys[0]) as moderator,
            reading(site, debate.slug, keys[1]) as member,
            reading(site, debate.slug) as visitor,
        ):
            await aside(moderation.report, claim, by=bob, reason="spam")
            await aside(marks.mark, claim, by=bob, truth="agree")
            await moderator.until(2)
            await member.until(1)
            await visitor.until(1)
            return [reader.kinds for reader in (moderator, member, visitor)]

    assert asyncio.run(story()) == [
        ["statement.reported", "mark.set"],
        ["mark.set"],
        ["mark.set"],
    ]


def make_private(debate: Debate, *people: User) -> None:
    Debate.objects.filter(pk=debate.pk).update(visibility="private")
    for person in people:
        Participation.objects.get_or_create(debate=debate, person=person)


def leave(debate: Debate, person: User) -> None:
    Participation.objects.filter(debate=debate, person=person).delete()


def test_a_private_debate_is_heard_by_its_people_only(
    site: Site, debate: Debate, claim: Statement, alice: User, bob: User, charlie: User
) -> None:
    make_private(debate, alice, bob)
    own, strange = streams.session_of(alice), streams.session_of(charlie)

    async def story() -> tuple[int, int, list[str]]:
        async with (
            reading(site, debate.slug) as visitor,
            reading(site, debate.slug, strange) as stranger,
            reading(site, debate.slug, own) as member,
        ):
            await aside(marks.mark, claim, by=bob, truth="agree")
            await member.until(1)
            return visitor.status, stranger.status, member.kinds

    assert asyncio.run(story()) == (404, 404, ["mark.set"])


ENDS = {
    "log-out": lambda debate, person: Session.objects.all().delete(),
    "suspension": lambda debate, person: User.objects.filter(pk=person.pk).update(is_active=False),
    "new password": lambda debate, person: User.objects.filter(pk=person.pk).update(password="x"),
    "leaving": leave,
    "deletion": lambda debate, person: leaving.leave(by=person, withdraw=False),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_stream_ends_within_five_seconds_of_the_right_to_it(
    site: Site, debate: Debate, claim: Statement, alice: User, bob: User, end: str
) -> None:
    make_private(debate, alice, bob)
    key = streams.session_of(alice)

    async def story() -> tuple[float, list[str]]:
        async with reading(site, debate.slug, key) as reader:
            assert reader.status == 200
            await aside(marks.mark, claim, by=bob, truth="agree")
            await reader.until(1)
            await aside(ENDS[end], debate, alice)
            began = time.monotonic()
            await aside(marks.mark, claim, by=bob, truth="unsure")
            await reader.over()
            return reader.ended - began, reader.kinds

    took, kinds = asyncio.run(story())
    assert took < CLOSED_WITHIN
    assert kinds == ["mark.set"]


@pytest.mark.parametrize("end", ["revoke", "expire", "suspend the owner", "remove the bot"])
def test_a_program_listens_by_its_token_as_long_as_that_is_good(
    site: Site, debate: Debate, claim: Statement, bob: User, end: str
) -> None:
    Debate.objects.filter(pk=debate.pk).update(visibility="private")
    bot = factories.BotFactory.create(owner=bob)
    Participation.objects.create(debate=debate, person=claim.author)
    place = Participation.objects.create(debate=debate, person=bot)
    token, key = create_token(bot, by=bob, name="ears", scopes=["read"])
    deaf = create_token(bob, by=bob, name="deaf", scopes=["write"])[1]

    def finish() -> None:
        if end == "revoke":
            revoke_token(token, by=bob)
        elif end == "expire":
            ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now())
        elif end == "suspend the owner":
            User.objects.filter(pk=bob.pk).update(is_active=False)
        else:
            place.delete()

    async def story() -> tuple[list[int], float]:
        async with reading(site, debate.slug, key=deaf) as refused:
            assert refused.status == 403
        async with reading(site, debate.slug, key="crux_none") as unknown:
            assert unknown.status == 401
        async with reading(site, debate.slug, key=key) as reader:
            await aside(marks.mark, claim, by=claim.author, truth="unsure")
            await reader.until(1)
            ended = time.monotonic()
            await aside(finish)
            await reader.over(5)
            return reader.ids, reader.ended - ended

    ids, took = asyncio.run(story())
    assert len(ids) == 1
    assert took <= 5


def test_a_debate_made_private_is_heard_no_longer_even_where_nothing_happens(
    site: Site, debate: Debate
) -> None:
    async def story() -> float:
        async with reading(site, debate.slug) as reader:
            await aside(make_private, debate)
            began = time.monotonic()
            await reader.over()
            return reader.ended - began

    assert asyncio.run(story()) < CLOSED_WITHIN


def test_a_moderator_who_is_one_no_longer_learns_of_no_more_reports(
    site: Site, debate: Debate, claim: Statement, bob: User, charlie: User, mara: User
) -> None:
    key = streams.session_of(mara)

    async def story() -> list[str]:
        async with reading(site, debate.slug, key) as reader:
            await aside(moderation.report, claim, by=bob, reason="spam")
            await reader.until(1)
            await aside(User.objects.filter(pk=mara.pk).update, is_staff=False)
            await aside(moderation.report, claim, by=charlie, reason="spam")
            await aside(marks.mark, claim, by=bob, truth="agree")
            await reader.until(2)
            return reader.kinds

    assert asyncio.run(story()) == ["statement.reported", "mark.set"]


def test_a_person_has_six_streams_and_an_address_fifty(
    site: Site, debate: Debate, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = streams.session_of(alice)
    assert (seats.PER_PERSON, seats.PER_ADDRESS) == (6, 50)
    monkeypatch.setattr(seats, "PER_ADDRESS", 9)

    async def story() -> tuple[list[int], int, str]:
        async with contextlib.AsyncExitStack() as stack:
            opened = [
                await stack.enter_async_context(reading(site, debate.slug, one))
                for one in [key] * 7 + [""] * 4
            ]
            opened[0].leave()
            await streams.wait_for(lambda: seats.taken() == 8)
            again = await stack.enter_async_context(reading(site, debate.slug, key))
            statuses = [reader.status for reader in opened]
            return statuses, again.status, opened[6].headers["retry-after"]

    statuses, again, wait = asyncio.run(story())
    assert statuses == [200] * 6 + [429] + [200] * 3 + [429]
    assert again == 200
    assert int(wait) > 0


def test_a_stream_shows_that_it_is_alive(
    site: Site, debate: Debate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT", 0.1)

    async def story() -> str:
        async with reading(site, debate.slug) as reader:
            await streams.wait_for(lambda: reader.raw.count(":") > 2)
            return reader.raw

    assert asyncio.run(story()).startswith("retry: 2000::")


def test_streams_hold_no_database_connection(site: Site, debate: Debate) -> None:
    async def story() -> int:
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(20):
                await stack.enter_async_context(reading(site, debate.slug))
            await asyncio.sleep(0.3)
            held: int = await aside(held_connections)
            return held

    before = held_connections()
    assert asyncio.run(story()) <= before + 2  # the one that listens, and the one that asks


def held_connections() -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def test_news_come_though_the_connection_that_listens_was_cut(
    site: Site, debate: Debate, claim: Statement, bob: User
) -> None:
    def cut() -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'crux live' AND datname = current_database()"
            )
            assert cursor.fetchall() == [(True,)]

    async def story() -> list[int]:
        async with reading(site, debate.slug) as reader:
            await aside(marks.mark, claim, by=bob, truth="agree")
            await reader.until(1)
            await aside(cut)
            await aside(marks.mark, claim, by=bob, truth="unsure")
            await reader.until(2)
            await asyncio.sleep(1.2)
            await aside(marks.mark, claim, by=bob, truth="disagree")
            await reader.until(3, within=1)
            return reader.ids

    assert asyncio.run(story()) == [1, 2, 3]


def test_who_goes_away_before_the_stream_begins_keeps_no_place(
    site: Site, debate: Debate, alice: User
) -> None:
    key = streams.session_of(alice)
    head = [f"GET /d/{debate.slug}/live/ HTTP/1.1", "Host: 127.0.0.1", f"Cookie: sessionid={key}"]
    asked = "\r\n".join([*head, "", ""])

    async def story() -> int:
        for number in range(40):
            _, write = await asyncio.open_connection("127.0.0.1", site.port)
            write.write(asked.encode())
            await write.drain()
            await asyncio.sleep(0.0005 * number)
            write.transport.abort()

        def is_free() -> bool:
            gc.collect()
            return seats.taken() == 0

        await streams.wait_for(is_free)
        async with reading(site, debate.slug, key) as reader:
            return reader.status

    assert asyncio.run(story()) == 200
