"""The JSON Schema of our own JSON, made from its columns: static/schemas/crux-1.json."""

from __future__ import annotations

from typing import Any

from debate.formats.columns import SECTIONS, Section
from debate.formats.outline import BEARS, KINDS, LINKS, ON, TRUTHS

TEXT: dict[str, Any] = {"type": "string"}
WORDS: dict[str, dict[str, Any]] = {
    "kind": {"enum": list(KINDS)},
    "truth": {"enum": list(TRUTHS)},
    "bears": {"enum": list(BEARS)},
    "gone": {"enum": ["hidden", "withdrawn"]},
    "state": {"enum": ["open", "closed", "archived"]},
    "bots": {"enum": ["write", "propose", "none"]},
    "generated_by": {"enum": ["person", "assisted", "model", "program"]},
}
SHAPES: dict[str, dict[str, Any]] = {
    "at": {"type": "string", "format": "date-time"},
    "edited_at": {"type": "string", "format": "date-time"},
    **{
        name: {"type": "integer", "minimum": 0}
        for name in ("number", "turn", "revision", "start", "end")
    },
    **{name: {"type": "integer", "minimum": 0, "maximum": 100} for name in ("now", "otherwise")},
    **{name: {"type": "boolean"} for name in ("bot", "left")},
    "topics": {"type": "array", "items": TEXT},
    "terms": {
        "type": "array",
        "items": {"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2},
    },
}
NESTED = {
    "quote": (("exact", "prefix", "suffix", "start", "end", "revision"), ("exact",), False),
    "dropped": (("by", "reason", "at"), ("by",), False),
    "wordings": (("number", "body", "at", "reason", "generated_by"), ("number", "body"), True),
    "changes": (("truth", "bears", "at", "revision", "because"), (), True),
}


def schema() -> dict[str, Any]:
    """The schema of a file."""
    properties: dict[str, Any] = {"format": {"const": "crux"}, "version": {"const": 1}}
    for name, section in SECTIONS.items():
        one = _object(name, section)
        properties[name] = one if name == "debate" else {"type": "array", "items": one}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A debate of Crux, version 1",
        "type": "object",
        "properties": properties,
        "required": ["format", "version", "debate"],
        "additionalProperties": False,
    }


def _object(section: str, of: Section) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: _value(name, section) for name in of.columns},
        "required": list(of.needs),
        "additionalProperties": False,
    }


def _value(name: str, section: str) -> dict[str, Any]:
    if name in NESTED:
        names, needed, many = NESTED[name]
        inner = {
            "type": "object",
            "properties": {one: _value(one, section) for one in names},
            "required": list(needed),
            "additionalProperties": False,
        }
        return {"type": "array", "items": inner} if many else inner
    if name == "on":
        return TEXT if section == "marks" else {"enum": list(ON)}
    if name == "kind" and section == "links":
        return {"enum": list(LINKS)}
    if name == "source":
        return TEXT if section == "debate" else {"type": "object"}
    return WORDS.get(name) or SHAPES.get(name) or TEXT
