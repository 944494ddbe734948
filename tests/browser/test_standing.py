"""What a late joiner sees first: both positions, and what it turns on; and it stays up to date."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import User
from debate.actions import analysis, marks, statements
from debate.models import Debate
from tests import camps
from tests.browser.conftest import Visit
from tests.browser.test_live import Come, Said, come, site

__all__ = ["come", "site"]  # fixtures
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 390])
def test_the_first_screen_names_both_positions_and_both_cruxes(
    seed: Debate, visit: Visit, width: int
) -> None:
    analysis.refresh(seed.pk)
    page = visit(f"/d/{seed.slug}/", width=width, touch=width == 390)
    head = page.locator("#debate-hinge")
    for name in ("Not ruled out", "Only the characters"):
        expect(head.get_by_role("heading", name=name)).to_be_in_viewport()
    for label in ("C1", "C2"):
        expect(head.locator(".turn-on .label", has_text=label)).to_be_in_viewport()
    expect(head.locator(".side-standing").first).to_be_in_viewport()


def test_an_open_page_shows_within_seconds_that_the_debate_stands_otherwise(
    come: Come, seed: Debate, said: Said, alice: User, bob: User
) -> None:
    analysis.refresh(seed.pk)
    page = come(f"/d/{seed.slug}/")
    second = page.locator(f"#debate-standing-{said['P2'].pk}")
    expect(second).to_contain_text("Stands")
    before = page.evaluate("scrollY")
    objection = statements.reply(said["P2"], by=alice, kind="objection", on="truth", body="No.")
    marks.mark(objection, by=bob, truth="agree")
    analysis.refresh(seed.pk)
    expect(second).to_contain_text("Challenged")
    expect(second).to_contain_text(objection.label)
    assert page.evaluate("scrollY") == before


def test_a_mark_and_a_reliance_are_given_on_the_page_of_cruxes(
    seed: Debate, said: Said, visit: Visit, alice: User
) -> None:
    marks.mark(said["P2"], by=alice, truth="agree")
    analysis.refresh(seed.pk)
    page = visit(f"/d/{seed.slug}/cruxes/", alice)
    crux = page.locator(f"#statement-{said['C3'].pk}")
    crux.get_by_role("button", name="Agree").first.click()
    expect(crux.locator(".crux-stances")).to_contain_text("2 agree")
    page.get_by_role("link", name="Does your position rest on this? C3").click()
    page.get_by_label("If it turned out otherwise, I …").fill("would give it up")
    page.get_by_role("button", name="Save").click()
    page.goto(f"/d/{seed.slug}/cruxes/")
    expect(page.locator("li.pivot", has=crux)).to_contain_text("would give it up")


def test_the_next_question_is_answered_where_it_is_asked(
    seed: Debate, visit: Visit, alice: User
) -> None:
    analysis.refresh(seed.pk)
    page = visit(f"/d/{seed.slug}/you/", alice, width=390, touch=True)
    question = page.locator(".for-you .statement").first
    asked = question.get_attribute("id")
    question.get_by_role("button", name="Unsure").first.tap()
    expect(question.locator("[name=truth][value='']")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator(".for-you .statement").first).not_to_have_attribute("id", asked or "")


def test_a_share_comes_under_a_name_that_leaves_it_no_room(
    transactional_db: None, visit: Visit
) -> None:
    made = camps.two_camps()
    page = visit(f"/d/{made.debate.slug}/cruxes/", width=390)
    overlap = page.locator(".shares-who").first.evaluate(
        """who => {
          who.textContent = "Voreingenommenheitsvermutung";
          const words = document.createRange();
          words.selectNodeContents(who);
          const [one, two] = [words, who.nextElementSibling].map(e => e.getBoundingClientRect());
          return two.left < one.right && two.top < one.bottom;
        }"""
    )
    assert overlap is False
