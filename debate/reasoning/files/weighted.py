"""Weighted bipolar graphs: `{"args": {name: weight}, "att": [[from, to]], "sup": [[from, to]]}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from debate.reasoning.graph import Claim, Edge, Graph, build


def read(data: Mapping[str, Any]) -> Graph:
    """The graph of such a mapping; its edges weigh 1. Raises ValueError where it is not one."""
    args = data.get("args")
    if not isinstance(args, Mapping) or not all(_is_weight(one) for one in args.values()):
        raise ValueError("'args' must give each argument a weight from 0 to 1.")
    pairs = {kind: data.get(name, []) for kind, name in (("objects", "att"), ("supports", "sup"))}
    for pair in (pair for found in pairs.values() for pair in found):
        if not (isinstance(pair, list) and len(pair) == 2 and args.keys() >= set(pair)):
            raise ValueError(f"{pair} does not name two of the arguments.")
    edges = [Edge(*pair, kind, 1.0) for kind, found in pairs.items() for pair in found]
    return build([Claim(name, base=float(weight)) for name, weight in args.items()], edges)


def _is_weight(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value <= 1
