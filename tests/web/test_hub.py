from __future__ import annotations

import asyncio

from django.contrib.auth.models import AnonymousUser

from debate.selectors import changes
from debate.web import hub

TOLD = {"kind": "mark.set"}


def test_a_reader_who_lags_is_given_a_little_at_a_time() -> None:
    listener = hub.Listener(("", 1), 0)
    viewer = AnonymousUser()
    found = [changes.Change(n + 1, False, TOLD) for n in range(changes.MOST)]
    listener.put(found, viewer)
    assert listener.has_room
    listener.put([changes.Change(c.number + changes.MOST, False, TOLD) for c in found], viewer)
    assert not listener.has_room
    assert listener.is_behind
    assert len(listener.take()) == hub.QUEUE
    assert listener.has_room


def test_one_who_takes_nothing_is_cut() -> None:
    async def story() -> bool:
        listener = hub.Listener(("", 1), 0)
        listener.task = asyncio.create_task(asyncio.sleep(60))
        listener.sending_since = 1.0
        listener.end()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return listener.task.cancelled() and listener.take() == [None]

    assert asyncio.run(story())
