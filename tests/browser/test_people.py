"""The people of a debate in the browser: a link, joining, being removed; and how it looks."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from debate.actions import invitations, suspensions
from debate.models import Debate
from tests import factories
from tests.browser.conftest import Visit, Watch, choose
from tests.browser.looking import LOOKS, assert_accessible, fits

pytestmark = pytest.mark.browser


@pytest.fixture
def own(transactional_db: None, debate: Debate, alice: User) -> Debate:
    """A private debate, looked after by Alice."""
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    Debate.objects.update(visibility="private")
    debate.refresh_from_db()
    return debate


@pytest.mark.parametrize("javascript", [True, False])
def test_a_facilitator_makes_a_link_and_who_joins_by_it_writes_until_removed(
    visit: Visit, watch: Watch, own: Debate, alice: User, javascript: bool
) -> None:
    watch.allowed |= {404}
    carl = factories.UserFactory.create(username="carl", name="Carl")
    host = visit(f"/d/{own.slug}/people/", alice, javascript=javascript)
    host.locator("summary", has_text="New link").click()
    host.get_by_label("Note").fill("For Carl")
    host.get_by_role("button", name="Make the link").click()
    expect(host.locator("#notices")).to_contain_text("The link is made.")
    link = host.locator(".invitation .secret").input_value()

    guest = visit(link, javascript=javascript)
    expect(guest.locator("main")).to_contain_text(own.question)
    expect(guest.locator("main")).not_to_contain_text("For Carl")
    guest.get_by_role("link", name="Sign in to join").click()
    guest.locator("[name=login]").fill(carl.username)
    guest.locator("[name=password]").fill("correct horse")
    guest.locator("main button[type=submit]").first.click()
    guest.get_by_role("button", name="Join this debate").click()
    expect(guest.locator("#notices")).to_contain_text("You take part now.")
    answer(guest)

    host.reload()
    expect(host.locator(".invitation")).to_contain_text("used 1 of 1 time")
    member = host.locator(".member", has_text="Carl")
    member.locator("summary").click()
    member.get_by_role("button", name="Remove Carl").click()
    expect(host.locator("#notices")).to_contain_text("Carl takes part no more.")
    for address in (f"/d/{own.slug}/", link):
        guest.goto(address)
        expect(guest.locator("h1")).to_have_text("There is no such page")


def answer(page: Page) -> None:
    """Answer the first position with a question."""
    page.locator(".statement a.answer").first.click()
    form = page.locator("form.composer")
    choose(form, "question")
    form.locator("[name=body]").fill("Since when?")
    form.get_by_role("button", name="Publish").click()
    expect(page.locator(".statement-body", has_text="Since when?").first).to_be_visible()


@pytest.fixture
def peopled(own: Debate, alice: User, bob: User, charlie: User) -> Debate:
    """With participants, links of each sort and somebody suspended."""
    for person in (bob, charlie):
        factories.ParticipationFactory.create(debate=own, person=person)
    used = invitations.create(own, by=alice, uses=1, note="For the reading group of the library")
    invitations.join(used.token, by=factories.UserFactory.create(username="dora", name="Dora"))
    invitations.create(own, by=alice, role="facilitator", uses=3, shows_question=False)
    suspensions.suspend(own, charlie, by=alice, reason="Keeps attacking people.")
    return own


@LOOKS
def test_axe_finds_nothing_where_people_are_looked_after(
    visit: Visit, watch: Watch, peopled: Debate, alice: User, bob: User, theme: str, width: int
) -> None:
    watch.allowed |= {404}
    link = peopled.invitations.latest("pk").token
    position = peopled.statements.get(author=bob).pk
    seen: list[tuple[User | None, tuple[str, ...]]] = [
        (alice, (f"/d/{peopled.slug}/people/", f"/d/{peopled.slug}/suspensions/new/")),
        (alice, (f"/s/{position}/", f"/s/{position}/hiding/")),
        (bob, (f"/d/{peopled.slug}/people/",)),
        (None, (f"/join/{link}/", "/join/nothing/")),
    ]
    for user, addresses in seen:
        page = visit("/", user, width=width, theme=theme)
        for address in addresses:
            page.goto(address)
            for fold in page.locator("main summary").all():
                fold.click()
            assert_accessible(page, f"{address}, {width} px, {theme}")
            assert fits(page), address
