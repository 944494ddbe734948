"""Bringing an exchange in, in a browser, and taking it out again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.models import User
from debate.models import Debate
from tests import factories
from tests.browser.conftest import Device, Visit
from tests.browser.looking import assert_accessible

pytestmark = pytest.mark.browser

TALK = """\
Ann: Readers bring books back when they are asked to, so nobody needs a due date.

Bob: > Readers bring books back when they are asked to
That holds for the readers you know.

Ann: > the readers you know well enough
I know many of them, and all of them do.
"""


@pytest.mark.django_db(transaction=True)
def test_an_exchange_is_pasted_looked_over_brought_in_and_taken_out(
    visit: Visit, device: Device, tmp_path: Path
) -> None:
    nora: User = factories.UserFactory.create(username="nora", name="Nora", standing="member")
    page = visit("/d/new/", nora, **device.screen)
    device.press(page.get_by_role("link", name="Or bring one in from elsewhere"))
    page.get_by_label("Format").select_option(label="Plain exchange")
    page.get_by_label("Or paste its text").fill(TALK)
    page.get_by_label("Question").fill("Should the library lend without a due date?")
    device.press(page.get_by_label("Everyone"))
    device.press(page.get_by_role("button", name="Read it"))
    expect(page.get_by_text("That holds for the readers you know.").first).to_be_visible()
    expect(page.get_by_text("The quoted words are not in what it answers.")).to_be_visible()
    assert_accessible(page, "preview")
    page.locator("select[name='choice:kind:L4']").select_option("objection")
    device.press(page.get_by_role("button", name="Read it again with these choices"))
    device.press(page.get_by_role("button", name="Bring it in as shown"))
    device.press(page.get_by_role("link", name="To the debate"))
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Should the library lend without a due date?"
    )
    debate = Debate.objects.get()
    assert debate.statements.filter(kind="objection").count() == 1
    device.press(page.locator(".downloads summary"))
    with page.expect_download() as download:
        device.press(page.get_by_role("link", name="Crux JSON"))
    download.value.save_as(tmp_path / "debate.json")
    told = json.loads((tmp_path / "debate.json").read_text())
    assert {one["name"] for one in told["people"]} == {"Ann", "Bob"}
    device.press(page.get_by_role("link", name="What each of them loses"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Download this debate")
    device.press(page.get_by_role("link", name="What Plain exchange loses"))
    expect(page.get_by_role("heading", level=1)).to_have_text("What Plain exchange loses")
    assert_accessible(page, "losses")
