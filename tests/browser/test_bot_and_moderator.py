"""The bot's story and the moderator's, from the page through the door each of them uses."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from playwright.sync_api import expect

from accounts.models import User
from debate.actions import moderation
from debate.models import Debate, Statement
from tests.browser.conftest import Visit, Watch

pytestmark = pytest.mark.browser

Said = dict[str, Statement]


def test_a_bot_is_made_in_the_page_and_writes_over_the_api(
    visit: Visit, seed: Debate, said: Said, bob: User
) -> None:
    page = visit("/accounts/access/", bob)
    fold = page.locator("details", has=page.locator("form[action$='/access/bots/']"))
    if fold.count() and fold.get_attribute("open") is None:
        fold.locator("summary").click()
    bots = page.locator("form[action$='/access/bots/']")
    bots.locator("#id_bot_username").fill("tally")
    bots.locator("#id_bot_name").fill("Tally")
    bots.get_by_role("button", name="Make the bot").click()
    section = page.locator("section.panel", has=page.get_by_role("heading", name="Tally"))
    form = section.locator("form[action$='/access/tokens/']")
    if not form.is_visible():
        section.locator("summary", has_text="New token").click()
    form.locator("[name$='name']").fill("notebook")
    for scope in ("read", "write"):
        form.locator(f"input[value='{scope}']").check()
    assert form.locator("input[value='mark']").count() == 0
    form.get_by_role("button", name="Make the token").click()
    page.locator("#id_password").fill("correct horse")
    page.get_by_role("button", name="Go on").click()
    key = page.locator("input.secret").input_value()
    page.reload()
    assert key not in page.content()

    api = Client(headers={"Authorization": f"Bearer {key}"})
    at = f"/api/v1/statements/{said['S30'].pk}"
    sent = {"kind": "question", "body": "Do S28 and S30 say the same?"}
    refused = api.post(f"{at}/replies/", json.dumps(sent), content_type="application/json")
    assert refused.status_code == 422
    assert "model" in refused.json()["errors"]["generated_by"][0]["allowed"]
    sent["generated_by"] = "model"
    made = api.post(f"{at}/replies/", json.dumps(sent), content_type="application/json")
    assert made.status_code == 201
    verdict = json.dumps({"truth": "agree"})
    marked = api.put(f"{at}/mark/", verdict, content_type="application/json")
    assert marked.status_code == 403
    assert "Bots do not mark" in marked.json()["detail"]

    page.goto(f"/d/{seed.slug}/")
    reply = page.locator(f"#statement-{made.json()['id']}")
    expect(reply).to_contain_text("bot of Bob")
    expect(reply).to_contain_text("Written by a language model")


def test_a_moderator_hides_a_statement_and_everybody_can_read_why(
    visit: Visit, watch: Watch, seed: Debate, said: Said, mara: User, charlie: User
) -> None:
    watch.allowed |= {422}
    statement = said["S13"]
    words = "a strange mind that plays our characters"
    report = moderation.report(statement, by=charlie, reason="attack", note="Look at this.")
    page = visit("/admin/", mara)
    expect(page.get_by_text("1 item waits")).to_be_visible()
    page.goto(f"/admin/debate/report/{report.pk}/change/")
    expect(page.get_by_text("Look at this.").first).to_be_visible()
    expect(page.get_by_text(words).first).to_be_visible()
    page.get_by_role("button", name="Hide").click()
    expect(page.locator(".errornote")).to_be_visible()
    page.locator("[name=reason]").fill("Sets a tone that is not ours.")
    page.get_by_role("button", name="Hide").click()

    visitor = visit(f"/d/{seed.slug}/")
    tombstone = visitor.locator(f"#statement-{statement.pk}")
    expect(tombstone).to_contain_text("removed by moderation")
    assert words not in visitor.content()
    assert words not in Client().get(f"/api/v1/statements/{statement.pk}/").content.decode()
    visitor.goto("/moderation/")
    expect(visitor.locator("main")).to_contain_text("Sets a tone that is not ours.")
    expect(visitor.locator("main")).to_contain_text("Mara")

    moderation.restore(statement, by=mara, reason="It was a fair point.")
    visitor.goto(f"/d/{seed.slug}/")
    expect(tombstone).to_contain_text("plays our characters")
