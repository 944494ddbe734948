from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from debate.models.acts import APPEAL_MAX
from debate.models.links import ARGUING, LinkKind
from debate.models.statements import BODY_MAX, REASON_MAX, ROOTS, Kind, On

KINDS = [(kind.value, kind.label) for kind in Kind if kind not in ROOTS]
ONS = [("", _("nothing: it does not object")), *On.choices]
LINKS = [(kind, LinkKind(kind).label) for kind in ARGUING]
PLACES = [
    ("", _("as its kind has it")),
    ("beside", _("what the whole answers")),
    ("beneath", _("the whole")),
]


class WhyForm(forms.Form):
    """Why something is decided."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=REASON_MAX,
        help_text=_("Everyone can read it in the moderation log."),
    )


class ReasonForm(WhyForm):
    """Why something is done to other people's statements."""

    internal = forms.BooleanField(
        required=False, label=_("Only moderators and facilitators read the reason")
    )


class RetypeForm(ReasonForm):
    """What a statement does to what it answers."""

    kind = forms.ChoiceField(choices=KINDS, label=_("What it does"))
    on = forms.ChoiceField(choices=ONS, required=False, label=_("What it says is wrong"))
    field_order = ("kind", "on", "reason")


class SplitForm(ReasonForm):
    """Which words become a statement of their own, and what that does."""

    exact = forms.CharField(
        label=_("The passage"),
        max_length=BODY_MAX,
        help_text=_("Its words as they are shown above: whole sentences or paragraphs."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    kind = forms.ChoiceField(choices=KINDS, label=_("What the passage does"))
    on = forms.ChoiceField(choices=ONS, required=False, label=_("What it says is wrong"))
    place = forms.ChoiceField(choices=PLACES, required=False, label=_("What it answers"))
    field_order = ("exact", "kind", "on", "place", "reason")


class ToForm(ReasonForm):
    """Another statement of the debate."""

    to = forms.CharField(
        label=_("Which statement"),
        max_length=200,
        help_text=_("Its label, such as S16, or its address."),
    )
    field_order: Any = ("to", "reason")


class LinkForm(ToForm):
    """To what a statement is linked, and how."""

    kind = forms.ChoiceField(choices=LINKS, label=_("What it does there"))
    on = forms.ChoiceField(choices=ONS, required=False, label=_("What it says is wrong"))
    field_order = ("kind", "on", "to", "reason")


class AppealForm(forms.Form):
    """Why an act should not stand."""

    text = forms.CharField(
        label=_("Why it should not stand"),
        max_length=APPEAL_MAX,
        help_text=_("You can appeal once. Another moderator than the one who acted decides."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
