"""Our own JSON: a debate with all that may be read of it, without loss.

docs/interchange.md describes it, static/schemas/crux-1.json is its schema. One object stands on
each line, so that a long file can be read by eye, and what is broken on one line costs that line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from debate.formats.bounds import json_of, text_of
from debate.formats.columns import SECTIONS, Column, made, row
from debate.formats.outline import Header, Loss, Lost, Options, Outline, Reading, Unreadable

FORMAT, VERSION = "crux", 1
HEAD = SECTIONS["debate"]
LISTS = tuple(name for name in SECTIONS if name != "debate")


def write(outline: Outline, lost: Lost) -> Iterator[str]:
    """Give the file piece by piece; nothing is lost."""
    facts = {"format": FORMAT, "version": VERSION}
    yield f"{_json(facts)[:-1]},\n{_json('debate')}:{_json(row(outline.header, HEAD.columns))}"
    for name in LISTS:
        yield f",\n{_json(name)}:["
        yield from _rows(getattr(outline, name), SECTIONS[name].columns)
        yield "]"
    yield "}\n"


def _rows(found: Iterable[object], columns: Mapping[str, Column]) -> Iterator[str]:
    comma = ""
    for one in found:
        yield f"{comma}\n{_json(row(one, columns))}"
        comma = ","


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# ---- reading
def read(data: bytes, options: Options) -> Reading:
    """Read a file; one that is no JSON as a whole is read line by line."""
    losses: list[Loss] = []
    try:
        given = json_of(data, options)
    except Unreadable:
        given = _by_lines(text_of(data, options, losses.append), losses.append)
        if not given.get("debate"):
            raise
    if not isinstance(given, dict) or given.get("format") != FORMAT:
        raise Unreadable("This is no file of Crux: it does not begin with its format.")
    if given.get("version") != VERSION:
        raise Unreadable(
            "This file has version %(version)s of the format; this site reads version %(known)s.",
            version=str(given.get("version"))[:20],
            known=VERSION,
        )
    return Reading(_outline(given, losses.append), losses)


def _outline(given: Mapping[str, Any], lost: Lost) -> Outline:
    for name in given.keys() - {"format", "version", *SECTIONS}:
        lost(Loss("“%(name)s” is not known here.", "debate", told={"name": name[:60]}))
    header = made(HEAD, given.get("debate"), lost, "debate") or Header("")
    parts: dict[str, list[Any]] = {}
    for name in LISTS:
        rows = given.get(name, [])
        if not isinstance(rows, list):
            lost(Loss("“%(name)s” is no list.", "debate", told={"name": name}))
            rows = []
        found = (
            made(SECTIONS[name], one, lost, f"{name} {place}") for place, one in enumerate(rows, 1)
        )
        parts[name] = [one for one in found if one is not None]
    return Outline(header, **parts)


def _by_lines(text: str, lost: Lost) -> dict[str, Any]:
    """What can be read of a broken file: an object a line, in the section begun above it."""
    given: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    section = ""
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip().rstrip(",")
        if number == 1 and not bare.startswith(f'{{"format":"{FORMAT}","version":{VERSION}'):
            return {}
        name, _, rest = bare.partition(":")
        name = name.strip('",')
        if bare.startswith('"') and name in SECTIONS:
            section, bare = name, rest.lstrip("[") if name != "debate" else rest
        if section and bare.strip("[]{} "):
            _take_line(given, section, bare, number, lost)
    return given


def _take_line(given: dict[str, Any], section: str, bare: str, number: int, lost: Lost) -> None:
    for ending in ("", "]", "]}", "}"):
        try:
            value = json.loads(bare.removesuffix(ending) if ending else bare)
        except (ValueError, RecursionError):
            continue
        if section == "debate":
            given[section] = value
        else:
            given.setdefault(section, []).append(value)
        return
    lost(Loss("This line is broken, and was left out.", "line", f"line {number}"))
