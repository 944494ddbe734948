"""Who listens to a debate is told when it comes to stand otherwise, and only then."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from debate.actions import analysis, marks, statements
from debate.models import Debate, Statement
from debate.selectors import debates, gists
from debate.web import seats
from tests import streams
from tests.streams import Reader, Site, aside, reading

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with streams.running() as site:
        yield site
        asyncio.run(streams.wait_for(lambda: seats.taken() == 0))


def test_who_listens_is_told_when_the_debate_stands_otherwise(
    site: Site, debate: Debate, claim: Statement, bob: User
) -> None:
    analysis.refresh(debate.pk)

    def object_to_it() -> None:
        statements.reply(claim, by=bob, kind="objection", on="truth", body="No.")
        analysis.refresh(debate.pk)

    async def story() -> list[Reader]:
        async with (
            reading(site, debate.slug, standing=1) as knows,
            reading(site, debate.slug) as fresh,
        ):
            for reader in (knows, fresh):  # listen, so that they are looked after before `late`
                await streams.wait_for(lambda reader=reader: reader.raw)
            async with reading(site, debate.slug, standing=0) as late:
                await late.until(1)
                await aside(object_to_it)
                for reader, count in ((knows, 2), (late, 3), (fresh, 2)):
                    await reader.until(count)
                return [knows, late, fresh]

    knows, late, fresh = asyncio.run(story())
    number = gists.number(debates.debate(debate.slug, AnonymousUser()))
    assert [one for one in knows.changes if "standing" in one] == [{"standing": number}]
    assert late.changes[0] == {"standing": 1}
    assert late.changes[-1] == fresh.changes[-1] == {"standing": number}
    assert knows.ids == late.ids == fresh.ids == [1]
    assert "event: standing" in knows.raw


def test_a_run_that_changes_no_label_tells_nobody(
    site: Site, debate: Debate, claim: Statement, charlie: User
) -> None:
    analysis.refresh(debate.pk)

    def mark() -> None:
        marks.mark(claim, by=charlie, truth="unsure")
        analysis.refresh(debate.pk)

    async def story() -> Reader:
        async with reading(site, debate.slug, standing=1) as reader:
            await aside(mark)
            await reader.until(1)
            await asyncio.sleep(0.3)
            return reader

    assert "standing" not in asyncio.run(story()).raw
