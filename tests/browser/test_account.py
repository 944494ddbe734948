"""One's account in Chromium: passkeys by its virtual authenticator, codes, sessions, names."""

from __future__ import annotations

import copy
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value
from playwright.sync_api import Page, expect

from accounts.models import User
from config import production
from tests import issuer
from tests.browser.conftest import Visit, Watch
from tests.browser.looking import LOOKS, assert_accessible, fits

pytestmark = pytest.mark.browser

PASSWORD = "correct horse"
KEYS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def database(transactional_db: None) -> None:
    """The server reads what the test writes."""


def with_keys(page: Page) -> None:
    """Give the page's browser a device that keeps passkeys, and says yes to all it is asked."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": KEYS})


def is_me(page: Page) -> None:
    """Type the password once more, if it is asked for."""
    if "/reauthenticate/" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()


def log_out(page: Page) -> None:
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def sign_in(page: Page, name: str = "alice") -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username or e-mail").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def code_of(secret: str) -> str:
    return f"{hotp_value(secret, int(time.time()) // 30):06d}"


def add_passkey(page: Page) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    is_me(page)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.locator("h1")).to_have_text("Recovery codes")


def test_a_passkey_is_added_and_opens_the_account_alone(visit: Visit, alice: User) -> None:
    page = visit("/accounts/", alice)
    with_keys(page)
    page.get_by_role("link", name="Passkeys and second factor").click()
    add_passkey(page)
    log_out(page)
    page.goto("/accounts/login/?next=/accounts/names/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("h1")).to_have_text("Names")
    assert urlsplit(page.url).path == "/accounts/names/"
    page.goto("/accounts/2fa/webauthn/")
    expect(page.locator("tbody th")).to_have_text("Passkey")
    expect(page.locator("tbody")).to_contain_text("alone")


def test_a_passkey_is_the_second_factor_after_the_password(visit: Visit, alice: User) -> None:
    page = visit("/accounts/", alice)
    with_keys(page)
    add_passkey(page)
    log_out(page)
    sign_in(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("details.menu")).to_contain_text("Alice")


def test_a_device_that_knows_no_passkey_says_so(visit: Visit) -> None:
    page = visit("/accounts/login/")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEYS, "isUserVerified": False}})
    page.get_by_role("button", name="Sign in with a passkey").click()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("cancelled, or took too long")
    told.evaluate("place => { place.querySelector('span').textContent = ''; }")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(told).to_contain_text("cancelled, or took too long")


def test_codes_from_an_app_and_recovery_codes_open_the_account(visit: Visit, alice: User) -> None:
    page = visit("/accounts/2fa/", alice)
    page.get_by_role("link", name="Set them up").click()
    is_me(page)
    secret = page.locator("input.secret").input_value()
    assert page.locator(".qr img").evaluate("image => image.naturalWidth") > 0
    page.get_by_label("Code from the app").fill("000000")
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator("main")).to_contain_text("This is not the right code")
    page.get_by_label("Code from the app").fill(code_of(secret))
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator("h1")).to_have_text("Recovery codes")
    recovery = page.locator(".codes code").first.inner_text()
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    log_out(page)
    for code in (recovery, code_of(secret)):
        sign_in(page)
        expect(page.locator("h1")).to_have_text("The second factor")
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Sign in", exact=True).click()
        if code != recovery and "authenticate" in page.url:  # it was used up a moment ago
            time.sleep(30 - time.time() % 30 + 1)
            page.get_by_label("Code").fill(code_of(secret))
            page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.locator("details.menu")).to_contain_text("Alice")
        log_out(page)
    sign_in(page)
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("main")).to_contain_text("This is not the right code")


def test_logging_out_elsewhere_ends_the_other_window(visit: Visit, alice: User) -> None:
    here, there = visit("/"), visit("/")
    for page in (here, there):
        sign_in(page)
        expect(page.locator("details.menu")).to_contain_text("Alice")
    here.goto("/accounts/sessions/")
    expect(here.locator("tbody tr")).to_have_count(2)
    here.get_by_role("button", name="Log out elsewhere").click()
    expect(here.locator("tbody tr")).to_have_count(1)
    there.reload()
    expect(there.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_new_name_is_everywhere_and_a_trick_comes_back_as_typed(
    visit: Visit, watch: Watch, alice: User, bob: User
) -> None:
    watch.allowed |= {422}
    page = visit("/accounts/names/", alice)
    page.get_by_label("Shown name").fill("\u0410lice")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error")).to_contain_text("Cyrillic, Latin")
    page.get_by_label("Shown name").fill("Alice of the Library")
    page.get_by_label("Username").fill("alice-of-the-library")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("details.menu")).to_contain_text("Alice of the Library")
    other = visit("/u/alice/", bob)
    assert urlsplit(other.url).path == "/u/alice-of-the-library/"


def test_an_account_elsewhere_opens_one_here(visit: Visit, settings: Any) -> None:
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    with issuer.running() as there:
        policy["DIRECTIVES"]["form-action"] += production.origins(there.url)
        app = {
            "provider_id": "openid",
            "name": "Example University",
            "client_id": issuer.CLIENT,
            "secret": issuer.SECRET,
            "settings": {"server_url": there.url, "oauth_pkce_enabled": True},
        }
        settings.CONTENT_SECURITY_POLICY = policy
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        page = visit("/accounts/login/?next=/accounts/names/")
        page.get_by_role("button", name="Sign in with Example University").click()
        expect(page.locator("main")).to_contain_text("One more step")
        assert_accessible(page, "joining from elsewhere")
        page.get_by_label("Username").fill("ann-lee")
        page.get_by_role("button", name="Join").click()
        expect(page.locator("h1")).to_have_text("Names")
        page.goto("/accounts/")
        page.get_by_role("link", name="Accounts elsewhere").click()
        expect(page.get_by_text("Connected")).to_be_visible()
        assert_accessible(page, "accounts elsewhere")


PLAIN = (
    "/accounts/",
    "/accounts/names/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/sessions/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/totp/activate/",
    "/accounts/3rdparty/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/2fa/webauthn/reauthenticate/",
)


@LOOKS
def test_axe_finds_nothing_on_the_pages_of_an_account(
    visit: Visit, alice: User, width: int, theme: str
) -> None:
    page = visit("/accounts/", alice, width=width, theme=theme)
    with_keys(page)
    add_passkey(page)
    [key] = Authenticator.objects.filter(user=alice, type="webauthn")
    own = f"/accounts/2fa/webauthn/keys/{key.pk}/"
    for address in (*PLAIN, f"{own}edit/", f"{own}remove/"):
        page.goto(address)
        assert_accessible(page, f"{theme}, {width} px")
        assert fits(page), address


def test_a_new_password_can_be_read_while_it_is_typed(visit: Visit) -> None:
    page = visit("/accounts/signup/")
    field = page.get_by_label("Password", exact=True)
    field.fill("violet-marmot-9")
    expect(field).to_have_attribute("type", "password")
    page.get_by_role("button", name="Show the password").click()
    expect(field).to_have_attribute("type", "text")
    assert_accessible(page, "a password that is shown")
    page.get_by_role("button", name="Hide the password").click()
    expect(field).to_have_attribute("type", "password")
    expect(field).to_have_value("violet-marmot-9")
