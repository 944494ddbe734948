"""News in the views beside the Thread: Exchange, Open points, History; and in the head of all."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import User
from debate.actions import marks, statements
from debate.models import Debate
from tests.browser.conftest import Watch
from tests.browser.looking import assert_accessible
from tests.browser.test_live import Come, Said, come, site

__all__ = ["come", "site"]  # fixtures
pytestmark = pytest.mark.browser


def test_a_new_turn_comes_to_the_end_of_the_exchange(
    come: Come, seed: Debate, said: Said, alice: User, bob: User
) -> None:
    page = come(f"/d/{seed.slug}/exchange/", alice)
    expect(page.locator("#debate-tabs [aria-current] .n")).to_have_text(str(seed.turn_count))
    made = statements.reply(said["S10"], by=bob, kind="remark", body="A turn of its own.")
    pill = page.locator(".live-pill")
    expect(pill).to_have_text("1 new point")
    expect(page.locator("#debate-tabs [aria-current] .n")).to_have_text(str(seed.turn_count + 1))
    expect(page.locator("#debate-facts")).to_contain_text(f"{seed.statement_count + 1} statements")
    assert_accessible(page)
    pill.click()
    turn = page.locator(f"#turn-{seed.turn_count + 1}")
    expect(turn.locator(f"#statement-{made.pk}")).to_be_focused()
    expect(page.locator(".exchange > .turn").last).to_have_attribute(
        "id", turn.get_attribute("id")
    )
    expect(page.get_by_text("These are all the turns so far.")).to_have_count(1)
    expect(pill).to_be_hidden()
    turn.locator(f"#statement-{made.pk}-foot [data-key=a]").click()
    expect(turn.locator(f"#statement-{made.pk}-foot [aria-pressed=true]")).to_be_visible()
    marks.mark(said["S4"], by=bob, truth="unsure")
    foot = page.locator(f"#statement-{said['S4'].pk}-foot")
    expect(foot.get_by_role("button", name="Unsure 1")).to_be_visible()


def test_news_of_open_points_are_objections_and_questions(
    come: Come, seed: Debate, said: Said, alice: User, bob: User
) -> None:
    page = come(f"/d/{seed.slug}/open/", alice)
    statements.reply(said["S10"], by=bob, kind="remark", body="Nothing to answer.")
    made = statements.reply(said["S10"], by=bob, kind="question", body="Since when?")
    pill = page.locator(".live-pill")
    expect(pill).to_have_text("1 new open point")
    pill.click()
    expect(page.locator(f"#live-new #statement-{made.pk}")).to_be_focused()
    expect(page.get_by_role("heading", name="New", exact=True)).to_be_visible()
    assert_accessible(page)


def test_who_asks_for_new_points_of_a_server_that_is_away_is_told_and_asks_again(
    come: Come, watch: Watch, seed: Debate, said: Said, bob: User
) -> None:
    watch.offline = True
    page = come(f"/d/{seed.slug}/")
    made = statements.reply(said["S10"], by=bob, kind="remark", body="Not yet.")
    pill = page.locator(".live-pill")
    expect(pill).to_have_text("1 new point")
    page.route("**/rows/**", lambda route: route.abort())
    pill.click()
    expect(page.locator(".live-lost")).to_be_visible()
    page.unroute("**/rows/**")
    pill.click()
    expect(page.locator(f"#statement-{made.pk}")).to_be_visible()
    expect(page.locator(".live-lost")).to_be_hidden()


def test_history_goes_on_above_the_newest_event(
    come: Come, seed: Debate, said: Said, bob: User
) -> None:
    page = come(f"/d/{seed.slug}/history/")
    before = page.locator(".happened > li").count()
    marks.mark(said["S4"], by=bob, truth="unsure")
    statements.reply(said["S10"], by=bob, kind="remark", body="And more.")
    pill = page.locator(".live-pill")
    expect(pill).to_have_text("2 new events")
    pill.press("Enter")
    lines = page.locator(".happened > li")
    expect(lines.first).to_be_focused()
    assert lines.first.evaluate("li => getComputedStyle(li).outlineStyle") == "solid"
    expect(lines.first).to_contain_text("Bob")
    numbers = [int(id_.split("-")[1]) for id_ in lines.evaluate_all("all => all.map(li => li.id)")]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == before + 2
    days = page.locator(".history > .day time[datetime]:not(li time)")
    assert len(set(days.evaluate_all("all => all.map(t => t.dateTime)"))) == days.count()


def test_what_it_turns_on_follows_the_marks(
    come: Come, seed: Debate, said: Said, bob: User
) -> None:
    page = come(f"/d/{seed.slug}/")
    expect(page.locator("#debate-hinge .side").first).to_contain_text("agree")
    held = page.locator("#debate-hinge .side").first.locator(".side-foot")
    before = held.inner_text()
    marks.mark(said["P1"], by=bob, truth="agree")
    expect(held).not_to_have_text(before)
    expect(held).to_contain_text("Bob")
