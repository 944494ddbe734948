"""Edits: two at once lose nothing, and what was quoted is found in the wording that had it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from debate.actions import marks, statements
from debate.actions.quotations import Words
from debate.models import Debate, Statement
from tests.browser.conftest import Device, Visit, Watch
from tests.browser.looking import LOOKS, assert_accessible, fits

pytestmark = pytest.mark.browser

Said = dict[str, Statement]
BODY = (
    "Trams without fares fill up.\n\nWhoever rode a bicycle rides the tram then, and *nobody* "
    f"leaves the car at home for it.\n\nhttps://example.org/{'long' * 40}"
)
NEW = BODY.replace("rides the tram then", "may ride the tram then")
TEXT = "My long considered words."


@pytest.fixture
def own(said: Said, alice: User, bob: User) -> Statement:
    """A statement of Alice's that Bob has marked, and has quoted over two paragraphs."""
    own = statements.reply(said["S5"], by=alice, kind="support", body=BODY)
    marks.mark(own, by=bob, truth="agree")
    words = Words("fill up.\nWhoever rode a bicycle rides")
    statements.reply(own, by=bob, kind="remark", body="So they do.", quote=words)
    return own


def edit_form(page: Page, own: Statement, device: Device) -> Locator:
    device.press(page.get_by_role("link", name=f"Edit {own.label}", exact=True))
    return page.get_by_role("form", name=f"Edit {own.label}")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_of_two_edits_at_once_the_second_is_shown_the_difference_and_keeps_its_text(
    visit: Visit,
    own: Statement,
    seed: Debate,
    device: Device,
    alice: User,
    watch: Watch,
    javascript: bool,
) -> None:
    watch.allowed.add(422)
    pages = [
        visit(f"/d/{seed.slug}/", alice, javascript=javascript, **device.screen) for _ in "12"
    ]
    first, second = (edit_form(page, own, device) for page in pages)
    first.get_by_label("Your words").fill(NEW)
    first.get_by_label("Why").fill("Too strong.")
    device.press(first.get_by_role("button", name="Save"))
    expect(pages[0].locator(f"#statement-{own.pk} > .statement-body")).to_contain_text("may ride")
    second.get_by_label("Your words").fill(TEXT)
    second.get_by_label("Why").fill("My reason.")
    device.press(second.get_by_role("button", name="Save"))
    alert = second.get_by_role("alert")
    expect(alert).to_contain_text("edited in the meantime")
    if javascript:
        expect(alert).to_be_focused()
        assert_accessible(pages[1])
    meanwhile = second.get_by_role("region", name="What was changed meanwhile")
    expect(meanwhile.locator("del")).to_contain_text("rides")
    expect(meanwhile.locator("ins")).to_contain_text("may ride")
    expect(meanwhile).to_contain_text("Too strong.")
    expect(second.get_by_label("Your words")).to_have_value(TEXT)
    expect(second.get_by_label("Why")).to_have_value("My reason.")
    device.press(second.get_by_role("button", name="Preview"))
    expect(pages[1].locator(".preview .statement-body")).to_have_text(TEXT)
    device.press(second.get_by_role("button", name="Save"))
    expect(pages[1].locator(f"#statement-{own.pk} > .statement-body")).to_have_text(TEXT)
    assert [revision.body for revision in own.revisions.all()] == [BODY, NEW]


def test_what_was_quoted_and_is_gone_is_found_in_the_revision_that_had_it(
    visit: Visit, own: Statement, seed: Debate, device: Device, alice: User
) -> None:
    statements.edit(own, by=alice, body=NEW, revision=1, reason="Too strong.")
    statements.edit(own, by=alice, body=f"{NEW}\n\nSo I think.", revision=2)
    page = visit(f"/d/{seed.slug}/", **device.screen)
    node = page.locator(f"#statement-{own.pk}")
    expect(node).to_contain_text("edited since its only mark")
    device.press(page.get_by_role("link", name="quoted from revision 1"))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Revision 1 of {own.label}")
    marked = page.locator(".prose mark")
    expect(marked.first).to_be_in_viewport()
    assert marked.all_text_contents() == ["fill up.", "Whoever rode a bicycle rides"]
    expect(page.locator("ins").last).to_contain_text("So I think.")
    device.press(page.get_by_role("link", name="With the next, revision 2"))
    expect(page.locator("ins")).to_have_count(1)
    expect(page.locator(".prose mark").first).to_have_text("fill up.")
    device.press(page.get_by_role("link", name="Revision 2", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Revision 2 of {own.label}")


@LOOKS
def test_axe_finds_nothing_where_edits_are_told_and_nothing_scrolls_sideways(
    visit: Visit, own: Statement, seed: Debate, alice: User, theme: str, width: int
) -> None:
    statements.edit(own, by=alice, body=NEW, revision=1, reason="Too strong.")
    statements.edit(own, by=alice, body=f"{NEW} So I *think*.", revision=2)
    reply = own.replies.get()
    page = visit(f"/s/{own.pk}/", alice, width=width, theme=theme)
    page.locator("#revisions summary").click()
    expect(page.locator("#revisions ins").first).to_be_visible()
    for address in ("", f"/s/{own.pk}/revisions/1/?quote={reply.quotation_id}#quoted"):
        if address:
            page.goto(address)
        assert_accessible(page)
        assert fits(page)
