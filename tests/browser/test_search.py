"""Searching while one types, by keys alone; and the page on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import User
from debate.actions import search
from debate.models import Debate
from tests.browser.conftest import Visit, Watch
from tests.browser.looking import assert_accessible, fits

pytestmark = pytest.mark.browser


def test_what_is_found_shows_while_one_types_and_keys_go_through_it(
    visit: Visit, seed: Debate, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/", alice)
    page.keyboard.press("/")
    box = page.get_by_role("searchbox", name="Search debates, statements and people")
    expect(box).to_be_focused()
    page.keyboard.type("predict")
    quick = page.locator("#quick")
    expect(quick.locator("mark").first).to_have_text("predictor")
    expect(quick.get_by_role("status")).to_contain_text("results below")
    page.keyboard.press("ArrowDown")
    expect(quick.get_by_role("link").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(quick.get_by_role("link").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(quick).to_be_hidden()
    expect(box).to_have_value("predict")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Statements")).to_be_visible()
    assert page.url.endswith("/search/?q=predict")


def test_nobody_is_taken_from_typing_by_a_search_that_fails(
    visit: Visit, seed: Debate, watch: Watch
) -> None:
    watch.allowed |= {503}
    page = visit(f"/d/{seed.slug}/")
    page.route("**/search/?*", lambda route: route.fulfill(status=503, body="Not just now."))
    page.keyboard.press("/")
    with page.expect_response("**/search/?*"):
        page.keyboard.type("predict")
    page.keyboard.type("ion 5")
    box = page.get_by_role("searchbox", name="Search debates, statements and people")
    expect(box).to_be_focused()
    expect(box).to_have_value("prediction 5")
    expect(page.locator(".send-failed")).to_have_count(0)


def test_a_statement_is_reached_by_typing_and_two_keys(visit: Visit, seed: Debate) -> None:
    page = visit("/")
    page.keyboard.press("/")
    page.keyboard.type('"agency in the predictor"')
    expect(page.locator("#quick mark").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/s/*/")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_what_is_found(
    visit: Visit, watch: Watch, seed: Debate, alice: User, theme: str
) -> None:
    watch.allowed |= {400}
    search.refresh()
    page = visit("/", alice, theme=theme)
    page.locator("[data-search]").fill("predicter")
    expect(page.locator("#quick mark").first).to_be_visible()
    assert_accessible(page, f"the box, {theme}")
    page = visit("/search/", alice, width=360, theme=theme)
    for typed in ("", "model agent", "first", "predicter", "zzzzz", "kind:nothing"):
        page.goto(f"/search/?q={typed}")
        assert_accessible(page, f"{typed!r}, {theme}")
        assert fits(page), typed


def test_on_a_phone_a_link_leads_to_the_page(visit: Visit, seed: Debate) -> None:
    page = visit("/", width=390, touch=True)
    page.get_by_role("link", name="Search").tap()
    page.get_by_label("Words to look for").fill("model agent")
    page.get_by_role("button", name="Search").tap()
    expect(page.locator(".hit mark").first).to_be_visible()


def test_the_page_works_without_javascript(visit: Visit, seed: Debate) -> None:
    page = visit("/", javascript=False)
    page.get_by_role("searchbox").fill("predictor")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Statements").click()
    expect(page.locator(".hit mark").first).to_be_visible()
    page.locator("a.hit-name").first.click()
    page.wait_for_url("**/s/*/")
