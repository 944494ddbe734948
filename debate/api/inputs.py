"""What clients send: fields that check the shape only. What it means, the actions check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from debate.actions.quotations import Words
from debate.api.errors import Errors, Malformed, Unfit, flat
from debate.models.statements import BODY_MAX, GeneratedBy

SHAPE = {"required", "null", "invalid", "not_a_list", "empty", "unknown", "max_string_length"}
"""Codes of errors that the schema would have told: 400. The others are 422."""


class Strict(serializers.Serializer[Any]):
    """Fields that are not known are refused."""

    def to_internal_value(self, data: Any) -> Any:
        """The checked values; raises serializers.ValidationError."""
        if isinstance(data, Mapping):
            unknown = [str(name) for name in data if name not in self.fields]
            if unknown:
                detail = ErrorDetail(gettext("There is no such field."), code="unknown")
                raise serializers.ValidationError({name: [detail] for name in unknown})
        return super().to_internal_value(data)


class Asked(Strict):
    """The query of an address that takes none."""


class Text(serializers.CharField):
    """A string as it is; empty ones are for the actions to judge."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"allow_blank": True, "trim_whitespace": False, **options})

    def to_internal_value(self, data: Any) -> str:
        """The string; anything else is refused."""
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class Named(serializers.CharField):
    """A name or a slug in a query, as it is: one of white space alone is nobody's, no mistake."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, trim_whitespace=False, **options)


class OneOf(serializers.ChoiceField):
    """One of several words, which the schema names and the actions check."""

    def to_internal_value(self, data: Any) -> str:
        """The word; anything but a string is refused."""
        if not isinstance(data, str):
            raise serializers.ValidationError(gettext("Send a string."), code="invalid")
        return data


class Whole(serializers.IntegerField):
    """A whole number as JSON has it."""

    def to_internal_value(self, data: Any) -> int:
        """The number; anything else is refused."""
        if isinstance(data, float) and data.is_integer():  # JSON makes no difference
            return int(data)
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        number: int = data
        return number


class YesNo(serializers.BooleanField):
    """True or false as JSON has them."""

    def to_internal_value(self, data: Any) -> bool:
        """The value; numbers and words, which Django REST framework would take, are refused."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class GeneratedByIn(OneOf):
    """How a bot's write came about; needed from bots, and not kept of people."""

    def __init__(self, **options: Any) -> None:
        help_text = "How the write came about. Every write of a bot says so."
        super().__init__(GeneratedBy.choices, required=False, help_text=help_text, **options)

    def to_internal_value(self, data: Any) -> str:
        """The word; people, who need not say it, say nothing else either."""
        word = super().to_internal_value(data)
        if word not in GeneratedBy.values:
            self.fail("invalid_choice", input=word)
        return word


class QuoteIn(Strict):
    """A quoted passage as the pair of selectors of W3C Web Annotation."""

    exact = Text(max_length=BODY_MAX, help_text="The words, as the page shows them.")
    prefix = Text(required=False, max_length=BODY_MAX, help_text="What stands before them.")
    suffix = Text(required=False, max_length=BODY_MAX, help_text="What stands after them.")
    start = Whole(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=10 * BODY_MAX,
        help_text="Where they begin in the plain text, in code points.",
    )


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "maxLength": BODY_MAX},
            {"$ref": "#/components/schemas/QuoteIn"},
        ]
    }
)
class Quote(serializers.Field[Words, Any, Any, Any]):
    """Quoted words: a string, or an object that also says which place is meant."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_null=True, **options)

    def to_internal_value(self, data: Any) -> Words:
        """The words; raises serializers.ValidationError."""
        sent = QuoteIn(data={"exact": data} if isinstance(data, str) else data)
        sent.is_valid(raise_exception=True)
        return Words(**sent.validated_data)


class Nothing(Strict):
    """The body of what needs none."""


def checked(
    shape: type[serializers.Serializer[Any]],
    data: Any,
    *,
    always: type[Malformed] | type[Unfit] | None = None,
) -> dict[str, Any]:
    """The values of what was sent; raises Malformed, or Unfit where only values are wrong."""
    sent = shape(data=data)
    if sent.is_valid():
        return dict(sent.validated_data)
    errors: Errors = {}
    for path, entry in flat(sent.errors):
        if entry["code"] == "invalid_choice" and path in sent.fields:
            entry["allowed"] = list(getattr(sent.fields[path], "choices", ()))
        errors.setdefault(path, []).append(entry)
    codes = {entry["code"] for found in errors.values() for entry in found}
    raise (always or (Malformed if codes & SHAPE else Unfit))(errors)


@contextmanager
def called(**names: str) -> Iterator[None]:
    """Say of fields what an action says of them by its own names: called(url="address")."""
    try:
        yield
    except ValidationError as error:
        found = {names.get(name, name): told for name, told in error.error_dict.items()}
        raise ValidationError(found) from error
