"""Where words begin and end, for comparing texts and for knowing a passage from a part of a word.

A word is what stands between spaces and punctuation: letters with their accents, emoji with what
joins them, and an apostrophe or hyphen between letters. Chinese characters and kana, which stand
without spaces, are words of their own.
"""

import re
import unicodedata

__all__ = ["bare", "cuts", "tokens"]

_PUNCTUATION = (
    "!-/:-@\\[-`{-~\u00a1-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u2010-\u2027\u2030-\u205e"
)
_CHINESE = "\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_INNER = "-'\u2019\u2010\u2011"
_LETTER = rf"[^\s{_PUNCTUATION}{_CHINESE}]"
_WORD = re.compile(_LETTER)
_TOKEN = re.compile(rf"\s+|{_LETTER}+(?:[{_INNER}]{_LETTER}+)*|.")
_JOINER = "\u200d"


def tokens(text: str) -> list[str]:
    """Return words, spaces and signs of a text in order; joined they are the text."""
    return _TOKEN.findall(text)


def bare(text: str) -> str:
    """Return the words of a text alone: without case, accents, signs and what nobody sees."""
    # Sign by sign: what stands on a letter is left out anyway, and putting a run of it into order
    # takes time with its square.
    letters = "".join(unicodedata.normalize("NFKD", sign) for sign in text).casefold()
    shown = "".join(sign for sign in letters if unicodedata.category(sign) not in ("Mn", "Cf"))
    return " ".join("".join(s if s.isalnum() else " " for s in shown).split())


def cuts(text: str, place: int) -> bool:
    """Say whether a word, or a character with its accents and joiners, goes on at this place."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    if _JOINER in (before, after) or unicodedata.category(after).startswith("M"):
        return True
    if not _is_word(before):
        return before in _INNER and _is_word(text[place - 2 : place - 1]) and _is_word(after)
    return _is_word(after) or (after in _INNER and _is_word(text[place + 1 : place + 2]))


def _is_word(character: str) -> bool:
    """Say whether this is a character of a word; nothing is none."""
    return bool(_WORD.match(character))
