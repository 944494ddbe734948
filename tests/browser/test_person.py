"""A person's story, with a mouse and with a thumb."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from debate.models import Debate, Statement
from tests import factories
from tests.browser.conftest import Device, Visit, Watch
from tests.browser.selecting import drag_over, press_long

pytestmark = pytest.mark.browser

WORDS = "an agent is free to act"
Said = dict[str, Statement]


def place(page: Page, statement: Statement) -> Locator:
    return page.locator(f"#statement-{statement.pk}")


def own_reply(parent: Statement, author: User) -> Statement:
    return factories.ObjectionFactory.create(
        parent=parent, author=author, body="The **first** wording."
    )


def test_a_newcomer_reads_signs_up_and_is_back_where_they_were(
    visit: Visit, seed: Debate, said: Said, device: Device
) -> None:
    page = visit("/", **device.screen)
    device.press(page.get_by_role("link", name=seed.question))
    expect(page.locator("article.statement")).to_have_count(43)
    device.press(page.get_by_role("link", name="Sign in"))
    device.press(page.get_by_role("link", name="Join"))
    page.get_by_label("Username").fill("nora")
    page.get_by_label("E-mail address").fill("nora@example.org")
    page.get_by_label("Password", exact=True).fill("long and plain words")
    device.press(page.get_by_role("button", name="Join"))
    expect(page.get_by_role("heading", level=1)).to_have_text(seed.question)
    expect(page.locator(".menu summary")).to_contain_text("nora")


def test_selected_words_are_answered_in_place(
    visit: Visit, seed: Debate, said: Said, device: Device, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/", alice, **device.screen)
    answered = place(page, said["S5"])
    expect(page.locator(f"#statement-{said['S5'].pk}-margin")).not_to_contain_text("Objected to")
    select = press_long if device.touch else drag_over
    select(page, said["S5"], WORDS)
    bar = page.locator("#quote-bar")
    expect(bar).to_be_visible()
    device.press(bar.get_by_role("button", name="Object"))
    form = answered.get_by_role("form", name="Answer S5")
    expect(form.locator("blockquote")).to_have_text(WORDS)
    expect(form.get_by_label("Object")).to_be_checked()
    form.get_by_label("Your point").fill("It acts, but only **inside** the story.")
    device.press(form.get_by_text("It is beside the point"))
    device.press(form.get_by_role("button", name="Preview"))
    expect(form.locator(".preview strong")).to_have_text("inside")
    device.press(form.get_by_role("button", name="Publish now"))
    published = page.locator(f"#statement-{said['S5'].pk}-replies > li > article")
    expect(published).to_contain_text("It acts, but only inside the story.")
    expect(published.locator(".quote")).to_contain_text(WORDS)
    expect(published).to_be_focused()
    expect(page.locator(f"#statement-{said['S5'].pk}-margin")).to_contain_text("Objected to")
    expect(published).to_contain_text("Open: awaits First speaker")
    page.reload()
    expect(published.locator(".quote")).to_contain_text(WORDS)


def test_marks_count_at_once_and_can_be_taken_back(
    visit: Visit, seed: Debate, said: Said, device: Device, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/", alice, **device.screen)
    foot = page.locator(f"#statement-{said['S4'].pk}-foot")
    agree, beside = foot.locator("[data-key=a]"), foot.locator("[data-key=n]")
    for button, before, after in ((agree, "Agree 1", "Agree 2"), (beside, "not bear", "bear 1")):
        expect(button).to_have_attribute("aria-pressed", "false")
        expect(button).to_have_text(re.compile(f"{before}$"))
        device.press(button)
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(button).to_have_text(re.compile(f"{after}$"))
    device.press(foot.locator("[data-key=d]"))
    expect(agree).to_have_attribute("aria-pressed", "false")
    device.press(foot.locator("[data-key=d]"))
    device.press(beside)
    expect(foot.locator("[aria-pressed=true]")).to_have_count(0)
    expect(agree).to_have_text(re.compile("Agree 1$"))
    expect(beside).to_have_text(re.compile("bear$"))


def test_ones_own_words_are_edited_and_the_earlier_ones_stay_readable(
    visit: Visit, seed: Debate, said: Said, device: Device, alice: User
) -> None:
    mine = own_reply(said["S5"], alice)
    page = visit(f"/d/{seed.slug}/", alice, **device.screen)
    device.press(place(page, mine).get_by_role("link", name="Edit"))
    form = page.get_by_role("form", name=f"Edit {mine.label}")
    form.get_by_label("Your words").fill("The second wording.")
    form.get_by_label("Why").fill("Said more plainly.")
    device.press(form.get_by_role("button", name="Save"))
    expect(place(page, mine).locator(".statement-body")).to_have_text("The second wording.")
    device.press(place(page, mine).get_by_role("link", name="edited", exact=True))
    expect(page.locator("#revisions")).to_have_attribute("open", "")
    expect(page.locator("#revisions")).to_contain_text("Said more plainly.")
    device.press(page.locator("#revisions").get_by_role("link", name="Revision 1"))
    expect(page.locator(".prose")).to_have_text("The first wording.")


def test_a_withdrawn_statement_leaves_a_note_without_words_or_name(
    visit: Visit, seed: Debate, said: Said, device: Device, alice: User
) -> None:
    mine = own_reply(said["S5"], alice)
    page = visit(f"/d/{seed.slug}/", alice, **device.screen)
    device.press(place(page, mine).get_by_role("link", name="Withdraw"))
    device.press(page.get_by_role("button", name="Withdraw it"))
    expect(place(page, mine)).to_contain_text("withdrawn by its author")
    visitor = visit(f"/d/{seed.slug}/", **device.screen)
    expect(place(visitor, mine)).to_contain_text("withdrawn by its author")
    expect(visitor.locator("body")).not_to_contain_text("The first wording.")
    expect(visitor.locator("body")).not_to_contain_text("Alice")


def test_a_statement_is_reported_from_its_page(
    visit: Visit, said: Said, device: Device, alice: User
) -> None:
    page = visit(f"/s/{said['S5'].pk}/", alice, **device.screen)
    device.press(page.locator("summary", has_text="Report"))
    form = page.get_by_role("form", name="Report S5")
    device.press(form.get_by_label("Spam or advertising"))
    form.get_by_label("Say more").fill("It sells something.")
    device.press(form.get_by_role("button", name="Send to the moderators"))
    expect(page.get_by_role("status").filter(has_text="look at S5.")).to_be_focused()
    assert said["S5"].reports.get().note == "It sells something."


def test_words_that_are_not_there_are_refused_and_what_was_written_stays(
    visit: Visit, said: Said, device: Device, alice: User, watch: Watch
) -> None:
    watch.allowed.add(422)
    page = visit(f"/s/{said['S5'].pk}/", alice, **device.screen)
    form = page.get_by_role("form", name="Answer S5")
    device.press(form.get_by_text("Support"))
    form.get_by_label("Words you answer").fill("words that nobody ever said here")
    form.get_by_label("Your point").fill("My long considered point.")
    device.press(form.get_by_role("button", name="Publish now"))
    expect(form.get_by_role("alert")).to_be_focused()
    expect(form.get_by_label("Words you answer")).to_have_attribute("aria-invalid", "true")
    expect(form.locator(".composer-quote .error")).to_be_visible()
    expect(form.get_by_label("Your point")).to_have_value("My long considered point.")
    assert not said["S5"].replies.filter(author=alice).exists()


def test_logging_out_and_in_again(
    visit: Visit, seed: Debate, said: Said, device: Device, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/", alice, **device.screen)
    device.press(page.locator(".menu summary"))
    device.press(page.get_by_role("button", name="Log out"))
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.goto(f"/s/{said['S5'].pk}/")
    device.press(page.get_by_role("link", name="Sign in to answer"))
    page.get_by_label("Username or e-mail").fill("alice")
    page.get_by_label("Password").fill("correct horse")
    device.press(page.get_by_role("button", name="Sign in", exact=True))
    expect(page).to_have_url(re.compile(f"/s/{said['S5'].pk}/#answer$"))
    expect(page.get_by_role("form", name="Answer S5")).to_be_visible()
