"""The forms of a debate itself: starting it, its settings, its state, the names of its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext, gettext_lazy

from debate.models.debates import (
    MEANING_MAX,
    QUESTION_MAX,
    SLOW_MAX,
    TERM_MAX,
    TERMS_MAX,
    Bots,
    State,
    Visibility,
)
from debate.models.statements import NAME_MAX

POSITIONS_MOST = 10
READERS = [
    (Visibility.PUBLIC, gettext_lazy("Everyone can find it and take part")),
    (Visibility.UNLISTED, gettext_lazy("Whoever has the link finds it and can take part")),
    (Visibility.PRIVATE, gettext_lazy("Private: only people you add or invite")),
]
BOTS = [
    (Bots.WRITE, gettext_lazy("Bots may write")),
    (Bots.PROPOSE, gettext_lazy("Bots may only propose")),
    (Bots.NONE, gettext_lazy("Bots may not take part")),
]
Posted = Mapping[str, Any] | None


def words(rows: int, **options: Any) -> forms.CharField:
    """A field for text of several lines."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(widget=area, strip=False, **options)


class OutlineForm(forms.Form):
    """What a debate says of itself. `extra` fields of terms are there beside those that are sent.

    What the texts mean the actions check; forms that come back have all that was typed.
    """

    question = forms.CharField(
        max_length=QUESTION_MAX,
        label=gettext_lazy("Question"),
        help_text=gettext_lazy("One that two careful people could answer differently."),
        error_messages={"required": gettext_lazy("Ask a question.")},
    )
    background = words(
        3,
        required=False,
        label=gettext_lazy("Background"),
        help_text=gettext_lazy("What a newcomer should know. Markdown works."),
    )
    topics = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Topics"),
    )
    other_topics = forms.CharField(
        required=False,
        label=gettext_lazy("Other topics"),
        help_text=gettext_lazy("With commas between them; five at most in all."),
    )
    visibility = forms.ChoiceField(
        choices=READERS,
        initial=Visibility.PUBLIC,
        widget=forms.RadioSelect,
        label=gettext_lazy("Who may take part"),
    )
    bots = forms.ChoiceField(
        choices=BOTS, required=False, initial=Bots.WRITE, label=gettext_lazy("Bots")
    )

    def __init__(
        self,
        data: Posted = None,
        *,
        topics: Sequence[str] = (),
        terms: int = 1,
        initial: dict[str, Any] | None = None,
    ) -> None:
        """Make the form with so many fields of terms, and these topics to choose from."""
        super().__init__(data, initial=initial)
        self.fields["topics"].choices = [(name, name) for name in topics]  # type: ignore[attr-defined]  # a choice field
        for number in range(1, min(terms, TERMS_MAX) + 1):
            self.fields[f"term_{number}"] = forms.CharField(
                required=False,
                max_length=TERM_MAX,
                label=gettext("Term %(number)s") % {"number": number},
            )
            self.fields[f"meaning_{number}"] = forms.CharField(
                required=False,
                max_length=MEANING_MAX,
                label=gettext("What it means here"),
            )

    def terms(self) -> Iterator[tuple[BoundField, BoundField]]:
        """The fields of terms, in pairs."""
        for number in range(1, count_terms(self.fields) + 1):
            yield self[f"term_{number}"], self[f"meaning_{number}"]

    def outline(self) -> dict[str, Any]:
        """What was sent, as the actions take it; of a form that is valid."""
        sent = self.cleaned_data
        numbers = range(1, count_terms(self.fields) + 1)
        return {
            "question": sent["question"],
            "background": sent["background"],
            "terms": [(sent[f"term_{n}"], sent[f"meaning_{n}"]) for n in numbers],
            "topics": [*sent["topics"], *sent["other_topics"].split(",")],
            "visibility": sent["visibility"],
            "bots": sent["bots"] or Bots.WRITE,
        }

    def field_of(self, name: str) -> str:
        """The form's field for what an action calls `terms.0.meaning` or `topics`."""
        noun, *parts = name.split(".")
        if noun == "terms" and parts:
            kept = [n for n, pair in enumerate(self.outline()["terms"], 1) if any(pair)]
            return f"{parts[1]}_{kept[int(parts[0])]}"
        return {"topics": "other_topics", "terms": "term_1"}.get(noun, noun)


class SettingsForm(OutlineForm):
    """What who looks after a debate sets besides."""

    slow_minutes = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=SLOW_MAX,
        label=gettext_lazy("Minutes between one\u2019s turns"),
        help_text=gettext_lazy("For heated debates. 0, or nothing, for no wait."),
    )

    def outline(self) -> dict[str, Any]:
        """What was sent, as the actions take it; of a form that is valid."""
        slow = self.cleaned_data["slow_minutes"] or 0
        return {**super().outline(), "slow_minutes": slow}


class LogForm(forms.Form):
    """What of the moderation log is asked for."""

    act = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    debate = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("Debate"),
        help_text=gettext_lazy("Its address, or the end of it."),
    )
    moderator = forms.CharField(
        required=False, max_length=40, label=gettext_lazy("By, a username")
    )
    since = forms.DateField(
        required=False,
        label=gettext_lazy("From"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
    )
    until = forms.DateField(
        required=False,
        label=gettext_lazy("To"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
    )

    def sought(self) -> dict[str, Any]:
        """What was asked for, as the selector takes it; of a form that is valid."""
        debate = self.cleaned_data["debate"].rstrip("/").rsplit("/", 1)[-1]
        return {**self.cleaned_data, "debate": debate}


class DebateForm(OutlineForm):
    """A question with the positions on it."""

    own_name = forms.CharField(
        max_length=NAME_MAX,
        label=gettext_lazy("Your position in a few words"),
        help_text=gettext_lazy("Such as: Not ruled out"),
    )
    own_body = words(2, label=gettext_lazy("What you hold"))
    other_name = forms.CharField(
        max_length=NAME_MAX,
        required=False,
        label=gettext_lazy("The other position in a few words"),
    )
    other_body = words(
        2,
        required=False,
        label=gettext_lazy("What the other side would say it holds"),
        help_text=gettext_lazy("You are marked as disagreeing with it."),
    )
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Posted = None, *, positions: int = 2, **options: Any) -> None:
        """Make the form with fields for so many positions."""
        super().__init__(data, **options)
        for number in range(3, min(positions, POSITIONS_MOST) + 1):
            self.fields[f"position_{number}_name"] = forms.CharField(
                max_length=NAME_MAX,
                required=False,
                label=gettext("Position %(number)s in a few words") % {"number": number},
            )
            self.fields[f"position_{number}_body"] = words(
                2, required=False, label=gettext("What it says")
            )

    def positions(self) -> list[tuple[BoundField, BoundField]]:
        """The fields of positions in pairs, one's own first."""
        return [(self[f"{name}_name"], self[f"{name}_body"]) for name in self._positions()]

    def _positions(self) -> list[str]:
        return [name.removesuffix("_name") for name in self.fields if name.endswith("_name")]

    def stands(self) -> list[tuple[str, str]]:
        """Name and body of the positions in which something was written, and one's own."""
        sent = self.cleaned_data
        pairs = [(sent[f"{name}_name"], sent[f"{name}_body"]) for name in self._positions()]
        return [pair for n, pair in enumerate(pairs) if n == 0 or any(p.strip() for p in pair)]

    def field_of(self, name: str) -> str:
        """As of an outline; `positions.1.body` too."""
        noun, *parts = name.split(".")
        if noun != "positions" or not parts:
            return super().field_of(name)
        written = [
            one
            for n, one in enumerate(self._positions())
            if n == 0 or any(self.cleaned_data[f"{one}_{part}"].strip() for part in PARTS)
        ]
        return f"{written[int(parts[0])]}_{parts[1]}"


PARTS = ("name", "body")


def count_terms(fields: Mapping[str, Any]) -> int:
    """How many terms these fields, or what was sent for them, have: the highest number."""
    return max((n for n in range(1, TERMS_MAX + 1) if f"term_{n}" in fields), default=1)


def count_positions(sent: Mapping[str, Any]) -> int:
    """How many positions were sent: the highest number."""
    numbers = range(3, POSITIONS_MOST + 1)
    return max((n for n in numbers if f"position_{n}_name" in sent), default=2)


class StateForm(forms.Form):
    """Closing, archiving, reopening."""

    state = forms.ChoiceField(choices=State.choices, widget=forms.HiddenInput)
    outcome = words(
        4,
        required=False,
        label=gettext_lazy("What came of it"),
        help_text=gettext_lazy("Stands at the head of the debate. Markdown works."),
    )


class NameForm(forms.Form):
    """A short name for a position or crux."""

    name = forms.CharField(max_length=NAME_MAX, label=gettext_lazy("In a few words"))
