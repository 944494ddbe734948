"""What allauth asks us: rules of names, how second factors are kept, whom an issuer may name."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.db import transaction
from django.utils.translation import gettext, gettext_lazy

from accounts import actions, sealing
from accounts.models import User


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    """Joining: names are checked, and held for the account that is made."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy(
            "There is no account of this name with this password."
        ),
        "email_password_mismatch": gettext_lazy(
            "There is no account of this address with this password."
        ),
        "too_many_login_attempts": gettext_lazy("There were too many tries. Wait five minutes."),
        "rate_limited": gettext_lazy("There were too many tries. Wait a few minutes."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "enter_current_password": gettext_lazy("This is not your password."),
        "incorrect_code": gettext_lazy("This is not the right code, or its time is over."),
        "username_taken": actions.TAKEN["username"],
        "duplicate_email": gettext_lazy("This is your address already."),
    }

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Give the username; raises ValidationError for one that is refused or taken."""
        cleaned: str = super().clean_username(username, shallow)
        actions.check_name("username", cleaned)
        if not shallow:
            actions.require_free("username", cleaned)
        return cleaned

    def save_user(self, request: Any, user: User, form: Any, commit: bool = True) -> User:
        """Store a new account and hold its names; raises ValidationError where one is taken."""
        with transaction.atomic():
            saved: User = super().save_user(request, user, form, commit)
            if saved.pk:
                actions.hold_names(saved)
        return saved


class Factors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is not typed
    """Second factors: their secrets are sealed, and they are called as on our pages."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "unverified_email": gettext_lazy(
            "Confirm your e-mail address first: without one, a lost second factor "
            "could not be replaced."
        ),
        "add_email_blocked": gettext_lazy(
            "Switch the second factor off before you change the address."
        ),
        "incorrect_code": gettext_lazy("This is not the right code, or its time is over."),
    }

    def encrypt(self, text: str) -> str:
        """Seal the secret of a second factor."""
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Read the secret of a second factor."""
        return sealing.unseal(encrypted_text)

    def get_totp_label(self, user: User) -> str:
        """Give the name that stands in the app beside the codes."""
        return user.username

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        """Give the name that a new passkey has unless another is typed."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        number = f" {count + 1}" if count else ""
        return f"{gettext('Passkey')}{number}"


class Elsewhere(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    """Accounts elsewhere: an address is one's own where both sides have confirmed it."""

    def pre_social_login(self, request: Any, sociallogin: Any) -> None:
        """Take an address as confirmed there only where the issuer says exactly that."""
        for address in sociallogin.email_addresses:
            address.verified = address.verified is True

    def authenticate_by_email(self, sociallogin: Any) -> tuple[User, str] | None:
        """Give the account here with an address that is confirmed there and here, or None."""
        sure = [one.email for one in sociallogin.email_addresses if one.verified is True]
        for email in sure:
            found = EmailAddress.objects.filter(email__iexact=email, verified=True)
            if address := found.select_related("user").first():
                return address.user, email
        return None
