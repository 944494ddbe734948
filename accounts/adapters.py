"""What allauth asks us: rules of names, how second factors are kept, whom an issuer may name."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.utils import passthrough_next_redirect_url
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy

from accounts import actions, limits, sealing, spending
from accounts.http import UNSENT
from accounts.models import User

ADDRESS_MAX = 254  # characters: no mail server takes a longer one (RFC 5321)


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

    def clean_email(self, email: str) -> str:
        """Give the address; raises ValidationError for one that no column can hold."""
        cleaned: str = super().clean_email(email)
        if len(cleaned) > ADDRESS_MAX:
            raise ValidationError(
                gettext("An address has %(most)s characters at most; this has %(count)s.")
                % {"most": ADDRESS_MAX, "count": len(cleaned)},
                code="email_too_long",
            )
        return cleaned

    def is_safe_url(self, url: str | None) -> bool:
        """Whether somebody may be led there: to this very host, by an address that can be read."""
        host, is_secure = context.request.get_host(), context.request.is_secure()
        return bool(url and "/" in url) and url_has_allowed_host_and_scheme(
            url, {host}, require_https=is_secure
        )

    def get_login_redirect_url(self, request: Any) -> str:
        """Lead to the words that wait to be sent again, where nothing else was asked for."""
        if UNSENT in request.session:
            return reverse("debate:unsent-detail")
        return str(super().get_login_redirect_url(request))

    def pre_authenticate(self, request: Any, **credentials: Any) -> None:
        """Count a try, before the password is looked at; raises LimitReached.

        In place of allauth's own count, which each process has for itself.
        """
        login = credentials.get("email") or credentials.get("username", "")
        self.tried = limits.of_password(login, self.get_client_ip(request))
        spending.spend(self.tried)

    def _rollback_login_failed_rl_usage(self) -> None:
        """Undo the count of a password that was right."""
        spending.give_back(self.tried)

    def _delete_login_attempts_cached_email(self, request: Any, **credentials: Any) -> None:
        """Forget wrong passwords once another one is set by mail."""
        spending.forget_tries(credentials["email"], self.get_client_ip(request))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail; `account` is whose it is, for pages' `user` is who reads the page."""
        whose = context.get("user")
        given = {"account": whose.username} if isinstance(whose, User) else {}
        super().send_mail(template_prefix, email, {**context, **given})

    def get_email_confirmation_url(self, request: Any, emailconfirmation: Any) -> str:
        """Give the link of the mail; it leads on to where who joins was going, in any browser."""
        link: str = super().get_email_confirmation_url(request, emailconfirmation)
        leads_on: str = passthrough_next_redirect_url(request, link, REDIRECT_FIELD_NAME)
        return leads_on

    @transaction.atomic
    def confirm_email(self, request: Any, email_address: EmailAddress) -> bool:
        """Confirm an address, and say whether it is; not where its person has left meanwhile."""
        is_there = not actions.held(email_address.user).is_former
        return is_there and bool(super().confirm_email(request, email_address))

    def set_password(self, user: User, password: str) -> None:
        """Set a password; raises PermissionDenied. allauth would write the whole row."""
        user.set_password(password)
        actions.store_password(user)

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
