"""The form of a proposal: the fields that its kind takes; what they mean, the actions check."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from debate.models.proposals import ProposalKind
from debate.models.statements import BEARING, REASON_MAX, Kind, On
from debate.proposing import KINDS

LABEL_MAX = 200
KEPT = ("reason", "key")
NO_REASON = gettext_lazy("Give a reason: everyone can read it with the proposal.")
TAKES = {
    ProposalKind.CRUX: ("name", "body"),
    ProposalKind.RETYPE: ("statement", "becomes", "on"),
    ProposalKind.SPLIT: ("statement", "quote", "becomes", "on"),
    ProposalKind.LINK: ("statement", "becomes", "on", "to"),
    ProposalKind.DUPLICATE: ("statement", "to"),
}
BECOMES = {
    ProposalKind.RETYPE: gettext_lazy("What it is"),
    ProposalKind.SPLIT: gettext_lazy("What these words are"),
    ProposalKind.LINK: gettext_lazy("What it does"),
}
TO = {
    ProposalKind.LINK: gettext_lazy("To which statement"),
    ProposalKind.DUPLICATE: gettext_lazy("The statement that says the same"),
}


class ProposalForm(forms.Form):
    """A change to suggest: the fields of its kind."""

    statement = forms.CharField(
        max_length=LABEL_MAX,
        label=gettext_lazy("Statement"),
        error_messages={"required": gettext_lazy("Say which statement it is about.")},
        help_text=gettext_lazy("Its label, such as S16, or its address."),
    )
    name = forms.CharField(
        label=gettext_lazy("In a few words"),
        error_messages={"required": gettext_lazy("Give it a name of a few words.")},
        help_text=gettext_lazy("Such as: Readers return books unasked"),
    )
    body = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        strip=False,
        label=gettext_lazy("The claim"),
        error_messages={"required": gettext_lazy("Write what you have to say.")},
        help_text=gettext_lazy("One that a side would give up its position over. Markdown works."),
    )
    quote = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}),
        strip=False,
        label=gettext_lazy("The words that are to stand alone"),
        error_messages={"required": gettext_lazy("Copy the words that are to stand alone.")},
        help_text=gettext_lazy("Whole sentences, copied from the statement as it reads."),
    )
    becomes = forms.ChoiceField(error_messages={"required": gettext_lazy("Choose a kind.")})
    on = forms.ChoiceField(
        required=False,
        choices=[("", "—"), *On.choices],
        label=gettext_lazy("What is wrong"),
        help_text=gettext_lazy("Of an objection."),
    )
    to = forms.CharField(
        max_length=LABEL_MAX,
        help_text=gettext_lazy("Its label, such as S16, or its address."),
        error_messages={"required": gettext_lazy("Say which other statement you mean.")},
    )
    reason = forms.CharField(
        max_length=REASON_MAX,
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Everyone can read it with the proposal."),
        error_messages={"required": NO_REASON},
    )
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, kind: ProposalKind, data: Any = None, **options: Any) -> None:
        """Make the form of a kind, with the fields it takes in their order."""
        super().__init__(data, **options)
        self.fields = {name: self.fields[name] for name in (*TAKES[kind], *KEPT)}
        if "becomes" in self.fields:
            kinds = BEARING if kind == ProposalKind.LINK else KINDS
            choices = [(one.value, Kind(one).label) for one in kinds]
            self.fields["becomes"].choices = choices  # type: ignore[attr-defined]  # a choice field
            self.fields["becomes"].label = BECOMES[kind]
        if "to" in self.fields:
            self.fields["to"].label = TO[kind]

    def wanted(self) -> dict[str, Any]:
        """What was sent, but for the statements that it names, why, and the key."""
        left_out = ("statement", "to", "quote", *KEPT)
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}


class DecisionForm(forms.Form):
    """Why a proposal is accepted or refused."""

    reason = forms.CharField(
        max_length=REASON_MAX,
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Everyone can read it with the proposal."),
        error_messages={"required": NO_REASON},
    )
