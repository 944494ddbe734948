"""Forms check the shape of what was sent; what it means, the actions check."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from accounts import rules
from accounts.models import Scope, User

LIFETIMES = {
    "30": gettext_lazy("30 days"),
    "90": gettext_lazy("90 days"),
    "365": gettext_lazy("A year"),
    "never": gettext_lazy("It does not expire"),
}

OF_BOTS = {Scope.WRITE: gettext_lazy("Start debates, reply, edit, withdraw")}
"""Scopes that are less for a bot: it does not report."""


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


class TastesForm(forms.Form):
    """In which language and time zone one reads; empty is what the browser says."""

    language = forms.ChoiceField(required=False, label=gettext_lazy("Language"))
    time_zone = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("Times on pages and in mails are told in it."),
    )

    def __init__(self, data: Any = None, **more: Any) -> None:
        """Make the form with the choices that there are."""
        super().__init__(data, **more)
        languages = [("", gettext("As this browser asks for")), *settings.LANGUAGES]
        self.fields["language"].choices = languages  # type: ignore[attr-defined]  # a choice field
        places = [("", gettext("As this browser has it, UTC in mails")), *_zones()]
        self.fields["time_zone"].choices = places  # type: ignore[attr-defined]  # a choice field


def _zones() -> list[Any]:
    """The zones by their areas: UTC, then Africa with its places, and so on."""
    by_area: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted(rules.zones() - {"UTC"}):
        area, place = zone.split("/", 1)
        by_area.setdefault(area, []).append((zone, f"{area}/{place}".replace("_", " ")))
    return [("UTC", "UTC"), *by_area.items()]


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


class BotNameForm(forms.Form):
    """Another shown name for a bot."""

    name = forms.CharField(max_length=60, required=False, label=gettext_lazy("Shown name"))

    def __init__(self, bot: User, data: Any = None) -> None:
        """Make the form for one bot; ids carry it, as a page has several of them."""
        super().__init__(data, initial={"name": bot.name}, auto_id=f"id_names_{bot.pk}_%s")
        self.bot = bot


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
        told = OF_BOTS if account.is_bot else {}
        scopes = [(one.value, told.get(one, one.label)) for one in rules.scopes_of(account)]
        self.fields["scopes"].choices = scopes  # type: ignore[attr-defined]  # a choice field

    def expires_at(self) -> datetime | None:
        """When the token ends, by the chosen lifetime; None for never."""
        chosen = self.cleaned_data["expiry"]
        return None if chosen == "never" else timezone.now() + timedelta(days=int(chosen))
