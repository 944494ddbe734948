"""The pages in German: labels fit on a phone, scripts speak it too."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from debate.actions import drafts, following, mailing, notifying, settings, statements, topics
from debate.models import Debate, Statement
from tests import factories
from tests.browser.conftest import Visit, Watch
from tests.browser.looking import fits
from tests.browser.test_pages import (
    CRUXES,
    DOORS,
    OWN,
    OWN_STATEMENT,
    PUBLIC,
    places,
)

__all__ = ["places"]

pytestmark = pytest.mark.browser

VIEWS = tuple(f"/d/{{slug}}/{view}/" for view in ("exchange", "open", "history", "people"))
MORE = ("/accounts/", "/accounts/language/", "/marks/", "/accounts/2fa/", "/accounts/names/")
READ: tuple[str, ...] = (
    "/d/",
    "/d/?sort=open&state=open",
    "/topics/",
    "/topics/minds/",
    "/d/shut/",
)
READ += ("/search/", "/search/?q=wants", "/search/?q=kind:objection+wants", "/search/?q=qqxxy")
READ += ("/help/", "/about/", "/terms/", "/privacy/", "/accounts/language/", "/mails/{stop}/")
PARTS = tuple(f"/u/alice/{part}" for part in ("", "debates/", "open/", "minds/", "changes/"))
KEPT: tuple[str, ...] = (
    "/",
    "/inbox/",
    "/inbox/?all=1",
    "/following/",
    "/accounts/mails/",
    "/accounts/tastes/",
)
KEPT += ("/d/{slug}/", "/d/{slug}/settings/", "/d/{slug}/people/", "/d/{slug}/history/")
KEPT += ("/s/{mine}/name/", "/d/?whose=yours", "/d/new/", "/u/{who}/")


@pytest.fixture
def lived(places: dict[str, str | int], seed: Debate, alice: User, bob: User) -> dict[str, Any]:
    """The places, where Alice looks after the debate, follows, is answered and has changed it."""
    factories.ParticipationFactory.create(debate=seed, person=alice, role="facilitator")
    names = topics.known(["Minds"])
    settings.change(seed, by=alice, topics=names, terms=[("Agent", "Who chooses.")])
    shut = factories.DebateFactory.create(slug="shut", starter=alice)
    factories.ParticipationFactory.create(debate=shut, person=alice, role="facilitator")
    settings.set_state(shut, by=alice, state="archived", outcome="Both grant it.")
    mine = factories.PositionFactory.create(debate=seed, author=alice, name="Mine")
    following.follow_person(bob, by=alice, level="followed")
    for kind in ("question", "remark", "objection"):
        on = "truth" if kind == "objection" else ""
        statements.reply(mine, by=bob, kind=kind, body="Even in winter?", on=on)
    notifying.notify()
    return {**places, "mine": mine.pk, "stop": mailing.key(alice)}


def assert_sound(page: Page, address: str) -> None:
    """Fail where a page is not German, or is wider than the screen."""
    page.goto(address)
    assert page.locator("html").get_attribute("lang") == "de", address
    assert fits(page), address


def test_what_one_finds_follows_and_keeps_fits_in_german(
    visit: Visit, watch: Watch, lived: dict[str, Any], alice: User
) -> None:
    for user, pages in ((None, READ), (alice, KEPT + PARTS)):
        page = visit("/", user, width=360, language="de-DE")
        for pattern in pages:
            assert_sound(page, pattern.format(**lived))


def test_german_pages_fit_a_phone(
    visit: Visit, watch: Watch, places: dict[str, str | int], alice: User
) -> None:
    watch.allowed |= {404}
    own = OWN + OWN_STATEMENT + CRUXES + VIEWS + MORE
    for user, pages in ((None, PUBLIC + DOORS + VIEWS), (alice, own)):
        page = visit("/", user, width=360, language="de-DE")
        for pattern in pages:
            assert_sound(page, pattern.format(**places))


def test_the_main_story_is_in_german(
    visit: Visit, watch: Watch, seed: Debate, said: dict[str, Statement], alice: User
) -> None:
    watch.allowed |= {422}
    page = visit(f"/s/{said['S16'].pk}/", alice, width=390, language="de")
    form = page.locator("form.composer")
    form.locator("label.chip", has_text="Einwenden").click()
    form.get_by_role("button", name="Jetzt veröffentlichen").click()
    expect(form.locator(".error").first).to_contain_text("Sag, was nicht stimmt")
    form.locator("label.chip", has_text="Es ist nicht wahr").click()
    form.locator("[name=body]").fill("Das sehe ich anders.")
    expect(form.locator("[data-saved]")).to_have_text("Gespeichert")
    form.get_by_role("button", name="Jetzt veröffentlichen").click()
    expect(page.locator("main")).to_contain_text("Veröffentlicht als")
    page.locator(".focused button[data-key=a]").click()
    expect(page.locator("main")).to_contain_text("Du stimmst zu.")


def test_what_publishes_a_turn_does_not_cover_the_name_of_its_list(
    visit: Visit, seed: Debate, said: dict[str, Statement], alice: User
) -> None:
    for key, label in (("k1", "S4"), ("k2", "S5")):
        wording = drafts.Wording("support", "", "So it is.")
        drafts.keep(said[label], by=alice, key=key, wording=wording)
    page = visit(f"/d/{seed.slug}/", alice, width=390, language="de")
    name = page.locator("#tray summary").bounding_box()
    button = page.locator("#tray").get_by_role("button", name="2 als einen").bounding_box()
    assert name and button
    below = button["y"] >= name["y"] + name["height"]
    assert below or button["x"] >= name["x"] + name["width"]
    for width in (390, 1280):  # nor do the views' names cover it, wherever one has scrolled to
        page = visit(f"/d/{seed.slug}/", alice, width=width, language="de")
        is_covered = """tray => {
            const { x, bottom } = tray.getBoundingClientRect();
            return !tray.contains(document.elementFromPoint(x + 40, bottom - 8));
        }"""
        for _ in range(8):
            assert not page.locator("#tray .tray-bar").evaluate(is_covered)
            page.mouse.wheel(0, 40)


def test_a_visitor_changes_the_language_without_scripts(visit: Visit, seed: Debate) -> None:
    page = visit(f"/d/{seed.slug}/", javascript=False)
    page.get_by_role("contentinfo").get_by_role("link", name="Deutsch").click()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("navigation", name="Ansichten dieser Debatte")).to_be_visible()
    page.get_by_role("contentinfo").get_by_role("link", name="English").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("navigation", name="Views of this debate")).to_be_visible()
