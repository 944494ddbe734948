"""Chromium, the live site, and visitors whose pages must stay free of errors."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from debate.models import Debate, Statement

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
).split()
STATUS = re.compile(r"status of (\d+)|Status Error Code (\d+)")
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", event => console.error(
    `CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


@dataclass
class Watch:
    """What went wrong on the pages of a test; refusals that the test asks for are `allowed`."""

    found: list[str] = field(default_factory=list)
    allowed: set[int] = field(default_factory=set)
    offline: bool = False

    def console(self, message: ConsoleMessage) -> None:
        """Note an error or a warning of the console."""
        if message.type not in ("error", "warning"):
            return
        # htmx says two of one failure
        cut_off = ("ERR_", "htmx:sendError", "htmx:timeout", "htmx:afterRequest")
        if self.offline and any(sign in message.text for sign in cut_off):
            return
        status = STATUS.search(message.text)
        if status and int(status[1] or status[2]) in self.allowed:
            return
        self.found.append(f"{message.page.url if message.page else ''}: {message.text}")

    def page(self, page: Page) -> None:
        """Watch a page."""
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))


Visit = Callable[..., Page]


@dataclass(frozen=True)
class Device:
    """A desk with a mouse, or a phone under a thumb."""

    width: int
    touch: bool

    def press(self, place: Locator) -> None:
        """Click or tap."""
        if self.touch:
            place.tap()
        else:
            place.click()

    @property
    def screen(self) -> dict[str, Any]:
        """What `visit` needs to know of it."""
        return {"width": self.width, "touch": self.touch}


@pytest.fixture(params=[Device(1280, False), Device(390, True)], ids=["mouse", "touch"])
def device(request: pytest.FixtureRequest) -> Device:
    """Give the test once with a mouse at 1280 px and once with a thumb at 390 px."""
    given: Device = request.param
    return given


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium; skip where there is none, but fail on the build server."""
    if CHROMIUM is None:
        reason = "Chromium is not installed (apt-get install chromium)."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    # Playwright's loop runs in this thread, though nothing here is asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fail the test at its end for every error its pages logged and did not ask for."""
    watch = Watch()
    yield watch
    assert watch.found == []


@pytest.fixture
def visit(chromium: Browser, watch: Watch, live_server: LiveServer) -> Iterator[Visit]:
    """Open a page as somebody: `visit("/", alice, width=390, touch=True)`.

    What else is given, is Playwright's: `timezone_id="Asia/Tokyo"`.
    """
    opened: list[BrowserContext] = []
    cache.clear()  # the limits on signing in and up are counted there

    def go(
        path: str = "/",
        user: User | None = None,
        *,
        width: int = 1280,
        theme: str = "light",
        touch: bool = False,
        javascript: bool = True,
        language: str = "en-US",
        **more: Any,
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900 if width > 500 else 780},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            has_touch=touch,
            is_mobile=touch,
            java_script_enabled=javascript,
            locale=language,
            **more,
        )
        opened.append(context)
        context.set_default_timeout(8000)
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("page", watch.page)
        if user is not None:
            sign_in(context, user, live_server.url)
        page = context.new_page()
        page.goto(path)
        return page

    yield go
    for context in opened:
        context.close()
    let_finish(live_server)


BUSY = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


def let_finish(server: LiveServer, patience: float = 10.0) -> None:
    """Wait until the server has done what pages that are closed had asked for.

    Emptying the tables meanwhile could wait for it, and it for that: a deadlock. Connections are
    taken in the order they came: when one of our own is done, each of the pages' has its thread.
    """
    with socket.create_connection((server.thread.host, server.thread.port), patience) as own:
        own.shutdown(socket.SHUT_WR)
        own.recv(1)
    until = time.monotonic() + patience
    while answering() and time.monotonic() < until:
        time.sleep(0.02)


def answering() -> bool:
    """Tell whether a thread of the server, or a connection to the database, is at work."""
    if any("process_request_thread" in thread.name for thread in threading.enumerate()):
        return True
    with connection.cursor() as cursor:
        cursor.execute(BUSY)
        [(busy,)] = cursor.fetchall()
    return bool(busy)


def choose(within: Page | Locator, value: str) -> None:
    """Press the chip with this value: its radio button is out of sight, its label is not."""
    within.locator(f"label:has(input[value='{value}'])").first.click()


def sign_in(context: BrowserContext, user: User, address: str) -> None:
    """Give a browser the session of an account, without the form."""
    client = Client()
    client.force_login(user, backend="accounts.reading.Accounts")
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}]
    )


@pytest.fixture
def seed(transactional_db: None) -> Debate:
    """Load the debate that the site starts with."""
    call_command("seed", verbosity=0)
    return Debate.objects.get()


@pytest.fixture
def said(seed: Debate) -> dict[str, Statement]:
    """Give the statements of the seed by their labels."""
    return {statement.label: statement for statement in seed.statements.all()}
