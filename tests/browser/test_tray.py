"""The tray of one's next turn: what is in it survives whatever happens around it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from debate.actions import drafts
from debate.models import Debate, DraftPoint, Statement
from tests.browser.conftest import Device, Visit, Watch, choose, sign_in
from tests.browser.looking import LOOKS, assert_accessible, fits
from tests.browser.selecting import drag_over

pytestmark = pytest.mark.browser

TEXT = "Half an hour of careful words."
Said = dict[str, Statement]


def begin(page: Page, label: str, text: str = TEXT) -> Locator:
    page.get_by_role("link", name=f"Answer {label}", exact=True).click()
    form = page.get_by_role("form", name=f"Answer {label}", exact=True)
    form.get_by_text("Support").click()
    form.get_by_label("Your point").fill(text)
    return form


def test_points_are_ordered_edited_removed_and_published_from_the_tray(
    visit: Visit, seed: Debate, said: Said, alice: User, device: Device
) -> None:
    page = visit(f"/d/{seed.slug}/", alice, **device.screen)
    for label in ("S4", "S5", "S6"):
        form = begin(page, label, f"A point on {label}.")
        device.press(form.get_by_role("button", name="Add to my turn"))
        expect(form).not_to_be_attached()
    tray = page.get_by_role("complementary", name="Your next turn")
    expect(tray).to_contain_text("3 points")
    device.press(tray.locator("summary"))
    device.press(tray.get_by_role("button", name="Move up the support to S6"))
    expect(tray.locator(".tray-words")).to_have_text(
        ["A point on S4.", "A point on S6.", "A point on S5."]
    )
    device.press(tray.get_by_role("button", name="Remove the support to S4"))
    expect(tray.locator(".tray-words")).to_have_count(2)
    device.press(tray.get_by_role("button", name="Put it back"))
    expect(tray.locator(".tray-words").first).to_have_text("A point on S4.")
    device.press(tray.get_by_role("button", name="Remove the support to S4"))
    expect(tray.locator(".tray-words")).to_have_count(2)
    device.press(tray.get_by_role("link", name="Edit", exact=True).first)
    words = page.get_by_role("form", name="Answer S6").get_by_label("Your point")
    words.fill("A better point on S6.")
    device.press(tray.get_by_role("button", name="Publish 2 as one turn"))
    expect(page.get_by_role("status").filter(has_text="Published 2 points")).to_be_visible()
    bodies = Statement.objects.filter(author=alice).order_by("pk").values_list("body", flat=True)
    assert list(bodies) == ["A better point on S6.", "A point on S5."]


def test_the_page_of_a_turn_shows_what_was_typed_a_moment_ago(
    visit: Visit, seed: Debate, said: Said, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/", alice)
    expect(begin(page, "S4").locator("[data-saved]")).to_have_text("Saved")
    page.locator("#tray summary").click()
    link = page.get_by_role("link", name="Edit all on one page")
    begin(page, "S5", "On second thoughts.")
    link.click()
    page.wait_for_url("**/turn/")
    expect(page.get_by_label("Your point").last).to_have_value("On second thoughts.")


def test_a_point_survives_an_error_of_the_server(
    visit: Visit, seed: Debate, said: Said, alice: User, watch: Watch
) -> None:
    watch.allowed |= {500}
    page = visit(f"/d/{seed.slug}/", alice)
    page.route("**/points/", lambda route: route.fulfill(status=500, body="down"), times=1)
    form = begin(page, "S5")
    expect(form).to_contain_text("Not saved yet. It is kept in this tab.")
    expect(form).to_contain_text("Saved", timeout=9000)
    assert DraftPoint.objects.get().body == TEXT


def test_a_point_survives_logging_out(
    visit: Visit, seed: Debate, said: Said, alice: User, live_server: LiveServer
) -> None:
    page = visit(f"/d/{seed.slug}/", alice)
    begin(page, "S5")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("careful words")
    sign_in(page.context, alice, live_server.url)
    page.goto("/")
    page.get_by_label("Not published yet").get_by_role("link", name=seed.question).click()
    expect(page.get_by_label("Your point")).to_have_value(TEXT)


def test_what_is_typed_after_the_session_ended_is_kept_in_the_tab_until_one_is_back(
    visit: Visit, seed: Debate, said: Said, alice: User, watch: Watch, live_server: LiveServer
) -> None:
    watch.allowed |= {401, 403}
    page = visit(f"/s/{said['S5'].pk}/", alice)
    page.context.clear_cookies()
    form = page.get_by_role("form", name="Answer S5", exact=True)
    form.get_by_label("Your point").fill(TEXT)
    expect(form).to_contain_text("you are signed out")
    sign_in(page.context, alice, live_server.url)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(form.get_by_label("Your point")).to_have_value(TEXT)
    expect(form).to_contain_text("Saved")


@contextmanager
def served(server: str, port: int) -> Iterator[str]:
    """Run the site in a process of its own on the test's database, and kill it at the end."""
    database = urlsplit(server)._replace(path=f"/{connections['default'].settings_dict['NAME']}")
    env = {
        **os.environ,
        "DEBUG": "1",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": urlunsplit(database),
    }
    command = [sys.executable, "manage.py", "runserver", "--noreload", f"localhost:{port}"]
    with subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as p:
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if not probe.connect_ex(("localhost", port)):
                        break
                time.sleep(0.1)
            yield f"http://localhost:{port}"
        finally:
            p.kill()


def test_a_point_survives_a_restart_of_the_server(
    visit: Visit, seed: Debate, said: Said, alice: User, watch: Watch, server: str
) -> None:
    watch.offline = True
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    with served(server, port) as address:
        page = visit(f"{address}/d/{seed.slug}/", alice)
        form = begin(page, "S5")
        expect(form).to_contain_text("Saved")
    form.get_by_label("Your point").fill(f"{TEXT} And more.")
    expect(form).to_contain_text("Not saved yet: no connection.")
    with served(server, port):
        expect(form).to_contain_text("Saved", timeout=9000)
        page.goto(f"{address}/d/{seed.slug}/turn/")
        expect(page.get_by_label("Your point")).to_have_value(f"{TEXT} And more.")
        page.goto("about:blank")


def test_two_windows_on_one_point_lose_nothing(
    visit: Visit, seed: Debate, said: Said, alice: User, watch: Watch
) -> None:
    watch.allowed |= {409}
    one = visit(f"/s/{said['S5'].pk}/", alice)
    form = one.get_by_role("form", name="Answer S5", exact=True)
    form.get_by_text("Support").click()
    form.get_by_label("Your point").fill("As it began.")
    expect(form).to_contain_text("Saved")
    two = visit(f"/d/{seed.slug}/turn/", alice)
    two.get_by_label("Your point").fill("Words of the other window.")
    expect(two.locator("[data-saved]")).to_have_text("Saved")
    form.get_by_label("Your point").fill("Words of this window.")
    notice = form.get_by_role("alert")
    expect(notice).to_contain_text("Words of the other window.")
    expect(form.get_by_label("Your point")).to_have_value("Words of this window.")
    assert_accessible(one, "a point changed in another window")
    form.get_by_role("button", name="Keep what I wrote here").click()
    expect(form).to_contain_text("Saved")
    assert DraftPoint.objects.get().body == "Words of this window."
    two.get_by_label("Your point").fill("Once more.")
    two.get_by_role("button", name="Take the other one").click()
    expect(two.get_by_label("Your point")).to_have_value("Words of this window.")


def test_what_the_tray_publishes_has_no_quotation_once_the_whole_is_answered(
    visit: Visit, seed: Debate, said: Said, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/", alice)
    drag_over(page, said["S5"], "an agent is free to act")
    page.locator("#quote-bar").get_by_role("button", name="Support").click()
    form = page.get_by_role("form", name="Answer S5", exact=True)
    form.get_by_label("Your point").fill(TEXT)
    expect(form.locator("[data-saved]")).to_have_text("Saved")
    form.get_by_role("button", name="Answer the whole instead").click()
    expect(form.locator("blockquote")).to_have_count(0)
    page.locator("#tray").get_by_role("button", name="Publish 1").click()
    expect(page.get_by_role("status").filter(has_text="Published 1 point")).to_be_visible()
    made = Statement.objects.get(author=alice)
    assert (made.body, made.quotation) == (TEXT, None)


def test_the_tray_publishes_what_was_typed_before_a_preview(
    visit: Visit, seed: Debate, said: Said, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/", alice)
    form = begin(page, "S5", "As it was saved.")
    expect(form.locator("[data-saved]")).to_have_text("Saved")
    form.get_by_label("Your point").fill(TEXT)
    form.get_by_role("button", name="Preview").click()
    expect(form.locator(".preview")).to_contain_text(TEXT)
    page.locator("#tray").get_by_role("button", name="Publish 1").click()
    expect(page.get_by_role("status").filter(has_text="Published 1 point")).to_be_visible()
    assert Statement.objects.get(author=alice).body == TEXT


def log_out(page: Page) -> None:
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Log out").click()


def touched(page: Page) -> None:
    """Choose what a point shall do, and write nothing."""
    choose(page.get_by_role("form", name="Answer S5", exact=True), "support")


def test_a_form_that_is_left_empty_holds_nobody_back(
    visit: Visit, said: Said, alice: User
) -> None:
    drafts.keep(said["S4"], by=alice, key="k1", wording=drafts.Wording("support", "", TEXT))
    page = visit(f"/s/{said['S5'].pk}/", alice)
    touched(page)
    page.locator("#tray").get_by_role("button", name="Publish 1").click()
    expect(page.get_by_role("status").filter(has_text="Published 1 point")).to_be_visible()
    page.goto(f"/s/{said['S5'].pk}/")
    touched(page)
    log_out(page)
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_who_is_held_back_is_led_to_the_point_that_is_not_saved_and_told_why(
    visit: Visit, said: Said, alice: User, watch: Watch
) -> None:
    watch.allowed |= {500}
    page = visit(f"/s/{said['S5'].pk}/", alice)
    page.route("**/points/", lambda route: route.fulfill(status=500, body="down"))
    touched(page)
    words = page.get_by_label("Your point")
    words.fill(TEXT)
    told = page.locator("#announcer")
    expect(told).to_have_text("Not saved yet. It is kept in this tab.")
    told.evaluate("place => { place.textContent = ''; }")
    log_out(page)
    expect(words).to_be_focused()
    expect(told).to_have_text("Not saved yet. It is kept in this tab.")
    page.unroute("**/points/")
    log_out(page)
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert DraftPoint.objects.get().body == TEXT


def test_a_turn_without_javascript(visit: Visit, watch: Watch, said: Said, alice: User) -> None:
    watch.allowed |= {422}
    debate = said["S5"].debate
    page = visit(f"/s/{said['S5'].pk}/reply/", alice, javascript=False)
    choose(page, "support")
    page.get_by_label("Words you answer").fill("an agent is free to act")
    page.get_by_label("Your point").fill("The first point.")
    page.get_by_role("button", name="Add to my turn").click()
    page.goto(f"/s/{said['S4'].pk}/reply/")
    choose(page, "question")
    page.get_by_role("button", name="Add to my turn").click()
    page.get_by_label("Your point").first.fill("The first point, changed.")
    page.get_by_role("button", name="Move down point 1").click()
    expect(page.get_by_label("Your point").nth(1)).to_have_value("The first point, changed.")
    page.get_by_role("button", name="Publish all 2 points as one turn").click()
    expect(page.get_by_role("alert").first).to_contain_text("1 point needs another look")
    page.get_by_label("Your point").first.fill("How so?")
    page.get_by_role("button", name="Publish all 2 points as one turn").click()
    expect(page.locator("#notices")).to_contain_text("Published 2 points as turn 5.")
    assert debate.turns.latest("number").statements.count() == 2


@LOOKS
def test_axe_finds_nothing_while_a_turn_is_made(
    visit: Visit, seed: Debate, said: Said, alice: User, watch: Watch, theme: str, width: int
) -> None:
    watch.allowed |= {422}
    page = visit(f"/d/{seed.slug}/", alice, width=width, theme=theme)
    drag_over(page, said["S5"], "an agent is free to act")
    expect(page.locator("#quote-bar")).to_be_visible()
    assert_accessible(page, "the bar under selected words")
    page.locator("#quote-bar").get_by_role("button", name="Support").click()
    form = begin(page, "S4")
    expect(form.locator("[data-saved]")).to_have_text("Saved")
    page.locator("#tray summary").click()
    assert_accessible(page, "two open forms and the tray")
    assert fits(page)
    page.goto(f"/d/{seed.slug}/turn/")
    assert_accessible(page, "the page of a turn")
    page.get_by_role("button", name="Publish all 2 points").click()
    assert_accessible(page, "a refused turn")
    assert fits(page)


def test_a_quotation_and_its_passage_light_up_together_and_lead_to_each_other(
    visit: Visit, seed: Debate, said: Said
) -> None:
    page = visit(f"/d/{seed.slug}/")
    quote = page.locator(f"#statement-{said['S23'].pk} > .quote a")
    passage = page.locator(f"#statement-{said['S15'].pk} mark[data-span]").first
    quote.hover()
    expect(passage).to_have_class("lit")
    passage.hover()
    expect(quote).to_have_class("lit")
    page.locator(f"#statement-{said['S15'].pk} a.by").first.click()
    assert page.url.endswith(f"#statement-{said['S23'].pk}")
    quote.click()
    assert page.url.endswith(f"#statement-{said['S15'].pk}-q1")
