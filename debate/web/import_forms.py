"""The forms of an import: the file, and what is chosen before it is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from debate.actions.imports import BYTES_MOST, Choices
from debate.formats.registry import FORMATS, READ, named_by
from debate.models import Debate
from debate.models.debates import QUESTION_MAX, Visibility

NUMBERS = re.compile(r"[0-9]{1,6}(?:[\s,;]+[0-9]{1,6})*[\s,;]*")
CHOICE = "choice:"
TEXT_MAX = 2_000_000
READERS = [
    (Visibility.UNLISTED, gettext_lazy("Whoever has the link")),
    (Visibility.PUBLIC, gettext_lazy("Everyone")),
    (Visibility.PRIVATE, gettext_lazy("Private: only people you add or invite")),
]


class TurnsField(forms.CharField):
    """Numbers of lines, with commas between them."""

    def clean(self, value: Any) -> tuple[int, ...]:
        """The numbers; raises forms.ValidationError."""
        text = super().clean(value) or ""
        if text and not NUMBERS.fullmatch(text.strip()):
            raise forms.ValidationError(gettext("Write numbers of lines, as 1, 7, 11."))
        return tuple(int(one) for one in re.findall(r"[0-9]+", text))


class SaidForm(forms.Form):
    """What is said with a file."""

    question = forms.CharField(
        required=False,
        max_length=QUESTION_MAX,
        label=gettext_lazy("Question"),
        help_text=gettext_lazy("What the debate asks. Left empty, the file's own is taken."),
    )
    turns_at = TurnsField(
        required=False,
        max_length=10_000,
        label=gettext_lazy("Lines at which turns begin"),
        help_text=gettext_lazy("For a plain exchange that names nobody, as 1, 7, 11."),
    )
    visibility = forms.ChoiceField(
        choices=READERS,
        initial=Visibility.UNLISTED,
        widget=forms.RadioSelect,
        label=gettext_lazy("Who may read it"),
    )

    def said(self, choices: dict[str, str] | None = None, into: str | None = None) -> Choices:
        """What the form says."""
        return Choices(
            turns_at=self.cleaned_data["turns_at"],
            choices=choices or {},
            question=self.cleaned_data["question"],
            visibility=self.cleaned_data["visibility"],
            into=into,
        )


class ImportForm(SaidForm):
    """A file, or its text."""

    format = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Format"),
        choices=lambda: [
            ("", gettext("As the file's name ends")),
            *((name, FORMATS[name].title) for name in READ),
        ],
    )
    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        label=gettext_lazy("File"),
        help_text=gettext_lazy("At most 10 MB."),
    )
    text = forms.CharField(
        required=False,
        strip=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 8}),
        label=gettext_lazy("Or paste its text"),
    )
    field_order = ("format", "file", "text", "question", "turns_at", "visibility")

    def clean(self) -> dict[str, Any]:
        """With the format that the file's name tells, where none is chosen."""
        said = super().clean() or self.cleaned_data
        file = said.get("file")
        if "format" in said and not said["format"]:
            said["format"] = named_by(file.name or "") if file else ""
            if not said["format"]:
                told = gettext(
                    "Choose the format: only a file whose name ends so tells its own: %(known)s."
                )
                known = ", ".join(f".{FORMATS[name].extension}" for name in READ)
                self.add_error("format", told % {"known": known})
        return said

    def data_and_name(self) -> tuple[bytes, str]:
        """The bytes of the file, or of the text; of a file that is too big only its beginning."""
        file = self.cleaned_data["file"]
        if file:
            return file.read(BYTES_MOST + 1), file.name or ""
        return self.cleaned_data["text"].encode(), ""


class ChoicesForm(SaidForm):
    """What is chosen of an import: of what is undecided, and which debate it is."""

    into = forms.ChoiceField(
        required=False,
        label=gettext_lazy("What becomes of it"),
    )
    field_order = ("into", "question", "turns_at", "visibility")

    def __init__(self, *args: Any, targets: Sequence[Debate] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        new = [("", gettext("A new debate"))]
        known = [
            (one.slug, gettext("Brings up to date: %(debate)s") % {"debate": one.question})
            for one in targets
        ]
        field = self.fields["into"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*new, *known]

    def chosen(self) -> dict[str, str]:
        """What was chosen of undecided parts, by their keys."""
        return {
            name.removeprefix(CHOICE): str(value)
            for name, value in self.data.items()
            if name.startswith(CHOICE) and value
        }
