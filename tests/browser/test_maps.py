"""The Map in Chromium: no card on another, words that fit, zoom by keys, links and buttons."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from debate.actions import analysis
from debate.models import Debate, Statement
from tests.browser.conftest import Visit
from tests.browser.looking import LOOKS, assert_accessible, fits

pytestmark = pytest.mark.browser

LOOK = """() => {
  const placed = (card, {x, y, width, height}) => {
    const { e, f } = card.transform.baseVal.consolidate().matrix;
    return { x: x + e, y: y + f, width, height };
  };
  const boxOf = card => placed(card, card.querySelector(".card-box").getBBox());
  const cards = [...document.querySelectorAll(".card")].map(card => [card, boxOf(card)]);
  const beside = (a, b) => a.x >= b.x + b.width || b.x >= a.x + a.width;
  const above = (a, b) => a.y >= b.y + b.height || b.y >= a.y + a.height;
  const meets = (a, others) => others.some(([, b]) => !beside(a, b) && !above(a, b));
  const overlap = cards.filter(([, a], i) => meets(a, cards.slice(i + 1))).length;
  const sizes = [], outside = [];
  for (const [card, box] of cards) for (const text of card.querySelectorAll("text")) {
    sizes.push(parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a);
    if (text.matches(".card-who, .folded-count")) continue;
    const words = placed(card, text.getBBox());
    const [right, low] = [words.x + words.width, words.y + words.height];
    if (right > box.x + box.width - 2 || low > box.y + box.height) outside.push(text.textContent);
  }
  return { cards: cards.length, overlap, outside, smallest: Math.min(...sizes) };
}"""


def looked(page: Page) -> dict[str, Any]:
    """How many cards there are, overlap or do not hold their words; the smallest letters."""
    found: dict[str, Any] = page.evaluate(LOOK)
    return found


@LOOKS
def test_the_map_of_the_seed_is_legible_and_accessible(
    visit: Visit, seed: Debate, theme: str, width: int
) -> None:
    analysis.refresh(seed.pk)
    page = visit(f"/d/{seed.slug}/map/", width=width, theme=theme)
    found = looked(page)
    assert found["cards"] == seed.statements.count()
    assert (found["overlap"], found["outside"]) == (0, [])
    assert found["smallest"] >= 11
    assert fits(page)
    assert_accessible(page, "map")
    page.locator("#outline > summary").click()
    assert_accessible(page, "outline")
    assert fits(page)


def test_a_map_of_five_hundred_is_legible(visit: Visit, transactional_db: None) -> None:
    call_command("fill", statements=700, depth=40, verbosity=0)
    debate = Debate.objects.get()
    analysis.refresh(debate.pk)
    page = visit(f"/d/{debate.slug}/map/", width=390)
    found = looked(page)
    assert (found["cards"], found["overlap"], found["outside"]) == (500, 0, [])
    assert found["smallest"] >= 11
    assert fits(page)


def test_the_map_is_moved_and_zoomed_by_keys_and_buttons(visit: Visit, seed: Debate) -> None:
    page = visit(f"/d/{seed.slug}/map/")
    frame = page.locator("#map")
    frame.focus()

    def wide() -> float:
        return float(page.locator(".argmap").evaluate("svg => svg.getBoundingClientRect().width"))

    own = wide()
    page.keyboard.press("-")
    assert wide() < own
    page.keyboard.press("0")
    assert wide() == pytest.approx(own)
    page.keyboard.press("+")
    assert wide() > own
    page.keyboard.press("ArrowRight")
    expect(frame).not_to_have_js_property("scrollLeft", 0)
    page.get_by_role("link", name="Whole width").click()
    assert wide() <= frame.evaluate("frame => frame.clientWidth") + 1
    assert page.url.endswith("/map/")


def test_dragging_moves_the_map_and_follows_no_link(visit: Visit, seed: Debate) -> None:
    page = visit(f"/d/{seed.slug}/map/")
    frame = page.locator("#map")
    frame.scroll_into_view_if_needed()
    card = page.locator(".card").first.bounding_box()
    assert card
    page.mouse.move(card["x"] + 100, card["y"] + 60)
    page.mouse.down()
    page.mouse.move(card["x"] - 60, card["y"] + 20, steps=4)
    page.mouse.up()
    expect(frame).to_have_js_property("scrollLeft", 160)
    assert page.url.endswith("/map/")


def test_without_a_script_links_zoom_and_a_card_leads_to_its_statement(
    visit: Visit, seed: Debate, said: dict[str, Statement]
) -> None:
    page = visit(f"/d/{seed.slug}/map/", javascript=False)
    before = page.locator(".argmap").get_attribute("width")
    page.get_by_role("link", name="Smaller").click()
    assert page.locator(".argmap").get_attribute("width") != before
    page.locator(f'.card a[href="/s/{said["S1"].pk}/"]').click()
    assert page.url.endswith(f"/s/{said['S1'].pk}/")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_from_a_card_to_why_to_what_if(
    visit: Visit, seed: Debate, said: dict[str, Statement], theme: str
) -> None:
    analysis.refresh(seed.pk)
    page = visit(f"/s/{said['S24'].pk}/", width=390, theme=theme)
    page.get_by_role("link", name="Why does it stand where it stands?").click()
    expect(page.locator(".why-lead")).to_contain_text("Stands")
    assert_accessible(page, "why")
    assert fits(page)
    page.get_by_label("everybody came to reject it").check()
    page.get_by_role("button", name="Show what would move").click()
    expect(page.locator(".whys")).to_contain_text("Challenged → then Stands")
    assert_accessible(page, "what if")
    assert fits(page)
