"""The strings that break other programs, through every field of both doors: kept, or refused.

All of them in every field are some 150,000 requests, in four parts of a quarter of an hour each;
`EVERY` takes each so many of the strings.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.hostility.sending import Form, Sent
from tests.hostility.test_doors import NOT_KEPT, all_forms, is_kept
from tests.prove.conftest import Noted
from tests.text.test_hostile_markdown import SECURITY

pytestmark = [pytest.mark.prove, pytest.mark.django_db]
EVERY = int(os.environ.get("EVERY", "1"))
PARTS = 4
NO_TEXT = {"\0", *map(chr, range(0xD800, 0xE000))}
HANDLED = {*NOT_KEPT, "POST debate:statement-reply debate.web.forms.ReplyForm.version"}
"""Fields that nobody types into, with a number of a draft in one of them."""
NUMBERS = {"uses", "days", "turns_at"}
"""Fields of numbers: of `08` the number is kept."""
LINES = "one\ntwo"


def strings() -> Iterator[str]:
    """The Big List of Naughty Strings, and those of Unicode, pairs and all."""
    for name in ("blns.json", "unicode.json"):
        path = SECURITY / name
        if not path.exists():
            pytest.skip("the strings are not here")
        yield from _texts(json.loads(path.read_text()))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield json.loads(f'"{value}"') if value.startswith("\\ud") else value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def says_nothing(words: str) -> bool:
    """Whether nobody would see any of it: that is as good as nothing, and need not be kept."""
    return all(unicodedata.category(sign)[0] in "CZ" for sign in words)


def came_of(form: Form, words: str, found: Sent) -> str:
    """What came of words in a field: `kept`, `refused`, `on one line` or `wrong`."""
    if found.status >= 500 or (NO_TEXT & {*words} and words in found.written):
        return "wrong"
    if found.status >= 400:
        return "refused"
    written = found.written
    if form.at[-1] == "username":  # there is one name for all letters that are compatible
        words = unicodedata.normalize("NFKC", words).casefold()
        written = {one.casefold() for one in written}
    is_none = form.name in HANDLED or form.at[-1] in NUMBERS or says_nothing(words)
    if is_none or is_kept(words, written):
        return "kept"
    return "on one line" if is_kept(" ".join(words.split()), written) else "wrong"


@pytest.mark.parametrize("part", range(PARTS))
def test_no_string_breaks_a_field(note: Noted, settings: Any, part: int) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 86_400  # nobody types a password meanwhile
    tried = list(dict.fromkeys(strings()))[part :: PARTS * EVERY]
    forms = list(all_forms())
    came: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    squeezed: dict[str, Form] = {}
    for form in forms:
        if form.at[-1] == "other_topics":
            continue  # a list of names: they are put in another form
        for words in tried:
            if form.route.door != "api" and NO_TEXT & {*words} - {"\0"}:
                continue  # a browser cannot send half a character
            what = came_of(form, words, form.send(words))
            came[what] += 1
            if what == "wrong":
                wrong.update((form.name, ascii(words)))
            elif what == "on one line":
                squeezed[form.name] = form
    print(*wrong.most_common(), sep="\n")
    assert not wrong
    assert not [
        name for name, form in squeezed.items() if is_kept(LINES, form.send(LINES).written)
    ]
    assert came.total() > 0.9 * len(forms) * len(tried)
    note(
        f"strings that break programs, part {part + 1} of {PARTS}",
        f"{len(tried)} strings in {len(forms)} fields of forms and of the API: "
        f"{came.total():,} requests, 0 errors; {came['refused']:,} refused, the others taken and "
        f"written byte for byte after NFC, but for runs of spaces in {len(squeezed)} fields of "
        "one line",
    )
