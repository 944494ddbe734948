"""Every page of the site opened in Chromium by those who see most of it, and what it did there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request
from playwright.sync_api import Error as Failed

from debate.text.markdown import TAGS
from tests.hostility import urls
from tests.rights import world
from tests.rights.routes import Route
from tests.rights.rows import cells
from tests.rights.table import YES, Row, outcome
from tests.rights.test_table import Undo
from tests.rights.world import Who, World

SEEING = ("facilitator", "author", "moderator", "visitor")
"""Who is asked for a page, the first of them who gets it."""
OUT = ("/accounts/login", "/accounts/signup", "/accounts/password/reset", "/accounts/social")
"""What is for those who are not signed in."""
ENDLESS = ("debate:live-detail", "live-by-token", "events-or-stream", "everything-or-stream")
ASKED = (
    *("q", "text", "person", "next", "from", "kind", "status", "side", "order", "sort", "about"),
    *("at", "after", "before", "under", "position", "list", "whole", "dropped", "by", "in"),
    *("scope", "topic", "state", "page", "quote", "exact", "claims", "without", "with", "day"),
)
"""What pages are asked for behind a question mark."""
PWN = """
window.pwn = () => { console.error("PWNED"); return ""; };
addEventListener("securitypolicyviolation", event =>
    console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
"""
LOOK = """() => {
    const pairs = new Set(), places = new Set();
    const look = root => {
        for (const one of root.querySelectorAll("*")) {
            pairs.add(one.localName);
            for (const { name, value } of one.attributes) {
                pairs.add(`${one.localName} ${name}`);
                if (/^(href|src|action|formaction|xlink:href|data|poster|srcdoc)$/.test(name)) {
                    let to = "?";
                    try { to = new URL(value, location.href); } catch {}
                    if (to === "?" || to.origin !== location.origin)
                        places.add(`${one.localName} ${name} ${to.protocol} ${one.rel || ""}`);
                }
            }
            if (one.localName === "script" && !one.src && one.type !== "application/ld+json" &&
                one.type !== "application/json") places.add("script without src");
            if (one.localName === "template") look(one.content);
        }
    };
    look(document);
    return { pairs: [...pairs], places: [...places], fired: document.title === "PWNED" };
}"""
BODIES = {*TAGS, "a href", "a rel", "ol start"}
"""What Markdown may add to a page."""
LEADS_OUT = {
    f"a href {scheme}: nofollow noopener noreferrer ugc" for scheme in ("http", "https", "mailto")
}


@dataclass
class Found:
    """What pages were made of, and what they did that they must not do."""

    pages: int = 0
    pairs: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    deeds: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    more: dict[str, set[str]] = field(default_factory=dict)


class Crawl:
    """A browser for each of the identities, on the pages of a world."""

    def __init__(self, chromium: Browser, site: str, there: World) -> None:
        self.chromium, self.site, self.there = chromium, site, there
        self.found = Found()
        self.known: Found | None = None
        self.idle: set[tuple[str, str, bool]] = set()
        """Who is led elsewhere from which path, or sees no more there behind a question mark."""
        self._pages: dict[str, Page] = {}
        self._contexts: list[BrowserContext] = []

    def begin(self) -> None:
        """Look anew; what was found until now is what pages may be made of."""
        self.known, self.found = self.found, Found()

    def close(self) -> None:
        """Close the browsers."""
        for context in self._contexts:
            context.close()

    def page(self, name: str, **more: Any) -> Page:
        """The page of an identity."""
        if name not in self._pages:
            context = self.chromium.new_context(base_url=self.site, **more)
            self._contexts.append(context)
            context.add_init_script(PWN)
            context.set_default_timeout(15000)
            context.on("request", self._asked)
            context.on("console", self._said)
            context.on("dialog", self._opened)
            session = self.there.who[name].session if name in self.there.who else ""
            if session:
                context.add_cookies([{"name": "sessionid", "value": session, "url": self.site}])
            self._pages[name] = context.new_page()
        return self._pages[name]

    def open_with(self, name: str, path: str, query: str, route: str) -> None:
        """Have an identity open a path without and with a query, but for what is idle.

        What is idle is found out with the first words: a page that is led to is opened as itself,
        and one that does not read its query was seen without.
        """
        sizes = []
        for asked in (path, f"{path}?{query}"):
            key = (name, path, asked != path)
            if key in self.idle:
                continue
            self.open(name, asked, route)
            if self.known is None:
                page = self.page(name)
                sizes.append(len(page.content()))
                is_there = unquote(urlsplit(page.url).path) == unquote(path)
                if not is_there or sizes[1:] == sizes[:1]:
                    self.idle.add(key)

    def open(self, name: str, path: str, route: str) -> None:
        """Have an identity open an address, and look at what came."""
        page = self.page(name)
        self.at = f"{name} {path[:120]}"
        try:
            answer = page.goto(path, wait_until="load")
        except Failed as failure:
            if "Download is starting" not in str(failure) and "ERR_ABORTED" not in str(failure):
                raise
            return  # a file: nothing is shown
        if answer and answer.status >= 500:
            self.found.deeds.append(f"{self.at}: {answer.status}")
        self._look(page, route)

    def show(self, name: str, answer: HttpResponse, route: str, *, at: str = "/answer/") -> None:
        """Have an identity look at what had come to a form that was sent.

        At "/elsewhere/" no policy helps, as where mails and exports are opened.
        """
        page = self.page(name)
        self.at = f"{name} {route}"
        urls.shown[:] = [answer]
        try:
            page.goto(at, wait_until="load")
        except Failed as failure:
            if "Download is starting" not in str(failure):
                raise
            return
        self._look(page, route)

    def _look(self, page: Page, route: str) -> None:
        found = self.found
        try:
            seen = page.evaluate(LOOK)
        except Failed:  # only a page that has gone elsewhere cannot be looked at
            found.deeds.append(f"{self.at}: leaves the page")
            return
        found.pages += 1
        found.names.add(route)
        if self.known is not None:
            allowed = self.known.pairs | BODIES
            strange = {pair for pair in seen["pairs"] if pair not in allowed}
            strange |= set(seen["places"]) - self.known.places - LEADS_OUT
            if strange:
                found.more[self.at] = strange
        found.pairs |= set(seen["pairs"])
        found.places |= set(seen["places"])

    def _asked(self, request: Request) -> None:
        ours = request.url.startswith((self.site, "data:", "blob:", "about:"))
        if not ours or "__attack" in request.url.split("?")[0]:
            self.found.deeds.append(f"{self.at}: asks for {request.url[:200]}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.text.startswith(("PWNED", "CSP:")):
            self.found.deeds.append(f"{self.at}: {message.text[:200]}")

    def _opened(self, dialog: Dialog) -> None:
        self.found.deeds.append(f"{self.at}: dialog {dialog.message[:80]}")
        dialog.dismiss()


def addresses(there: World, method: str) -> Iterator[tuple[Route, Row, str]]:
    """Every address of the pages and the admin that takes this method."""
    place = there.places["public"]
    for route, row in cells():
        if route.door != "api" and row.method == method and route.name not in ENDLESS:
            yield route, row, route.address(world.values(there, place, route, dict(row.at)))


def who_may(there: World, route: Route, row: Row, path: str, most: int) -> list[str]:
    """Up to so many of those who get it; else the one who is refused with most words."""
    if path.startswith(OUT):
        return ["visitor"]
    may = [name for name in SEEING if outcome(row, route.door, "public", name) == YES]
    return may[:most] or ["author"]


def crawl(it: Crawl, words: str, most: int = 1) -> None:
    """Open every page, as it is and with the words behind its question mark."""
    query = "&".join(f"{name}={quote(words)}" for name in ASKED)
    for route, row, path in addresses(it.there, "GET"):
        if "logout" in path and "admin" in path:
            continue
        for name in who_may(it.there, route, row, path, most):
            it.open_with(name, path, query, route.name)


def refused(it: Crawl, words: str, fields: Sequence[str]) -> None:
    """Send every form with the words in every field, and with what it needs besides."""
    for route, row, path in addresses(it.there, "POST"):
        if route.name == "mcp":  # it begins an event loop, and Chromium's runs in this thread
            continue
        for name in who_may(it.there, route, row, path, 1):
            who: Who = it.there.who[name]
            place = it.there.places["public"]
            client = who.client(route.door)
            client.raise_request_exception = False
            for sent in (
                {**dict.fromkeys(fields, words), "csrfmiddlewaretoken": "x"},
                {**dict.fromkeys(fields, words), **row.sends(place, who)},
            ):
                answer: Any = None
                try:
                    with transaction.atomic():
                        answer = client.post(path, sent)
                        assert answer.content is not None  # drawn here
                        raise Undo
                except Undo:
                    cache.clear()
                if answer.status_code >= 500:
                    it.found.deeds.append(f"{name} POST {route.name}: {answer.status_code}")
                elif answer.status_code not in (302, 204) and answer.content:
                    it.show(name, answer, f"POST {route.name}")
