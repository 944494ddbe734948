"""A crux from its being put forward to being double, and on both people's pages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from debate.actions import marks, reliances
from debate.models import Debate, Statement
from tests.browser.conftest import Device, Visit, Watch
from tests.browser.looking import assert_accessible

pytestmark = pytest.mark.browser


def test_a_crux_is_put_forward_and_both_sides_turn_on_it(
    device: Device,
    visit: Visit,
    watch: Watch,
    seed: Debate,
    said: dict[str, Statement],
    alice: User,
    bob: User,
) -> None:
    watch.allowed |= {422}
    marks.mark(said["P1"], by=alice, truth="agree")
    marks.mark(said["P2"], by=bob, truth="agree")
    page = visit(f"/d/{seed.slug}/", alice, **device.screen)
    device.press(page.get_by_role("link", name="Put one forward"))
    page.get_by_label("The claim").fill("A model *wants* nothing.")
    device.press(page.get_by_role("button", name="Preview"))
    expect(page.locator(".preview-shown em")).to_have_text("wants")
    page.get_by_label("In a few words").fill("It wants nothing of its own " * 3)
    device.press(page.get_by_role("button", name="Put it forward"))
    expect(page.locator(".error")).to_have_text("Use at most 60 characters of plain text.")
    page.get_by_label("In a few words").fill("It wants nothing")
    device.press(page.get_by_role("button", name="Put it forward"))
    expect(page.locator("h1")).to_contain_text("It wants nothing C6")

    device.press(page.locator(".focused button[data-key=a]"))
    expect(page.locator(".crux-stances")).to_contain_text("1 agrees")
    device.press(page.get_by_text("My position rests on this"))
    page.get_by_label("now").fill("80")
    device.press(page.get_by_role("button", name="Save"))
    expect(page.locator("#rests .error")).to_have_text("Give both numbers, or neither.")
    expect(page.locator("#rests").get_by_role("alert")).to_be_focused()
    page.get_by_label("if it turned out otherwise", exact=True).fill("30")
    device.press(page.get_by_role("button", name="Save"))
    expect(page.locator(".rests-one")).to_contain_text("holds P1 at 80, otherwise at 30")
    expect(page.locator(".focused .margin")).to_contain_text("P1 rests on it")
    assert_accessible(page)
    device.press(page.get_by_role("button", name="Take back"))
    expect(page.locator(".rests-one")).to_have_count(0)
    device.press(page.get_by_role("button", name="Undo", exact=True))
    expect(page.locator(".rests-one")).to_contain_text("at 80, otherwise at 30")

    crux = Statement.objects.get(kind="crux", ordinal=6)
    marks.mark(crux, by=bob, truth="disagree")
    reliances.rely(said["P2"], by=bob, claim=crux, words="would have to look again")
    page.goto(f"/d/{seed.slug}/")
    expect(page.locator(".turns-on")).to_contain_text("A model wants nothing.")
    expect(page.locator(f"#statement-{crux.pk}-margin")).to_contain_text("Double crux")
    device.press(page.locator(f"#statement-{crux.pk} a.who"))
    expect(page).to_have_url(re.compile(r"/u/alice/$"))
    expect(page.locator(".turning-who")).to_have_text("You agree, Bob disagrees.")
    assert_accessible(page)
    device.press(page.locator(".turning-who").get_by_role("link", name="Bob"))
    expect(page.locator(".turning-who")).to_have_text("Bob disagrees, Alice agrees.")


def test_a_crux_is_dropped_and_taken_up_without_javascript(
    visit: Visit, seed: Debate, said: dict[str, Statement], alice: User
) -> None:
    Statement.objects.filter(pk=said["C3"].pk).update(author=alice)
    page = visit(f"/s/{said['C3'].pk}/", alice, javascript=False)
    page.locator("summary", has_text="Drop").click()
    page.get_by_label("Why").fill("Both sides draw the line alike.")
    page.get_by_role("button", name="Drop it").click()
    expect(page.locator(".crux-dropped")).to_contain_text("Both sides draw the line alike.")
    page.goto(f"/d/{seed.slug}/")
    expect(page.locator(f"#statement-{said['C3'].pk}")).not_to_be_visible()
    page.get_by_text("1 dropped crux").click()
    expect(page.locator(f"#statement-{said['C3'].pk}")).to_be_visible()
    page.locator(f"#statement-{said['C3'].pk} .when").first.click()
    page.get_by_role("button", name="Take C3 up again").click()
    expect(page.locator(".margin")).to_contain_text("Live")
