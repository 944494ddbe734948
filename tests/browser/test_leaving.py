"""Taking one's data along, deleting one's account, and hiding bots, as people do it."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connections
from playwright.sync_api import Page, expect

from accounts import actions as accounts
from accounts.models import User
from debate.actions import leaving, marks, statements
from debate.models import Debate, Export, Statement
from tests import factories
from tests.browser.conftest import Device, Visit, Watch
from tests.browser.looking import assert_accessible, fits
from tests.jobs import test_cleaning

pytestmark = pytest.mark.browser

Said = dict[str, Statement]
PASSWORD = "correct horse"


def work() -> None:
    """Do the jobs that are due, in a thread: the browser's loop runs in this one."""

    def done() -> None:
        try:
            test_cleaning.work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(done).result()


@pytest.fixture
def nora(said: Said) -> User:
    """Somebody who has said and marked something, and has a bot that did."""
    nora = factories.UserFactory.create(username="nora", name="Nora", email="nora@mail.example")
    statements.reply(said["S16"], by=nora, kind="support", body="Words worth keeping.")
    marks.mark(said["P1"], by=nora, truth="agree")
    bot = accounts.create_bot(by=nora, username="summer", name="Summer")
    short = "In short: yes."
    statements.reply(said["S16"], by=bot, kind="remark", body=short, generated_by="program")
    return nora


def fetched(page: Page, device: Device, name: str, to: Path) -> str:
    with page.expect_download() as download:
        device.press(page.get_by_role("link", name=name))
    download.value.save_as(to / name)
    return (to / name).read_text()


def test_one_has_ones_data_gathered_and_fetches_the_files(
    visit: Visit, seed: Debate, nora: User, device: Device, tmp_path: Path
) -> None:
    page = visit(f"/d/{seed.slug}/", nora, **device.screen)
    device.press(page.locator(".menu summary"))
    device.press(page.get_by_role("link", name="Your data"))
    device.press(page.get_by_role("button", name="Gather my data"))
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert_accessible(page, "an export under way")
    Export.objects.update(done=3, total=10)
    expect(page.get_by_text("30 %").first).to_be_visible()  # asked again by itself
    work()
    expect(page.get_by_text("Ready:")).to_be_visible()
    assert_accessible(page, "an export that is ready")
    told = json.loads(fetched(page, device, "For programs (JSON)", tmp_path))
    assert {one["body"] for one in told["statements"]} == {
        "Words worth keeping.",
        "In short: yes.",
    }
    text = fetched(page, device, "To read (HTML)", tmp_path)
    assert "Words worth keeping" in text
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.wait_for_timeout(2600)
    assert requests == []  # it is not asked for any more


def test_without_javascript_a_link_looks_again(visit: Visit, nora: User) -> None:
    page = visit("/accounts/export/", nora, javascript=False)
    page.get_by_role("button", name="Gather my data").click()
    work()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("link", name="To read (HTML)")).to_be_visible()


def test_the_page_to_read_is_whole_by_itself(
    visit: Visit, nora: User, alice: User, tmp_path: Path
) -> None:
    page = visit("/accounts/export/", nora)
    page.get_by_role("button", name="Gather my data").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("heading", name="Export")).to_be_focused()
    work()
    with page.expect_download() as download:
        page.get_by_role("link", name="To read (HTML)").click()
    file = tmp_path / "export.html"
    download.value.save_as(file)
    requests: list[str] = []
    for theme in ("light", "dark"):
        read = visit("/", alice, theme=theme, width=390)
        read.goto("about:blank")
        read.on("request", lambda request: requests.append(request.url))
        read.goto(f"file://{file}")
        expect(read.get_by_role("heading", level=1)).to_have_text("Your data on Crux, Nora")
        expect(read.get_by_role("heading", name="Statements: 2")).to_be_visible()
        assert_accessible(read, f"an exported page, {theme}")
        assert fits(read)
    assert all(url.startswith("file:") for url in requests)


@pytest.mark.parametrize("choice", ["keep", "withdraw"])
def test_one_deletes_ones_account_and_the_debate_can_be_read(
    visit: Visit, seed: Debate, said: Said, nora: User, device: Device, choice: str
) -> None:
    cache.clear()
    page = visit("/accounts/export/", nora, **device.screen)
    other = visit(f"/s/{said['S16'].pk}/", nora, **device.screen)
    device.press(page.get_by_role("link", name="delete your account"))
    expect(page.get_by_text("You and your bot have made 2 statements and 1 mark.")).to_be_visible()
    words = {"keep": "It stays, as a former member's", "withdraw": "It is withdrawn"}
    page.get_by_label(words[choice]).check()
    page.get_by_label("Your password").fill(PASSWORD)
    device.press(page.get_by_role("button", name="Delete my account"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account is deleted")
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    work()
    other.reload()  # a page that was open
    expect(other.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    expect(other.locator("main")).not_to_contain_text("Nora")
    if choice == "keep":
        row = other.locator("article", has_text="Words worth keeping")
    else:
        row = other.locator("article.withdrawn").first
        expect(row).to_contain_text("withdrawn by its author")
        expect(other.locator("main")).not_to_contain_text("worth keeping")
    assert row.locator("a.who").count() == 0
    if choice == "keep":
        expect(row.locator(".who-name")).to_have_text("former member")
        expect(other.get_by_text("bot of former member")).to_be_visible()


def test_a_wrong_password_comes_back_with_the_choice(
    visit: Visit, nora: User, watch: Watch
) -> None:
    cache.clear()
    watch.allowed.add(422)
    page = visit("/accounts/deletion/", nora)
    page.get_by_label("It is withdrawn").check()
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("This is not your password.")).to_be_visible()
    expect(page.get_by_label("It is withdrawn")).to_be_checked()
    assert_accessible(page, "a refused deletion")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_hidden_bots_fold_to_a_line_that_unfolds(
    visit: Visit, seed: Debate, said: Said, nora: User, javascript: bool
) -> None:
    page = visit(f"/s/{said['S16'].pk}/", javascript=javascript)
    expect(page.get_by_text("In short: yes.")).to_be_visible()
    expect(page.get_by_text(re.compile("A bot.s statement is hidden"))).to_be_hidden()
    page.get_by_role("link", name="Hide bots").click()
    page.get_by_role("button", name="Hide bots").click()
    expect(page).to_have_url(f"{page.url.split('/s/')[0]}/s/{said['S16'].pk}/")
    expect(page.get_by_text("In short: yes.")).to_be_hidden()
    expect(page.get_by_text("Words worth keeping.")).to_be_visible()
    page.get_by_role("link", name="Show it").click()
    expect(page.get_by_text("In short: yes.")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("In short: yes.")).to_be_hidden()
    page.get_by_role("link", name="Show bots").click()
    page.get_by_role("button", name="Show bots").click()
    expect(page.get_by_text("In short: yes.")).to_be_visible()


def test_the_menu_has_the_switch_for_who_is_signed_in(
    visit: Visit, seed: Debate, said: Said, nora: User, device: Device, alice: User
) -> None:
    page = visit(f"/d/{seed.slug}/history/", alice, **device.screen)
    expect(page.locator(".happened li").first).to_contain_text("Summer")
    device.press(page.locator(".menu summary"))
    device.press(page.get_by_role("button", name="Hide bots"))
    expect(page.locator(".happened li").first).to_contain_text(re.compile("A bot.s act is hidden"))
    expect(page.get_by_role("link", name="Summer")).to_be_hidden()
    for view in ("", "exchange/", "open/", "history/"):
        page.goto(f"/d/{seed.slug}/{view}")
        assert_accessible(page, f"hidden bots, {view}")
    leaving.leave(by=nora, withdraw=False)
    page.reload()
    expect(page.locator(".happened")).not_to_contain_text("Nora")
