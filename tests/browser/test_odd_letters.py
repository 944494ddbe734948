"""Letters that turn the writing round move nothing of what stands beside them."""

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
LINE = 32  # pixels: what is higher has more lines than one
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
        const block = node.parentElement.closest("p, li, div, td, dd, h1, h2, h3, summary");
        const beside = block && OURS.test(block.textContent) ? 1 : 0;
        if (at.width) found.push([beside, text.slice(0, 40), Math.round(at.x), Math.round(at.y),
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
    let_finish(live_server)


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
    odd = measured(page, TURNED)
    moved = {path: moves(texts, odd[path]) for path, texts in plain.items()}
    found = {path: some[:4] for path, some in moved.items() if some}
    assert found == {}, str(found)


def moves(texts: list[Any], odd: list[Any]) -> list[Any]:
    """The texts that are not where they were, or not there."""
    if len(texts) != len(odd):
        return [(len(texts), len(odd))]
    return [(a, b) for a, b in zip(texts, odd, strict=True) if not near(a, b)]


def near(one: list[Any], other: list[Any]) -> bool:
    """Whether a text is the same and stands where it stood, but for the width of a hair.

    What stands in the same line begins where the words before it end: its height and line count.
    """
    along = 999 if one[0] or one[5] > LINE else 2
    pairs = zip(one[2:], other[2:], (along, 2, along, 2), strict=True)
    return one[1] == other[1] and all(abs(a - b) <= room for a, b, room in pairs)
