"""Accounts that people have elsewhere and open theirs with, also where the place is gone."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.forms import DisconnectForm
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext


def places() -> list[dict[str, str]]:
    """Give the places with whose accounts one can sign in here: name, and address of the form."""
    places = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return [
        {"name": one["name"], "url": reverse("openid_connect_login", args=[one["provider_id"]])}
        for one in places
    ]


def connected(account: SocialAccount) -> tuple[str, str]:
    """The name of the place where an account is, and who it is there, as far as the site knows."""
    try:
        return account.get_provider().name, str(account.get_provider_account())
    except SocialApp.DoesNotExist:  # whoever runs the site has taken the place off
        return account.provider, gettext("No longer offered here")


_save_all = SocialLogin.save


def save(login: Any, request: Any, connect: bool = False) -> None:
    """Store what was signed in with, in place of allauth's method: to connect it stores no more.

    allauth would write the whole row of the account here as it was before the place was asked.
    """
    if not connect:
        _save_all(login, request)
        return
    login.account.user = login.user
    login.account.save()


class Disconnect(DisconnectForm):  # type: ignore[misc]  # allauth is not typed
    """Takes an account elsewhere off."""

    def save(self) -> None:
        """Remove it and tell its person; allauth does so only where the place is still known."""
        account = self.cleaned_data["account"]
        try:
            super().save()
        except SocialApp.DoesNotExist:
            account.delete()
            get_adapter().send_notification_mail(
                "socialaccount/email/account_disconnected",
                account.user,
                context={"account": account, "provider": {"name": account.provider}},
            )
