"""Sections of rows as files: JSON for programs, and one page of HTML for people.

Both are written piece by piece, so that a long one is never in memory as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Protocol

LONG = 60
STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
article { border-top: 1px solid #8888; padding: .6rem 0; }
dl { margin: 0; } dl > div { display: flex; flex-wrap: wrap; gap: 0 .6rem; }
dt { opacity: .75; min-width: 8rem; } dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
dd.words { white-space: pre-wrap; flex-basis: 100%; }
"""


class Document(Protocol):
    """What makes a file of sections; each method gives the next piece of it."""

    def begin(self, title: str, facts: Mapping[str, Any]) -> str:
        """What comes first."""
        ...

    def section(self, key: str, title: str, count: int) -> str:
        """The beginning of a section of so many rows, and the end of the one before."""
        ...

    def row(self, row: Mapping[str, Any]) -> str:
        """A row of the section."""
        ...

    def end(self) -> str:
        """What comes last."""
        ...


class Json:
    """One object: the facts, and a list for each section."""

    def __init__(self) -> None:
        self.inside = False
        self.first = True

    def begin(self, title: str, facts: Mapping[str, Any]) -> str:
        """Open the object."""
        return _json({"title": title, **facts})[:-1]

    def section(self, key: str, title: str, count: int) -> str:
        """Open the list of a section, after closing the one before."""
        closed = "]" if self.inside else ""
        self.inside = self.first = True
        return f"{closed},\n{_json(key)}: ["

    def row(self, row: Mapping[str, Any]) -> str:
        """One object of the list."""
        comma, self.first = "" if self.first else ",", False
        return f"{comma}\n{_json(row)}"

    def end(self) -> str:
        """Close what is open."""
        return "]}\n" if self.inside else "}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


@dataclass(frozen=True, slots=True)
class Words:
    """How a page for people says things: its language, names of columns, counts, other values."""

    language: str
    named: Callable[[str], str]
    counted: Callable[[int], str]
    told: Callable[[Any], str]


class Html:
    """A page without scripts and without anything from elsewhere."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.inside = False

    def begin(self, title: str, facts: Mapping[str, Any]) -> str:
        """The head of the page."""
        told = "".join(self._pair(name, value) for name, value in facts.items())
        return (
            f'<!doctype html>\n<html lang="{self.words.language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n"
            f"<body><main><h1>{escape(title)}</h1><dl>{told}</dl>\n"
        )

    def section(self, key: str, title: str, count: int) -> str:
        """A heading that says how many follow; nothing for none."""
        if not count:
            return ""
        closed = "</section>\n" if self.inside else ""
        self.inside = True
        return f"{closed}<section><h2>{escape(title)}: {self.words.counted(count)}</h2>\n"

    def row(self, row: Mapping[str, Any]) -> str:
        """What a row has, name by name; what is empty is left out."""
        there = {name: value for name, value in row.items() if value not in (None, "", [], {})}
        told = "".join(self._pair(name, value) for name, value in there.items())
        return f"<article><dl>{told}</dl></article>\n"

    def end(self) -> str:
        """The foot of the page."""
        return f"{'</section>' if self.inside else ''}</main></body></html>\n"

    def _pair(self, name: str, value: Any) -> str:
        """A name and its value as a reader wants them: long texts as paragraphs."""
        told, attributes = escape(self._said(value)), ""
        if isinstance(value, datetime):
            told = f'<time datetime="{value.isoformat()}">{told}</time>'
        elif len(told) > LONG or "\n" in told:
            attributes = ' class="words"'
        return f"<div><dt>{escape(self.words.named(name))}</dt><dd{attributes}>{told}</dd></div>"

    def _said(self, value: Any) -> str:
        if isinstance(value, list | tuple):
            return ", ".join(self._said(one) for one in value)
        if isinstance(value, Mapping):
            pairs = ((self.words.named(name), self._said(one)) for name, one in value.items())
            return "; ".join(f"{name}: {said}" for name, said in pairs)
        return value if isinstance(value, str) else self.words.told(value)
