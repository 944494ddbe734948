"""No page of the site is shown in a frame of another one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import let_finish
from tests.hostility.crawling import ENDLESS, SEEING
from tests.rights import world
from tests.rights.rows import cells
from tests.rights.table import YES, outcome

pytestmark = pytest.mark.browser
AT_ONCE = 25
framed: list[str] = []


class Elsewhere(BaseHTTPRequestHandler):
    """Another site, with frames of ours."""

    def do_GET(self) -> None:
        frames = "".join(
            f'<iframe name="f{n}" src="{one}"></iframe>' for n, one in enumerate(framed)
        )
        body = f"<!doctype html><title>Elsewhere</title>{frames}".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def shown(page: Any) -> list[str]:
    """The frames in which something of ours is to be seen."""
    found = []
    page.wait_for_timeout(100)
    for frame in page.frames[1:]:
        has = frame.evaluate("document.body ? document.body.childElementCount : 0")
        refused = frame.url.startswith("chrome-error:") or frame.url == "about:blank"
        if has and not refused:
            found.append(frame.url)
    return found


def test_no_page_is_shown_in_a_frame_of_another_site(
    chromium: Browser, live_server: LiveServer, transactional_db: None, elsewhere: str
) -> None:
    cache.clear()
    there = world.build()
    place = there.places["public"]
    by_name: dict[str, list[str]] = {}
    for route, row in cells():
        if row.method != "GET" or route.name in ENDLESS or route.door == "api":
            continue
        may = [name for name in SEEING if outcome(row, route.door, "public", name) == YES]
        path = route.address(world.values(there, place, route, dict(row.at)))
        by_name.setdefault(may[0] if may else "visitor", []).append(live_server.url + path)
    asked, seen = 0, []
    for name, addresses in by_name.items():
        context = chromium.new_context(accept_downloads=False)
        if session := there.who[name].session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        for at in range(0, len(addresses), AT_ONCE):
            framed[:] = addresses[at : at + AT_ONCE]
            page.goto(elsewhere, wait_until="load")
            asked += len(page.frames) - 1
            seen += shown(page)
        framed[:] = [elsewhere + "?inner"]  # the control: a page that lets itself be framed
        page.goto(elsewhere, wait_until="load")
        assert shown(page)
        context.close()
    let_finish(live_server)
    assert asked > 100
    assert seen == []
