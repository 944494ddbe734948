"""A bot proposes over the API; the author reads of it, and accepts in the page."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from playwright.sync_api import expect

from accounts import actions as accounts
from accounts.models import User
from debate.actions import notifying
from debate.models import Debate, Statement
from tests import factories
from tests.browser.conftest import Device, Visit

pytestmark = pytest.mark.browser

Said = dict[str, Statement]


def test_a_bot_proposes_a_split_and_the_author_accepts_it(
    visit: Visit, device: Device, seed: Debate, said: Said, bob: User, charlie: User
) -> None:
    bot = factories.BotFactory.create(username="tally", name="Tally", owner=charlie)
    scopes = ["read", "propose"]
    _, key = accounts.create_token(bot, by=charlie, name="nightly", scopes=scopes)
    about, words = _two_claims(said, bob)
    sent = {
        "kind": "split",
        "statement": about.pk,
        "quote": words,
        "becomes": "remark",
        "reason": "Two claims in one: the second is of another matter.",
        "generated_by": "program",
    }
    api = Client(headers={"Authorization": f"Bearer {key}"})
    made = api.post(
        f"/api/v1/debates/{seed.slug}/proposals/",
        json.dumps(sent),
        content_type="application/json",
    )
    assert made.status_code == 201, made.content
    notifying.notify()

    page = visit("/inbox/", bob, **device.screen)
    told = page.get_by_text(f"Tally (bot) proposes a change to {about.label}").first
    expect(told).to_be_visible()
    page.goto(f"/s/{about.pk}/")
    device.press(page.get_by_role("link", name="Look at it and decide"))
    expect(page.locator("mark", has_text=words)).to_be_visible()
    expect(page.get_by_role("heading", name="What accepting it does")).to_be_visible()
    accept = page.get_by_role("form", name="Accept it")
    accept.get_by_label("Why").fill("They are two indeed.")
    device.press(accept.get_by_role("button"))
    expect(page.get_by_text("Accepted and carried out.")).to_be_visible()
    expect(page.get_by_text("They are two indeed.")).to_be_visible()
    part = Statement.objects.get(body=words)
    assert (part.author, part.kind) == (bob, "remark")
    page.goto(f"/s/{about.pk}/")
    expect(page.locator(".focused .statement-body")).not_to_contain_text(words)
    page.goto("/u/tally/")
    expect(page.get_by_text("1 of 1 proposal was accepted.")).to_be_visible()


def _two_claims(said: Said, author: User) -> tuple[Statement, str]:
    """A statement with a sentence of its own at its end."""
    words = "And the clocks were changed that year."
    one = factories.SupportFactory.create(
        parent=said["S30"], author=author, body=f"Trains were late. {words}"
    )
    return one, words


def test_a_crux_is_proposed_and_withdrawn_without_a_script(
    visit: Visit, seed: Debate, charlie: User
) -> None:
    page = visit(f"/d/{seed.slug}/", charlie, javascript=False)
    page.locator("#debate-facts").get_by_role("link", name="Proposals").click()
    page.get_by_role("link", name="Propose a change").click()
    page.get_by_label("In a few words").fill("Minds can be read off")
    page.get_by_label("The claim").fill("What a mind holds can be *read off* what it does.")
    page.get_by_label("Why").fill("Both sides come back to it.")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("heading", name="A crux: Minds can be read off")).to_be_visible()
    page.get_by_role("button", name="Withdraw this proposal").click()
    expect(page.get_by_text("Withdrawn").first).to_be_visible()
