"""Following a debate, being answered, and finding it in the inbox."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from debate.actions import following, notifying, statements
from debate.models import Statement
from tests.browser.conftest import Device, Visit
from tests.browser.looking import assert_accessible, fits

pytestmark = pytest.mark.browser


def healthy(page: Page) -> None:
    """Fail on any violation that axe finds, and where the page is wider than the screen."""
    assert_accessible(page)
    assert fits(page)


def test_who_follows_and_is_answered_sees_the_count_and_finds_the_place(
    visit: Visit, device: Device, claim: Statement, alice: User, bob: User
) -> None:
    page = visit(f"/d/{claim.debate.slug}/", alice, **device.screen)
    menu = page.locator(".debate-head .follow")
    device.press(menu.locator("summary"))
    device.press(menu.get_by_role("button", name="Follow: tell me what is new"))
    expect(page.get_by_text("You follow it. What is new is told in your inbox.")).to_be_visible()
    expect(menu.locator("summary")).to_have_text("Following")

    said = statements.reply(claim, by=bob, kind="question", body="Even in winter?")
    notifying.notify()
    page.reload()
    count = page.get_by_role("link", name="Inbox: 1 unread")
    expect(count).to_be_visible()
    device.press(count)
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
    expect(page.locator(".inbox")).to_contain_text("because you were answered")
    healthy(page)
    device.press(page.get_by_role("link", name=f"Bob asks about S1 in {said.label}"))
    expect(page).to_have_url(re.compile(f"/s/{said.pk}/$"))
    expect(page.locator(".unread")).to_have_count(0)


def test_the_inbox_is_emptied_without_a_script(
    visit: Visit, claim: Statement, alice: User, bob: User
) -> None:
    for number in range(3):
        statements.reply(claim, by=bob, kind="remark", body=f"Remark {number}.")
    notifying.notify()
    page = visit("/inbox/", alice, width=390, javascript=False)
    page.get_by_role("button", name=re.compile("^Mark read.*Bob remarks on S1 in S4")).click()
    expect(page.locator(".inbox > li")).to_have_count(2)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("Nothing is unread.")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_of_following_is_healthy_on_a_phone(
    visit: Visit, theme: str, claim: Statement, alice: User, bob: User
) -> None:
    following.follow_debate(claim.debate, by=alice, level="followed")
    following.follow_statement(claim, by=alice, level="muted")
    following.follow_person(bob, by=alice, level="followed")
    following.follow_statement(claim, by=alice, level="stopped")
    statements.reply(claim, by=bob, kind="question", body="Even in winter?")
    notifying.notify()
    page = visit("/inbox/", alice, width=360, theme=theme)
    for address in ("/inbox/", "/following/", "/accounts/mails/", f"/u/{bob.username}/"):
        page.goto(address)
        healthy(page)
    page.locator(".follow summary").click()
    healthy(page)
