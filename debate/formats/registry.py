"""The formats by name: who reads and who writes each, and what its files are called.

A reader or writer is named as 'module:function' of this package and imported when first used, so
that a page that lists formats pays for none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import cast

from debate.formats.outline import Reader, Writer


@dataclass(frozen=True, slots=True)
class Format:
    """A format of exchange; `read` and `write` are places as 'kialo:read', or empty."""

    name: str
    title: str
    media: str
    extension: str
    read: str = ""
    write: str = ""

    @property
    def content_type(self) -> str:
        """As an answer says it."""
        is_text = self.media.startswith("text/") or self.media == "application/json"
        return f"{self.media}; charset=utf-8" if is_text else self.media

    def reader(self) -> Reader:
        """The function that reads it."""
        return cast("Reader", _named(self.read))

    def writer(self) -> Writer:
        """The function that writes it."""
        return cast("Writer", _named(self.write))


def _named(place: str) -> object:
    module, _, name = place.partition(":")
    return getattr(import_module(f"debate.formats.{module}"), name)


TEXT, JSON, CSV_ZIP = "text/plain", "application/json", "application/zip"
FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format("crux", "Crux JSON", JSON, "crux.json", "crux:read", "crux:write"),
        Format("markdown", "Markdown", "text/markdown", "md", "markdown:read", "markdown:write"),
        Format("argdown", "Argdown", TEXT, "argdown", "argdown:read", "argdown:write"),
        Format("aif", "AIF", JSON, "aif.json", "aif:read", "aif:write"),
        Format("xaif", "xAIF", JSON, "xaif.json", "aif:read", "aif:write_extended"),
        Format("kialo", "Kialo", TEXT, "kialo.txt", "kialo:read", "kialo:write"),
        Format("polis", "Polis", CSV_ZIP, "polis.zip", "polis:read", "polis:write"),
        Format("lesswrong", "LessWrong comments", JSON, "lesswrong.json", "lesswrong:read"),
        Format("discourse", "Discourse topic", JSON, "discourse.json", "discourse:read"),
        Format("reddit", "Reddit comments", JSON, "reddit.json", "reddit:read"),
        Format("exchange", "Plain exchange", TEXT, "txt", "plain:read", "plain:write"),
        Format("graphml", "GraphML", "application/graphml+xml", "graphml", "", "graphml:write"),
        Format("dot", "DOT", "text/vnd.graphviz", "dot", "", "dot:write"),
    )
}
READ = tuple(one.name for one in FORMATS.values() if one.read)
WRITTEN = tuple(one.name for one in FORMATS.values() if one.write)


def named_by(file: str) -> str:
    """The format that is read and that the file's name ends in; empty where it tells none."""
    found = (name for name in READ if file.lower().endswith(f".{FORMATS[name].extension}"))
    return max(found, key=lambda name: len(FORMATS[name].extension), default="")
