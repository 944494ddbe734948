"""Report, hide, the author is told, restore; and what waits, released from the queue by a key."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import User
from debate.actions import notifying
from debate.models import Debate, Statement
from debate.selectors import precautions
from tests import factories
from tests.browser.conftest import Visit, choose

pytestmark = pytest.mark.browser
WORDS = "a strange mind that plays our characters"


def test_reported_hidden_told_and_restored(
    visit: Visit, seed: Debate, mara: User, charlie: User
) -> None:
    said = Statement.objects.get(ordinal=13, debate=seed, kind="objection")
    author = said.author
    User.objects.filter(pk=author.pk).update(kind="person", owner=None)
    page = visit(f"/s/{said.pk}/report/", charlie)
    page.get_by_label("Attacks a person").check()
    page.locator("form[action$='/report/']").get_by_role("button").first.click()
    expect(page.get_by_text("A moderator will look at")).to_be_visible()

    queue = visit("/admin/", mara)
    item = queue.locator(".queue-item").first
    expect(item).to_be_focused()
    expect(item).to_contain_text("Attacks a person")
    expect(item).to_contain_text(said.author.shown_name)
    queue.keyboard.press("w")
    queue.keyboard.type("It is about a person.")
    queue.keyboard.press("Escape")
    queue.keyboard.press("h")
    expect(queue.get_by_text("Nothing waits.")).to_be_visible()

    notifying.notify()
    told = visit("/inbox/", author)
    told.get_by_role("link", name=f"{said.label} was hidden").click()
    expect(told.get_by_text(f"{said.label}").first).to_be_visible()
    page.goto("/reports/")
    expect(page.get_by_text("Upheld")).to_be_visible()
    expect(page.get_by_text("It is about a person.")).to_be_visible()

    queue.goto(f"/admin/debate/statement/{said.pk}/change/")
    queue.get_by_label("Reason, for everyone to read").fill("It is not, after all.")
    queue.get_by_role("button", name="Restore it").click()
    page.goto(f"/s/{said.pk}/")
    expect(page.locator(f"#statement-{said.pk}").first).not_to_contain_text("removed")
    page.goto("/moderation/?moderator=mara")
    expect(page.get_by_text("It is not, after all.")).to_be_visible()


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
