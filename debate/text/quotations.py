"""Quoted passages: the exact words, where they stand, and a little of what stands around them.

A passage is the pair of a TextQuoteSelector (exact, prefix, suffix) and a TextPositionSelector
(start, end) of the W3C Web Annotation Data Model (https://www.w3.org/TR/annotation-model/#selectors),
counted in code points of the plain text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from debate.text.folding import fold
from debate.text.markdown import render
from debate.text.nearest import nearest
from debate.text.plain import plain as plain_text
from debate.text.words import cuts

__all__ = ["CONTEXT", "Ambiguous", "NotThere", "Passage", "find", "nearest", "refind"]

CONTEXT = 32
MAX_WORDS = 20_000
MAX_SHOWN = 5
# Words as long as this are the ones quoted even if all around them changed, if in one place only.
DISTINCTIVE = 40
# So many characters beside shorter words, as they were, tell that it is the same place:
# on one side, or on both where that is all there was.
ENOUGH = 20

_Place: TypeAlias = tuple[int, int]
_Narrowing: TypeAlias = Callable[[list[_Place]], list[_Place]]


@dataclass(frozen=True, slots=True)
class Passage:
    """The words at start to end of a plain text, with up to 32 characters on either side."""

    exact: str
    start: int
    end: int
    prefix: str
    suffix: str


class NotThere(LookupError):
    """The words are not in the text."""

    def __init__(self, plain: str, words: str) -> None:
        """Take the text and the words."""
        super().__init__("These words are not in the text.")
        self._sought = plain, words

    @cached_property
    def nearest(self) -> list[str]:
        """The passages most like the words; it takes a while to find them."""
        return nearest(*self._sought)


class Ambiguous(LookupError):
    """The words are in several places; `contexts` shows the first of them."""

    def __init__(self, count: int, contexts: list[str]) -> None:
        """Take the number of places and how the first of them read."""
        super().__init__(f"These words are in {count} places of the text.")
        self.count = count
        self.contexts = contexts


def find(
    plain: str, words: str, *, prefix: str = "", suffix: str = "", start: int | None = None
) -> Passage:
    """Return the passage with these words; raise NotThere, Ambiguous, or ValueError for no words.

    The words may differ in spaces, quotation marks, dashes and the like, or be Markdown. Where
    they are in several places, the text around them and the position expected say which it is.
    """
    if len(words) > MAX_WORDS:
        raise NotThere(plain, words)
    if not fold(words).text:
        raise ValueError("A quotation needs words.")
    if start is not None:
        start += len(words) - len(words.lstrip())
    places = _places(plain, words.strip())
    if not places:
        raise NotThere(plain, words)
    for narrow in (_at(start), _between(plain, prefix, suffix), _close_to(start)):
        places = places if len(places) == 1 else narrow(places) or places
    if len(places) > 1:
        raise Ambiguous(len(places), [_shown(plain, *place) for place in places[:MAX_SHOWN]])
    return _passage(plain, *places[0])


def refind(passage: Passage, plain: str) -> Passage | None:
    """Return where the words of a passage stand in an edited text; None if gone or uncertain.

    Whole words stay whole: "agree" is not found in "disagree", nor "I can" in "I can't".
    """
    places = _exact_places(plain, passage.exact)
    same = [place for place in places if _is_between_the_same(plain, place, passage)]
    if len(same) > 1:
        same = [place for place in same if place[0] == passage.start]
    chosen = same or _surely_meant(plain, places, passage)
    whole = [place for place in chosen if _is_as_whole(plain, place, passage)]
    return _passage(plain, *whole[0]) if whole else None


def _is_as_whole(plain: str, place: _Place, passage: Passage) -> bool:
    """Say whether a place cuts no word or character but where the passage did itself."""
    around = passage.prefix + passage.exact + passage.suffix
    start = len(passage.prefix)
    own = cuts(around, start), cuts(around, start + len(passage.exact))
    return own[0] >= cuts(plain, place[0]) and own[1] >= cuts(plain, place[1])


def _passage(plain: str, start: int, end: int) -> Passage:
    """Return the passage from start to end."""
    prefix, suffix = _sides(plain, (start, end))
    return Passage(exact=plain[start:end], start=start, end=end, prefix=prefix, suffix=suffix)


def _places(plain: str, words: str) -> list[_Place]:
    """Return where the words are: exactly so, else but for typography, else as Markdown."""
    if places := _exact_places(plain, words):
        return places
    folded = fold(plain)
    return folded.places(fold(words).text) or folded.places(fold(_shown_as(words)).text)


def _exact_places(plain: str, words: str) -> list[_Place]:
    """Return every place of exactly these words."""
    places: list[_Place] = []
    index = plain.find(words) if words else -1
    while index >= 0:
        places.append((index, index + len(words)))
        index = plain.find(words, index + 1)
    return places


def _shown_as(words: str) -> str:
    """Return the text a reader would see of words that are Markdown; nothing if they cannot be."""
    try:
        return plain_text(render(words))
    except ValueError:
        return ""


def _at(start: int | None) -> _Narrowing:
    """Return what leaves only the place at the position expected."""
    return lambda places: [place for place in places if place[0] == start]


def _between(plain: str, prefix: str, suffix: str) -> _Narrowing:
    """Return what leaves the places with this text around them, else on one side of them."""
    before, after = _squeezed(prefix[-CONTEXT:]), _squeezed(suffix[:CONTEXT])

    def follows(place: _Place) -> bool:
        return bool(before) and _squeezed(plain[: place[0]][-2 * CONTEXT :]).endswith(before)

    def leads(place: _Place) -> bool:
        text = _squeezed(plain[place[1] : place[1] + 2 * CONTEXT])
        return bool(after) and text.startswith(after)

    def narrow(places: list[_Place]) -> list[_Place]:
        sides = {place: follows(place) + leads(place) for place in places}
        most = max(sides.values())
        return [place for place in places if most and sides[place] == most]

    return narrow


def _close_to(start: int | None) -> _Narrowing:
    """Return what leaves the place nearest to the position expected, if it is so by far."""

    def narrow(places: list[_Place]) -> list[_Place]:
        if start is None:
            return []
        near, second = sorted(places, key=lambda place: abs(place[0] - start))[:2]
        return [near] if 2 * abs(near[0] - start) < abs(second[0] - start) else []

    return narrow


def _squeezed(text: str) -> str:
    """Return the text without any space, which copying from a page changes."""
    return "".join(text.split())


def _shown(plain: str, start: int, end: int) -> str:
    """Return the passage with the text around it, for a message."""
    before, after = _sides(plain, (start, end))
    opening = "\u2026" if start > CONTEXT else ""
    closing = "\u2026" if end + CONTEXT < len(plain) else ""
    return f"{opening}{before}[{plain[start:end]}]{after}{closing}"


def _is_between_the_same(plain: str, place: _Place, passage: Passage) -> bool:
    """Say whether the text on both sides of a place is as it was."""
    return _sides(plain, place) == (passage.prefix, passage.suffix)


def _surely_meant(plain: str, places: list[_Place], passage: Passage) -> list[_Place]:
    """Return the one place that must be the passage's although the text around it changed."""
    ranked = sorted(
        ((_likeness(plain, place, passage), place) for place in places),
        key=lambda pair: (-sum(pair[0]), pair[1]),
    )
    if not ranked:
        return []
    likeness, best = ranked[0]
    if len(ranked) == 1:
        all_there = likeness == (len(passage.prefix), len(passage.suffix))
        is_known = max(likeness) >= ENOUGH or (all_there and sum(likeness) >= ENOUGH)
        is_sure = len(passage.exact) >= DISTINCTIVE or is_known
    else:
        is_sure = sum(likeness) >= max(2 * ENOUGH, 2 * sum(ranked[1][0]))
    return [best] if is_sure else []


def _likeness(plain: str, place: _Place, passage: Passage) -> tuple[int, int]:
    """Return how many characters next to a place, left and right, are as they were."""
    before, after = _sides(plain, place)
    left = _alike(before[::-1], passage.prefix[::-1])
    return left, _alike(after, passage.suffix)


def _sides(plain: str, place: _Place) -> tuple[str, str]:
    """Return the text before and after a place."""
    start, end = place
    return plain[max(0, start - CONTEXT) : start], plain[end : end + CONTEXT]


def _alike(one: str, other: str) -> int:
    """Return how many characters two texts have in common at the beginning."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
