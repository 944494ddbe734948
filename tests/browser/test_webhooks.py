"""Webhooks in Chromium: one is made, tested, and its log read."""

from __future__ import annotations

import pytest
from django.test.utils import override_settings
from playwright.sync_api import expect

from accounts.models import User
from debate.actions import delivering
from tests.browser.conftest import Visit, Watch
from tests.browser.looking import assert_accessible
from tests.receiver import receiver

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_webhook_is_made_tested_and_its_log_read(
    visit: Visit, watch: Watch, alice: User, javascript: bool
) -> None:
    watch.allowed |= {422}
    with receiver() as inside, override_settings(WEBHOOKS_INSIDE=[inside.place]):
        page = visit("/accounts/access/", alice, javascript=javascript)
        page.get_by_role("link", name="Webhooks").click()
        page.get_by_label("Address").fill("http://hooks.example.org/")
        page.get_by_role("button", name="Make the webhook").click()
        expect(page.locator("main")).to_contain_text("must begin with https")
        page.get_by_label("Address").fill(inside.url)
        page.get_by_role("button", name="Make the webhook").click()
        shown = page.locator(".secret")
        key = shown.input_value()
        shown.press("Control+a")
        assert shown.evaluate("f => f.value.slice(f.selectionStart, f.selectionEnd)") == key
        page.get_by_role("button", name="Send a test").click()
        expect(page.locator("main")).to_contain_text("A test is on its way")
        delivering.call()
        page.reload()
        expect(page.locator(".webhook-log")).to_contain_text("Delivered")
        expect(page.locator(".webhook-log")).to_contain_text("204")
        assert inside.got[0].verified(key)["type"] == "test"
        if javascript:
            assert_accessible(page, "a webhook with its log")
