"""What somebody typed into a search box: words, "phrases", -words, and filters as kind:objection.

Whatever it is, it is understood somehow or refused with a code: nothing here raises. Also words
that differ by a slip, for words that nobody has written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

__all__ = ["Query", "Term", "nearest", "parse", "slips"]

LONGEST = 500  # characters of a query
MOST = 20  # words and phrases of a query
CORRECTED = range(4, 21)
"""Of how many letters a word must be to be taken for a slip."""
LONG = 8
"""Of so many letters on, two slips are allowed."""
NEAREST = 3
_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02", '"'))
_BLOCK = 64
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_TOKEN = re.compile(
    r'(?P<minus>-?)(?:(?P<name>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))'
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase to look for or, `excluded`, to be without; `quoted`: just these words."""

    text: str
    quoted: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What was understood; `problem` is a code where it was not, `about` what that is about."""

    terms: tuple[Term, ...] = ()
    filters: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    about: tuple[str, str] = ("", "")

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for at all."""
        return not (self.terms or self.filters or self.problem)


def parse(typed: str, known: Mapping[str, Collection[str]]) -> Query:
    """Understand what was typed; `known` has the names of filters, and their values if not any.

    Problems: long, many, nothing (no word in it), only-excluded, twice, value, excluded-filter.
    """
    if len(typed) > LONGEST:
        return Query(problem="long")
    unfinished = {f"{name}:" for name in known}
    text = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in typed)
    terms: list[Term] = []
    filters: dict[str, str] = {}
    for part in _TOKEN.finditer(text.translate(_QUOTES)):
        name = (part["name"] or "").lower()
        if name in known:
            if problem := _refusal(part, name, filters, known[name]):
                return Query(problem=problem, about=(name, _value(part)))
            filters[name] = _value(part)
        elif (part["word"] or "").lower() not in unfinished:
            terms += _terms(part)
    return _checked(terms, filters, typed)


def _value(part: re.Match[str]) -> str:
    return (part["phrase"] or part["word"] or "").strip().lower()


def _refusal(
    part: re.Match[str], name: str, filters: Mapping[str, str], values: Collection[str]
) -> str:
    if part["minus"]:
        return "excluded-filter"
    if name in filters and filters[name] != _value(part):
        return "twice"
    return "value" if not _value(part) or (values and _value(part) not in values) else ""


def _terms(part: re.Match[str]) -> Iterator[Term]:
    """The word or phrase, and before it what looked like a filter and is none."""
    excluded = bool(part["minus"])
    if part["phrase"] is not None:
        found = [Term(part["name"] or ""), Term(part["phrase"], True, excluded)]
    else:
        name = f"{part['name']}:" if part["name"] else ""
        found = [Term(name + part["word"], False, excluded)]
    return (term for term in found if any(sign.isalnum() for sign in term.text))


def _checked(terms: list[Term], filters: Mapping[str, str], typed: str) -> Query:
    if len(terms) > MOST:
        return Query(problem="many")
    if not filters and terms and all(term.excluded for term in terms):
        return Query(problem="only-excluded")
    if not filters and not terms and typed.strip():
        return Query(problem="nothing")
    return Query(tuple(terms), filters)


def slips(word: str) -> list[str]:
    """Every word that a slip of one letter away from this may have meant; none for short ones."""
    if len(word) not in CORRECTED or word.isdigit():
        return []
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    letters = _alphabet(word)
    made = {a + b[1:] for a, b in parts if b}
    made |= {a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1}
    made |= {a + letter + b[1:] for a, b in parts if b for letter in letters}
    made |= {a + letter + b for a, b in parts for letter in letters}
    return sorted(made - {word})


def _alphabet(word: str) -> str:
    """The letters that a slip may have put there: of the script of the word's first letter."""
    if word[0].isascii():
        return _LATIN
    first = ord(word[0]) // _BLOCK * _BLOCK
    signs = {chr(place) for place in range(first, first + 2 * _BLOCK)} | set(word)
    return "".join(sorted(sign for sign in signs if sign.isalpha() and sign == sign.lower()))


def nearest(word: str, known: Iterable[tuple[str, int]]) -> list[str]:
    """Of known words with their frequency those that may have been meant, the likeliest first."""
    most = 2 if len(word) >= LONG else 1
    ranked: list[tuple[int, int, str]] = []
    for other, count in known:
        if abs(len(other) - len(word)) <= most and (far := _distance(word, other)) <= most:
            ranked.append((far, -count, other))
    ranked.sort()
    return [other for far, _, other in ranked[:NEAREST] if far == ranked[0][0]]


def _distance(one: str, other: str) -> int:
    """How many letters must be put in, left out, replaced or swapped with their neighbour.

    Optimal string alignment: https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        above, row_before = row, before
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(above[j] + 1, row[-1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, row_before[j - 2] + 1)
            row.append(cost)
        before = above
    return row[-1]
