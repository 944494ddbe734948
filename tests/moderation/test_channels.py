"""The canaries on the channels that tell while things happen: webhooks, and streams of both kinds.

None of them holds words. So a canary must not be on any, whoever listens; and whoever may know of
the statement hears of it, by its number: that is the control.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from django.test import override_settings

from accounts.models import User
from debate.actions import (
    delivering,
    drafts,
    holding,
    marks,
    moderation,
    statements,
    webhooks,
)
from debate.actions.quotations import Words
from debate.models import Delivery
from debate.models.holding import Why
from debate.web import seats
from tests import streams
from tests.moderation.test_canaries import MAY, STATES, look, tell, words
from tests.receiver import Receiver, receiver
from tests.rights import world
from tests.rights.table import IDENTITIES, INSIDERS
from tests.rights.world import World
from tests.streams import Reader, Site, aside, reading

GONE = ("hidden", "withdrawn")


@dataclass
class Stirred:
    """The statements with canaries, by state; what everybody may know of is `plain`."""

    by_state: dict[str, int]
    plain: int
    last: int


def stir(there: World) -> Stirred:
    """Put a canary in each state while they listen, quoted and marked before it goes."""
    place, inside = there.places["public"], there.places["private"]
    author, mara, zoe = (
        User.objects.get(username=name) for name in ("author", "moderator", "zoe")
    )
    plain = statements.reply(place.position, by=author, kind="remark", body="So a wombat is.")
    drafted = drafts.Wording("remark", "", words("draft"))
    drafts.keep(place.claim, by=author, key="stirred", wording=drafted)
    point = holding.Point(place.claim, "remark", words("held"))
    held = holding.hold(place.debate, [point], by=author, why=(Why.FIRST, words("held")[:80]))
    made = {}
    for state in ("hidden", "withdrawn", "earlier"):
        said = statements.reply(place.position, by=author, kind="remark", body=words(state))
        quote = Words(f"{look(state)} {tell(state)}")
        statements.reply(said, by=zoe, kind="support", body="As you say.", quote=quote)
        marks.mark(said, by=zoe, truth="agree", quote=quote)
        made[state] = said
    moderation.report(made["hidden"], by=zoe, reason="other", note=words("hidden"))
    moderation.hide(made["hidden"], by=mara, reason="Not for here.")
    statements.withdraw(made["withdrawn"], by=author)
    statements.edit(made["earlier"], by=author, body="Said anew.", revision=1)
    holding.refuse(held, by=mara, reason="It cannot stand so.")
    made["private"] = statements.reply(
        inside.claim, by=author, kind="clarification", body=words("private")
    )
    marks.mark(plain, by=zoe, truth="agree")
    last = statements.reply(place.position, by=author, kind="remark", body="So it ends.")
    return Stirred({state: said.pk for state, said in made.items()}, plain.pk, last.pk)


def seen(text: str) -> set[str]:
    """The canaries in a text."""
    return {state for state in STATES if tell(state) in text or look(state) in text}


# ---- webhooks
@pytest.fixture
def inside() -> Iterator[Receiver]:
    with receiver() as told, override_settings(WEBHOOKS_INSIDE=[told.place]):
        yield told


@pytest.mark.django_db
def test_no_delivery_tells_a_canary_and_who_may_know_of_one_is_told(inside: Receiver) -> None:
    there = world.build()
    Delivery.objects.all().delete()
    listening = {
        name: who.person
        for name, who in there.who.items()
        if who.person is not None and name != "suspended"
    }
    assert len(listening) == len(IDENTITIES) - 2  # no visitor, nobody who is switched off
    for name, person in listening.items():
        webhooks.create(by=person, url=f"{inside.url.rstrip('/')}/{name.replace(' ', '-')}")
    stirred = stir(there)
    while delivering.find() + delivering.call():
        pass
    for name in listening:
        got = [one for one in inside.got if one.path.endswith(f"/{name.replace(' ', '-')}")]
        text = "".join(f"{one.headers}{one.body.decode()}" for one in got)
        assert seen(text) == set(), name
        said = [json.loads(one.body)["data"] for one in got]
        known = {one.get("statement") for one in said}
        assert stirred.plain in known, name
        assert (stirred.by_state["private"] in known) == (name in INSIDERS), name
        assert ("private" in {one["debate"] for one in said}) == (name in INSIDERS), name
        gone = {stirred.by_state[state]: state for state in GONE}
        named = {
            gone[one["statement"]]
            for one in said
            if one.get("statement") in gone and one.get("actor") == "author"
        }
        assert all(name in MAY[state] for state in named), name
    stored = str(list(Delivery.objects.values()))
    assert seen(stored) == set()


# ---- streams
@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with streams.running() as site:
        yield site
        asyncio.run(streams.wait_for(lambda: seats.taken() == 0))


Heard = dict[tuple[str, str], Reader]
"""By who listens, and to what: to a debate, as a page or a program, or to all events."""


async def _heard(site: Site, there: World) -> tuple[Heard, Stirred]:
    """What everybody hears at every stream while it happens."""
    readers: Heard = {}
    async with AsyncExitStack() as opened:
        for name, who in there.who.items():
            for place in ("public", "private"):
                slug = there.places[place].debate.slug
                page = reading(site, slug, who.session)
                readers[name, f"{place} page"] = await opened.enter_async_context(page)
                if who.key:
                    told = reading(site, slug, key=who.key)
                    readers[name, f"{place} program"] = await opened.enter_async_context(told)
            every = reading(site, "", at="/api/v1/events/", key=who.key)
            readers[name, "all events"] = await opened.enter_async_context(every)
        stirred = await aside(stir, there)
        for reader in readers.values():
            if reader.status == 200:
                await _ended(reader, {stirred.last, stirred.by_state["private"]})
    return readers, stirred


async def _ended(reader: Reader, last: set[int]) -> None:
    await streams.wait_for(lambda: bool(last & _known(reader)), 20)


def _known(reader: Reader) -> set[int]:
    return {change.get("statement", 0) for change in reader.changes}


@pytest.mark.django_db(transaction=True)
def test_no_stream_tells_a_canary_and_who_may_know_of_one_hears_of_it(site: Site) -> None:
    there = world.build()
    readers, stirred = asyncio.run(_heard(site, there))
    secret = stirred.by_state["private"]
    opened = {at for at, reader in readers.items() if reader.status == 200}
    inside = {(name, place) for name, place in readers if place.startswith("private")}
    insiders = {(name, place) for name, place in inside if name in INSIDERS}
    assert opened & inside == insiders
    off = {("suspended", "public program"), ("suspended", "all events")}
    assert opened - inside == set(readers) - inside - off
    told = insiders | {(name, "all events") for name in INSIDERS}
    for at, reader in readers.items():
        assert seen(reader.raw + str(reader.headers)) == set(), at
        assert (secret in _known(reader)) == (at in told), at
        assert (stirred.plain in _known(reader)) == (at in opened - inside), at
        assert at in told or '"private"' not in reader.raw, at
