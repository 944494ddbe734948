"""What is done is what was pressed, whatever the network and the focus do meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from accounts.models import User
from debate.models import DraftPoint, Statement
from tests.browser.conftest import Visit, Watch
from tests.browser.selecting import drag_over

pytestmark = pytest.mark.browser

TEXT = "Half an hour of careful words."
Said = dict[str, Statement]


def begun(page: Page, text: str = TEXT) -> Locator:
    """The form on the page of S5, its point written and stored."""
    form = page.get_by_role("form", name="Answer S5", exact=True)
    form.get_by_text("Support").click()
    form.get_by_label("Your point").fill(text)
    expect(form.locator("[data-saved]")).to_have_text("Saved")
    return form


def kept_in(waiting: list[Route]) -> Callable[[Route], None]:
    """Let requests wait until they are gone on with."""

    def wait(route: Route) -> None:
        waiting.append(route)

    return wait


@pytest.mark.parametrize("button", ["Add to my turn", "Preview", "Cancel"])
def test_what_is_tried_again_is_what_was_asked_for(
    visit: Visit, said: Said, alice: User, watch: Watch, button: str
) -> None:
    watch.offline = True
    page = visit(f"/s/{said['S5'].pk}/", alice)
    form = begun(page)
    page.route("**/reply/", lambda route: route.abort("internetdisconnected"), times=1)
    form.get_by_role("button", name=button).click()
    form.get_by_role("button", name="Try again").click()
    if button == "Preview":
        expect(form.locator(".preview-shown")).to_contain_text(TEXT)
    else:
        expect(form).not_to_be_attached()
    assert DraftPoint.objects.filter(dropped_at=None).exists() == (button != "Cancel")
    assert not said["S5"].replies.filter(author=alice).exists()


def test_a_button_stays_itself_while_what_was_typed_is_being_stored(
    visit: Visit, said: Said, alice: User
) -> None:
    page = visit(f"/s/{said['S5'].pk}/", alice)
    form = begun(page)
    waiting: list[Route] = []
    page.route("**/points/", kept_in(waiting), times=1)
    form.get_by_label("Your point").fill("Other words.")
    while not waiting:
        page.wait_for_timeout(50)
    form.get_by_role("button", name="Add to my turn").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # on to 'Preview'
    waiting[0].continue_()
    expect(form).not_to_be_attached()
    assert DraftPoint.objects.get().body == "Other words."
    assert not said["S5"].replies.filter(author=alice).exists()


def test_enter_on_a_choice_neither_publishes_nor_drops_the_quotation(
    visit: Visit, said: Said, alice: User
) -> None:
    page = visit(f"/s/{said['S5'].pk}/", alice)
    drag_over(page, said["S5"], "an agent is free to act")
    page.locator("#quote-bar").get_by_role("button", name="Object").click()
    form = page.get_by_role("form", name="Answer S5", exact=True)
    form.get_by_label("Your point").fill(TEXT)
    form.get_by_label("It is not true").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(form.locator(".preview-shown")).to_contain_text(TEXT)
    expect(form.locator("blockquote")).to_have_text("an agent is free to act")
    assert not said["S5"].replies.filter(author=alice).exists()


def test_focus_stays_where_it_was(visit: Visit, said: Said, alice: User) -> None:
    page = visit(f"/s/{said['S5'].pk}/", alice)
    form = begun(page)
    summary = page.locator("#tray summary")
    form.get_by_label("Your point").fill("Other words.")
    summary.focus()
    expect(form.locator("[data-saved]")).to_have_text("Saved")
    expect(page.locator("#tray summary")).to_be_focused()
    form.get_by_role("button", name="Add to my turn").click()
    expect(form).not_to_be_attached()
    expect(page.locator("#answer")).to_be_focused()


def test_words_typed_while_others_are_stored_are_kept_in_this_tab(
    visit: Visit, said: Said, alice: User, watch: Watch
) -> None:
    watch.offline = True
    page = visit(f"/s/{said['S5'].pk}/", alice)
    form = begun(page)
    waiting: list[Route] = []
    page.route("**/points/", kept_in(waiting), times=1)
    words = form.get_by_label("Your point")
    words.fill("Some of it.")
    while not waiting:
        page.wait_for_timeout(50)
    words.fill("Some of it, and more.")
    page.route("**/points/", lambda route: route.abort("internetdisconnected"))
    waiting[0].continue_()
    expect(form.locator("[data-saved]")).to_contain_text("It is kept in this tab.")
    kept = page.evaluate("Object.values(sessionStorage).join()")
    assert "Some of it, and more." in kept
