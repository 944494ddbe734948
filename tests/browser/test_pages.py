"""Every page: axe in both themes, narrow screens, without JavaScript, its weight."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client
from playwright.sync_api import expect

from accounts.models import User
from debate.actions import cruxes, marks, moderation, reliances, statements
from debate.models import Debate, Statement
from tests import factories
from tests.browser.conftest import Visit, Watch, choose
from tests.browser.looking import LOOKS, assert_accessible, fits

pytestmark = pytest.mark.browser

Said = dict[str, Statement]
PUBLIC = ("/", "/d/{slug}/", "/s/{reply}/", "/s/{gone}/", "/u/{who}/", "/moderation/", "/nowhere/")
DOORS = ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/")
OWN: tuple[str, ...] = (
    "/",
    "/d/{slug}/",
    "/s/{reply}/",
    "/d/new/",
    "/accounts/access/",
    "/s/{reply}/reply/",
)
OWN += ("/accounts/export/", "/accounts/deletion/", "/accounts/bots/")
OWN_STATEMENT: tuple[str, ...] = ("/s/{own}/", "/s/{own}/edit/", "/s/{own}/withdrawal/")
OWN_STATEMENT += ("/s/{own}/reliance/", "/s/{own}/revisions/1/")
CRUXES = ("/d/{slug}/cruxes/new/", "/s/{crux}/", "/s/{crux}/reliance/", "/s/{crux}/drop/")
LARGEST = 60_000
LCP = """() => new Promise(done => {
  new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true });
})"""


@pytest.fixture
def places(seed: Debate, said: Said, alice: User, mara: User) -> dict[str, str | int]:
    """Addresses of what there is: a debate, a reply, one's own, one that is hidden, a crux."""
    own = statements.reply(said["S30"], by=alice, kind="support", body="One more reason.")
    statements.edit(own, by=alice, body="One more *good* reason.", revision=1, reason="tone")
    moderation.hide(said["S13"], by=mara, reason="Sets a tone that is not ours.")
    marks.mark(said["P1"], by=alice, truth="agree")
    crux = cruxes.put_forward(seed, by=alice, name="It wants nothing", body="It *wants* nothing.")
    reliances.rely(said["P1"], by=alice, claim=said["C1"], now=80, otherwise=30)
    reliances.rely(said["P1"], by=alice, claim=crux, words="would give it up")
    dropped = cruxes.put_forward(seed, by=mara, name="Words", body="It is about words.")
    cruxes.drop(dropped, by=mara, reason="It is not.")
    return {
        "slug": seed.slug,
        "reply": said["S16"].pk,
        "gone": said["S13"].pk,
        "own": own.pk,
        "crux": crux.pk,
        "who": said["P1"].author.username,
    }


@LOOKS
def test_axe_finds_nothing_on_any_page_and_all_fit_the_screen(
    visit: Visit, watch: Watch, places: dict[str, str | int], alice: User, theme: str, width: int
) -> None:
    watch.allowed |= {404}
    for user, pages in ((None, PUBLIC + DOORS), (alice, OWN + OWN_STATEMENT + CRUXES)):
        page = visit("/", user, width=width, theme=theme)
        for pattern in pages:
            address = pattern.format(**places)
            page.goto(address)
            assert_accessible(page, f"{width} px, {theme}")
            assert fits(page), address


def test_axe_finds_nothing_in_a_refused_reply(
    visit: Visit, watch: Watch, places: dict[str, str | int], alice: User
) -> None:
    watch.allowed |= {422}
    page = visit(f"/s/{places['reply']}/", alice)
    form = page.locator("form.composer")
    form.locator("label.chip", has_text="Object").click()
    form.get_by_role("button", name="Publish").click()
    expect(page.locator("form.composer .error").first).to_be_visible()
    assert_accessible(page, "a refused reply")


def test_a_line_twelve_deep_stays_readable_on_a_phone(
    visit: Visit, seed: Debate, said: Said
) -> None:
    last = said["S1"]
    for _ in range(12):
        last = factories.RemarkFactory.create(parent=last, body="Deeper and deeper still. " * 4)
    page = visit(f"/d/{seed.slug}/", width=360)
    shown = page.locator(".node[data-depth='8'] .statement-body").last
    box = shown.bounding_box()
    assert box and box["width"] >= 250
    page.get_by_role("link", name="Continue this line").first.click()
    deepest = page.locator(f"#statement-{last.pk} .statement-body")
    box = deepest.bounding_box()
    assert box and box["width"] >= 250


def test_the_main_story_works_without_javascript(
    visit: Visit, watch: Watch, seed: Debate, said: Said, alice: User
) -> None:
    watch.allowed |= {422}
    page = visit(f"/d/{seed.slug}/", alice, javascript=False)
    page.locator(f"#statement-{said['S26'].pk} a.answer").click()
    form = page.locator("form.composer")
    choose(form, "objection")
    choose(form, "truth")
    form.locator("[name=quote]").fill("never said there")
    form.locator("[name=body]").fill("It *does* say something.")
    form.get_by_role("button", name="Publish").click()
    expect(page.locator("main")).to_contain_text("These words are not in this statement")
    expect(page.locator("[name=body]")).to_have_value("It *does* say something.")
    page.locator("[name=quote]").fill("How a model gets its state back")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("h1")).to_contain_text("Objection")
    expect(page.locator(".focused blockquote")).to_contain_text("How a model gets its state back")
    page.goto(f"/s/{said['S26'].pk}/")
    page.locator(".focused button[name=truth][value=agree]").click()
    pressed = page.locator(".focused button[data-key=a]")
    expect(pressed).to_have_attribute("aria-pressed", "true")


def test_more_statements_load_in_place_and_by_link(visit: Visit, seed: Debate, said: Said) -> None:
    for number in range(70):
        factories.SupportFactory.create(parent=said["P2"], body=f"Reason number {number}.")
    page = visit(f"/d/{seed.slug}/")
    shown = page.locator("article.statement").count()
    assert shown <= 50
    page.get_by_role("link", name="Show more under P2").click()
    expect(page.locator("main")).to_contain_text("Reason number 60.")
    assert page.url.endswith(f"/d/{seed.slug}/")
    plain = visit(f"/d/{seed.slug}/", javascript=False)
    plain.get_by_role("link", name="Show more under P2").click()
    expect(plain.locator("main")).to_contain_text("Reason number 60.")


def test_the_thread_is_light_and_quickly_painted(visit: Visit, seed: Debate) -> None:
    address = f"/d/{seed.slug}/"
    assert len(gzip.compress(Client().get(address).content, 6)) < LARGEST
    page = visit(address)
    page.reload()
    assert page.evaluate(LCP) < 2500  # generous: the machine of a test may be busy
