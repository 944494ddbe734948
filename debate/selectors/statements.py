"""Single statements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery

from debate import grammar
from debate.models import Debate, Statement
from debate.models.statements import LETTERS
from debate.rules import Viewer
from debate.selectors import debates, loading

LABEL = re.compile(r"([PCS])([0-9]{1,9})", re.IGNORECASE)
ADDRESS = re.compile(r"(?:/s/|/statements/|#statement-)([0-9]{1,9})(?![0-9])")


def statement(pk: int, viewer: Viewer) -> Statement:
    """One statement with author, quotation and debate; raises Statement.DoesNotExist. Two queries.

    What is gone is found too: whether its words may be shown, `rules.may_read_text` says.
    """
    for found in loading.statements(loading.BY_IDS, [[pk]]):
        try:
            found.debate = debates.of_statement(found.debate_id, viewer)
        except Debate.DoesNotExist:
            break
        return found
    raise Statement.DoesNotExist


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a statement comes from: its turn and source; and which of those above it are own."""

    turn: int | None
    source: dict[str, Any]
    own_above: set[int]


def origin(statement: Statement, viewer: Viewer) -> Origin:
    """What a statement's own page tells beside it. One query."""
    above = Statement.objects.filter(pk__in=grammar.ancestor_ids(statement), author=viewer.pk)
    own = ArraySubquery(above.values("pk"))
    found = Statement.objects.annotate(own=own).values_list("turn__number", "source", "own")
    turn, source, own_above = found.get(pk=statement.pk)
    return Origin(turn, source, set(own_above or ()))


def named(debate: Debate, text: str) -> Statement:
    """What people call by its label (S16) or address; raises Statement.DoesNotExist. One query.

    Only of this debate, and nothing that is hidden or withdrawn.
    """
    there = Statement.objects.filter(debate=debate, hidden_at=None, withdrawn_at=None)
    if found := LABEL.fullmatch(text.strip()):
        letter, ordinal = found[1].upper(), int(found[2])
        kinds = {series: kind for kind, series in LETTERS.items()}
        if letter in kinds:
            return there.get(kind=kinds[letter], ordinal=ordinal)
        return there.exclude(kind__in=LETTERS).get(ordinal=ordinal)
    if found := ADDRESS.search(text):
        return there.get(pk=int(found[1]))
    raise Statement.DoesNotExist
