"""The strings that break other programs, through every field of both doors: kept, or refused.

All of them in every field are some 120,000 requests; `EVERY` takes each so many of the strings.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest

from tests.hostility.test_doors import NOT_KEPT, all_forms, is_kept
from tests.prove.conftest import Noted
from tests.text.test_hostile_markdown import SECURITY

pytestmark = [pytest.mark.prove, pytest.mark.django_db]
EVERY = int(os.environ.get("EVERY", "1"))
NO_TEXT = {"\0", *map(chr, range(0xD800, 0xE000))}


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


def test_no_string_breaks_a_field(note: Noted) -> None:
    tried = list(dict.fromkeys(strings()))[::EVERY]
    forms = list(all_forms())
    sent = kept = refused = 0
    wrong: list[tuple[str, str, int]] = []
    for form in forms:
        if form.at[-1] == "other_topics":
            continue  # a list of names: they are put in another form
        for words in tried:
            if form.route.door != "api" and NO_TEXT & {*words} - {"\0"}:
                continue  # a browser cannot send half a character
            found = form.send(words)
            sent += 1
            kept += found.status < 400
            refused += 400 <= found.status < 500
            broken = found.status >= 500 or (NO_TEXT & {*words} and words in found.written)
            is_there = form.name in NOT_KEPT or is_kept(words, found.written)
            if broken or (found.status < 400 and not is_there):
                wrong.append((form.name, ascii(words), found.status))
    assert wrong == []
    assert sent > 0.9 * len(forms) * len(tried)
    note(
        "strings that break programs",
        f"{len(tried)} strings in {len(forms)} fields of forms and of the API: {sent:,} requests, "
        f"0 errors; {kept:,} taken, and written byte for byte after NFC; {refused:,} refused",
    )
