"""What an item of the review queue is, and what a kind of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from accounts.models import User
from debate.models import Debate, Statement
from debate.selectors.records import Record
from debate.text import plain

WORDS = 240
OF_STATEMENT = ("debate", "author__owner", "parent__author__owner", "quotation")


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to decide: the act, the word on its button, its key, the reason if none is said.

    `default` empty: one has to be given, or none is needed.
    """

    act: str
    word: str | Promise
    key: str
    default: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """Something said near what is judged: its label, who said it, how it begins."""

    statement: Statement
    words: str


@dataclass(frozen=True, slots=True)
class Said:
    """What is judged: its words, the passage it answers, what it answers and what else did.

    `before`: what it says now, where the words are an edit of it.
    """

    kind: str
    word: str
    name: str
    body: str
    quote: str
    parent: Brief | None
    beside: list[Brief] = field(default_factory=list)
    statement: Statement | None = None
    before: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that waits for a moderator, with what is needed to judge it.

    It is `author`'s, whose record is told; without a `debate` it is about the whole site. `lines`
    explain it. `alone`: in a private debate that is not the viewer's, without context.
    """

    kind: str
    pk: int
    opened_at: datetime
    title: str
    debate: Debate | None
    author: User
    said: list[Said]
    choices: Sequence[Choice]
    lines: list[str] = field(default_factory=list)
    note: str = ""
    reporter: User | None = None
    record: Record | None = None
    alone: bool = False

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.kind}:{self.pk}"


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of item: its name, what waits of it, how the reasons are called, how rows are read.

    `waiting` has the moment an item was opened as `opened`; `debate` and `author` are where it has
    them, and `why` what `Wanted.why` compares.
    """

    word: str | Promise
    waiting: Callable[[], QuerySet[Any]]
    load: Callable[[Sequence[int]], list[Item]]
    debate: str
    author: str
    why: str = ""
    whys: Sequence[tuple[str, str | Promise]] = ()
    choices: Sequence[Choice] = ()


def brief(statement: Statement) -> Brief:
    """A statement in short; what is gone without its words."""
    return Brief(statement, "" if statement.is_gone else first_words(statement.body_html))


def first_words(html: str) -> str:
    """The first words of a text."""
    text = " ".join(plain.plain(html).split())
    return text if len(text) <= WORDS else f"{text[:WORDS].rstrip()} …"


def said(one: Statement) -> Said:
    """A statement that is judged; it comes with `OF_STATEMENT`."""
    return Said(
        kind=one.kind,
        word=one.get_kind_display(),
        name=one.name,
        body=one.body,
        quote=one.quotation.exact if one.quotation else "",
        parent=brief(one.parent) if one.parent else None,
        statement=one,
    )
