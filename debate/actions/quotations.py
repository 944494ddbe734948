"""Anchoring quoted words in the statement they are quoted from."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from debate.models import Quotation, Statement
from debate.text import plain, quotations


@dataclass(frozen=True, slots=True)
class Words:
    """Quoted words as they were sent; the rest tells one place from others like it."""

    exact: str
    prefix: str = ""
    suffix: str = ""
    start: int | None = None


def quote(statement: Statement, words: Words) -> Quotation:
    """Store the passage of the statement's newest wording that the words name.

    Raises ValidationError (field quote; code not-there or ambiguous) where there is none, or
    where there are several.
    """
    text = plain.plain(statement.body_html)
    try:
        passage = quotations.find(
            text, words.exact, prefix=words.prefix, suffix=words.suffix, start=words.start
        )
    except quotations.NotThere as error:
        raise ValidationError({"quote": _not_there(error)}) from error
    except quotations.Ambiguous as error:
        raise ValidationError({"quote": _ambiguous(error)}) from error
    except ValueError as error:
        raise ValidationError({"quote": str(error)}) from error
    return Quotation.objects.create(
        statement=statement,
        revision=statement.revision,
        exact=passage.exact,
        prefix=passage.prefix,
        suffix=passage.suffix,
        start=passage.start,
        end=passage.end,
    )


def _not_there(error: quotations.NotThere) -> ValidationError:
    message = "These words are not in the statement you answer."
    if error.nearest:
        closest = ", ".join(f"“{words}”" for words in error.nearest)
        message += f" Closest: {closest}."
    message += " Quote its exact words, or leave the quotation out."
    message = message.replace("%", "%%")  # Django formats it with the params
    return ValidationError(message, code="not-there", params={"nearest": error.nearest})


def _ambiguous(error: quotations.Ambiguous) -> ValidationError:
    return ValidationError(
        f"These words stand in {error.count} places of that statement."
        " Quote a few more of the words around them.",
        code="ambiguous",
        params={"count": error.count, "contexts": error.contexts},
    )
