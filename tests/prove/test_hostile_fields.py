"""60 payloads in every column of text that people fill, on every page, for all who see it.

Besides the pages: what leaves the site and is opened elsewhere, without a policy, and the answers
of the API, which must be JSON and nothing that a browser would show.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from debate.actions import exports
from debate.jobs import letters
from tests import factories
from tests.browser.conftest import let_finish
from tests.hostility import doors, rows
from tests.hostility.columns import fill, peoples
from tests.hostility.crawling import SEEING, Crawl, crawl, refused
from tests.hostility.payloads import PAYLOADS, PLAIN
from tests.prove.conftest import Noted
from tests.rights import world
from tests.rights.rows import cells

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]
ELSEWHERE = "/elsewhere/"
OFTEN = 12
"""One of so many payloads is shown to all who see a page, the others to the first of them."""
STEP = int(os.environ.get("EVERY", "1"))
"""1: all payloads. A higher number takes each so many, to see that the proof runs."""


@pytest.fixture
def it(chromium: Browser, live_server: LiveServer, settings: Any) -> Iterator[Crawl]:
    settings.ROOT_URLCONF = "tests.hostility.urls"
    cache.clear()
    made = Crawl(chromium, live_server.url, rows.build())
    yield made
    made.close()
    let_finish(live_server)


def taken_along(it: Crawl) -> None:
    """Open mails and exports as they are opened elsewhere, where no policy helps."""
    for person in User.objects.filter(username__in=("author", "facilitator")):
        ids = list(person.notifications.values_list("pk", flat=True))
        letter = letters.letter(person=person.pk, ids=ids, message_id="<1@m.example>")
        for body, kind in letter.alternatives if letter else ():
            it.show("visitor", HttpResponse(body, content_type=kind), "mail", at=ELSEWHERE)
        export = factories.ExportFactory.create(person=person)
        exports.gather(export.pk)
        parts = export.parts.filter(format="html").order_by("number")
        whole = "".join(parts.values_list("text", flat=True))
        assert whole
        it.show("visitor", HttpResponse(whole, content_type="text/html"), "export", at=ELSEWHERE)
        export.delete()


def told(it: Crawl) -> int:
    """Ask for all that the API tells: none of it is something a browser would show."""
    place, count = it.there.places["public"], 0
    for route, row in cells():
        if route.door != "api" or row.method != "GET" or "live" in route.name:
            continue
        if route.name in ("api:docs", "events-or-stream", "everything-or-stream"):
            continue
        path = route.address(world.values(it.there, place, route, dict(row.at)))
        answer = it.there.who["author"].client("api").get(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff", route.name
        assert "html" not in answer.headers.get("Content-Type", ""), route.name
        count += 1
    return count


def test_nothing_that_is_written_anywhere_is_done(it: Crawl, note: Noted) -> None:
    fields = doors.form_fields()
    payloads = PAYLOADS[::STEP]
    answers = 0
    for number, words in enumerate((PLAIN, *payloads)):
        fill(words)
        cache.clear()
        # A page that more than one sees is the same one but for what each may do.
        crawl(it, words, most=1 if number % OFTEN else len(SEEING))
        refused(it, words, fields)
        taken_along(it)
        answers += told(it)
        if words == PLAIN:
            assert it.found.deeds == []
            it.begin()
    assert it.found.deeds == []
    assert it.found.more == {}
    assert len(it.found.names) > 150
    note(
        "60 payloads in every field, on every page",
        f"{len(payloads)} payloads in {len(peoples())} columns and every field of every form: "
        f"{it.found.pages:,} pages of {len(it.found.names)} addresses and forms, the admin too, "
        f"for one in {OFTEN} by up to {len(SEEING)} identities: 0 executed, 0 elements or "
        "attributes that pages do not have without them, 0 requests; "
        f"{answers:,} answers of the API, none a page",
    )
