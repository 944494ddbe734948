"""How the outline's objects stand in our own JSON: the names, and what may be their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from debate.formats.outline import (
    Change,
    Dropped,
    Header,
    Link,
    Loss,
    Lost,
    Mark,
    Person,
    Point,
    Quote,
    Reliance,
    Turn,
    Wording,
)


class Wrong(ValueError):
    """A value is not what its column takes."""


@dataclass(frozen=True, slots=True)
class Column:
    """Where a value belongs, how it is written and read; `empty` values are not written."""

    name: str
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]
    empty: object = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of object of the file: what is made of it, and its columns by their names there."""

    kind: type
    columns: Mapping[str, Column]
    needs: tuple[str, ...] = ()


def row(one: object, columns: Mapping[str, Column]) -> dict[str, Any]:
    """An object as it stands in the file: what is empty is left out."""
    found = {}
    for name, column in columns.items():
        value = getattr(one, column.name)
        if value != column.empty:
            found[name] = column.write(value)
    return found


def made(section: Section, given: object, lost: Lost, where: str) -> Any:
    """The object that a value of the file stands for; None, told, where it is none.

    What is not known or not what it should be is left out and told.
    """
    if not isinstance(given, Mapping):
        lost(Loss("This is no object.", "line", where))
        return None
    missing = [name for name in section.needs if not given.get(name)]
    if missing:
        lost(Loss("“%(name)s” is missing.", "line", where, {"name": missing[0]}))
        return None
    values: dict[str, Any] = {}
    for name, value in given.items():
        column = section.columns.get(name)
        try:
            if column is None:
                raise Wrong
            values[column.name] = column.read(value)
        except (Wrong, OverflowError):
            lost(Loss("“%(name)s” cannot be read.", "line", where, {"name": str(name)[:60]}))
    if any(section.columns[name].name not in values for name in section.needs):
        return None
    return section.kind(**_bare(section.kind) | values)


def _bare(kind: type) -> dict[str, Any]:
    """What an object needs, where a file says nothing of it: no words."""
    needed: tuple[Field[Any], ...] = fields(kind)
    return {
        one.name: "" for one in needed if one.default is MISSING and one.default_factory is MISSING
    }


# ---- values
def _same(value: Any) -> Any:
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise Wrong
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong
    return value


def _told(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _when(value: Any) -> datetime:
    try:
        at = datetime.fromisoformat(_text(value))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Wrong from error


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Wrong
    return tuple(_text(one) for one in value)


def _pairs(value: Any) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list):
        raise Wrong
    found = tuple(_texts(one) for one in value)
    if any(len(one) != len(("term", "meaning")) for one in found):
        raise Wrong
    return found


def _note(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Wrong
    return value


def text(name: str) -> Column:
    """A column of words."""
    return Column(name, _same, _text)


def number(name: str, empty: int | None = 0) -> Column:
    """A column of whole numbers from 0."""
    return Column(name, _same, _number, empty)


def when(name: str = "at") -> Column:
    """A column of times."""
    return Column(name, _told, _when, None)


def note(name: str = "note") -> Column:
    """A column of whatever else a source says."""
    return Column(name, dict, _note, {})


def nested(name: str, kind: type, columns: Mapping[str, Column], *needs: str) -> Column:
    """A column of one object."""
    section = Section(kind, columns, needs)
    return Column(name, lambda one: row(one, columns), lambda value: _inner(section, value), None)


def several(name: str, kind: type, columns: Mapping[str, Column], *needs: str) -> Column:
    """A column of a list of objects."""
    section = Section(kind, columns, needs)

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Wrong
        return tuple(_inner(section, one) for one in value)

    return Column(name, lambda found: [row(one, columns) for one in found], read, ())


def _inner(section: Section, value: Any) -> Any:
    """An object within another: broken in any part, it is broken as a whole."""

    def broken(loss: Loss) -> None:
        raise Wrong

    return made(section, value, broken, "")


# ---- columns
QUOTE = {
    **{name: text(name) for name in ("exact", "prefix", "suffix")},
    "start": number("start", None),
    "end": number("end", None),
    "revision": number("revision", 1),
}
WORDING = {
    "number": number("number"),
    "body": text("body"),
    "at": when(),
    "reason": text("reason"),
    "generated_by": text("generated_by"),
}
CHANGE = {
    "truth": text("truth"),
    "bears": text("bears"),
    "at": when(),
    "revision": number("revision", 1),
    "because": text("because"),
}
HEADER = {
    **{name: text(name) for name in ("question", "slug", "background")},
    "terms": Column("terms", lambda found: [list(one) for one in found], _pairs, ()),
    "topics": Column("topics", list, _texts, ()),
    "state": text("state"),
    "outcome": text("outcome"),
    "bots": text("bots"),
    "source": text("source"),
    "licence": text("licence"),
    "language": text("language"),
    "address": text("address"),
    "at": when(),
    "source_id": text("source_id"),
}
PERSON = {
    "id": text("key"),
    "username": text("username"),
    "name": text("name"),
    "bot": Column("bot", _same, _flag, False),
    "owner": text("owner"),
    "left": Column("left", _same, _flag, False),
    "source_id": text("source_id"),
}
POINT = {
    "id": text("key"),
    "number": number("number"),
    "kind": text("kind"),
    "on": text("on"),
    "answers": text("parent"),
    "turn": number("turn"),
    "author": text("person"),
    "at": when(),
    "name": text("name"),
    "quote": nested("quote", Quote, QUOTE, "exact"),
    "body": text("body"),
    "generated_by": text("generated_by"),
    "gone": text("gone"),
    "edited_at": when("edited"),
    "revision": number("revision", 1),
    "wordings": several("wordings", Wording, WORDING, "number", "body"),
    "dropped": nested(
        "dropped", Dropped, {"by": text("person"), "reason": text("reason"), "at": when()}, "by"
    ),
    "source_id": text("source_id"),
    "source": note(),
}
LINK = {
    **{"from": text("source"), "to": text("target"), "kind": text("kind"), "on": text("on")},
    **{"by": text("person"), "at": when()},
}
MARK = {
    "on": text("point"),
    "by": text("person"),
    "truth": text("truth"),
    "bears": text("bears"),
    "quote": nested("quote", Quote, QUOTE, "exact"),
    "at": when(),
    "revision": number("revision", 1),
    "changes": several("changes", Change, CHANGE),
    "source": note(),
}
RELIANCE = {
    "by": text("person"),
    "position": text("position"),
    "claim": text("claim"),
    "words": text("words"),
    "now": number("now", None),
    "otherwise": number("otherwise", None),
    "at": when(),
}
SECTIONS = {
    "debate": Section(Header, HEADER, ("question",)),
    "people": Section(Person, PERSON, ("id",)),
    "turns": Section(
        Turn, {"number": number("number"), "by": text("person"), "at": when()}, ("number",)
    ),
    "points": Section(Point, POINT, ("id", "kind")),
    "links": Section(Link, LINK, ("from", "to", "kind")),
    "marks": Section(Mark, MARK, ("on", "by")),
    "reliances": Section(Reliance, RELIANCE, ("by", "position", "claim")),
}
