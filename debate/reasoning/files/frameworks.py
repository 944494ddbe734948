"""Argumentation frameworks, as the competitions of ICCMA have them since 2023."""

from __future__ import annotations

import re

from debate.reasoning.graph import Edge, Graph, build

HEAD = re.compile(r"\s*p\s+af\s+(\d{1,7})\s*")


def read(text: str) -> Graph:
    """A graph of the arguments 1 to n, from `p af n` and lines `attacker attacked`; or ValueError.

    Lines that begin with # say nothing.
    """
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    head = HEAD.fullmatch(lines[0]) if lines else None
    if head is None:
        raise ValueError("The first line must be 'p af N', N being the number of arguments.")
    names = [str(number + 1) for number in range(int(head[1]))]
    known = set(names)
    return build(names, [_attack(line, known) for line in lines[1:]])


def _attack(line: str, known: set[str]) -> Edge:
    match line.split():
        case [attacker, attacked] if {attacker, attacked} <= known:
            return Edge(attacker, attacked, "objects")
    raise ValueError(f"'{line}' does not name an attacker and what it attacks.")
