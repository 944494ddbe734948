"""What people may call themselves, and which names look alike. Pure: knows no database.

After Unicode Technical Standard #39 (https://www.unicode.org/reports/tr39/): scripts are told by
the names of letters (its level 3, 'highly restrictive'), and looks by a small table of letters
that cannot be told from Latin ones. Letters that are others in another style (small capitals,
letters of phonetics) are told by Unicode's data: they have no upper or no lower case.
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext

PUNCTUATION = frozenset(" .,'\N{RIGHT SINGLE QUOTATION MARK}\N{MIDDLE DOT}-\N{EN DASH}_()&!?+")
NO_SIGN = re.compile(r"VARIATION SELECTOR|FILLER|INHERENT|GRAPHEME JOINER")
SMALL_CAPITAL = re.compile(r"^LATIN LETTER SMALL CAPITAL ([A-Z])$")
STYLES = re.compile(r"SMALL CAPITAL|SIDEWAYS|INSULAR|LETTER YR$|CLICK$|MODIFIER LETTER (CAP|SM)")
MEDIEVAL = 0xA720  # from here on, Latin letters are those of old manuscripts and of phonetics
APOSTROPHES = ("MODIFIER LETTER", "ARABIC TATWEEL")
"""Begin the names of letters that are little more than a stroke."""
MARKS_ON_A_LETTER = 3
UNREAD = 1000  # characters after which a name is not looked at: it is too long
LONGEST = 240  # of a look: what the table of looks can hold
TOGETHER = (
    frozenset({"Latin", "Cjk", "Hiragana", "Katakana"}),
    frozenset({"Latin", "Cjk", "Bopomofo"}),
    frozenset({"Latin", "Cjk", "Hangul"}),
)
COMMON = {"Combining": "", "Modifier": "", "Ideographic": "Cjk", "Katakana-Hiragana": ""}
"""First words of letters' names that are no script, and what to count them as."""

FUNCTIONS = frozenset(
    "admin admins administration administrator administrators moderator moderators moderation "
    "facilitator facilitators mod mods crux staff support official root sysadmin webmaster "
    "system".split()
)
RESERVED = FUNCTIONS | frozenset(
    # addresses of the site and of its mail
    "accounts api d s u static healthz readyz metrics search schema docs login logout signup "
    "security abuse postmaster hostmaster noreply mail www about help new me "
    # words that stand for somebody in our own sentences
    "you somebody nobody everybody everyone anonymous visitor guest member formermember deleted "
    "bot participant person account null none undefined".split()
)
SAME_AS = {
    "a": "\u0430\u03b1\u0251\u13aa",
    "b": "\u0185\u0432\u03b2\u044c\u13f4",
    "c": "\u0441\u03f2\u13df",
    "d": "\u0501\u13e7",
    "e": "\u0435\u03b5\u212e\u13ac",
    "g": "\u0261\u050d",
    "h": "\u04bb\u043d\u03b7\u0570\u13bb",
    "j": "\u0458\u03f3\u13ab",
    "k": "\u043a\u03ba\u13e6",
    "l": "i1|\u0131\u0456\u03b9\u04c0\u04cf\u01c0\u0269\u05d5\u05df\u0627\u06f1",
    "m": "\u043c\u13b7",
    "n": "\u0578\u03bd",
    "o": "0\u043e\u03bf\u0585\u05e1\u0665\u06f5\u0ae6\u0966\u0be6\u3007",
    "p": "\u01bf\u0440\u03c1\u13e2",
    "q": "\u051b\u0566",
    "r": "\u0433\u1d26",
    "s": "\u01a8\u0455\u13da",
    "t": "\u0442\u03c4\u13a2",
    "u": "\u057d\u03bc\u00b5",
    "v": "\u028b\u0475\u13d9",
    "w": "\u051d\u03c9\u13b3",
    "x": "\u0445\u03c7",
    "y": "\u0443\u03c5\u04af",
    "z": "\u03b6\u13c3",
}
TABLE = {ord(other): letter for letter, others in SAME_AS.items() for other in others}
PAIRS = (("rn", "m"), ("vv", "w"), ("l\u0307", "l"))


def tidy(text: str) -> str:
    """A name as it is stored: composed (NFC), single spaces, none at the ends."""
    # Composing takes time with the square of the marks on a letter; no name is so long.
    return " ".join(unicodedata.normalize("NFC", text[:UNREAD]).split())


def look(text: str) -> str:
    """What a name looks like; names of the same look are taken for each other.

    Without spaces, punctuation and case; accents count.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(_plain(sign) for sign in folded if unicodedata.category(sign)[0] in "LMN")
    seen = plain.translate(TABLE)
    for pair, single in PAIRS:
        seen = seen.replace(pair, single)
    return seen[:LONGEST]


def problem(text: str) -> str:
    """Why nobody may be called so, as a sentence; empty for a name that is allowed."""
    return _signs(text) or _scripts(text) or _reserved(text)


def _plain(sign: str) -> str:
    """What a letter or digit stands for; a letter that is only an apostrophe for nothing."""
    value = unicodedata.digit(sign, None)
    if value is not None:
        return str(value)
    name = unicodedata.name(sign, "")
    small = SMALL_CAPITAL.match(name)
    if small:
        return small[1].lower()
    return "" if name.startswith(APOSTROPHES) else sign


def _signs(text: str) -> str:
    for sign in text:
        if not _is_allowed(sign):
            return gettext(
                "%(told)s cannot be in a name. Use letters, digits, spaces and . , ' - ( )."
            ) % {"told": _told(sign)}
    if not any(unicodedata.category(sign)[0] in "LN" for sign in text):
        return gettext("A name needs a letter or a digit.")
    marks = "".join("m" if unicodedata.category(sign)[0] == "M" else " " for sign in text)
    if marks.startswith("m") or "m" * (MARKS_ON_A_LETTER + 1) in marks:
        return gettext("There are too many marks on a letter.")
    return ""


def _is_allowed(sign: str) -> bool:
    if sign in PUNCTUATION:
        return True
    category, name = unicodedata.category(sign), unicodedata.name(sign, "")
    if category[0] not in "LMN" or category in ("Me", "Nl", "No") or NO_SIGN.search(name):
        return False
    if _is_a_style(sign, name):
        return False
    plain = unicodedata.normalize("NFKC", sign) == sign
    return plain or name.startswith(("THAI", "LAO"))  # two common vowels of theirs


def _is_a_style(sign: str, name: str) -> bool:
    """Whether a letter is another one in disguise: in no alphabet has it one case alone."""
    other = sign.swapcase()
    if STYLES.search(name) or (len(other) == 1 and STYLES.search(unicodedata.name(other, ""))):
        return True
    if not name.startswith("LATIN") or unicodedata.category(sign) == "Lo":
        return False
    return other == sign or min(sign, other) >= chr(MEDIEVAL)


def _told(sign: str) -> str:
    known = unicodedata.name(sign, "").lower() or gettext("this sign")
    return f"U+{ord(sign):04X} ({known})"


def _scripts(text: str) -> str:
    scripts = {found for sign in text if (found := _script(sign))}
    if len(scripts) > 1 and not any(scripts <= together for together in TOGETHER):
        return gettext("Letters of different scripts cannot stand together: %(scripts)s.") % {
            "scripts": ", ".join(sorted(scripts))
        }
    zeros = {ord(s) - unicodedata.digit(s) for s in text if unicodedata.category(s) == "Nd"}
    return gettext("Digits of different scripts cannot stand together.") if len(zeros) > 1 else ""


def _script(sign: str) -> str:
    if unicodedata.category(sign)[0] not in "LM":
        return ""
    first = unicodedata.name(sign, "").split(" ", maxsplit=1)[0].capitalize()
    return COMMON.get(first, first)


def _reserved(text: str) -> str:
    words = [word.strip("0123456789") for word in re.split(r"[^\w]+|_", text)]
    if look(text) in _looks(RESERVED) or any(look(word) in _looks(FUNCTIONS) for word in words):
        return gettext("This is kept for the site itself. Choose another name.")
    return ""


def _looks(words: frozenset[str]) -> set[str]:
    return {look(word) for word in words}
