"""Forms check the shape of what was sent; what it means, the actions check."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts import rules
from accounts.models import Scope, User

LIFETIMES = {
    "30": gettext_lazy("30 days"),
    "90": gettext_lazy("90 days"),
    "365": gettext_lazy("A year"),
    "never": gettext_lazy("It does not expire"),
}


class NamesForm(forms.Form):
    """What one is called."""

    name = forms.CharField(
        max_length=60,
        required=False,
        label=gettext_lazy("Shown name"),
        help_text=gettext_lazy(
            "Stands with all you write and mark. Without one, the username does."
        ),
    )
    username = forms.CharField(
        max_length=40,
        label=gettext_lazy("Username"),
        help_text=gettext_lazy(
            "Use 1 to 40 small letters, digits and hyphens, with a letter or digit at both ends. "
            "It can be changed once in 30 days. "
            "Links to the old one lead on to you, and nobody else can take it."
        ),
    )


class BotForm(forms.Form):
    """A bot of one's own."""

    username = forms.CharField(
        max_length=40,
        label=gettext_lazy("Username"),
        help_text=gettext_lazy(
            "Use 1 to 40 small letters, digits and hyphens, with a letter or digit at both ends. "
            "It cannot be changed later."
        ),
    )
    name = forms.CharField(
        max_length=60,
        required=False,
        label=gettext_lazy("Shown name"),
        help_text=gettext_lazy("Shown with your name as owner."),
    )


class TokenForm(forms.Form):
    """A token for an account: oneself or one's bot."""

    account = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(
        max_length=60,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("What it is for, such as: laptop, weekly summary."),
    )
    scopes = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("What it may be used for"),
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )
    expiry = forms.ChoiceField(
        choices=list(LIFETIMES.items()), label=gettext_lazy("How long it holds")
    )

    def __init__(self, account: User, data: Any = None) -> None:
        """Make the form for one account; ids carry the account, as a page has several of them."""
        initial = {"account": account.pk, "scopes": [Scope.READ], "expiry": "90"}
        super().__init__(data, initial=initial, auto_id=f"id_token_{account.pk}_%s")
        self.owner = account
        scopes = [(scope.value, scope.label) for scope in rules.scopes_of(account)]
        self.fields["scopes"].choices = scopes  # type: ignore[attr-defined]  # a choice field

    def expires_at(self) -> datetime | None:
        """When the token ends, by the chosen lifetime; None for never."""
        chosen = self.cleaned_data["expiry"]
        return None if chosen == "never" else timezone.now() + timedelta(days=int(chosen))
