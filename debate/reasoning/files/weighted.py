"""Weighted graphs, as `{"args": {"a": 0.5, "b": 0.9}, "att": [["a", "b"]], "sup": []}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from debate.reasoning.graph import Claim, Edge, Graph, build


def read(data: Mapping[str, Any]) -> Graph:
    """The graph of such a mapping; its edges weigh 1. Raises ValueError where it is not one."""
    args = data.get("args")
    if not isinstance(args, Mapping) or not all(_is_weight(one) for one in args.values()):
        raise ValueError("'args' must give each argument a weight from 0 to 1.")
    claims = [Claim(name, base=float(weight)) for name, weight in args.items()]
    edges = [*_edges(data, "att", "objects"), *_edges(data, "sup", "supports")]
    if not all(args.keys() >= {edge.source, edge.target} for edge in edges):
        raise ValueError("'att' and 'sup' must hold pairs of names that 'args' has.")
    return build(claims, edges)


def _is_weight(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value <= 1


def _edges(data: Mapping[str, Any], key: str, kind: str) -> Iterator[Edge]:
    pairs = data.get(key, [])
    if not isinstance(pairs, list):
        raise ValueError(f"'{key}' must be a list of pairs of names.")
    for pair in pairs:
        match pair:
            case [str() as source, str() as target]:
                yield Edge(source, target, kind, 1.0)
            case _:
                raise ValueError(f"{pair} in '{key}' is not a pair of names.")
