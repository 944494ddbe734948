"""Why a claim has its label and its strength, in sentences. The codes are those of the reasoning.

Never 'true' or 'false': a claim stands, is challenged, or undecided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy

from debate.models.statements import LETTERS, Kind

FEW = 3
"""Of fewer people no share and no strength is told: too few to say."""
POSITION = LETTERS[Kind.POSITION]
"""What the labels of positions begin with."""
LOOKS = {"in": "stands", "out": "challenged", "undecided": "undecided"}
"""What a label is called in data attributes and in the API's words."""
_WORDS = {
    "in": pgettext_lazy("a claim", "Stands"),
    "out": pgettext_lazy("a claim", "Challenged"),
    "undecided": pgettext_lazy("a claim", "Undecided"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence, and the labels of the claims that it speaks of, to be linked behind it."""

    sentence: str
    labels: tuple[str, ...] = ()


def word(label: str) -> str:
    """What is said of a claim with this label ('in', 'out', 'undecided')."""
    return str(_WORDS[label])


def why(claim: Mapping[str, Any]) -> Reason:
    """The reason for the label of a claim, as the stored result has it."""
    return told(*parts(claim))


def parts(claim: Mapping[str, Any]) -> tuple[str, int, tuple[str, ...]]:
    """The code of a stored claim's reason, how many claims it speaks of, and which.

    The codes are `why` of the result, and 'hanging' for who is in no loop, but hangs on one.
    """
    code = claim["why"]
    if code == "loop" and claim["loop_size"] > 1:
        return code, claim["loop_size"] - 1, tuple(claim["loop"])
    named = {
        "met": (*claim["met"], *claim["beside"]),
        "awaiting": claim["awaiting"],
        "challenged": claim["standing"],
        "loop": claim["undecided"],
    }.get(code, ())
    return "hanging" if code == "loop" else code, len(named), tuple(named)


def told(code: str, n: int, labels: Sequence[str]) -> Reason:
    """The reason with this code as a sentence; it speaks of n claims, of which some are named."""
    sentence = {
        "unopposed": _unopposed,
        "met": _met,
        "awaiting": _awaiting,
        "challenged": _challenged,
        "loop": _loop,
        "hanging": _hanging,
    }[code](n)
    return Reason(sentence % {"num": n}, tuple(labels))


def _unopposed(n: int) -> str:
    return gettext("Nobody has objected that it is not true, or in the wrong terms.")


def _met(n: int) -> str:
    return ngettext(
        "The one objection to it has been met.", "All %(num)s objections to it have been met.", n
    )


def _awaiting(n: int) -> str:
    return ngettext(
        "%(num)s objection awaits a second: only its author stands behind it.",
        "%(num)s objections await a second: only their authors stand behind them.",
        n,
    )


def _challenged(n: int) -> str:
    return ngettext("%(num)s objection to it stands.", "%(num)s objections to it stand.", n)


def _loop(n: int) -> str:
    return ngettext(
        "It is in a loop of objections with %(num)s other claim.",
        "It is in a loop of objections with %(num)s other claims.",
        n,
    )


def _hanging(n: int) -> str:
    return gettext("An objection to it hangs on a loop of objections.")


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


def counted(claim: Mapping[str, Any]) -> int:
    """How many marks a claim's strength comes from: with groups, those of people in one.

    An older result does not say.
    """
    return int(claim.get("counted", claim["n"]))


def _counted(claim: Mapping[str, Any]) -> str:
    """How many of the marks on a claim count, where not all of them do."""
    n = counted(claim)
    if n == claim["n"]:
        return ""
    told = ngettext(
        "%(num)s of them counts: marks of people who are in no group do not.",
        "%(num)s of them count: marks of people who are in no group do not.",
        n,
    )
    return told % {"num": n}


def strength(claim: Mapping[str, Any]) -> str:
    """How firmly a claim stands, in a sentence with its interval and the marks it comes from."""
    if claim["strength"] is None:
        told = gettext("It has no stable strength: it hangs on a loop that does not come to rest.")
    elif counted(claim) < FEW:
        told = gettext("Too few to say how firmly: it takes marks of three people.")
    else:
        told = gettext("Strength %(now)s of 100, from %(low)s to %(high)s by its own marks.") % {
            name: points(claim[key])
            for name, key in (("now", "strength"), ("low", "low"), ("high", "high"))
        }
    return " ".join(filter(None, (told, marks(claim), _counted(claim))))


def points(value: float) -> int:
    """A number from 0 to 1 in points of 100."""
    return round(100 * value)
