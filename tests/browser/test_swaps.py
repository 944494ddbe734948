"""What is swapped into a page takes nothing from it, and brings nothing twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from debate.actions import statements
from debate.models import Debate, Statement
from tests import factories
from tests.browser.conftest import Visit, choose
from tests.browser.selecting import press_long
from tests.browser.test_live import Come, Said, come, site

__all__ = ["come", "site"]  # fixtures
pytestmark = pytest.mark.browser


def publish(form: Locator, body: str) -> None:
    choose(form, "support")
    form.get_by_label("Your point").fill(body)
    form.get_by_role("button", name="Publish now").click()


def quote(page: Page, statement: Statement, words: str) -> None:
    """Begin a point on these words."""
    press_long(page, statement, words)
    page.locator("#quote-bar").get_by_role("button", name="Support").click()


@pytest.fixture
def leaf(said: Said, bob: User) -> Statement:
    return factories.SupportFactory.create(
        parent=said["P1"], author=bob, body="One half of it, and the other half."
    )


@pytest.fixture
def many(said: Said) -> None:
    """More under P2 than a page shows at first."""
    for number in range(40):
        factories.SupportFactory.create(parent=said["P2"], body=f"Reason {number}.")


def test_two_points_on_a_leaf_are_both_there(
    visit: Visit, seed: Debate, leaf: Statement, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/", alice)
    forms = page.locator(f"#statement-{leaf.pk}-reply form")
    for number, words in enumerate(("One half", "other half"), start=1):
        quote(page, leaf, words)
        expect(forms).to_have_count(number)
    replies = page.locator(f"#statement-{leaf.pk}-replies > li")
    for number, body in enumerate(("To the one.", "To the other."), start=1):
        publish(forms.first, body)
        expect(forms).to_have_count(2 - number)
        expect(replies.filter(has_text=body).locator("article")).to_be_focused()
    expect(replies).to_have_count(2)


def test_a_point_on_a_leaf_joins_what_came_there_meanwhile(
    come: Come, seed: Debate, leaf: Statement, alice: User, bob: User
) -> None:
    page = come(f"/d/{seed.slug}/", alice)
    page.get_by_role("link", name=f"Answer {leaf.label}", exact=True).click()
    form = page.get_by_role("form", name=f"Answer {leaf.label}", exact=True)
    expect(form).to_be_visible()
    made = statements.reply(leaf, by=bob, kind="remark", body="Before you.")
    page.locator(".live-pill").click()
    replies = page.locator(f"#statement-{leaf.pk}-replies > li")
    expect(replies.locator(f"#statement-{made.pk}")).to_be_visible()
    publish(form, "After you.")
    expect(replies).to_contain_text(["Before you.", "After you."])


def test_the_next_page_brings_nothing_twice_and_keeps_what_is_written(
    visit: Visit, seed: Debate, said: Said, many: None, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/", alice)
    page.get_by_role("link", name="Answer P2", exact=True).click()
    publish(page.get_by_role("form", name="Answer P2", exact=True), "My reason.")
    mine = page.locator(f"#statement-{said['P2'].pk}-replies article", has_text="My reason.")
    expect(mine).to_be_focused()
    made = Statement.objects.get(author=alice)
    page.get_by_role("link", name=f"Answer {made.label}", exact=True).click()
    form = page.get_by_role("form", name=f"Answer {made.label}", exact=True)
    form.get_by_label("Your point").fill("Still being written.")
    page.get_by_role("link", name="Show more under P2").click()
    expect(page.locator(".continued > li").last).to_contain_text("My reason.")
    expect(page.locator(f"[id='statement-{made.pk}']")).to_have_count(1)
    expect(form.get_by_label("Your point")).to_have_value("Still being written.")


def test_more_that_match_brings_nothing_twice(
    visit: Visit, seed: Debate, many: None, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/?kind=support", alice)
    first = page.locator(".matched article").first
    first.get_by_role("link", name="Answer").click()
    publish(page.locator("form.composer"), "My reason.")
    mine = page.locator("article", has_text="My reason.")
    expect(mine).to_be_focused()
    while (more := page.get_by_role("link", name="Show more that match")).count():
        shown = page.locator(".matched").count()
        more.click()
        expect(page.locator(".matched")).to_have_count(shown + 1)
        expect(page.locator(".matched").nth(shown).locator("article").first).to_be_focused()
    expect(page.get_by_text("Reason 39.")).to_be_visible()
    expect(mine).to_have_count(1)


def test_a_filtered_thread_hears_news_and_the_way_back_leads_to_a_page_that_works(
    come: Come, seed: Debate, said: Said, alice: User, bob: User
) -> None:
    page = come(f"/d/{seed.slug}/", alice)
    page.locator(".filter > summary").click()
    page.get_by_label("Kind").select_option("objection")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".found")).to_be_visible()
    leaf = next(s for s in said.values() if s.reply_count == 0 and s.kind == "objection")
    statements.reply(leaf, by=bob, kind="remark", body="A word on it.")
    expect(page.locator(".live-pill")).to_have_text("1 new point")
    page.go_back()
    expect(page.locator(".found")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
