"""Forms check the shape of what was sent; what it means, the actions check."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import Pace
from debate.models.debates import Role
from debate.models.drafts import KEY_MAX
from debate.models.invitations import NOTE_MAX as INVITATION_NOTE_MAX
from debate.models.invitations import USES_MOST
from debate.models.moderation import NOTE_MAX, ReportReason
from debate.models.statements import REASON_MAX, Kind, Status

USERNAME_MAX = 40
ROLES = [
    (Role.PARTICIPANT, gettext_lazy("Participant")),
    (Role.FACILITATOR, gettext_lazy("Facilitator: looks after it")),
]
DAYS = {
    "1": gettext_lazy("1 day"),
    "7": gettext_lazy("7 days"),
    "30": gettext_lazy("30 days"),
    "90": gettext_lazy("90 days"),
}


def new_key() -> str:
    """A key under which a form is carried out once, however often it is sent."""
    return uuid.uuid4().hex


class ReplyForm(forms.Form):
    """An answer to a statement. What is missing the action names, so nothing is required here."""

    kind = forms.CharField(required=False)
    on = forms.CharField(required=False)
    quote = forms.CharField(required=False, strip=False)
    before = forms.CharField(required=False, strip=False)
    after = forms.CharField(required=False, strip=False)
    body = forms.CharField(required=False, strip=False)
    under = forms.CharField(required=False)
    key = forms.CharField(required=False, max_length=KEY_MAX)
    version = forms.CharField(required=False, max_length=9)


class CruxForm(forms.Form):
    """A claim to put forward, with a short name."""

    name = forms.CharField(
        label=gettext_lazy("In a few words"),
        help_text=gettext_lazy("Such as: Readers return books unasked"),
        error_messages={"required": gettext_lazy("Give it a name of a few words.")},
    )
    body = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        strip=False,
        error_messages={"required": gettext_lazy("Write what you have to say.")},
        label=gettext_lazy("The claim"),
        help_text=gettext_lazy("One that a side would give up its position over. Markdown works."),
    )
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class DropForm(forms.Form):
    """Why a crux is dropped."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), help_text=gettext_lazy("Everyone can read it with the crux.")
    )


class HideForm(forms.Form):
    """Why a statement is hidden or restored. What is missing the action names."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=REASON_MAX,
        help_text=gettext_lazy("Everyone can read it in the moderation log."),
    )


class RelianceForm(forms.Form):
    """What a position of one's own rests on. What is missing the action names."""

    position = forms.IntegerField(required=False)
    words = forms.CharField(required=False)
    now = forms.IntegerField(required=False)
    otherwise = forms.IntegerField(required=False)


class EditForm(forms.Form):
    """New words for a statement, from the wording the author was looking at."""

    body = forms.CharField(
        widget=forms.Textarea,
        strip=False,
        label=gettext_lazy("Your words"),
        error_messages={"required": gettext_lazy("Write what you have to say.")},
    )
    reason = forms.CharField(
        required=False,
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Shown to everyone, with the earlier wording."),
        max_length=REASON_MAX,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class ReportForm(forms.Form):
    """What is wrong with a statement."""

    reason = forms.ChoiceField(
        choices=ReportReason.choices,
        widget=forms.RadioSelect,
        label=gettext_lazy("What is wrong with it?"),
    )
    note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        label=gettext_lazy("Say more, if needed"),
        max_length=NOTE_MAX,
    )


class FilterForm(forms.Form):
    """What to look for in a thread; nothing is required."""

    kind = forms.ChoiceField(
        required=False,
        choices=[("", gettext_lazy("Any kind")), *Kind.choices],
        label=gettext_lazy("Kind"),
    )
    status = forms.ChoiceField(
        required=False,
        choices=[("", gettext_lazy("Any status")), *Status.choices[1:]],
        label=gettext_lazy("Status"),
    )
    side = forms.RegexField(
        r"^[a-z]$",
        required=False,
        label=gettext_lazy("Side"),
        error_messages={"invalid": gettext_lazy("A side is a letter, such as a.")},
    )
    person = forms.CharField(
        required=False,
        max_length=150,
        label=gettext_lazy("Person"),
        help_text=gettext_lazy("A name or user name"),
    )
    bots = forms.ChoiceField(
        required=False,
        choices=[("", gettext_lazy("Shown")), ("hide", gettext_lazy("Hidden"))],
        label=gettext_lazy("Bots"),
    )


class LeaveForm(forms.Form):
    """Deleting one's account: what becomes of what one said, and a proof of who asks."""

    statements = forms.ChoiceField(
        choices=[
            ("keep", gettext_lazy("It stays, as a former member's")),
            ("withdraw", gettext_lazy("It is withdrawn")),
        ],
        widget=forms.RadioSelect,
        label=gettext_lazy("What you said"),
        error_messages={"required": gettext_lazy("Choose what becomes of what you said.")},
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
    username = forms.CharField(
        label=gettext_lazy("Your username, to say that you mean it"), max_length=40
    )

    def __init__(self, data: Any = None, *, by_password: bool) -> None:
        """Make the form; without a password, the username is written instead."""
        super().__init__(data)
        del self.fields["username" if by_password else "password"]


class MemberForm(forms.Form):
    """Somebody to add to the people of a debate."""

    username = forms.CharField(
        max_length=USERNAME_MAX + 1,
        label=gettext_lazy("Username"),
        help_text=gettext_lazy("As in the address of their page."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(choices=ROLES, initial=Role.PARTICIPANT, label=gettext_lazy("Role"))


class RoleForm(forms.Form):
    """A role for somebody who takes part."""

    role = forms.ChoiceField(choices=Role.choices)


class InvitationForm(forms.Form):
    """A link by which people join."""

    role = forms.ChoiceField(
        choices=ROLES, initial=Role.PARTICIPANT, label=gettext_lazy("They join as")
    )
    days = forms.ChoiceField(
        choices=list(DAYS.items()), initial="7", label=gettext_lazy("How long it holds")
    )
    uses = forms.IntegerField(
        min_value=1,
        max_value=USES_MOST,
        initial=1,
        label=gettext_lazy("How many people can join by it"),
    )
    note = forms.CharField(
        required=False,
        label=gettext_lazy("Note"),
        max_length=INVITATION_NOTE_MAX,
        help_text=gettext_lazy("What it is for. Only who looks after the debate sees it."),
    )
    shows_question = forms.BooleanField(
        required=False,
        initial=True,
        label=gettext_lazy("Show the question to whoever has the link"),
    )
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class SuspensionForm(forms.Form):
    """Whom to suspend within a debate, why, and for how long."""

    username = forms.CharField(max_length=USERNAME_MAX + 1, label=gettext_lazy("Whom"))
    reason = forms.CharField(
        max_length=REASON_MAX,
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Everyone who reads the debate can read it."),
    )
    days = forms.ChoiceField(
        choices=[*DAYS.items(), ("0", gettext_lazy("Until somebody ends it"))],
        initial="7",
        label=gettext_lazy("How long"),
    )


class PaceForm(forms.Form):
    """How often somebody gets mail of what they are told."""

    pace = forms.ChoiceField(
        choices=Pace.choices,
        widget=forms.RadioSelect,
        label=gettext_lazy("Mail of what is in your inbox"),
    )
    follows_by_itself = forms.BooleanField(
        required=False, label=gettext_lazy("Follow debates that I take part in")
    )
