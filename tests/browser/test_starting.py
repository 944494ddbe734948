"""Starting a debate and looking after it; the list; a newcomer's way to a first point."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from debate.actions import settings, topics
from debate.models import Debate, Statement
from tests import factories
from tests.browser.conftest import Device, Visit, Watch
from tests.browser.looking import LOOKS, assert_accessible, fits

pytestmark = pytest.mark.browser
ENOUGH = 12
PASSWORD = "long and plain words"


class Steps:
    """Counts what a person does: every click and every field that is filled."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.count = 0

    def press(self, place: Locator) -> None:
        self.count += 1
        self.device.press(place)

    def fill(self, place: Locator, words: str) -> None:
        self.count += 1
        place.fill(words)


def test_a_newcomer_publishes_a_point_in_under_twelve_steps(
    visit: Visit, seed: Debate, device: Device
) -> None:
    """docs/newcomer.md names the steps; a change here is one there."""
    steps = Steps(device)
    page = visit("/", **device.screen)
    expect(page.locator(".lede")).to_contain_text("every reply answers exact words")
    steps.press(page.get_by_role("link", name="Answer Not ruled out"))
    steps.press(page.get_by_role("link", name="or join"))
    steps.fill(page.get_by_label("Username"), "nora")
    steps.fill(page.get_by_label("E-mail address"), "nora@example.org")
    steps.fill(page.get_by_label("Password", exact=True), PASSWORD)
    steps.press(page.get_by_role("button", name="Join"))
    form = page.locator("form.composer")
    steps.press(form.locator("label.chip", has_text="Support"))
    steps.fill(form.get_by_label("Your point"), "Nobody has shown what would rule it out.")
    steps.press(form.get_by_role("button", name="Publish"))
    expect(page.locator("main")).to_contain_text("Nobody has shown what would rule it out.")
    said = Statement.objects.get(author__username="nora")
    assert (said.kind, said.parent and said.parent.name) == ("support", "Not ruled out")
    assert steps.count < ENOUGH
    assert steps.count == 9  # as docs/newcomer.md says


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_private_debate_is_previewed_and_started(
    visit: Visit, watch: Watch, alice: User, javascript: bool
) -> None:
    watch.allowed |= {422}
    page = visit("/d/new/", alice, javascript=javascript)
    page.get_by_label("Question").fill("Should it rain more often?")
    page.get_by_label("Your position in a few words").fill("It should")
    page.get_by_label("What you hold").fill("Rain is *good*.")
    page.get_by_role("button", name="Another position").click()
    page.get_by_label("Position 3 in a few words").fill("Only at night")
    page.get_by_label("What it says").fill("Nobody is out then.")
    page.locator("#terms summary").click()
    page.get_by_label("Term 1").fill("Rain")
    page.get_by_role("radio", name="Private").check()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".error")).to_contain_text("Say what it means here.")
    page.get_by_label("What it means here").fill("Water from the sky.")
    page.get_by_label("What it means here").press("Enter")  # previews too
    shown = page.locator("#preview")
    for words in ("Should it rain", "Rain is good.", "Only at night", "Water from the sky."):
        expect(shown).to_contain_text(words)
    assert not Debate.objects.exists()
    page.get_by_role("button", name="Start it").click()
    expect(page.locator("#notices")).to_contain_text("Your debate is private")
    expect(page.locator("h1")).to_have_text("Should it rain more often?")
    debate = Debate.objects.get()
    assert debate.visibility == "private"
    assert debate.position_count == 2
    stranger = visit("/d/")
    expect(stranger.locator("main")).to_contain_text("No debates yet")


def test_what_was_typed_is_still_there_after_going_away(visit: Visit, alice: User) -> None:
    page = visit("/d/new/", alice)
    page.get_by_label("Question").fill("Should it rain more often?")
    page.get_by_label("What you hold").fill("Rain is good.")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/d/")
    page.goto("/d/new/")
    expect(page.get_by_label("Question")).to_have_value("Should it rain more often?")
    expect(page.get_by_label("What you hold")).to_have_value("Rain is good.")


def test_a_debate_is_closed_archived_with_an_outcome_and_reopened(
    visit: Visit, seed: Debate, alice: User, device: Device
) -> None:
    factories.ParticipationFactory.create(debate=seed, person=alice, role="facilitator")
    page = visit(f"/d/{seed.slug}/", alice, **device.screen)
    device.press(page.get_by_role("link", name="Settings of this debate"))
    device.press(page.get_by_role("button", name="Close it"))
    expect(page.locator("#notices")).to_contain_text("Reopening undoes it")
    expect(page.get_by_text("Reopen it to change its words.")).to_be_visible()
    device.press(page.get_by_text("Archive it …"))
    page.get_by_label("What came of it").fill("Both *grant* the first step.")
    device.press(page.get_by_role("button", name="Archive it"))
    expect(page.locator("#notices")).to_contain_text("archived")
    reader = visit(f"/d/{seed.slug}/", **device.screen)
    expect(reader.locator(".shut")).to_contain_text("Both grant the first step.")
    expect(reader.get_by_role("link", name="Put one forward")).to_have_count(0)
    device.press(page.get_by_role("button", name="Reopen it"))
    name = page.get_by_label("P1", exact=True)
    name.fill("Still not ruled out")
    device.press(page.get_by_role("button", name="Rename P1"))
    expect(page.locator("#notices")).to_contain_text("Renamed.")
    page.goto(f"/d/{seed.slug}/history/")
    expect(page.locator(".happened li").first).to_contain_text("before: “Not ruled out”")


def test_the_list_is_sorted_and_narrowed_under_a_thumb(
    visit: Visit, seed: Debate, alice: User
) -> None:
    trams = factories.DebateFactory.create(
        question="Should trams be free?", topics=topics.known(["Trams"]), starter=alice
    )
    factories.ParticipationFactory.create(debate=trams, person=alice, role="facilitator")
    settings.set_state(trams, by=alice, state="closed")
    page = visit("/", alice, width=390, touch=True)
    page.get_by_role("link", name="All debates").first.tap()
    first = page.locator(".debate-card h3").first
    expect(first).to_have_text("Should trams be free?")
    page.get_by_role("link", name="Most statements").tap()
    expect(first).to_have_text(seed.question)
    page.get_by_role("navigation", name="State").get_by_role("link", name="Closed 1").tap()
    expect(page.locator(".debate-card")).to_have_count(1)
    expect(page.locator("#found-name")).to_have_text("1 debate")
    page.get_by_role("link", name="Any state").tap()
    page.locator(".filter summary").tap()
    page.locator(".filter").get_by_role("link", name="Agency").tap()
    expect(page.locator("h1")).to_have_text("Agency")
    expect(first).to_have_text(seed.question)
    expect(page.get_by_role("link", name="Most statements")).to_have_attribute(
        "aria-current", "true"
    )
    page.get_by_role("link", name="Yours").tap()
    expect(page.locator("main")).to_contain_text("None like that")


def new_pages(page: Page, seed: Debate, position: Statement) -> list[str]:
    shut = Debate.objects.get(slug="shut")
    pages = ["/", "/d/", "/d/?topic=agency&whose=yours", "/topics/", "/topics/agency/", "/d/new/"]
    at = [f"/d/{seed.slug}/settings/", f"/d/{shut.slug}/settings/", f"/d/{shut.slug}/"]
    return [*pages, *at, f"/d/{seed.slug}/history/", f"/s/{position.pk}/name/"]


@pytest.fixture
def dressed(seed: Debate, alice: User) -> Statement:
    """The seed, looked after by Alice, and an archive with an outcome; a position of hers."""
    factories.ParticipationFactory.create(debate=seed, person=alice, role="facilitator")
    settings.change(seed, by=alice, background="Other *words*.", terms=[("Agent", "Who chooses.")])
    shut = factories.DebateFactory.create(slug="shut", starter=alice)
    factories.ParticipationFactory.create(debate=shut, person=alice, role="facilitator")
    settings.set_state(shut, by=alice, state="archived", outcome="# Both\n\ngrant it.")
    return factories.PositionFactory.create(debate=seed, author=alice, name="Mine")


@LOOKS
def test_axe_finds_nothing_and_nothing_scrolls_sideways_on_the_new_pages(
    visit: Visit,
    watch: Watch,
    seed: Debate,
    dressed: Statement,
    alice: User,
    theme: str,
    width: int,
) -> None:
    watch.allowed |= {422}
    page = visit("/", alice, width=width, theme=theme)
    for address in new_pages(page, seed, dressed):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        assert_accessible(page, f"{address}, {width} px, {theme}")
        assert fits(page), address
    page.goto("/d/new/")
    page.get_by_label("Question").fill("Should it rain?")
    page.get_by_label("Your position in a few words").fill("It should")
    page.get_by_label("What you hold").fill("So.")
    page.locator("#terms summary").click()
    page.get_by_label("Term 1").fill("Rain")
    page.get_by_role("button", name="Start it").click()
    expect(page.locator(".error")).to_be_visible()
    assert_accessible(page, f"a refused debate, {width} px, {theme}")
    page.get_by_label("What it means here").fill("Water.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview")).to_be_visible()
    assert_accessible(page, f"a preview, {width} px, {theme}")
