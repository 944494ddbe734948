"""A bad network: nothing is done twice, and what was typed stays until it has come through."""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connections
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import User
from debate.models import Debate, Statement
from tests import factories
from tests.browser.conftest import CHROMIUM, FLAGS, choose, sign_in
from tests.prove import ledger, narrow
from tests.prove.conftest import Noted
from tests.prove.faulty import Faults, between
from tests.prove.processes import web

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

SECONDS = float(os.environ.get("CRUX_BAD_SECONDS", "60"))
REPLIES = int(os.environ.get("CRUX_BAD_REPLIES", "20"))
KILOBITS, LONG_REPLIES = 256, max(2, REPLIES // 2)
LONG = "Это говорится долго. " * 420 + "Конец."


def test_a_bad_network_between_site_and_database(
    transactional_db: None, note: Noted, tmp_path: Path
) -> None:
    claims = [one.pk for one in ledger.debates(4)]
    given = connections["default"].get_connection_params()
    socket = f"{given['host']}/.s.PGSQL.{given['port']}"
    with between(socket, Faults(delay=0.1)) as faults:
        words = quote(given["password"], safe="")
        place = f"{given['user']}:{words}@127.0.0.1:{faults.port}/{given['dbname']}"
        faults.is_on = False
        with web(tmp_path / "log", DATABASE_URL=f"postgresql://{place}") as (site, _):
            with ledger.writing(site, claims, 8, 1.0) as writers:
                faults.is_on = True
                time.sleep(SECONDS)
                faults.is_on = False
    replies, marks = ledger.check(writers)
    failed = sum(one.failed for one in writers)
    statuses = {status for one in writers for status in one.statuses}
    note(
        "a bad network between site and database",
        f"200 ms there and back, 2 % of {faults.parts} parts end their connection "
        f"({faults.were_reset}): {replies} replies and {marks} marks, {failed} tries answered "
        "503, 0 lost, 0 twice; trees, counters and indexes whole",
    )
    assert faults.were_reset > 0
    assert replies > 0
    assert statuses == {503}


def publish(form: Locator, words: str) -> None:
    choose(form, "remark")
    form.locator("textarea[name=body]").fill(words)
    form.get_by_role("button", name="Publish now").first.click()


def test_a_bad_network_between_browser_and_site(
    transactional_db: None, note: Noted, tmp_path: Path, seed: Debate, chromium: Browser
) -> None:
    person: User = factories.UserFactory.create(standing="exempt", is_standing_set=True)
    statement = _claim(seed)
    with web(tmp_path / "log") as (site, _):
        with between(site.port, Faults(delay=0.1, is_on=False)) as faults:
            address = f"http://127.0.0.1:{faults.port}"
            context = chromium.new_context(base_url=address)
            context.set_default_timeout(30_000)
            sign_in(context, person, address)
            page = context.new_page()
            kept = 0
            for number in range(REPLIES):
                kept += _reply(page, statement, f"The {number}th through it.", faults)
            context.close()
    said = statement.replies.filter(author=person).values_list("body", flat=True)
    note(
        "a bad network between browser and site",
        f"200 ms there and back, connections reset: {REPLIES} replies, {kept} times the page said "
        "that the server could not be reached and kept the words; all published, 0 twice",
    )
    assert sorted(said) == sorted(f"The {number}th through it." for number in range(REPLIES))
    assert kept > 0


@pytest.mark.skipif(bool(narrow.missing()), reason=narrow.missing() or "all is there")
def test_a_narrow_line_between_browser_and_site(
    transactional_db: None, note: Noted, tmp_path: Path, seed: Debate, chromium: Browser
) -> None:
    person: User = factories.UserFactory.create(standing="exempt", is_standing_set=True)
    statement = _claim(seed)
    with web(tmp_path / "log") as (site, _), narrow.line(KILOBITS) as line:
        with between(site.port, Faults(delay=0.1, is_on=False), line.door()) as faults:
            address = f"http://127.0.0.1:{faults.port}"
            program = line.program(str(CHROMIUM), tmp_path / "chromium")
            browser = chromium.browser_type.launch(executable_path=program, args=FLAGS)
            context = browser.new_context(base_url=address)
            context.set_default_timeout(120_000)
            sign_in(context, person, address)
            page = context.new_page()
            tries, times = [], []
            for number in range(LONG_REPLIES):
                began = time.monotonic()
                tries += _long_reply(page, statement, number, faults)
                times.append(time.monotonic() - began)
            browser.close()
            sent = line.sent()
    said = list(statement.replies.filter(author=person).values_list("body", flat=True))
    kept = len(tries) - LONG_REPLIES
    note(
        "a narrow line between browser and site",
        f"{KILOBITS} kbit/s for both ways together (tc tbf), 200 ms there and back, connections "
        f"reset: {LONG_REPLIES} replies of {len(LONG):,} Cyrillic letters, each sent by a double "
        f"click, {statistics.median(times):.0f} s in the median with the page, {max(times):.0f} "
        f"at most; of {len(tries)} tries the form says {sum(tries)} times that it is sending, "
        f"and {kept} times that the server could not be reached, and keeps the words; "
        f"all published, 0 twice; {sent / 1e6:.1f} MB went over it",
    )
    assert sorted(said) == sorted(map(_long, range(LONG_REPLIES)))
    assert kept > 0
    assert any(tries)


def _long(number: int) -> str:
    return f"The {number}th. {LONG}"


def _long_reply(page: Page, statement: Statement, number: int, faults: Faults) -> list[bool]:
    """Publish much, by impatient clicks; says of each try whether the form shows it is sending."""
    page.goto(f"/s/{statement.pk}/")
    form = page.locator("form[action$='/reply/']").first
    choose(form, "remark")
    words = form.locator("textarea[name=body]")
    words.fill(_long(number))
    faults.is_on, faults.resets = True, 0.3
    button = form.get_by_role("button", name="Publish now").first
    tries: list[bool] = []
    published = page.locator("article", has_text=f"The {number}th.").first
    failed = form.get_by_role("alert")
    while True:
        button.dblclick(force=True, no_wait_after=True)
        tries.append(form.get_attribute("aria-busy") == "true")
        expect(published.or_(failed).first).to_be_visible(timeout=60_000)
        if published.is_visible():
            break
        expect(failed).to_contain_text("What you wrote is still here")
        expect(words).to_have_value(_long(number))
        faults.resets = 0.05
        button = form.get_by_role("button", name="Try again")
    faults.is_on = False
    return tries


def _claim(seed: Debate) -> Statement:
    found = seed.statements.filter(kind="support").order_by("pk").first()
    assert found
    return found


def _reply(page: Page, statement: Statement, words: str, faults: Faults) -> int:
    """Publish by a network that breaks each time at first; says how often the words were kept."""
    page.goto(f"/s/{statement.pk}/")
    form = page.locator("form[action$='/reply/']").first
    faults.is_on, faults.resets = True, 0.5
    publish(form, words)
    kept = 0
    published = page.locator("article", has_text=words).first
    while True:
        failed = form.get_by_role("alert")
        expect(published.or_(failed).first).to_be_visible()
        if published.is_visible():
            break
        expect(failed).to_contain_text("What you wrote is still here")
        expect(form.locator("textarea[name=body]")).to_have_value(words)
        kept += 1
        faults.resets = 0.2
        form.get_by_role("button", name="Try again").click()
        page.wait_for_timeout(700)
    faults.is_on = False
    return kept
