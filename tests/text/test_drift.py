"""What bodies become does not change unnoticed, with a new version of the parser or the cleaner.

A body is kept as HTML, so a change of what is made of Markdown makes what is stored and what is
written anew differ. Who changes it on purpose looks at what differs, and puts the new digest here.
"""

from __future__ import annotations

from hashlib import sha256

import pytest

from debate.text.markdown import render
from tests.hostility.payloads import PAYLOADS
from tests.text.test_hostile_markdown import as_text, payloads, shapes

WRITTEN = (
    "It *is* a **function**, see https://a.example.\n\n- one\n- ~~two~~\n\n"
    "> said\n\n|a|b|\n|-|-|\n|1|`2`|"
)


def digest(sources: list[str]) -> str:
    """One number for all that is made of them."""
    made = sha256()
    for source in sources:
        made.update(f"{render(as_text(source))}\0".encode())
    return made.hexdigest()[:16]


def test_what_bodies_become_is_what_it_was() -> None:
    sources = [WRITTEN, *PAYLOADS, *shapes(500), *shapes(2_000)]
    assert len(sources) > 250
    assert digest(sources) == "2a0cbd1c640d0ea6"


@pytest.mark.parametrize(
    ("name", "was"),
    [
        ("corpus-xss.jsonl", "67386f176251e2e8"),
        ("own-htmx-md.json", "8995dec075d7c761"),
    ],
)
def test_what_hostile_bodies_become_is_what_it_was(name: str, was: str) -> None:
    assert digest(payloads(name)) == was
