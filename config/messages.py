"""Gathers what the site says, for translation: `make messages` updates and compiles catalogues.

The catalogues of other languages are in locale/. See docs/translating.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PROJECT = Path(__file__).resolve().parent.parent
LOCALE = PROJECT / "locale"
CODE = ("accounts", "config", "debate")
WIDTH = 100
NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "no": None,  # debate.rules.no
    **dict.fromkeys(("Loss", "Unreadable", "phrased", "_lose"), None),  # debate.formats
}
JINJA = {"extensions": "jinja2.ext.i18n", "trimmed": "true", "silent": "false"}
MOVING = (
    b'"POT-Creation-Date',
    b'"PO-Revision-Date',
    b'"Last-Translator',
    b'"Report-Msgid-Bugs-To',
    b'"Generated-By',
)
"""Headers that would change each time, or say nothing."""
DJANGO = "config.messages:extract_django"


def extract_django(
    file: IO[bytes], keywords: Any, comment_tags: Any, options: Any
) -> Iterator[Any]:
    """Give the messages of a template in Django's language, as Babel asks for them."""
    said = templatize(file.read().decode())
    return extract_python(BytesIO(said.encode()), keywords, comment_tags, options)


def template() -> Catalog:
    """All that the site says, without translations."""
    made = Catalog(project="Crux", charset="utf-8")
    templates = PROJECT / "templates"
    parts = [(PROJECT / name, [("**.py", "python")]) for name in CODE]
    parts.append((templates / "admin", [("**.html", DJANGO)]))
    parts.append(
        (templates, [("admin/**", "ignore"), ("**.html", "jinja2"), ("**.txt", "jinja2")])
    )
    for folder, methods in parts:
        options = {pattern: JINJA for pattern, method in methods if method == "jinja2"}
        found = extract_from_dir(folder, methods, options, KEYWORDS, strip_comment_tags=True)
        for name, _, message, _, context in found:
            place = (folder / name).relative_to(PROJECT).as_posix()
            made.add(message, locations=[(place, 1)], context=context)
    return made


def languages() -> list[str]:
    """Those that have a catalogue."""
    return sorted(path.name for path in LOCALE.iterdir() if po(path.name).exists())


def po(language: str) -> Path:
    """The file in which a language is translated."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def catalogue(language: str) -> Catalog:
    """The translations of a language, as they are in its file."""
    with po(language).open("rb") as file:
        made = read_po(file, locale=language)
    made.creation_date = made.revision_date = NO_TIME  # a compiled file tells them
    return made


def written(made: Catalog) -> bytes:
    """A catalogue as its file has it: in the order of the files, without lines that would move."""
    to = BytesIO()
    write_po(to, made, width=WIDTH, include_lineno=False, sort_by_file=True, ignore_obsolete=True)
    lines = to.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(MOVING))


def compiled(made: Catalog) -> bytes:
    """A catalogue as Django reads it."""
    to = BytesIO()
    write_mo(to, made)
    return to.getvalue()


def updated(language: str, said: Catalog) -> Catalog:
    """A language's catalogue, brought up to what the site says; what is new in it is empty."""
    made = catalogue(language)
    made.update(said, no_fuzzy_matching=True, update_header_comment=False)
    made.creation_date = NO_TIME
    return made


def main() -> int:
    """Update all catalogues, and say what still has to be translated."""
    said, missing = template(), 0
    for language in languages():
        made = updated(language, said)
        po(language).write_bytes(written(made))
        po(language).with_suffix(".mo").write_bytes(compiled(made))
        empty = [message for message in made if message.id and not all(_forms(message.string))]
        missing += len(empty)
        print(f"{po(language).relative_to(PROJECT)}: {len(made)} messages, {len(empty)} to do")
    return 1 if missing else 0


def _forms(string: Any) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (string,)


if __name__ == "__main__":
    sys.exit(main())
