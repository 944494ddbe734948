"""Markdown of other sites, with what is quoted in it (lines that begin with '>') told apart."""

from __future__ import annotations

import re

from debate.formats.bounds import NOT_TEXT
from debate.formats.hypertext import Piece, shown

QUOTED = re.compile(r" {0,3}>(?!!) ?")


def pieces_of_markdown(text: str) -> list[Piece]:
    """What a text says, in order: its own words as Markdown, and the words it quotes."""
    made: list[Piece] = []
    lines: list[str] = []
    quoted = False
    text = NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for line in [*text.split("\n"), None]:
        is_quoted = line is not None and bool(QUOTED.match(line))
        goes_on = line is not None and (is_quoted == quoted or (quoted and _is_lazy(line, lines)))
        if not goes_on:
            _put(made, lines, quoted=quoted)
            lines, quoted = [], is_quoted
        if line is not None:
            lines.append(QUOTED.sub("", line, count=1) if is_quoted else line)
    return made


def _is_lazy(line: str, lines: list[str]) -> bool:
    """Whether a line goes on with the paragraph that is quoted above it, as Markdown has it."""
    return bool(line.strip() and lines and lines[-1].strip())


def _put(made: list[Piece], lines: list[str], *, quoted: bool) -> None:
    inner = any(QUOTED.match(line) for line in lines) if quoted else False
    own = [line for line in lines if not (quoted and QUOTED.match(line))]
    kept = own if any(line.strip() for line in own) else [QUOTED.sub("", one) for one in lines]
    text = "\n".join(kept).strip("\n").rstrip()
    if text.strip():
        made.append(Piece(shown(text), True, inner=inner) if quoted else Piece(text))
