"""Where quoted words stand in what they are quoted from; those that stand nowhere are told."""

from __future__ import annotations

from dataclasses import replace

from debate.formats.fitting.words import Mending
from debate.formats.outline import Loss, Point, Quote, phrased
from debate.text import markdown, plain, quotations
from debate.text.nearest import nearest

RENDERED_MOST = 20_000_000
SOUGHT_MOST, NEAREST_MOST = 2_000_000, 200_000
"""Characters of texts that are gone through for words that are not there as they stand, and for
passages like them: a hostile file would otherwise cost hours."""
QUOTE, TEXTS_KEPT = 10_000, 2_000


class Quoting:
    """Finds passages in the statements of one outline, within a budget for all of them."""

    def __init__(self, mending: Mending) -> None:
        self.mending = mending
        self.left = SOUGHT_MOST
        self.left_for_nearest = NEAREST_MOST
        self.texts: dict[tuple[str, int], str] = {}

    def quoted(self, point: Point, parent: Point) -> Point:
        """The point with its quotation as it stands there; else with the words in its own text."""
        quote = point.quote
        if quote is None or not quote.exact.strip():
            return replace(point, quote=None)
        found = self.found(quote, parent, point.key, "quotation")
        if found is not None:
            return replace(point, quote=found)
        words = "\n".join(f"> {line}" for line in quote.exact.strip().split("\n"))
        return replace(point, quote=None, body=f"{words}\n\n{point.body}")

    def found(self, quote: Quote, said: Point, where: str, what: str) -> Quote | None:
        """The passage in what was said; None, told with the nearest ones, where it is not."""
        if said.gone or len(quote.exact) > QUOTE:
            self.mending.lost(Loss("The quoted words cannot be looked for.", what, where[:60]))
            return None
        text, revision = self._text(said, quote.revision)
        if quote.start is not None and quote.end is not None:
            if text[quote.start : quote.end] == quote.exact:
                return _placed(text, quote.start, quote.end, revision)
        if text.count(quote.exact) == 1:
            at = text.find(quote.exact)
            return _placed(text, at, at + len(quote.exact), revision)
        return self._sought(quote, text, revision, where, what)

    def _sought(
        self, quote: Quote, text: str, revision: int, where: str, what: str
    ) -> Quote | None:
        self.left -= len(text) + len(quote.exact)
        if self.left < 0:
            self.mending.lost(Loss("Too many quotations to look for.", what, where[:60]))
            return None
        near: tuple[str, ...] = ()
        why = phrased("The quoted words are not in what it answers.")
        try:
            at = quotations.find(
                text, quote.exact, prefix=quote.prefix, suffix=quote.suffix, start=quote.start
            )
            return _placed(text, at.start, at.end, revision)
        except quotations.NotThere:
            near = self._nearest(text, quote.exact)
        except quotations.Ambiguous as error:
            near, why = tuple(error.contexts), phrased("The quoted words stand in several places.")
        except ValueError:
            pass
        self.mending.lost(Loss(why, what, where[:60], candidates=near))
        return None

    def _nearest(self, text: str, words: str) -> tuple[str, ...]:
        self.left_for_nearest -= len(text)
        return tuple(nearest(text, words)) if self.left_for_nearest >= 0 else ()

    def _text(self, said: Point, revision: int) -> tuple[str, int]:
        """What a reader sees of a wording, the newest where there is none of this number."""
        earlier = {one.number: one.body for one in said.wordings}
        number = revision if revision in earlier else said.revision
        key = (said.key, number)
        if key not in self.texts:
            if len(self.texts) > TEXTS_KEPT:
                self.texts.clear()
            self.texts[key] = plain.plain(markdown.render(earlier.get(number, said.body)))
        return self.texts[key], number


def _placed(text: str, start: int, end: int, revision: int) -> Quote:
    return Quote(
        exact=text[start:end],
        prefix=text[max(0, start - quotations.CONTEXT) : start],
        suffix=text[end : end + quotations.CONTEXT],
        start=start,
        end=end,
        revision=revision,
    )
