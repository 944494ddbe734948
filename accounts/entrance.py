"""allauth's forms and views where ours differ: they tell nobody who is here; passkeys' names."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views
from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordKeyForm,
    SignupForm,
)
from allauth.account.models import EmailAddress
from allauth.account.utils import has_verified_email
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, close_old_connections, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.utils.translation import gettext, gettext_lazy

from accounts.actions import revoke_tokens_of
from accounts.limits import of_code
from accounts.models import User
from accounts.spending import give_back, spend

NAME_MAX = 60

View = Callable[..., HttpResponseBase]


def paced(view: View) -> View:
    """Answer what is sent after whole steps of `settings.ENTRANCE_STEP` seconds (0: at once).

    The same is done whether or not an address has an account, and still the times differ by a part
    of a millisecond, which whoever asks often enough would see. Who is let in does not wait.
    """

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponseBase:
        begun = time.monotonic()
        response = view(request)
        is_told = request.method != "POST" or request.user.is_authenticated
        if settings.ENTRANCE_STEP and not is_told:
            if isinstance(response, SimpleTemplateResponse):
                response.render()  # a part of what takes time
            close_old_connections()  # others need it meanwhile
            time.sleep((begun - time.monotonic()) % settings.ENTRANCE_STEP)
        return response

    return answer


join = paced(transaction.atomic(views.signup))
"""Joining as one transaction: an account and the mail that confirms it, or neither; and one commit
whether or not there is an account, as each takes time."""

sign_in = paced(views.login)
"""Signing in."""

ask_for_password = paced(views.password_reset)
"""Asking for a mail by which a new password can be set."""


class SignIn(LoginForm):  # type: ignore[misc]  # allauth is not typed
    """Signing in by address or by name, never by both: each costs a hash, and time would tell."""

    def user_credentials(self) -> dict[str, str]:
        """Give the password, and either address or username: no username has an @."""
        given: dict[str, str] = super().user_credentials()
        if "email" in given:
            given.pop("username", None)
        return given


class Join(SignupForm):  # type: ignore[misc]  # allauth is not typed
    """Joining takes the same steps, and time, whether or not the address has an account."""

    def try_save(self, request: Any) -> tuple[Any, Any]:
        """Make the account; for an address that has one, send its owner a mail instead."""
        try:
            if self.account_already_exists:
                self._rehearse(request)
            made: tuple[Any, Any] = super().try_save(request)
        except (IntegrityError, ValidationError):  # somebody was quicker
            messages.error(
                request, gettext("This username has just been taken. Choose another one.")
            )
            return None, redirect("account_signup")
        return made

    def _rehearse(self, request: Any) -> None:
        """Do what making the account takes, and undo it: time would tell what is not done."""
        given, self.account_already_exists = self.cleaned_data["email"], False
        self.cleaned_data["email"] = f"{secrets.token_hex(12)}@example.invalid"
        try:
            with transaction.atomic():
                made = self.save(request)
                has_verified_email(made)
                EmailAddress.objects.select_related("user").filter(user=made).first()
                transaction.set_rollback(True)
        finally:
            self.cleaned_data["email"], self.account_already_exists = given, True


class EndsTokens(forms.Form):
    """A form that sets a password: tokens can end with it, as sessions do."""

    user: User
    revoke = forms.BooleanField(
        required=False,
        label=gettext_lazy("Revoke all tokens too, mine and my bots'"),
        help_text=gettext_lazy("Programs that use them stop working at once."),
    )

    @transaction.atomic
    def save(self) -> None:
        """Set the password, and end the tokens where it was chosen."""
        super().save()  # type: ignore[misc]  # of allauth's form
        if self.cleaned_data["revoke"]:
            revoke_tokens_of(self.user)


class NewPassword(EndsTokens, ResetPasswordKeyForm):  # type: ignore[misc]  # allauth is not typed
    """A password set by a link in a mail: somebody else may have been in, so tokens end."""

    field_order = ("password1", "password2", "revoke")

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["revoke"].initial = True


class OtherPassword(EndsTokens, ChangePasswordForm):  # type: ignore[misc]  # allauth is not typed
    """A password in the place of a known one."""

    field_order = ("oldpassword", "password1", "password2", "revoke")


class Counted:
    """A form with a code of a second factor: wrong ones are counted, in the database."""

    user: User

    def clean_code(self) -> str:
        """Give the code if it is right; raises LimitReached before it is looked at."""
        tried = of_code(self.user)
        spend(tried)
        code: str = super().clean_code()  # type: ignore[misc]  # of allauth's form
        give_back(tried)
        return code


class Code(Counted, AuthenticateForm):  # type: ignore[misc]  # allauth is not typed
    """The second step of signing in."""


class CodeAgain(Counted, ReauthenticateForm):  # type: ignore[misc]  # allauth is not typed
    """A code instead of the password, before something that matters."""


class NewPasskey(AddWebAuthnForm):  # type: ignore[misc]  # allauth is not typed
    """A passkey: its name, and whether it opens the account alone."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        name, alone = self.fields["name"], self.fields["passwordless"]
        name.validators.append(MaxLengthValidator(NAME_MAX))
        name.widget.attrs["maxlength"] = str(NAME_MAX)
        name.help_text = gettext("To tell your passkeys apart, such as: laptop, phone.")
        alone.label = gettext("It is enough to sign in, without the password")
        alone.help_text = gettext(
            "Otherwise it is asked for after the password, as a second factor."
        )
        alone.initial = True


class PasskeyName(EditWebAuthnForm):  # type: ignore[misc]  # allauth is not typed
    """Another name for a passkey."""

    name = forms.CharField(max_length=NAME_MAX)
