"""What the help shows of each kind: real statements of the debate that Crux starts with."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Kind as AccountKind
from debate.models import Statement
from debate.models.debates import Visibility
from debate.text import plain

SEED = "can-a-language-model-be-an-agent"
"""The address of that debate; a site may lack it, or have made it private."""
WORDS = 220


@dataclass(frozen=True, slots=True)
class Example:
    """A statement as the help shows it: its first words, and the passage that they answer."""

    pk: int
    label: str
    name: str
    author: str
    words: str
    quoted: str


def examples() -> dict[tuple[str, str], Example]:
    """The first statement of each kind, by kind and by what an objection is on. One query.

    Only words that everybody may read, and only of the speakers that the debate came with.
    """
    found = Statement.objects.filter(
        debate__slug=SEED,
        debate__visibility=Visibility.PUBLIC,
        author__kind=AccountKind.IMPORTED,
        hidden_at=None,
        withdrawn_at=None,
    )
    first = found.order_by("kind", "on", "pk").distinct("kind", "on")
    read = first.select_related("author", "quotation", "parent")
    return {(one.kind, one.on): _example(one) for one in read}


def _example(statement: Statement) -> Example:
    parent, quotation = statement.parent, statement.quotation
    is_there = quotation is not None and parent is not None and not parent.is_gone
    return Example(
        pk=statement.pk,
        label=statement.label,
        name=statement.name,
        author=statement.author.shown_name,
        words=plain.excerpt(statement.body_html, WORDS),
        quoted=quotation.exact if is_there and quotation else "",
    )
