"""What actions raise besides Django's PermissionDenied and ValidationError; short texts."""

from django.utils.translation import gettext

from accounts.limits import LimitReached
from accounts.moments import number
from debate.text import markdown

__all__ = ["Conflict", "LimitReached", "Outdated", "refusal_of_short", "shows"]


class Conflict(Exception):
    """Something else came first: an edit in between, an open report, a key used otherwise."""


class Outdated(Conflict):
    """The words were edited in the meantime; `revision` is their newest wording."""

    def __init__(self, *, revision: int) -> None:
        super().__init__(
            gettext("This statement was edited in the meantime. Look at its new wording.")
        )
        self.revision = revision


def refusal_of_signs(error: markdown.Unwritable) -> str:
    """Why a text with these signs cannot be stored, and what to do."""
    if error.sign:
        return gettext("No text can have the control character %(sign)s. Take it out.") % {
            "sign": error.sign
        }
    return gettext("A letter has more than %(most)s marks. Take some away.") % {
        "most": markdown.MARKS_MAX
    }


def refusal_of_long(text: str, most: int) -> str:
    """What is said of a text that is longer than that."""
    return gettext("Use at most %(most)s characters; these are %(count)s.") % {
        "most": number(most),
        "count": number(len(text)),
    }


def refusal_of_short(text: str, most: int) -> str:
    """Why a reason, note or other short text cannot be stored; empty where it can."""
    try:
        stored = markdown.clean(text)
    except ValueError:
        storable = False
    else:  # some letters are taken apart, so that it is longer then
        storable = max(len(text.strip()), len(stored.strip())) <= most
    return (
        ""
        if storable
        else gettext("Use at most %(most)s characters of plain text.") % {"most": number(most)}
    )


def shows(text: str) -> bool:
    """Whether a reader would see anything of the text."""
    return any(character.isprintable() and character != " " for character in text)
