"""Marks graphs: a position, claims, edges between them, and who marks which claim how.

`{"position": "p", "claims": ["a", "b"], "edges": [["a", "p", "supports"], ["b", "a", "objects"]],
"marks": [["ann", "a", 1], ["bob", "a", -1], ["bob", "p", 0]]}`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from debate.reasoning.graph import AGREE, DISAGREE, UNSURE, Claim, Edge, Graph, build


def read(data: Mapping[str, Any]) -> Graph:
    """The graph of such a mapping, or ValueError. The position need not be among the claims."""
    position = _name(data.get("position"), "'position'")
    names = [_name(one, "each of 'claims'") for one in _list(data, "claims")]
    claims = list(dict.fromkeys((position, *names)))
    made = [Claim(name, position=name == position) for name in claims]
    return build(made, list(_edges(data, set(claims))), marks=_marks(data, set(claims)))


def _edges(data: Mapping[str, Any], known: set[str]) -> Iterator[Edge]:
    for row in _list(data, "edges"):
        match row:
            case [source, target, ("supports" | "objects") as kind]:
                ends = _name(source, "an edge's claim"), _name(target, "an edge's claim")
                if not known.issuperset(ends):
                    raise ValueError(f"The edge {row} names a claim that 'claims' has not.")
                yield Edge(*ends, kind)
            case _:
                raise ValueError(f"{row} in 'edges' is not [from, to, 'supports' or 'objects'].")


def _marks(data: Mapping[str, Any], known: set[str]) -> Iterator[tuple[str, str, int]]:
    for row in _list(data, "marks"):
        match row:
            case [person, claim, value] if value in (AGREE, UNSURE, DISAGREE):
                name = _name(claim, "a mark's claim")
                if name not in known:
                    raise ValueError(f"The mark {row} is on a claim that 'claims' has not.")
                yield _name(person, "a mark's person"), name, int(value)
            case _:
                raise ValueError(f"{row} in 'marks' is not [person, claim, 1, 0 or -1].")


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    found = data.get(key)
    if not isinstance(found, list):
        raise ValueError(f"'{key}' must be a list.")
    return found


def _name(value: object, what: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{what} must be a name or a number, not {value!r}.")
    return str(value)
