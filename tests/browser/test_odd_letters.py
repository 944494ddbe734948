"""Letters that turn the writing round, or pile up, move nothing of what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import let_finish, sign_in
from tests.hostility import rows
from tests.hostility.columns import fill
from tests.rights.world import World

pytestmark = pytest.mark.browser
PAGES = (
    *("/", "/d/", "/d/public/", "/d/public/exchange/", "/d/public/open/", "/d/public/history/"),
    *("/d/public/cruxes/", "/d/public/standing/", "/moderation/", "/u/author/", "/account/"),
)
PLAIN = "abcde fghij"
TURNED = "abc\u202ede\u2067 fgh\u202eij"
"""The same letters, from the fourth on from right to left, and nothing that ends it."""
PILED = "a" + "\u0301\u0316\u0334" * 60 + "bcde fghi" + "\u0489\u0321\u0311" * 60 + "j"
NAMES = ("User.name", "Rename.before", "Rename.after", "User.email", "EmailAddress.email")
"""What people are called: such letters are refused there (tests/accounts/test_names.py)."""
MEASURE = """() => {
    const OURS = /[a-j]{2}[^k-z]*[a-j]{2}|\\u202e|[\\u0300-\\u0489]|^[a-j ]+$/;
    const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node; node = walker.nextNode();) {
        const text = node.data.trim();
        if (!text || OURS.test(text)) continue;
        range.selectNodeContents(node);
        const at = range.getBoundingClientRect();
        if (at.width) found.push([text.slice(0, 40), Math.round(at.x), Math.round(at.y),
                                  Math.round(at.width), Math.round(at.height)]);
    }
    return found;
}"""


@pytest.fixture
def there(transactional_db: None) -> World:
    cache.clear()
    return rows.build()


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, there: World) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    facilitator = there.who["author"].person
    assert facilitator is not None
    sign_in(context, facilitator, live_server.url)
    yield context.new_page()
    context.close()
    let_finish()


def measured(page: Page, words: str) -> dict[str, list[Any]]:
    """Where every text is that is not of these words, page by page."""
    fill(words, but=NAMES)
    cache.clear()
    found = {}
    for path in PAGES:
        page.goto(path, wait_until="load")
        found[path] = page.evaluate(MEASURE)
    return found


def test_neighbours_stay_where_they_are(page: Page) -> None:
    plain = measured(page, PLAIN)
    assert sum(map(len, plain.values())) > 300
    for words in (TURNED, PILED):
        odd = measured(page, words)
        for path, texts in plain.items():
            moved = [(a, b) for a, b in zip(texts, odd[path], strict=False) if not near(a, b)]
            assert moved == [], (path, ascii(words[:12]), moved[:4])
            assert len(texts) == len(odd[path])


def near(one: list[Any], other: list[Any]) -> bool:
    """Whether a text is the same and stands where it stood, but for the width of a hair."""
    pairs = zip(one[1:], other[1:], strict=True)
    return one[0] == other[0] and all(abs(a - b) <= 2 for a, b in pairs)
