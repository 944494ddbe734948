"""What people write is shown as text everywhere: no page, no form that comes back, does more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import let_finish
from tests.hostility import doors, rows
from tests.hostility.columns import OURS, fill, name_of, peoples, texts
from tests.hostility.crawling import Crawl, crawl, refused
from tests.hostility.payloads import ALL, CONTROL, PAYLOADS, PLAIN

pytestmark = pytest.mark.browser


@pytest.fixture
def it(
    chromium: Browser, live_server: LiveServer, transactional_db: None, settings: Any
) -> Iterator[Crawl]:
    settings.ROOT_URLCONF = "tests.hostility.urls"
    cache.clear()
    crawl = Crawl(chromium, live_server.url, rows.build())
    yield crawl
    crawl.close()
    let_finish(live_server)


def test_every_column_of_text_is_known_for_what_it_is(transactional_db: None) -> None:
    known = {name_of(field) for field in texts()}
    assert OURS.keys() - known == set()
    rows.build()
    assert fill(PLAIN) == {name_of(field) for field in peoples()}


def test_a_careless_page_would_have_been_noticed(it: Crawl) -> None:
    """The control: what is shown as it is does what it is made for, or the policy stops it."""
    it.open("visitor", "/about/", "about")
    it.begin()
    policy = it.page("visitor").request.get("/about/").headers["content-security-policy"]
    alone, stopped = noticed(it, {}), noticed(it, {"Content-Security-Policy": policy})
    assert alone >= 0.3 * len(PAYLOADS)
    assert stopped >= 0.5 * len(PAYLOADS)
    assert len(it.found.more) >= 0.8 * len(PAYLOADS)


def noticed(it: Crawl, headers: dict[str, str]) -> int:
    """How many of the payloads are heard of on a page that shows them as they are."""
    count = 0
    for number, words in enumerate(PAYLOADS):
        it.found.deeds.clear()
        made = HttpResponse(CONTROL.replace("{0}", words), headers=headers)
        it.show("visitor", made, f"control {number} {sorted(headers)}")
        it.page("visitor").wait_for_timeout(30)
        count += bool(it.found.deeds)
    return count


def test_nothing_that_is_written_anywhere_is_done(it: Crawl) -> None:
    fields = doors.form_fields()
    for words in (PLAIN, ALL):
        fill(words)
        cache.clear()
        crawl(it, words)
        refused(it, words, fields)
        if words == PLAIN:
            assert it.found.deeds == []
            assert it.found.pages > 250
            it.begin()
    assert it.found.deeds == []
    assert it.found.more == {}
