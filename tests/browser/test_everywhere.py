"""Every page that the addresses lead to, found by itself: axe, both themes, narrow, large text.

A new address is looked at as soon as the table of rights has its row. What gives no page is
named in `NO_PAGES`, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, Literal

import pytest
from allauth.account.internal.flows.login import record_authentication
from axe_playwright_python.sync_playwright import Axe
from django.http import HttpRequest
from django.test import Client
from playwright.sync_api import Page, ViewportSize

from accounts.models import User
from debate.actions import exports
from debate.models import Debate
from debate.selectors.examples import SEED
from tests.browser.conftest import Visit, Watch
from tests.browser.looking import OPTIONS
from tests.rights import world
from tests.rights.routes import Route
from tests.rights.rows import cells
from tests.rights.table import YES, Row, outcome
from tests.rights.world import World

pytestmark = pytest.mark.browser

NO_PAGES = {
    "debate:live-detail": "a stream",
    "debate:change-list": "JSON, for pages that poll",
    "debate:row-list": "rows of a page, for its script",
    "debate:drawing-detail": "a drawing, to download",
    "debate:download-detail": "a file",
    "debate:moderation-table-detail": "a table for other programs",
    "debate:*-feed-detail": "for feed readers",
    "admin:jsi18n": "a script",
    "healthz": "a word for probes",
    "readyz": "a word for probes",
    "metrics": "figures for programs",
    "mfa_download_recovery_codes": "a file",
    "mfa_reauthenticate_webauthn": "JSON, for the script of passkeys",
    "mfa_signup_webauthn": "switched off",
    "openid_connect_*": "leads to another site",
    "accounts/social/*": "leads to another page",
}
WHO = ("visitor", "author", "facilitator", "moderator")
"""Moderators for the admin; for all else the first who sees a page."""
PLACES = ("public", "private")
LONG: tuple[str, ...] = (
    "/d/{slug}/",
    "/d/{slug}/exchange/",
    "/d/{slug}/map/",
    "/d/{slug}/open/",
    "/d/{slug}/history/",
)
LONG += ("/u/first-speaker/", "/u/first-speaker/open/")
"""Of the debate that Crux starts with, whose texts are long."""
AS_WRITTEN = "en-US"
NARROW: ViewportSize = {"width": 360, "height": 780}
WIDE: ViewportSize = {"width": 1280, "height": 900}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What another theme may change."""
THEMES: dict[Literal["light", "dark"], dict[str, Any]] = {"light": {}, "dark": COLOURS}
STILL = "for (const one of document.getAnimations()) one.finish()"
"""The admin fades from one theme to the other."""
LARGE = "document.documentElement.style.fontSize = '200%'"
TOO_WIDE = """() => {
  const root = document.documentElement, room = root.clientWidth;
  if (root.scrollWidth <= room) return null;
  const all = [...document.querySelectorAll("body *")];
  const out = all.find(one => one.getBoundingClientRect().right > room + 1);
  return `${root.scrollWidth} px: <${out?.tagName} class="${out?.className}">`;
}"""


@pytest.fixture
def there(seed: Debate) -> World:
    return world.build()


def asked(identity: str) -> Iterator[tuple[Route, Row, str]]:
    """The addresses to look at, each in the first place where the identity is let in."""
    for route, row in cells():
        doors = ("admin",) if identity == "moderator" else ("pages", "accounts")
        if row.method != "GET" or route.door not in doors:
            continue
        if any(fnmatchcase(route.name, name) for name in NO_PAGES):
            continue
        places = PLACES if row.within and identity != "visitor" else PLACES[:1]
        for place in places[-1:]:
            if outcome(row, route.door, place, identity) == YES:
                yield route, row, place


def signed_in(person: User | None) -> Client:
    """A client that has just proved its password, so that no page asks for it again."""
    client = Client()
    if person:
        client.force_login(person, backend="accounts.reading.Accounts")
        request = HttpRequest()
        request.session = client.session
        record_authentication(request, person, "password", reauthenticated=True)
        request.session.save()
    return client


def pages(there: World, identity: str, client: Client) -> tuple[list[str], list[str]]:
    """The paths of all pages that the identity sees; and what gave neither page nor redirect."""
    found, odd = [], []
    for route, row, place in asked(identity):
        values = world.values(there, there.places[place], route, dict(row.at))
        path = route.address(values)
        answer = client.get(path)
        if answer.status_code == 200 and b"</html>" in b"".join(answer):
            found.append(path)
        elif answer.status_code not in (302, 404):
            odd.append(f"{route.name}: {answer.status_code} {answer.headers['Content-Type']}")
    return list(dict.fromkeys(found)), odd


def faults(page: Page, path: str, *, by_axe: bool = True) -> Iterator[str]:
    """What is wrong with a page, in both themes, narrow, and with large text."""
    for theme, rules in THEMES.items():
        page.emulate_media(color_scheme=theme)
        page.evaluate(STILL)
        if by_axe:
            found = Axe().run(page, options=OPTIONS | rules)
            if found.violations_count:
                yield f"{path}, {theme}: {found.generate_report()}"
        page.set_viewport_size(NARROW)
        if wide := page.evaluate(TOO_WIDE):
            yield f"{path} at 360 px, {theme}: {wide}"
        page.set_viewport_size(WIDE)
    page.evaluate(LARGE)
    if wide := page.evaluate(TOO_WIDE):
        yield f"{path} with text of twice the size: {wide}"


@pytest.mark.parametrize(
    ("identity", "language"),
    [
        *((who, AS_WRITTEN) for who in WHO),
        *((who, "de-DE") for who in WHO[:3]),
    ],  # the admin is English
)
def test_every_page_is_accessible_in_both_themes_narrow_and_with_large_text(
    visit: Visit, watch: Watch, there: World, identity: str, language: str
) -> None:
    person = there.who[identity].person
    client = signed_in(person)
    if person:
        exports.start(by=person)
    found, odd = pages(there, identity, client)
    found += [path.format(slug=SEED) for path in LONG] if identity == "visitor" else []
    assert odd == []
    assert (
        len(found) >= {"visitor": 20, "author": 45, "facilitator": 40, "moderator": 15}[identity]
    )
    if identity == "facilitator":  # the rest is as the author sees it
        seen, _ = pages(there, "author", signed_in(there.who["author"].person))
        found = [path for path in found if path not in seen]
    page = visit("/", language=language)
    assert page.evaluate("document.documentElement.lang") == language[:2]
    if person:
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": page.url}]
        )
    wrong: list[str] = []
    for path in found:
        page.goto(path)
        assert page.url.endswith(path), page.url
        wrong += faults(page, path, by_axe=language == AS_WRITTEN)  # others differ in length
    assert not wrong, "\n\n".join(wrong)


def test_the_sweep_sees_what_is_wrong(visit: Visit, seed: Debate) -> None:
    page = visit("/help/")
    page.evaluate("""() => {
      const picture = document.createElement("img"), beam = document.createElement("div");
      const dim = document.createElement("p");
      dim.textContent = "Hardly to be read.";
      dim.style.color = "#777";
      dim.style.background = "#888";
      picture.src = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
      beam.style.width = "30rem";
      beam.style.height = "1px";
      document.querySelector("main").append(picture, beam, dim);
    }""")
    told = [fault.split(":")[0] for fault in faults(page, "/help/")]
    narrow = [f"/help/ at 360 px, {theme}" for theme in ("light", "dark")]
    assert told == ["/help/, light", narrow[0], "/help/, dark", narrow[1]]
