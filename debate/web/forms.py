"""Forms check the shape of what was sent; what it means, the actions check."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from debate.models.debates import Role
from debate.models.drafts import KEY_MAX
from debate.models.invitations import NOTE_MAX as INVITATION_NOTE_MAX
from debate.models.invitations import USES_MOST
from debate.models.moderation import NOTE_MAX, ReportReason
from debate.models.statements import REASON_MAX, Kind, Status

USERNAME_MAX = 40
ROLES = [(Role.PARTICIPANT, "Participant"), (Role.FACILITATOR, "Facilitator: looks after it")]
DAYS = {"1": "1 day", "7": "7 days", "30": "30 days", "90": "90 days"}


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
        label="In a few words",
        help_text="Such as: Readers return books unasked",
        error_messages={"required": "Give it a name of a few words."},
    )
    body = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        strip=False,
        error_messages={"required": "Write what you have to say."},
        label="The claim",
        help_text="One that a side would give up its position over. Markdown works.",
    )
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class DropForm(forms.Form):
    """Why a crux is dropped."""

    reason = forms.CharField(label="Why", help_text="Everyone can read it with the crux.")


class HideForm(forms.Form):
    """Why a statement is hidden or restored. What is missing the action names."""

    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=REASON_MAX,
        help_text="Everyone can read it in the moderation log.",
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
        label="Your words",
        error_messages={"required": "Write what you have to say."},
    )
    reason = forms.CharField(
        required=False,
        label="Why",
        help_text="Shown to everyone, with the earlier wording.",
        max_length=REASON_MAX,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class ReportForm(forms.Form):
    """What is wrong with a statement."""

    reason = forms.ChoiceField(
        choices=ReportReason.choices, widget=forms.RadioSelect, label="What is wrong with it?"
    )
    note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        label="Say more, if needed",
        max_length=NOTE_MAX,
    )


class FilterForm(forms.Form):
    """What to look for in a thread; nothing is required."""

    kind = forms.ChoiceField(
        required=False, choices=[("", "Any kind"), *Kind.choices], label="Kind"
    )
    status = forms.ChoiceField(
        required=False, choices=[("", "Any status"), *Status.choices[1:]], label="Status"
    )
    side = forms.RegexField(
        r"^[a-z]$",
        required=False,
        label="Side",
        error_messages={"invalid": "A side is a letter, such as a."},
    )
    person = forms.CharField(
        required=False, max_length=150, label="Person", help_text="A name or user name"
    )
    bots = forms.ChoiceField(
        required=False, choices=[("", "Shown"), ("hide", "Hidden")], label="Bots"
    )


class LeaveForm(forms.Form):
    """Deleting one's account: what becomes of what one said, and a proof of who asks."""

    statements = forms.ChoiceField(
        choices=[
            ("keep", "It stays, as a former member's"),
            ("withdraw", "It is withdrawn"),
        ],
        widget=forms.RadioSelect,
        label="What you said",
        error_messages={"required": "Choose what becomes of what you said."},
    )
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), strip=False
    )
    username = forms.CharField(label="Your username, to say that you mean it", max_length=40)

    def __init__(self, data: Any = None, *, by_password: bool) -> None:
        """Make the form; without a password, the username is written instead."""
        super().__init__(data)
        del self.fields["username" if by_password else "password"]


class MemberForm(forms.Form):
    """Somebody to add to the people of a debate."""

    username = forms.CharField(
        max_length=USERNAME_MAX + 1,
        help_text="As in the address of their page.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(choices=ROLES, initial=Role.PARTICIPANT)


class RoleForm(forms.Form):
    """A role for somebody who takes part."""

    role = forms.ChoiceField(choices=Role.choices)


class InvitationForm(forms.Form):
    """A link by which people join."""

    role = forms.ChoiceField(choices=ROLES, initial=Role.PARTICIPANT, label="They join as")
    days = forms.ChoiceField(choices=list(DAYS.items()), initial="7", label="How long it holds")
    uses = forms.IntegerField(
        min_value=1, max_value=USES_MOST, initial=1, label="How many people can join by it"
    )
    note = forms.CharField(
        required=False,
        max_length=INVITATION_NOTE_MAX,
        help_text="What it is for. Only who looks after the debate sees it.",
    )
    shows_question = forms.BooleanField(
        required=False, initial=True, label="Show the question to whoever has the link"
    )
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class SuspensionForm(forms.Form):
    """Whom to suspend within a debate, why, and for how long."""

    username = forms.CharField(max_length=USERNAME_MAX + 1, label="Whom")
    reason = forms.CharField(
        max_length=REASON_MAX, label="Why", help_text="Everyone who reads the debate can read it."
    )
    days = forms.ChoiceField(
        choices=[*DAYS.items(), ("0", "Until somebody ends it")],
        initial="7",
        label="How long",
    )
