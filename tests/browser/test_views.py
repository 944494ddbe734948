"""The views of a debate in Chromium: one place, read in four ways."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from accounts.models import User
from debate.actions import marks, moderation, statements
from debate.models import Debate, Statement
from tests.browser.conftest import Visit
from tests.browser.looking import LOOKS, assert_accessible, fits

pytestmark = pytest.mark.browser

Said = dict[str, Statement]
VIEWS = ("", "exchange/", "map/", "open/", "history/", "people/")


@LOOKS
def test_axe_finds_nothing_on_any_view_and_all_fit_the_screen(
    visit: Visit, seed: Debate, said: Said, alice: User, mara: User, theme: str, width: int
) -> None:
    marks.mark(said["P1"], by=alice, truth="agree")
    own = statements.reply(said["S30"], by=alice, kind="support", body="One more reason.")
    statements.edit(own, by=alice, body="One more *good* reason.", revision=1, reason="tone")
    moderation.hide(said["S13"], by=mara, reason="Sets a tone that is not ours.")
    for user in (None, alice, mara):
        page = visit("/", user, width=width, theme=theme)
        for path in VIEWS:
            page.goto(f"/d/{seed.slug}/{path}")
            assert_accessible(page, f"{path}, {width} px, {theme}")
            assert fits(page), path


def test_keys_lead_from_view_to_view(visit: Visit, seed: Debate, alice: User) -> None:
    page = visit(f"/d/{seed.slug}/", alice)
    current = page.locator(".tabs [aria-current]")
    words = page.locator(".tabs a").all_inner_texts()
    order = [*range(1, len(words)), 0]
    for key, word in ((str(place + 1), words[place].split("\n")[0]) for place in order):
        page.keyboard.press(key)
        expect(current).to_contain_text(word)
        page.wait_for_load_state("load")  # its scripts are there


def test_an_open_point_is_answered_where_it_stands(
    visit: Visit, seed: Debate, said: Said, alice: User
) -> None:
    marks.mark(said["P1"], by=alice, truth="agree")
    page = visit(f"/d/{seed.slug}/open/", alice)
    mine = page.get_by_role("region", name="Your turn").first
    expect(mine.locator("article")).to_have_count(2)
    asked = page.locator(f"#statement-{said['S30'].pk}")
    asked.get_by_role("link", name="Answer S30").click()
    asked.locator(".chip:has([value=objection])").click()
    asked.locator(".chip:has([value=truth])").click()
    asked.get_by_label("Your point").fill("Training does feed back.")
    asked.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("main").get_by_text("Published as S37.")).to_be_visible()
    branch = page.locator(f"#statement-{said['S30'].pk}-branch")
    expect(branch.locator("article")).to_contain_text("Training does feed back.")
    expect(page.locator(f"#statement-{said['S30'].pk}-margin")).to_contain_text("Answered")
    page.reload()
    expect(page.locator(f"#statement-{said['S30'].pk}")).to_have_count(0)


def test_marks_are_set_in_the_exchange(
    visit: Visit, seed: Debate, said: Said, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/exchange/", alice)
    foot = page.locator(f"#statement-{said['S16'].pk}-foot")
    foot.get_by_role("button", name="Agree", exact=False).first.click()
    expect(foot).to_contain_text("You agree.")
    assert said["S16"].marks.get(person=alice).truth == "agree"


@pytest.mark.parametrize("javascript", [True, False])
def test_turns_before_and_after_come_on_demand(
    visit: Visit, transactional_db: None, javascript: bool
) -> None:
    call_command("fill", statements=160, verbosity=0)
    page = visit("/d/filled/exchange/?from=60", javascript=javascript)
    expect(page.locator(".turn")).to_have_count(50)
    expect(page.locator("#turn-60")).to_be_visible()
    page.get_by_role("link", name="Show later turns").click()
    expect(page.locator("#turn-110")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(100 if javascript else 50)
    if javascript:
        expect(page.locator("#turn-110 article").first).to_be_focused()
    page.get_by_role("link", name="Show earlier turns").click()
    expect(page.locator("#turn-59" if javascript else "#turn-109")).to_be_visible()
    if javascript:
        expect(page.locator(".turn article").first).to_be_focused()
    numbers = page.locator(".turn").evaluate_all("all => all.map(turn => turn.id)")
    assert len(numbers) == len(set(numbers)) == (150 if javascript else 50)
    assert numbers == sorted(numbers, key=lambda name: int(name.removeprefix("turn-")))


@pytest.mark.parametrize("javascript", [True, False])
def test_the_history_is_filtered_and_goes_on(
    visit: Visit, seed: Debate, alice: User, javascript: bool
) -> None:
    page = visit(f"/d/{seed.slug}/history/", javascript=javascript)
    expect(page.locator(".happened > li")).to_have_count(50)
    page.get_by_role("link", name="Show older").click()
    expect(page.get_by_text("started the debate")).to_be_visible()
    if javascript:
        expect(page.locator(".happened > li").nth(50)).to_be_focused()
    page.locator("#history-kind").select_option("Marked")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".happened")).not_to_contain_text("published")
    expect(page.locator(".happened")).to_contain_text("marked S16: agree, does not bear")
    page.locator("#history-by").fill("nobody-here")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("names nobody-here here")).to_be_visible()
