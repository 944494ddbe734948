"""A session ends while somebody writes: after signing in, all of it is still there."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Dialog, Locator, Page, expect

from accounts.models import User
from debate.models import Statement
from tests.browser.conftest import Visit, Watch

pytestmark = pytest.mark.browser

TEXT = "Half an hour of careful words."
Said = dict[str, Statement]


def end_session() -> None:
    """Sign everybody out, as a session does that has run out: the browser keeps its cookies."""
    Session.objects.all().delete()


def write_on(page: Page) -> Locator:
    """Write an answer to S5 while the session ends, until the form says so."""
    end_session()
    form = page.get_by_role("form", name="Answer S5", exact=True)
    form.get_by_text("Support").click()
    form.get_by_label("Your point").fill(TEXT)
    expect(form).to_contain_text("you are signed out")
    return form


def sign_in_as_alice(page: Page) -> None:
    page.get_by_label("Username or e-mail").fill("alice")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_signing_in_in_another_tab_is_enough(
    visit: Visit, said: Said, alice: User, watch: Watch
) -> None:
    watch.allowed |= {401, 403}
    page = visit(f"/s/{said['S5'].pk}/", alice)
    form = write_on(page)
    other = page.context.new_page()
    other.goto("/accounts/login/")
    sign_in_as_alice(other)
    expect(other.locator(".menu summary")).to_contain_text("Alice")
    expect(form).to_contain_text("Saved", timeout=9000)
    form.get_by_role("button", name="Publish now").click()
    expect(page.locator(f"#statement-{said['S5'].pk}-replies")).to_contain_text(TEXT)
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_refused_point_is_kept_until_it_is_stored(
    visit: Visit, said: Said, alice: User, watch: Watch
) -> None:
    watch.allowed |= {401, 422}
    page = visit(f"/s/{said['S5'].pk}/", alice)
    form = write_on(page)
    form.get_by_role("button", name="Publish now").click()
    expect(form.get_by_role("alert")).to_contain_text("You are signed out.")
    expect(form).to_contain_text("you are signed out")  # it tries to be saved again
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.reload()
    assert asked == ["beforeunload"]
    page.get_by_role("link", name="Sign in to answer").click()
    sign_in_as_alice(page)
    expect(form.get_by_label("Your point")).to_have_value(TEXT)
    expect(form.get_by_label("Support")).to_be_checked()
    expect(form).to_contain_text("Saved")


def test_the_words_come_back_in_their_field_where_a_quotation_was_not_stored(
    visit: Visit, said: Said, alice: User, watch: Watch
) -> None:
    watch.allowed |= {401}
    at = f"/s/{said['S5'].pk}/"
    page = visit(f"{at}reply/?kind=support&quote=an%20agent%20is%20free%20to%20act", alice)
    form = write_on(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(at)
    page.get_by_role("link", name="Sign in to answer").click()
    sign_in_as_alice(page)
    expect(form.get_by_label("Your point")).to_have_value(TEXT)
    expect(form.get_by_label("Words you answer")).to_have_value("")


def test_a_debate_that_was_to_be_started_comes_through_signing_in(
    visit: Visit, alice: User
) -> None:
    page = visit("/d/new/", alice)
    page.get_by_label("Question").fill("Should it rain more often?")
    page.get_by_label("Your position in a few words").fill("It should")
    page.get_by_label("What you hold").fill(TEXT)
    end_session()
    page.get_by_role("button", name="Start it").click()
    expect(page.locator("#notices")).to_contain_text("What you wrote is kept")
    sign_in_as_alice(page)
    expect(page.locator("main textarea[name=own_body]")).to_have_value(TEXT)
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_role("heading", name="Should it rain more often?")).to_be_visible()
    expect(page.get_by_role("article", name="Position P1")).to_contain_text(TEXT)
    page.goto("/d/new/")
    expect(page.get_by_label("Question")).to_have_value("")
