"""What somebody has typed is not lost, and is published once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Locator, Page, Route, expect

from accounts.models import User
from debate.models import Debate, Statement
from tests.browser.conftest import Visit, Watch
from tests.browser.selecting import drag_over

pytestmark = pytest.mark.browser

TEXT = "Half an hour of careful words."
Said = dict[str, Statement]


def composer(page: Page, label: str) -> Locator:
    form = page.get_by_role("form", name=f"Answer {label}", exact=True)
    form.get_by_text("Support").click()
    form.get_by_label("Your point").fill(TEXT)
    return form


def publish(form: Locator) -> None:
    form.get_by_role("button", name="Publish now").click()


def test_a_mark_elsewhere_leaves_an_open_form_alone(
    visit: Visit, seed: Debate, said: Said, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/", alice)
    page.get_by_role("link", name="Answer S5", exact=True).click()
    form = composer(page, "S5")
    for label in ("S4", "S5", "S6"):
        button = page.locator(f"#statement-{said[label].pk}-foot [data-key=a]")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
    expect(form.get_by_label("Your point")).to_have_value(TEXT)


def test_publishing_elsewhere_leaves_an_open_form_alone(
    visit: Visit, seed: Debate, said: Said, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/", alice)
    page.get_by_role("link", name="Answer S5", exact=True).click()
    kept = composer(page, "S5")
    page.get_by_role("link", name="Answer S4", exact=True).click()
    publish(composer(page, "S4"))
    expect(page.locator(f"#statement-{said['S4'].pk}-reply")).to_contain_text("Published as")
    expect(kept.get_by_label("Your point")).to_have_value(TEXT)


@pytest.mark.parametrize("failure", ["offline", "500", "413", "silence"])
def test_a_failed_sending_keeps_the_words_and_offers_to_try_again(
    visit: Visit, seed: Debate, said: Said, alice: User, watch: Watch, failure: str
) -> None:
    watch.offline = True
    watch.allowed |= {500, 413}
    page = visit(f"/d/{seed.slug}/", alice)
    page.get_by_role("link", name="Answer S5", exact=True).click()
    form = composer(page, "S5")

    def fail(route: Route) -> None:
        if failure == "offline":
            route.abort("internetdisconnected")
        elif failure != "silence":
            route.fulfill(status=int(failure), body="<h1>We failed</h1>")

    page.route("**/reply/", fail)
    if failure == "silence":
        page.evaluate("htmx.config.timeout /= 20")  # nobody need wait for 30 s here
    publish(form)
    expect(form.get_by_role("alert")).to_contain_text("What you wrote is still here")
    expect(form.get_by_role("alert")).to_be_focused()
    expect(form.get_by_label("Your point")).to_have_value(TEXT)
    page.unroute("**/reply/", fail)
    page.evaluate("htmx.config.timeout = 30000")
    form.get_by_role("button", name="Try again").click()
    expect(page.locator(f"#statement-{said['S5'].pk}-replies")).to_contain_text(TEXT)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_double_click_publishes_once(
    visit: Visit, said: Said, alice: User, javascript: bool
) -> None:
    page = visit(f"/s/{said['S5'].pk}/", alice, javascript=javascript)
    form = composer(page, "S5")
    form.get_by_role("button", name="Publish now").dblclick(no_wait_after=True)
    expect(page.locator("article", has_text=TEXT).first).to_be_visible()
    page.wait_for_timeout(500)
    assert said["S5"].replies.filter(author=alice).count() == 1


def test_an_answer_lost_on_the_way_back_is_not_published_twice(
    visit: Visit, said: Said, alice: User, watch: Watch
) -> None:
    watch.offline = True
    page = visit(f"/s/{said['S5'].pk}/", alice)
    form = composer(page, "S5")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/reply/", lose, times=1)
    publish(form)
    form.get_by_role("button", name="Try again").click()
    expect(page.locator("article", has_text=TEXT).first).to_be_visible()
    assert said["S5"].replies.filter(author=alice).count() == 1


def test_what_the_bar_under_words_asked_for_in_vain_is_asked_for_again(
    visit: Visit, seed: Debate, said: Said, alice: User, watch: Watch
) -> None:
    watch.offline = True
    words = "an agent is free to act"
    page = visit(f"/d/{seed.slug}/", alice)
    page.route("**/reply/?*", lambda route: route.abort("internetdisconnected"), times=1)
    drag_over(page, said["S5"], words)
    page.locator("#quote-bar").get_by_role("button", name="Object").click()
    page.get_by_role("button", name="Try again").click()
    form = page.get_by_role("form", name="Answer S5", exact=True)
    expect(form.locator("blockquote")).to_have_text(words)


def test_leaving_at_once_asks_first_and_the_words_are_back_on_return(
    visit: Visit, said: Said, alice: User
) -> None:
    page = visit(f"/s/{said['S5'].pk}/", alice)
    page.route("**/points/", lambda route: route.abort("internetdisconnected"))
    form = composer(page, "S5")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.reload()
    assert asked == ["beforeunload"]
    expect(form.get_by_label("Your point")).to_have_value(TEXT)
    expect(form.get_by_label("Support")).to_be_checked()


def test_a_point_is_stored_while_it_is_written_and_removed_with_a_way_back(
    visit: Visit, said: Said, alice: User
) -> None:
    page = visit(f"/s/{said['S5'].pk}/", alice)
    form = composer(page, "S5")
    expect(form).to_contain_text("Saved")
    page.reload()
    expect(form.get_by_label("Your point")).to_have_value(TEXT)
    expect(form.get_by_label("Support")).to_be_checked()
    form.get_by_role("button", name="Cancel").click()
    expect(page.locator("#tray")).not_to_be_visible()
    page.get_by_role("button", name="Put it back").click()
    expect(form.get_by_label("Your point")).to_have_value(TEXT)
    form.get_by_role("button", name="Cancel").click()
    expect(form).not_to_be_attached()
    page.reload()
    expect(form.get_by_label("Your point")).to_have_value("")


def test_a_published_draft_does_not_come_back(visit: Visit, said: Said, alice: User) -> None:
    page = visit(f"/s/{said['S5'].pk}/", alice)
    publish(composer(page, "S5"))
    expect(page.locator("article", has_text=TEXT).first).to_be_visible()
    page.reload()
    form = page.get_by_role("form", name="Answer S5", exact=True)
    expect(form.get_by_label("Your point")).to_have_value("")
    expect(form).not_to_contain_text("put back")
