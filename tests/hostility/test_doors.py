"""Whatever is typed into whatever field: it is kept as it is, or refused with a reason."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest

from tests.hostility import doors, sending
from tests.hostility.payloads import ALL
from tests.hostility.sending import Form

pytestmark = pytest.mark.django_db
ODD = (ALL, "Å E\u0301 \u2126 \u202eabc 😀\u200d \u0600 {{x}} %s \\ ' \" --")
NUL = "a\0b"
BASES = ("debate.web.debate_forms.OutlineForm", "debate.web.import_forms.SaidForm")
QUERIES = ("debate.web.forms.FilterForm", "debate.web.debate_forms.LogForm")
SECRETS = (
    "accounts.entrance.NewPassword",
    "accounts.entrance.Code",
    "accounts.entrance.CodeAgain",
    "accounts.admin.PasswordForm",
)
NOT_SENT = {
    **dict.fromkeys(BASES, "what other forms are made of"),
    **dict.fromkeys(QUERIES, "asked for behind a question mark: the pages are crawled with them"),
    **dict.fromkeys(SECRETS, "of which nothing is kept but a hash"),
}


def all_forms() -> Iterator[Form]:
    there = sending.world_to_write_in()
    yield from sending.of_the_api(there)
    yield from sending.of_the_pages(there)


def composed(words: str) -> str:
    """The words with composed letters and one kind of line end."""
    return unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n"))


def is_kept(words: str, written: set[str]) -> bool:
    """Whether what was written of the words is the words, but for spaces around them."""
    whole = composed(words).strip()
    near = {one.strip() for one in map(composed, written) if whole[:12] in one}
    return not near or whole in near


def test_every_text_of_every_door_is_tried_and_none_breaks_it() -> None:
    tried, broken, changed = set(), [], []
    for form in all_forms():
        tried.add((form.kind, form.at[-1]))
        for words in (*ODD, NUL):
            found = form.send(words)
            if found.status >= 500 or (NUL in "".join(found.written)):
                broken.append((form.name, words, found.status))
            if found.status < 400 and not is_kept(words, found.written):
                changed.append((form.name, words, found.status))
    assert broken == []
    assert changed == []
    assert len(tried) > 150
    assert untried(tried) == []


def untried(tried: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The texts of our forms into which nothing was put."""
    found = []
    for form_class in doors.forms_of_ours():
        kind = f"{form_class.__module__}.{form_class.__name__}"
        for name, field in getattr(form_class, "base_fields", {}).items():
            known = kind in NOT_SENT or name == "username" or (kind, name) in tried
            if doors.is_text(field) and not known:
                found.append((kind, name))
    return found
