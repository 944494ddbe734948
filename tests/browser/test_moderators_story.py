"""From a report to an appeal that is granted; suspending; what waits, released by a key."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from debate.actions import notifying
from debate.models import Debate, Statement
from debate.selectors import precautions
from tests import factories
from tests.browser.conftest import Visit, Watch, choose
from tests.browser.looking import assert_accessible

pytestmark = pytest.mark.browser
WORDS = "a strange mind that plays our characters"


def _decide(queue: Page, reason: str, key: str) -> None:
    """Decide the first item of the queue, the only one, by keys alone."""
    expect(queue.locator(".queue-item").first).to_be_focused()
    queue.keyboard.press("w")
    queue.keyboard.type(reason)
    queue.keyboard.press("Escape")
    queue.keyboard.press(key)
    expect(queue.get_by_text("Nothing waits.")).to_be_visible()


def test_reported_hidden_told_appealed_and_restored(
    visit: Visit, watch: Watch, seed: Debate, mara: User, charlie: User
) -> None:
    watch.allowed |= {422}
    noor = factories.UserFactory.create(username="noor", name="Noor", is_staff=True)
    said = Statement.objects.get(ordinal=13, debate=seed, kind="objection")
    author = said.author
    User.objects.filter(pk=author.pk).update(kind="person", owner=None)
    page = visit(f"/s/{said.pk}/report/", charlie)
    page.get_by_label("Attacks a person").check()
    page.locator("form[action$='/report/']").get_by_role("button").first.click()
    expect(page.get_by_text("A moderator will look at")).to_be_visible()

    queue = visit("/admin/", mara)
    expect(queue.locator(".queue-item").first).to_contain_text("Attacks a person")
    _decide(queue, "It is about a person.", "h")

    notifying.notify()
    told = visit("/inbox/", author)
    told.get_by_role("link", name=f"{said.label} was hidden").click()
    expect(told.get_by_text(f"{said.label}").first).to_be_visible()
    page.goto("/reports/")
    expect(page.get_by_text("Upheld")).to_be_visible()
    expect(page.get_by_text("It is about a person.")).to_be_visible()

    told.goto("/inbox/?all=1")
    told.get_by_role("link", name=f"{said.label} was hidden").click()
    told.get_by_label("Why it should not stand").fill("It is about an argument.")
    told.get_by_role("button", name="Appeal").click()
    expect(told.get_by_text("Waits for another moderator")).to_be_visible()

    queue.goto("/admin/?kind=appeal")
    expect(queue.locator(".queue-item").first).to_be_focused()
    queue.keyboard.press("u")  # who hid it does not decide
    expect(queue.get_by_text("Somebody else decides about this appeal.")).to_be_visible()

    second = visit("/admin/", noor)
    item = second.locator(".queue-item").first
    expect(item).to_be_focused()
    expect(item).to_contain_text(f"Appeal: {said.label} hidden")
    expect(item).to_contain_text("Mara did it: It is about a person.")
    expect(item).to_contain_text("It is about an argument.")
    assert_accessible(second, "an appeal in the queue")
    _decide(second, "It is not, after all.", "u")

    notifying.notify()
    told.goto("/inbox/")
    expect(told.get_by_role("link", name="what was done is undone")).to_be_visible()
    page.goto(f"/s/{said.pk}/")
    expect(page.locator(f"#statement-{said.pk}").first).not_to_contain_text("removed")
    page.goto("/moderation/?moderator=noor")
    expect(page.get_by_text("It is not, after all.")).to_be_visible()


def test_who_is_suspended_reads_why_and_until_when_and_appeals(
    visit: Visit, seed: Debate, mara: User, charlie: User
) -> None:
    door = visit(f"/admin/record/{charlie.pk}/", mara)
    door.get_by_label("For how long").select_option("30")
    door.get_by_role("textbox", name="Reason").fill("Attacks people wherever he writes.")
    assert_accessible(door, "the record of a person")
    door.get_by_role("button", name="Suspend").click()
    expect(door.get_by_text("Suspended until")).to_be_visible()

    page = visit("/", charlie)
    expect(page.get_by_text("and may only read.")).to_be_visible()
    assert_accessible(page, "a page for who is suspended")
    claim = Statement.objects.get(ordinal=13, debate=seed, kind="objection")
    page.goto(f"/s/{claim.pk}/reply/")
    expect(page.get_by_text("Attacks people wherever he writes.")).to_be_visible()
    page.goto("/")
    page.get_by_role("link", name="Why, and how to appeal").click()
    expect(page.get_by_text("Attacks people wherever he writes.")).to_be_visible()
    page.get_by_label("Why it should not stand").fill("It was somebody else.")
    page.get_by_role("button", name="Appeal").click()
    expect(page.get_by_text("Waits for another moderator")).to_be_visible()


def test_what_waits_is_published_by_one_key(
    visit: Visit, seed: Debate, mara: User, charlie: User
) -> None:
    User.objects.filter(pk=charlie.pk).update(standing="new")
    factories.PrecautionsFactory.create(holds_first=1)
    precautions.forget()
    claim = Statement.objects.get(ordinal=13, debate=seed, kind="objection")
    page = visit(f"/s/{claim.pk}/reply/", charlie)
    choose(page, "remark")
    page.locator("textarea[name='body']").first.fill("Strange it is, and yet a mind.")
    page.get_by_role("button", name="Publish").first.click()
    expect(page.get_by_text("A moderator looks at it before others see it")).to_be_visible()
    expect(page.get_by_text("Strange it is, and yet a mind.")).to_be_visible()

    queue = visit("/admin/", mara)
    expect(queue.locator(".queue-item").first).to_contain_text("Strange it is")
    queue.keyboard.press("p")
    expect(queue.get_by_text("Nothing waits.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Published")).to_be_visible()
    assert Statement.objects.get(author=charlie).parent == claim
