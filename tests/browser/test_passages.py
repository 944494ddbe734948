"""Passages of every sort: over paragraphs, overlapping, said twice, emoji, right to left."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from debate.models import Debate, Mark, Statement
from tests import factories
from tests.browser.conftest import Device, Visit
from tests.browser.selecting import drag_over, press_long

pytestmark = pytest.mark.browser

BODY = """The 👩‍👩‍👧 family 🇳🇱 reads **every** book twice; every book, says café Ångström.

A second paragraph: שלום עולם, and every book again."""
SELECT = """([id, from, start, to, end]) => {
    const blocks = document.querySelectorAll(`#${id} > .statement-body > p`);
    const at = (block, offset) => {
        const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
        let node = walker.nextNode();
        while (offset > node.length) { offset -= node.length; node = walker.nextNode(); }
        return [node, offset];
    };
    getSelection().setBaseAndExtent(...at(blocks[from], start), ...at(blocks[to], end));
}"""


@pytest.fixture
def parent(seed: Debate, bob: User) -> Statement:
    root = seed.statements.get(kind="position", ordinal=1)
    return factories.SupportFactory.create(parent=root, author=bob, body=BODY)


def select(page: Page, statement: Statement, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Select from one place to another, each a paragraph and an offset in UTF-16 units."""
    page.locator(f"#statement-{statement.pk}").scroll_into_view_if_needed()
    page.evaluate(SELECT, [f"statement-{statement.pk}", *start, *end])


def support(page: Page, statement: Statement, body: str) -> None:
    bar = page.locator("#quote-bar")
    expect(bar).to_be_visible()
    bar.get_by_role("button", name="Support").click()
    form = page.locator(f"#statement-{statement.pk}-reply form").last
    form.get_by_label("Your point").fill(body)
    form.get_by_role("button", name="Publish now").click()
    expect(page.locator(f"#statement-{statement.pk}-replies")).to_contain_text(body)


def text_of(paragraph: int) -> str:
    return BODY.replace("**", "").split("\n\n")[paragraph]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


PASSAGES = {
    "with emoji": "👩‍👩‍👧 family 🇳🇱",
    "over bold words": "reads every book",
    "with accents": "says café Ångström",
}


@pytest.mark.parametrize("words", PASSAGES.values(), ids=PASSAGES)
def test_a_passage_is_quoted_exactly(
    visit: Visit, seed: Debate, parent: Statement, alice: User, words: str
) -> None:
    page = visit(f"/d/{seed.slug}/", alice)
    at = units(text_of(0)[: text_of(0).index(words)])
    select(page, parent, (0, at), (0, at + units(words)))
    support(page, parent, "These very words.")
    said = Statement.objects.get(author=alice)
    assert said.quotation and said.quotation.exact == words
    page.reload()
    marked = page.locator(f"#statement-{parent.pk} mark[data-span='1']")
    assert "".join(marked.all_text_contents()) == words


def test_words_said_three_times_are_quoted_where_they_were_selected(
    visit: Visit, seed: Debate, parent: Statement, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/", alice)
    at = units(text_of(0)[: text_of(0).rindex("every book")])
    select(page, parent, (0, at), (0, at + 10))
    support(page, parent, "The second of three.")
    quotation = Statement.objects.get(author=alice).quotation
    assert quotation and quotation.start == text_of(0).rindex("every book")


def test_a_passage_over_two_paragraphs_and_from_right_to_left(
    visit: Visit, seed: Debate, parent: Statement, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/", alice)
    at = units(text_of(0)[: text_of(0).index("café")])
    end = text_of(1).index("שלום") + len("שלום עולם")
    select(page, parent, (0, at), (1, end))
    support(page, parent, "Both of them.")
    quotation = Statement.objects.get(author=alice).quotation
    assert quotation
    assert quotation.exact == "café Ångström.\nA second paragraph: שלום עולם"


def test_overlapping_passages_each_keep_their_place_and_their_sign(
    visit: Visit, seed: Debate, parent: Statement, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/", alice)
    for start, end, body in ((4, 18, "The first."), (10, 30, "The second.")):
        select(page, parent, (0, start), (0, end))
        support(page, parent, body)
    page.reload()
    words = page.locator(f"#statement-{parent.pk} > .statement-body")
    expect(words.locator("a.by")).to_have_count(2)
    assert words.locator("mark mark").count() >= 1
    for said in Statement.objects.filter(author=alice):
        sign = words.get_by_role("link", name=f"Support by Alice: {said.label}")
        sign.hover()
        expect(page.locator(f"#statement-{said.pk} > .quote a")).to_have_class("lit")
    assert words.inner_text().replace("\n\n", "\n") == f"{text_of(0)}\n{text_of(1)}"


def test_a_passage_is_agreed_with(
    visit: Visit, seed: Debate, parent: Statement, alice: User, device: Device
) -> None:
    page = visit(f"/d/{seed.slug}/", alice, **device.screen)
    (press_long if device.touch else drag_over)(page, parent, "says café")
    bar = page.locator("#quote-bar")
    expect(bar).to_be_visible()
    device.press(bar.get_by_role("button", name="Agree", exact=False).first)
    foot = page.locator(f"#statement-{parent.pk}-foot")
    expect(foot.locator("[data-key=a]")).to_have_attribute("aria-pressed", "true")
    mark = Mark.objects.get(person=alice)
    assert mark.quotation and mark.quotation.exact == "says café"
    page.reload()
    sign = page.locator(f"#statement-{parent.pk}").get_by_role("link", name="Alice agrees with")
    expect(sign).to_be_visible()
