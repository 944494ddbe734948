"""Single statements."""

from __future__ import annotations

import re

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
