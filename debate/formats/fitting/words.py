"""What a debate says of itself, who speaks in it, and words as they can be stored."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from debate.formats.bounds import NOT_TEXT
from debate.formats.outline import Header, Loss, Lost, Person
from debate.formats.values import free_name
from debate.text import markdown

QUESTION, BACKGROUND, OUTCOME, SOURCE = 300, 10_000, 5_000, 300
TERMS, TERM, MEANING, TOPICS, TOPIC = 20, 60, 500, 5, 60
NAME, NOTE = 60, 4_000
FIRST = 1000  # year; programs write the year 1 where they know none
NOBODY = "\x00nobody"
STATES, BOTS = ("open", "closed", "archived"), ("write", "propose", "none")
GENERATED = ("", "person", "assisted", "model", "program")


@dataclass(frozen=True, slots=True)
class Mending:
    """Where what is mended is told, and when it happens."""

    lost: Lost
    now: datetime

    def text(self, words: str, most: int, what: str, where: str = "") -> str:
        """The words as they can be stored, cut where they are too long."""
        text = markdown.unstacked(NOT_TEXT.sub("", words))
        if text != words:
            words = text
            self.lost(Loss("Characters that are no text were left out.", what, where))
        words = markdown.clean(words).strip()
        if len(words) > most:
            self.lost(Loss("Only the first %(most)s characters fit.", what, where, {"most": most}))
            words = words[:most].rstrip()
        return words

    def line(self, words: str, most: int, what: str, where: str = "") -> str:
        """As `text`, in one line."""
        return self.text(" ".join(words.split()), most, what, where)

    def one_of(self, value: str, known: tuple[str, ...], what: str, where: str = "") -> str:
        """A value that is known; the first of them, told, in the place of another one."""
        if value in known:
            return value
        self.lost(Loss("“%(value)s” is not known here.", what, where, {"value": value[:60]}))
        return known[0]

    def at(self, at: datetime | None, where: str) -> datetime | None:
        """A time that is not still to come, and can be told in every zone."""
        if at is not None and at.year < FIRST:
            self.lost(Loss("This is no time.", "date", where))
            return None
        if at is not None and at > self.now:
            self.lost(Loss("This time is still to come.", "date", where))
            return None
        return at

    def note(self, note: Mapping[str, object], where: str) -> Mapping[str, object]:
        """What else a source says, if it is not too much and can be stored."""
        try:
            told = json.dumps(note, ensure_ascii=False, allow_nan=False) if note else ""
        except ValueError:  # a number without an end
            told = "\x00"
        if len(told) > NOTE or NOT_TEXT.search(told) or "\\u0000" in told:
            self.lost(Loss("What the file notes beside it cannot be kept.", "point", where))
            return {}
        return note


def bare(words: str, most: int = 200) -> str:
    """A name of another site's as it can be stored."""
    return NOT_TEXT.sub("", words)[:most]


def header(given: Header, mending: Mending) -> Header:
    """What a debate says of itself, as one can."""
    terms = [
        (mending.line(term, TERM, "debate"), mending.line(meaning, MEANING, "debate"))
        for term, meaning in given.terms
    ]
    topics = [mending.line(topic, TOPIC, "debate") for topic in given.topics]
    terms = [pair for pair in terms if all(pair)]
    topics = [topic for topic in dict.fromkeys(topics) if re.search(r"\w", topic)]
    for kept, most, told in ((terms, TERMS, "terms"), (topics, TOPICS, "topics")):
        for _ in kept[most:]:
            mending.lost(Loss("A debate has at most %(most)s.", "debate", told, {"most": most}))
    return replace(
        given,
        question=mending.line(given.question, QUESTION, "debate"),
        background=mending.text(given.background, BACKGROUND, "debate"),
        outcome=mending.text(given.outcome, OUTCOME, "debate"),
        source=mending.line(given.source, SOURCE, "debate"),
        licence=mending.line(given.licence, SOURCE, "debate"),
        source_id=bare(given.source_id),
        terms=tuple(terms[:TERMS]),
        topics=tuple(topics[:TOPICS]),
        state=mending.one_of(given.state, STATES, "debate"),
        bots=mending.one_of(given.bots, BOTS, "debate"),
        at=mending.at(given.at, "debate"),
    )


def people(given: Iterable[Person], mending: Mending) -> dict[str, Person]:
    """Who speaks, by key; each with a name that no other one has."""
    found: dict[str, Person] = {}
    names: set[str] = set()
    for one in given:
        if one.key in found:
            mending.lost(Loss("Somebody with this key is there already.", "person", one.key[:60]))
            continue
        name = _name(one, mending)
        if not one.left:
            name = free_name(name, names)
            names.add(name.casefold())
        found[one.key] = replace(one, name=name, source_id=bare(one.source_id))
    return {
        key: one if one.owner in found and one.owner != key else replace(one, owner="")
        for key, one in found.items()
    }


def _name(one: Person, mending: Mending) -> str:
    name = mending.line(one.name or one.username, NAME, "person", one.key[:60])
    signs = (sign for sign in name if unicodedata.category(sign)[0] in "LMNPSZ")
    return " ".join("".join(signs).split()) or "Somebody"


def nobody(known: dict[str, Person]) -> str:
    """The key of the one in whose name is said what nobody is named for."""
    if NOBODY not in known:
        names = {one.name.casefold() for one in known.values()}
        known[NOBODY] = Person(NOBODY, free_name("Somebody", names), source_id=NOBODY[1:])
    return NOBODY
