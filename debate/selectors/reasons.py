"""Why a claim has its label and its strength, in sentences. The codes are those of the reasoning.

Never 'true' or 'false': a claim stands, is challenged, or undecided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext

FEW = 3
"""Of fewer people no share and no strength is told: too few to say."""
LOOKS = {"in": "stands", "out": "challenged", "undecided": "undecided"}
"""What a label is called in data attributes and in the API's words."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence, and the labels of the claims that it speaks of, to be linked behind it."""

    sentence: str
    labels: tuple[str, ...] = ()


def word(label: str) -> str:
    """What is said of a claim with this label ('in', 'out', 'undecided')."""
    return {
        "in": pgettext("a claim", "Stands"),
        "out": pgettext("a claim", "Challenged"),
    }.get(label, pgettext("a claim", "Undecided"))


def why(claim: Mapping[str, Any]) -> Reason:
    """The reason for the label of a claim, as the stored result has it."""
    return {
        "unopposed": _unopposed,
        "met": _met,
        "awaiting": _awaiting,
        "challenged": _challenged,
        "loop": _loop,
    }[claim["why"]](claim)


def _unopposed(claim: Mapping[str, Any]) -> Reason:
    return Reason(gettext("Nobody has objected to it."))


def _met(claim: Mapping[str, Any]) -> Reason:
    labels = (*claim["met"], *claim["beside"])
    n = len(labels)
    told = ngettext(
        "The one objection to it has been met.",
        "All %(num)s objections to it have been met.",
        n,
    )
    return Reason(told % {"num": n}, labels)


def _awaiting(claim: Mapping[str, Any]) -> Reason:
    n = len(claim["awaiting"])
    told = ngettext(
        "%(num)s objection awaits a second: only its author stands behind it.",
        "%(num)s objections await a second: only their authors stand behind them.",
        n,
    )
    return Reason(told % {"num": n}, tuple(claim["awaiting"]))


def _challenged(claim: Mapping[str, Any]) -> Reason:
    n = len(claim["standing"])
    told = ngettext("%(num)s objection to it stands.", "%(num)s objections to it stand.", n)
    return Reason(told % {"num": n}, tuple(claim["standing"]))


def _loop(claim: Mapping[str, Any]) -> Reason:
    n, named = claim["loop_size"], tuple(claim["loop"])
    if n < 2:  # noqa: PLR2004  # it is in none itself
        labels = tuple(claim["undecided"])
        return Reason(gettext("An objection to it hangs on a loop of objections."), labels)
    told = ngettext(
        "It is in a loop of objections with %(num)s other claim.",
        "It is in a loop of objections with %(num)s other claims.",
        n - 1,
    )
    return Reason(told % {"num": n - 1}, named)


def fate(name: str) -> str:
    """What became of an objection: the words for a key of the stored claim (`results.FATES`)."""
    return {
        "standing": pgettext("an objection", "stands"),
        "met": pgettext("an objection", "has been met"),
        "undecided": pgettext("an objection", "is in a loop"),
        "awaiting": pgettext("an objection", "awaits a second"),
        "beside": pgettext("an objection", "does not bear, people say"),
    }[name]


def marks(claim: Mapping[str, Any]) -> str:
    """The marks that a claim's number comes from: '5 marks: 3 agree, 1 unsure, 1 disagree.'"""
    n = int(claim["n"])
    if not n:
        return gettext("Nobody has marked it.")
    told = ngettext(
        "%(num)s mark: %(agree)s agree, %(unsure)s unsure, %(disagree)s disagree.",
        "%(num)s marks: %(agree)s agree, %(unsure)s unsure, %(disagree)s disagree.",
        n,
    )
    counts = {name: int(claim[name]) for name in ("agree", "unsure", "disagree")}
    return told % {"num": n, **counts}


def strength(claim: Mapping[str, Any]) -> str:
    """How firmly a claim stands, in a sentence with its interval and the marks it comes from."""
    if claim["strength"] is None:
        told = gettext("It has no stable strength: it hangs on a loop that does not come to rest.")
    elif claim["n"] < FEW:
        told = gettext("Too few to say how firmly: it takes marks of three people.")
    else:
        told = gettext("Strength %(now)s of 100, from %(low)s to %(high)s by its own marks.") % {
            name: points(claim[key])
            for name, key in (("now", "strength"), ("low", "low"), ("high", "high"))
        }
    return f"{told} {marks(claim)}"


def points(value: float) -> int:
    """A number from 0 to 1 in points of 100."""
    return round(100 * value)
