"""Marking: in one gesture, taken back, explained, looked at again; with mouse, thumb and keys."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import User
from debate.actions import marks, statements
from debate.actions.quotations import Words
from debate.models import Debate, Mark, Statement
from tests.browser.conftest import Device, Visit, Watch
from tests.browser.looking import LOOKS, assert_accessible, fits

pytestmark = pytest.mark.browser
Said = dict[str, Statement]


def test_a_mark_is_undone_and_a_change_of_sides_explained(
    visit: Visit, watch: Watch, seed: Debate, said: Said, device: Device, alice: User
) -> None:
    watch.allowed |= {422}
    marked = said["S4"]
    page = visit(f"/d/{seed.slug}/", alice, **device.screen)
    foot = page.locator(f"#statement-{marked.pk}-foot")
    agree, disagree = foot.locator("[data-key=a]"), foot.locator("[data-key=d]")
    undo = foot.get_by_role("button", name="Undo")
    device.press(agree)
    expect(foot).to_contain_text("You agree.")
    device.press(undo)
    expect(foot.get_by_role("status")).to_have_text("Undone.")
    expect(foot.get_by_role("status")).to_be_focused()
    expect(agree).to_have_attribute("aria-pressed", "false")
    device.press(agree)
    expect(undo).to_be_visible()
    device.press(foot.get_by_role("button", name="Close this"))
    expect(undo).to_have_count(0)
    device.press(disagree)
    form = foot.get_by_role("form", name="What changed your mind?")
    expect(form).to_be_visible()
    assert_accessible(page)
    form.get_by_label("Another statement").fill("S999")
    device.press(form.get_by_role("button", name="Send"))
    expect(form.get_by_role("alert")).to_contain_text("There is no such statement")
    expect(form.get_by_label("Another statement")).to_have_value("S999")
    form.get_by_label("Another statement").fill("")
    device.press(form.get_by_role("radio", name="S5"))
    device.press(form.get_by_role("button", name="Send"))
    expect(foot.get_by_role("status")).to_contain_text("Noted.")
    page.goto(f"/s/{said['S5'].pk}/")
    device.press(page.get_by_role("link", name="changed 1 mind"))
    expect(page.locator("#minds")).to_contain_text("Alice on S4, from agree to disagree")
    assert_accessible(page)


def test_skipping_the_question_leaves_the_mark(
    visit: Visit, seed: Debate, said: Said, device: Device, alice: User
) -> None:
    marks.mark(said["S4"], by=alice, truth="agree")
    page = visit(f"/d/{seed.slug}/", alice, **device.screen)
    foot = page.locator(f"#statement-{said['S4'].pk}-foot")
    device.press(foot.locator("[data-key=d]"))
    device.press(foot.get_by_role("link", name="Skip"))
    expect(foot.get_by_role("form", name="What changed your mind?")).to_have_count(0)
    expect(foot.locator("[data-key=d]")).to_have_attribute("aria-pressed", "true")


def test_true_but_beside_the_point_is_one_press(
    visit: Visit, seed: Debate, said: Said, device: Device, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/", alice, **device.screen)
    statement = page.locator(f"#statement-{said['S10'].pk}")
    if not device.touch:
        statement.hover()
    device.press(statement.get_by_role("button", name="True, but beside the point"))
    expect(statement.locator("[data-key=a]")).to_have_attribute("aria-pressed", "true")
    expect(statement.locator("[data-key=n]")).to_have_attribute("aria-pressed", "true")
    expect(statement.locator(".margin")).to_contain_text("Alice grants it, but not that it bears")


def test_pointing_at_a_marked_statement_moves_nothing_below_it(
    visit: Visit, seed: Debate, said: Said, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/", alice)
    for label in ("S10", "S36"):
        statement = page.locator(f"#statement-{said[label].pk}")
        statement.locator("[data-key=a]").click()
        expect(statement.get_by_role("button", name="Undo")).to_be_visible()
        page.locator("body").focus()
        heights = set()
        for place in (statement, page.locator(".wordmark")):
            place.hover()
            box = statement.bounding_box()
            assert box
            heights.add(box["height"])
        assert len(heights) == 1, label


def test_keys_mark_both_at_once_and_take_it_back(
    visit: Visit, seed: Debate, said: Said, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/#statement-{said['S10'].pk}", alice)
    foot = page.locator(f"#statement-{said['S10'].pk}-foot")
    page.keyboard.press("g")
    expect(foot.locator("[aria-pressed=true]")).to_have_count(3)
    page.keyboard.press("g")
    expect(foot.locator("[aria-pressed=true]")).to_have_count(0)


def test_what_changed_since_is_looked_at_again_on_the_page_of_ones_marks(
    visit: Visit, seed: Debate, said: Said, device: Device, alice: User, bob: User
) -> None:
    marked = said["S4"]
    marks.mark(marked, by=alice, truth="agree", quote=Words("it more useful to ask"))
    marks.mark(said["S5"], by=alice, truth="disagree")
    statements.reply(marked, by=bob, kind="objection", on="truth", body="It is not so.")
    page = visit(f"/d/{seed.slug}/", alice, **device.screen)
    foot = page.locator(f"#statement-{marked.pk}-foot")
    expect(foot).to_contain_text("You agree with “it more useful to ask”")
    expect(foot).to_contain_text("objects since your mark")
    device.press(page.locator(".menu summary"))
    device.press(page.get_by_role("link", name="Your marks"))
    device.press(page.get_by_role("link", name="Look again 1"))
    own = page.locator(".own-mark")
    expect(own).to_have_count(1)
    assert_accessible(page)
    device.press(own.get_by_role("button", name="Still so"))
    expect(own).to_contain_text("You agree.")
    expect(own).not_to_contain_text("Look again")
    expect(page.get_by_role("link", name="Look again 0")).to_be_visible()
    device.press(own.get_by_role("button", name="Mark all of S4 instead"))
    expect(own).not_to_contain_text("You agree with")
    device.press(own.get_by_role("button", name="Clear"))
    expect(own).to_contain_text("Your mark is cleared.")
    device.press(own.get_by_role("button", name="Undo"))
    expect(own.locator("[data-key=a]")).to_have_attribute("aria-pressed", "true")
    page.goto("/marks/?stale=1")
    expect(page.locator("main")).to_contain_text("Nothing to look at again")


@LOOKS
def test_the_pages_of_marks_are_accessible_and_fit_a_phone(
    visit: Visit,
    watch: Watch,
    seed: Debate,
    said: Said,
    alice: User,
    bob: User,
    theme: str,
    width: int,
) -> None:
    watch.allowed |= {422}
    marked = said["S16"]
    for person in (alice, bob):
        marks.mark(marked, by=person, truth="agree", bears="no")
    statements.reply(marked, by=bob, kind="objection", on="truth", body="It is not so.")
    marks.mark(marked, by=alice, truth="disagree")
    page = visit("/marks/", alice, width=width, theme=theme)
    own = ("/marks/", f"/s/{marked.pk}/marks/", f"/s/{marked.pk}/", f"/d/{seed.slug}/")
    for address in (*own, f"/s/{marked.pk}/mark/", f"/s/{marked.pk}/mark/because/"):
        page.goto(address)
        assert_accessible(page)
        assert fits(page), address


def test_without_javascript_a_passage_is_marked_undone_and_a_change_explained(
    visit: Visit, watch: Watch, seed: Debate, said: Said, alice: User
) -> None:
    watch.allowed |= {422}
    marked = said["S4"]
    page = visit(f"/s/{marked.pk}/", alice, javascript=False)
    page.get_by_role("link", name="Mark a passage of it").click()
    page.get_by_label("The words you mean").fill("it more useful to sing")
    page.get_by_role("button", name="Agree", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("These words are not in this statement")
    expect(page.get_by_label("The words you mean")).to_have_value("it more useful to sing")
    page.get_by_label("The words you mean").fill("it more useful to ask")
    page.get_by_role("button", name="Agree", exact=True).click()
    expect(page.locator(".focused")).to_contain_text("You agree with “it more useful to ask”")
    page.locator(".focused [data-key=d]").click()
    page.get_by_role("link", name="What changed your mind?").click()
    page.get_by_role("radio", name="S5").check()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("Noted.")
    page.locator(".focused [data-key=s]").click()
    expect(page.locator("#notices")).to_contain_text("S4: You are unsure.")
    page.locator("#notices").get_by_role("button", name="Undo").click()
    expect(page.locator(".focused [data-key=d]")).to_have_attribute("aria-pressed", "true")
    assert Mark.objects.get(person=alice).truth == "disagree"
