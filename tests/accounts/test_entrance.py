"""Joining, signing in, changing one's address: what it does, and what it tells nobody."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import allauth
import pytest
from allauth.account.models import EmailAddress
from allauth.core import context
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client

from accounts.adapters import Accounts
from accounts.models import Look, User
from tests import factories

pytestmark = pytest.mark.django_db

LOGIN, SIGNUP = "/accounts/login/", "/accounts/signup/"
RESET, EMAIL = "/accounts/password/reset/", "/accounts/email/"
LINK = re.compile(r"https?://testserver(/accounts/\S+)")
PASSWORD = "correct horse"


class Hasher(PBKDF2PasswordHasher):
    """Real hashing, quickly."""

    iterations = 10


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def verified(settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"


@pytest.fixture
def ann(db: None) -> User:
    return person("annika")


def person(name: str, *, confirmed: bool = True) -> User:
    made = factories.UserFactory.create(username=name)
    EmailAddress.objects.create(user=made, email=made.email, primary=True, verified=confirmed)
    return made


def joined(client: Client, name: str, email: str = "", **more: str) -> Any:
    both = {"password1": "violet-marmot-9", "password2": "violet-marmot-9"}
    given = {"username": name, "email": email or f"{name}@example.org", **both, **more}
    return client.post(SIGNUP, given, follow=True)


def signed_in(client: Client, login: str = "annika", password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": login, "password": password})


def is_in(client: Client) -> bool:
    return client.get("/accounts/names/").status_code == 200


# ---- joining
def test_in_development_one_is_in_at_once(client: Client) -> None:
    joined(client, "newcomer")
    assert is_in(client)
    assert Look.objects.get(account__username="newcomer").look == "newcomer"


def test_in_production_the_mail_is_confirmed_first(client: Client, verified: None) -> None:
    answer = joined(client, "newcomer")
    assert "Look in your mail" in answer.content.decode()
    assert not is_in(client)
    assert signed_in(client, "newcomer", "violet-marmot-9").status_code == 302
    assert not is_in(client)
    assert "for the account newcomer." in str(mail.outbox[0].body)
    link = LINK.search(str(mail.outbox[0].body))
    assert link
    assert "Confirm your address" in client.get(link[1]).content.decode()
    Client().post(link[1])
    assert not is_in(client)
    signed_in(client, "newcomer", "violet-marmot-9")
    assert is_in(client)


def confirmed(client: Client, browser: Client) -> Any:
    """The answer to confirming what was asked for in `client`, in `browser`."""
    link = LINK.search(str(mail.outbox[0].body))
    assert link
    page = browser.get(link[1]).content.decode()
    leads = re.search(r'name="next" value="([^"]*)"', page)
    more = {"next": leads[1]} if leads else {}
    return browser.post(link[1].split("?")[0], more)


def test_who_joins_by_a_link_is_in_and_there_once_the_address_is_confirmed(
    client: Client, verified: None
) -> None:
    joined(client, "newcomer", next="/join/a-key/")
    assert confirmed(client, client).headers["Location"] == "/join/a-key/"
    assert is_in(client)


def test_in_another_browser_one_is_led_on_but_not_signed_in(
    client: Client, verified: None
) -> None:
    joined(client, "newcomer", next="/join/a-key/")
    other = Client()
    assert confirmed(client, other).headers["Location"] == "/join/a-key/"
    assert not is_in(other)
    assert not is_in(client)


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_confirming_leads_to_no_other_site(client: Client, verified: None, away: str) -> None:
    joined(client, "newcomer", next=away)
    assert "evil" not in str(mail.outbox[0].body)
    assert confirmed(client, client).headers["Location"] == "/"


def test_a_session_half_signed_in_as_somebody_else_is_not_signed_in_by_the_link(
    client: Client, verified: None
) -> None:
    joined(client, "newcomer")
    other = Client()
    joined(other, "another")
    confirmed(client, other)
    assert not is_in(other)


def test_who_has_an_account_is_told_by_mail_only(
    client: Client, verified: None, ann: User
) -> None:
    known = joined(Client(), "other-ann", ann.email)
    unknown = joined(Client(), "nobody-yet", "new@example.org")
    assert bare(known, ann.email) == bare(unknown, "new@example.org")
    assert not User.objects.filter(username="other-ann").exists()
    assert EmailAddress.objects.filter(email=ann.email).count() == 1
    assert not Look.objects.filter(look="other-ann").exists()
    assert ["already" in sent.body for sent in mail.outbox] == [True, False]


def bare(answer: Any, address: str) -> tuple[Any, ...]:
    text = re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.content.decode())
    return answer.status_code, answer.redirect_chain, text.replace(address, "IT")


@pytest.mark.parametrize("name", ["admin", "Ann", "4nn!", "a\u0301nn", "crux-team"])
def test_a_name_that_is_refused_comes_back_as_typed(client: Client, name: str) -> None:
    answer = joined(client, name, "new@example.org")
    assert f'value="{name}"' in answer.content.decode()
    assert not User.objects.exists()


def test_a_name_that_looks_like_another_is_refused(client: Client, ann: User) -> None:
    Look.objects.create(look="bolb", account=ann)
    assert "looks like another account" in joined(client, "b0ib").content.decode()


def test_who_is_a_moment_too_late_is_told_so(client: Client) -> None:
    with mock.patch("accounts.adapters.actions.hold_names", side_effect=IntegrityError):
        answer = joined(client, "newcomer")
    assert "has just been taken" in answer.content.decode()
    assert not User.objects.exists()


# ---- signing in
def test_as_many_hashes_are_made_whether_or_not_there_is_an_account(
    ann: User, verified: None, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.Hasher"]
    ann.set_password(PASSWORD)
    ann.save()
    asked = {
        "mail": lambda who: signed_in(Client(), f"{who}@example.org", "wrong"),
        "name": lambda who: signed_in(Client(), who, "wrong"),
        "join": lambda who: joined(Client(), f"new-{who}", f"{who}@example.org"),
        "reset": lambda who: Client().post(RESET, {"email": f"{who}@example.org"}),
    }
    for what, ask in asked.items():
        made = []
        for who in ("annika", "eve"):
            with mock.patch.object(Hasher, "encode", autospec=True, return_value="x") as encode:
                ask(who)
            made.append(encode.call_count)
        assert made[0] == made[1], (what, made)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(ann: User) -> None:
    for known, unknown in (("annika", "zoe"), (ann.email, "zoe@example.org")):
        one, other = (signed_in(Client(), who, "wrong") for who in (known, unknown))
        assert bare(Shown(one), known) == bare(Shown(other), unknown)


class Shown:
    """An answer that led nowhere."""

    def __init__(self, answer: HttpResponse) -> None:
        self.content, self.status_code = answer.content, answer.status_code
        self.redirect_chain: list[Any] = []


def test_an_address_opens_the_account_that_has_confirmed_it_and_no_other(ann: User) -> None:
    eve = factories.UserFactory.create(username="eve", email=ann.email)
    EmailAddress.objects.create(user=eve, email=ann.email, verified=False)
    eve.set_password("violet-marmot-9")
    eve.save()
    theirs, ours = Client(), Client()
    signed_in(theirs, ann.email, "violet-marmot-9")
    signed_in(ours, ann.email.upper())
    assert (is_in(theirs), is_in(ours)) == (False, True)


def test_a_reset_tells_nothing_and_mails_a_link_that_works_once(client: Client, ann: User) -> None:
    one, other = (
        Client().post(RESET, {"email": email}, follow=True)
        for email in (ann.email, "eve@example.org")
    )
    assert bare(one, ann.email) == bare(other, "eve@example.org")
    link = LINK.search(str(mail.outbox[0].body))
    assert link
    page = client.get(link[1], follow=True)
    new = {"password1": "violet-marmot-9", "password2": "violet-marmot-9"}
    client.post(page.redirect_chain[-1][0], new)
    ann.refresh_from_db()
    assert ann.check_password("violet-marmot-9")
    assert "does not work" in Client().get(link[1], follow=True).content.decode()


def test_too_many_tries_are_429_with_a_time_and_a_sentence(client: Client) -> None:
    for number in range(30):
        answer = signed_in(client, f"nobody-{number}", "wrong")
    assert answer.status_code == 200
    answer = signed_in(client, "nobody-here", "wrong")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert "Try again in 60 seconds" in answer.content.decode()


def test_the_right_password_does_not_help_after_too_many_wrong_ones(
    client: Client, ann: User
) -> None:
    for _ in range(5):
        signed_in(client, "annika", "wrong")
    signed_in(client, "annika")
    assert not is_in(client)


def test_the_admin_is_entered_by_the_same_door_and_its_second_factor(
    client: Client, mara: User
) -> None:
    door = client.get("/admin/", follow=True).redirect_chain[-1][0]
    assert door.startswith("/accounts/login/")
    client.force_login(mara)
    assert client.post("/admin/login/", {"username": "root", "password": "x"}).status_code == 302
    assert client.get("/admin/login/?next=/admin/debate/report/").headers["Location"] == (
        "/admin/debate/report/"
    )


# ---- the address
@pytest.fixture
def anns(client: Client, ann: User) -> Client:
    signed_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get(EMAIL)  # what was to be said about signing in has been said
    return client


def changed(client: Client, email: str) -> Any:
    return client.post(EMAIL, {"email": email, "action_add": ""}, follow=True)


def test_a_new_address_takes_the_place_of_the_old_one_once_confirmed(
    anns: Client, ann: User
) -> None:
    changed(anns, "new@example.org")
    assert EmailAddress.objects.get(primary=True).email == ann.email
    assert "for the account annika." in str(mail.outbox[-1].body)
    link = LINK.search(str(mail.outbox[-1].body))
    assert link
    anns.post(link[1])
    assert [one.email for one in EmailAddress.objects.all()] == ["new@example.org"]
    ann.refresh_from_db()
    assert ann.email == "new@example.org"
    assert mail.outbox[-1].to == ["annika@example.org"]


LABELS = [name * 60 for name in "abcd"]
LONGEST = f"{'n' * 10}@{'.'.join(LABELS)[:239]}.org"


def test_an_address_that_is_too_long_is_refused_in_words(anns: Client, verified: None) -> None:
    assert len(LONGEST) == 254
    for answer in (changed(anns, f"n{LONGEST}"), joined(Client(), "newcomer", f"n{LONGEST}")):
        assert "254 characters at most; this has 255." in answer.content.decode()
        assert f'value="n{LONGEST}"' in answer.content.decode()
    assert not mail.outbox
    assert EmailAddress.objects.count() == 1
    assert joined(Client(), "newcomer", LONGEST).status_code == 200
    assert User.objects.get(username="newcomer").email == LONGEST
    assert mail.outbox[0].to == [LONGEST]


def test_the_change_of_address_tells_nothing_about_others(anns: Client) -> None:
    person("eve")
    shown = {}
    for email in ("eve@example.org", "new@example.org"):
        shown[email] = bare(changed(anns, email), email)
    assert shown["eve@example.org"] == shown["new@example.org"]


def test_an_address_of_somebody_else_is_never_taken_over(anns: Client) -> None:
    eve = person("eve")
    changed(anns, eve.email)
    link = LINK.search(str(mail.outbox[-1].body))
    assert link
    assert "another account" in anns.get(link[1]).content.decode()
    anns.post(link[1])
    assert EmailAddress.objects.get(email=eve.email, verified=True).user == eve


def test_the_address_is_changed_after_the_password_only(client: Client, ann: User) -> None:
    signed_in(client)
    answer = client.post(EMAIL, {"email": "new@example.org", "action_add": ""})
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert EmailAddress.objects.count() == 1


# ---- mails
WORDS = re.compile(r"\{[{%]|&amp;|&#|None|sites?\.?example\.com")
CONTEXT = {
    "activate_url": "https://crux.example.org/a?b=1&c=2",
    "password_reset_url": "https://crux.example.org/r",
    "signup_url": "https://crux.example.org/s",
    "username": "ann",
    "from_email": "old@example.org",
    "to_email": "new@example.org",
    "deleted_email": "old@example.org",
    "provider": SimpleNamespace(name="Example & Sons"),
}


def every_mail() -> list[str]:
    """The names of all mails that allauth can send as we have set it up."""
    theirs = Path(allauth.__file__).parent / "templates"
    found = [
        path.relative_to(theirs).as_posix().removesuffix("_message.txt")
        for app in ("account", "mfa", "socialaccount")
        for path in (theirs / app / "email").glob("*_message.txt")
    ]
    off = ("base", "login_code", "password_reset_code", "email_confirm")
    return [name for name in found if name.split("/")[-1] not in off]


@pytest.mark.parametrize("name", every_mail())
def test_every_mail_is_ours_in_plain_words(rf: Any, ann: User, name: str) -> None:
    request = rf.get("/")
    request.user = ann
    with context.request_context(request):
        Accounts(request).send_notification_mail(name, ann, {**CONTEXT, "user": ann})
    [sent] = mail.outbox
    assert sent.subject.startswith("[Crux] ")
    assert "Crux, testserver" in sent.body
    assert not WORDS.search(str(sent.body))
    assert "account ." not in str(sent.body)


def test_the_words_of_allauth_are_nowhere_in_ours() -> None:
    theirs = Path(allauth.__file__).parent / "templates"
    ours = Path(settings.BASE_DIR) / "templates"
    names = [p.relative_to(theirs) for p in theirs.rglob("messages/*.txt")]
    assert len(every_mail()) > 14
    missing = [str(n) for n in names if not (ours / n).exists()]
    assert [n for n in missing if "phone" not in n and "login_code" not in n] == []
