"""Reading a long debate: its place, its folds, what is new, on a phone and at a desk."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from accounts.models import User
from debate.actions import statements, visits
from debate.models import Debate, Statement
from debate.selectors import debates
from tests import factories
from tests.browser.conftest import Device, Visit, choose
from tests.browser.looking import assert_accessible, fits

pytestmark = pytest.mark.browser


@pytest.fixture
def deep(transactional_db: None) -> Debate:
    """A debate with a line of 300."""
    call_command("fill", statements=700, depth=300, slug="deep", stdout=StringIO())
    return Debate.objects.get()


def is_in_sight(page: Page, statement: Statement) -> bool:
    box = "e => { const r = e.getBoundingClientRect(); return [r.top, r.bottom, innerHeight] }"
    top, bottom, height = page.locator(f"#statement-{statement.pk}").evaluate(box)
    return bool(top < height and bottom > 0)


@pytest.mark.parametrize("depth", [3, 12, 300])
def test_coming_back_from_a_statement_one_is_where_one_was(
    visit: Visit, deep: Debate, device: Device, depth: int
) -> None:
    one = deep.statements.filter(depth=depth).order_by("path")[0]
    page = visit(f"/d/deep/#statement-{one.pk}", **device.screen)
    expect(page.locator(f"article#statement-{one.pk}")).to_be_visible()
    assert is_in_sight(page, one)
    assert fits(page)
    before = page.evaluate("scrollY")
    device.press(page.locator(f"#statement-{one.pk} .when").first)
    page.wait_for_url(f"**/s/{one.pk}/")
    assert fits(page)
    device.press(page.locator("[data-back]"))
    page.wait_for_url("**/d/deep/**")
    page.wait_for_function("y => Math.abs(scrollY - y) < 40", arg=before)
    assert is_in_sight(page, one)


def test_the_way_back_leads_back_in_another_tab_and_after_a_link_within_the_page(
    visit: Visit, seed: Debate, said: dict[str, Statement]
) -> None:
    page = visit(f"/d/{seed.slug}/")
    link = page.locator(f"#statement-{said['S5'].pk} .when").first
    with page.context.expect_page() as opened:
        link.click(modifiers=["Control"])
    tab = opened.value
    tab.locator("[data-back]").click()
    tab.wait_for_url(f"**/d/{seed.slug}/**")
    link.click()
    page.wait_for_url(f"**/s/{said['S5'].pk}/")
    page.evaluate("location.hash = '#answer'")
    page.locator("[data-back]").click()
    page.wait_for_url(f"**/d/{seed.slug}/**")


def test_a_link_into_a_line_works_without_javascript(visit: Visit, deep: Debate) -> None:
    deepest = deep.statements.order_by("-depth")[0]
    page = visit(f"/s/{deepest.pk}/", width=390, javascript=False)
    page.locator("[data-back]").click()
    expect(page.locator(f"article#statement-{deepest.pk}")).to_be_visible()
    assert fits(page)


def test_what_is_folded_and_how_dense_it_is_are_remembered(
    visit: Visit, seed: Debate, said: dict[str, Statement]
) -> None:
    page = visit(f"/d/{seed.slug}/")
    shown = page.locator("article.statement:visible")
    every = shown.count()
    page.get_by_role("group", name="Levels of replies shown").get_by_role(
        "button", name="1"
    ).press("Enter")
    few = shown.count()
    assert few < every
    branch = page.locator("details.branch:not([open])").first
    branch.locator(":scope > summary").press("Enter")
    assert shown.count() > few
    again = shown.count()
    page.reload()
    expect(shown).to_have_count(again)
    page.get_by_role("button", name="All", exact=True).click()
    expect(shown).to_have_count(every)
    choose(page, "outline")
    page.reload()
    expect(page.get_by_role("radio", name="Outline")).to_be_checked()


def test_the_outline_fits_a_phone_whatever_people_and_bots_are_called(
    visit: Visit, seed: Debate, said: dict[str, Statement]
) -> None:
    person = factories.UserFactory.create(name="Friederike von Hohenberg und Lichtenfels")
    bot = factories.BotFactory.create(name="Summaries of long exchanges", owner=person)
    long = "What would have to be shown before it is called an agent"
    factories.CruxFactory.create(debate=seed, author=person, name=long)
    for author, how in ((person, ""), (bot, "model")):
        by = {"author": author, "generated_by": how}
        made = factories.SupportFactory.create(parent=said["P1"], **by)
        factories.QuestionFactory.create(parent=made, **by)
    page = visit(f"/d/{seed.slug}/", width=390)
    choose(page, "outline")
    expect(page.locator(".statement-foot:visible")).to_have_count(0)
    assert fits(page)


def test_new_statements_are_counted_walked_through_and_marked_as_read(
    visit: Visit, seed: Debate, said: dict[str, Statement], alice: User, bob: User
) -> None:
    visits.look(debates.debate(seed.slug, alice), by=alice)
    new = [
        statements.reply(said[label], by=bob, kind="remark", body=f"So says {label}.")
        for label in ("S16", "S1")
    ]
    page = visit(f"/d/{seed.slug}/", alice)
    expect(page.get_by_role("link", name="2 new since")).to_be_visible()
    expect(page.locator(".statement[data-new] .new")).to_have_count(2)
    assert_accessible(page, "a thread with something new")
    page.get_by_role("link", name="2 new since").click()
    assert is_in_sight(page, new[0])
    page.keyboard.press(">")
    page.keyboard.press(">")
    expect(page.locator(".statement[data-new]:focus")).to_have_count(1)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".statement[data-new]")).to_have_count(0)
    expect(page.get_by_role("link", name="new since")).to_have_count(0)


def test_a_filter_works_with_and_without_javascript(visit: Visit, seed: Debate) -> None:
    for javascript in (True, False):
        page = visit(f"/d/{seed.slug}/", width=390, javascript=javascript)
        page.locator(".filter > summary").click()
        page.get_by_label("Kind").select_option("objection")
        page.get_by_label("Status").select_option("open")
        page.get_by_role("button", name="Show", exact=True).click()
        expect(page.locator(".found")).to_contain_text("match")
        assert "kind=objection" in page.url
        assert fits(page)
        if javascript:
            assert_accessible(page, "a filtered thread")
            page.go_back()
            expect(page.locator(".found")).to_have_count(0)
        else:
            page.get_by_role("link", name="Clear the filter").click()
            expect(page.locator(".hinge")).to_be_visible()
