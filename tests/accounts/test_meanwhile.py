"""What is done to an account while a request of its own is under way stays done."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts import actions, bots
from accounts.adapters import Accounts
from accounts.models import User
from debate.actions import leaving, sitewide
from tests import factories

pytestmark = pytest.mark.django_db

PASSWORD = "violet-marmot-9"
NEW = {"password1": PASSWORD, "password2": PASSWORD}


def suspend(name: str) -> None:
    mara = factories.UserFactory.create(username="mara", is_staff=True)
    sitewide.suspend(User.objects.get(username=name), by=mara, reason="Keeps attacking people.")


def leave(name: str) -> None:
    leaving.leave(by=User.objects.get(username=name), withdraw=False)


# ---- passwords
def change(bob: User) -> Any:
    client = Client()
    client.force_login(bob)
    sent = {"oldpassword": "correct horse", **NEW}
    return client.post("/accounts/password/change/", sent)


def reset(bob: User) -> Any:
    client = Client()
    client.post("/accounts/password/reset/", {"email": bob.email})
    link = re.search(r"http://testserver(/accounts/\S+)", str(mail.outbox[0].body))
    assert link
    page = client.get(link[1], follow=True)
    return client.post(page.redirect_chain[-1][0], NEW)


def set_by_administrator(bob: User) -> Any:
    client = Client()
    client.force_login(factories.UserFactory.create(is_staff=True, is_superuser=True))
    sent = {**NEW, "usable_password": "true", "set-password": "1"}
    return client.post(f"/admin/accounts/user/{bob.pk}/password/", sent)


WAYS = pytest.mark.parametrize("way", [change, reset, set_by_administrator])


def meanwhile(monkeypatch: pytest.MonkeyPatch, do: Callable[[str], None]) -> None:
    """Have it done, once, after the account was read and before its password is written."""
    todo = [do]
    looked_at = MinimumLengthValidator.validate

    def validate(self: MinimumLengthValidator, password: str, user: Any = None) -> None:
        while todo:
            todo.pop()("bob")
        looked_at(self, password, user)

    monkeypatch.setattr(MinimumLengthValidator, "validate", validate)


@WAYS
def test_a_suspension_while_a_password_is_set_stays(
    bob: User, monkeypatch: pytest.MonkeyPatch, way: Callable[[User], Any]
) -> None:
    meanwhile(monkeypatch, suspend)
    assert way(bob).status_code == 302
    bob.refresh_from_db()
    assert bob.is_suspended
    assert bob.check_password(PASSWORD)


@WAYS
def test_who_leaves_while_a_password_is_set_stays_gone(
    bob: User, monkeypatch: pytest.MonkeyPatch, way: Callable[[User], Any]
) -> None:
    meanwhile(monkeypatch, leave)
    assert way(bob).status_code == 403
    leaving.finish(bob.pk, withdraw=False)
    bob.refresh_from_db()
    assert (bob.is_former, bob.is_active, bob.has_usable_password()) == (True, False, False)
    assert "bob@" not in str(vars(bob))


# ---- the address
def test_who_leaves_while_an_address_is_confirmed_leaves_none(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = EmailAddress.objects.create(user=bob, email="new@example.org")
    confirm = Accounts.confirm_email

    def after(self: Accounts, request: Any, address: EmailAddress) -> Any:
        assert address.user == bob  # read before
        leave("bob")
        return confirm(self, request, address)

    monkeypatch.setattr(Accounts, "confirm_email", after)
    Client().post(f"/accounts/confirm-email/{EmailConfirmationHMAC(address).key}/")
    left = User.objects.get(pk=bob.pk)
    assert (left.is_former, left.email) == (True, "")
    assert not EmailAddress.objects.exists()


# ---- what the rules say of the account as it is now, not as it was read
ENDS = pytest.mark.parametrize("ends", [suspend, leave])


@ENDS
def test_who_is_suspended_or_leaves_meanwhile_makes_no_bot(
    bob: User, ends: Callable[[str], None]
) -> None:
    ends("bob")
    with pytest.raises(PermissionDenied):
        actions.create_bot(by=bob, username="late-bot")
    assert not bob.bots.exists()


@ENDS
def test_who_is_suspended_or_leaves_meanwhile_gives_no_names(
    bob: User, rob: User, ends: Callable[[str], None]
) -> None:
    ends("bob")
    with pytest.raises(PermissionDenied):
        actions.rename(bob, by=bob, username="late", name="Late")
    with pytest.raises(PermissionDenied):
        bots.rename(rob, by=bob, name="Late")
    assert not User.objects.filter(name="Late").exists()


def test_who_leaves_meanwhile_is_not_switched_on(bob: User) -> None:
    root = factories.UserFactory.create(is_staff=True, is_superuser=True)
    leave("bob")
    actions.switch(bob, by=root, is_active=True, is_staff=False)
    assert not User.objects.get(pk=bob.pk).is_active
