"""Anchoring quoted words in the statement they are quoted from."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from debate.models import Quotation, Statement
from debate.text import plain, quotations

EARLIER = 10
"""So many earlier wordings are looked through to say where words were."""


@dataclass(frozen=True, slots=True)
class Words:
    """Quoted words as they were sent; the rest tells one place from others like it."""

    exact: str
    prefix: str = ""
    suffix: str = ""
    start: int | None = None


def quote(statement: Statement, words: Words) -> Quotation:
    """Store what `passage` finds; raises ValidationError as it does."""
    found = passage(statement, words)
    found.save()
    return found


def passage(statement: Statement, words: Words) -> Quotation:
    """The passage of the statement's newest wording that the words name, not stored yet.

    Raises ValidationError (field quote; code not-there or ambiguous) where there is none, or
    where there are several.
    """
    text = plain.plain(statement.body_html)
    try:
        found = quotations.find(
            text, words.exact, prefix=words.prefix, suffix=words.suffix, start=words.start
        )
    except quotations.NotThere as error:
        earlier = _earlier(statement, words)
        raise ValidationError({"quote": _not_there(error, earlier)}) from error
    except quotations.Ambiguous as error:
        raise ValidationError({"quote": _ambiguous(error)}) from error
    except ValueError as error:
        raise ValidationError({"quote": gettext("A quotation needs words.")}) from error
    return Quotation(
        statement=statement,
        revision=statement.revision,
        exact=found.exact,
        prefix=found.prefix,
        suffix=found.suffix,
        start=found.start,
        end=found.end,
    )


def _earlier(statement: Statement, words: Words) -> int | None:
    """The newest earlier wording in which the words stand, by number; None where none has them."""
    for revision in statement.revisions.order_by("-number")[:EARLIER]:
        with suppress(LookupError, ValueError):
            quotations.find(plain.plain(revision.body_html), words.exact)
            return revision.number
    return None


def _not_there(error: quotations.NotThere, earlier: int | None) -> ValidationError:
    message = gettext("These words are not in this statement.")
    if earlier is not None:
        message = gettext(
            "This statement was edited: these words stood in its revision %(earlier)s, and are"
            " not in it any more."
        ) % {"earlier": earlier}
    if error.nearest:
        closest = ", ".join(f"“{words}”" for words in error.nearest)
        message += " " + gettext("Closest: %(words)s.") % {"words": closest}
    message += " " + gettext("Quote its exact words, or leave the quotation out.")
    message = message.replace("%", "%%")  # Django formats it with the params
    return ValidationError(message, code="not-there", params={"nearest": error.nearest})


def _ambiguous(error: quotations.Ambiguous) -> ValidationError:
    return ValidationError(
        gettext(
            "These words stand in %(count)s places of that statement."
            " Quote a few more of the words around them."
        )
        % {"count": error.count},
        code="ambiguous",
        params={"count": error.count, "contexts": error.contexts},
    )
