"""The main path with keys alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import User
from debate.models import Debate, Statement
from tests.browser.conftest import Visit
from tests.browser.selecting import tab_to

pytestmark = pytest.mark.browser


def test_a_sentence_is_quoted_answered_and_its_author_agreed_with_by_keys_alone(
    visit: Visit, seed: Debate, said: dict[str, Statement], alice: User
) -> None:
    parent = said["S5"]
    page = visit(f"/d/{seed.slug}/#statement-{parent.pk}", alice)
    page.keyboard.press("q")
    page.keyboard.press("q")
    bar = page.locator("#quote-bar")
    expect(bar).to_be_visible()
    page.keyboard.press("Tab")
    expect(bar.get_by_role("button", name="Object")).to_be_focused()
    page.keyboard.press("Enter")
    form = page.get_by_role("form", name="Answer S5")
    expect(form.get_by_label("It is not true")).to_be_focused()
    expect(form.locator("blockquote")).to_have_text(
        "So inner alignment becomes a search for some other means"
        " of keeping agentic influence small."
    )
    page.keyboard.press("3")
    expect(form.get_by_label("Your point")).to_be_focused()
    expect(form.get_by_label("The terms are wrong")).to_be_checked()
    page.keyboard.type("That search is not hopeless.")
    tab_to(page, "[name=then][value=publish]")
    page.keyboard.press("Enter")
    published = page.locator(f"#statement-{parent.pk}-replies > li > article")
    expect(published).to_be_focused()
    expect(published).to_contain_text("That search is not hopeless.")
    page.keyboard.press("u")
    expect(page.locator(f"#statement-{parent.pk}")).to_be_focused()
    page.keyboard.press("d")
    pressed = page.locator(f"#statement-{parent.pk}-foot [data-key=d]")
    expect(pressed).to_have_attribute("aria-pressed", "true")


def test_reading_goes_up_and_down_and_folds(visit: Visit, seed: Debate) -> None:
    page = visit(f"/d/{seed.slug}/")
    for key in "jjjk":
        page.keyboard.press(key)
    second = page.locator("article.statement").nth(1)
    expect(second).to_be_focused()
    branch = second.locator("xpath=following-sibling::details")
    page.keyboard.press("x")
    expect(branch).not_to_have_attribute("open", "")
    page.keyboard.press("x")
    expect(branch).to_have_attribute("open", "")


def test_single_keys_can_be_switched_off(visit: Visit, seed: Debate) -> None:
    page = visit(f"/d/{seed.slug}/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    tab_to(page, "[data-keys-on]")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.reload()
    page.keyboard.press("j")
    expect(page.locator("article.statement:focus")).to_have_count(0)


def test_the_first_tab_offers_to_skip_to_the_content(visit: Visit, seed: Debate) -> None:
    page = visit(f"/d/{seed.slug}/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_one_sees_which_statement_the_next_key_acts_on(
    visit: Visit, seed: Debate, theme: str
) -> None:
    page = visit(f"/d/{seed.slug}/", theme=theme)
    for colors in ("none", "active"):
        page.emulate_media(forced_colors=colors)
        page.keyboard.press("j")
        focused = page.locator("article.statement:focus")
        assert focused.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"


def test_a_key_that_is_held_marks_once(
    visit: Visit, seed: Debate, said: dict[str, Statement], alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/#statement-{said['S5'].pk}", alice)
    pressed = page.locator(f"#statement-{said['S5'].pk}-foot [data-key=a]")
    page.keyboard.down("a")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    for _ in range(3):
        page.keyboard.down("a")
    page.keyboard.up("a")
    page.wait_for_timeout(500)
    expect(pressed).to_have_attribute("aria-pressed", "true")
