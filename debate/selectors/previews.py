"""What accepting a proposal does: in words, and shown on the statements that it is about."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from debate import rules
from debate.models import Proposal
from debate.models.proposals import ProposalKind
from debate.rules import Viewer
from debate.selectors import kinds, proposals, threads
from debate.selectors.proposals import Shown
from debate.selectors.rows import Row
from debate.text import plain
from debate.text.plain import Span


@dataclass(frozen=True, slots=True)
class Preview:
    """The statements concerned, as rows; the words of a crux; what accepting does, in sentences.

    `marked` is the HTML of the first statement, with the words marked that would be split off.
    """

    rows: list[Row]
    marked: str
    body: str
    effects: list[str]


def preview(shown: Shown, viewer: Viewer) -> Preview:
    """What the page of a proposal shows beside its reasons. At most 8 queries."""
    one = shown.proposal
    about = [pk for pk in (one.statement_id, one.to_id) if pk is not None]
    found = {row.id: row for row in threads.some(one.debate, about, viewer)}
    return Preview(
        rows=[found[pk] for pk in about],
        marked=_marked(one, viewer),
        body=one.body_html if shown.has_words and one.made is None else "",
        effects=_effects(one) if one.is_open and not one.is_gone else [],
    )


def _marked(one: Proposal, viewer: Viewer) -> str:
    """The HTML of the statement with the passage marked, while it can be split off."""
    statement, place = one.statement, proposals.place(one)
    if statement is None or place is None or not one.is_open:
        return ""
    if not rules.may_read_text(statement, viewer):
        return ""
    return plain.highlight(statement.body_html, [Span(*place, 1, "passage")])


def _effects(one: Proposal) -> list[str]:
    """What accepting it does, in sentences."""
    if one.statement is None:
        return [
            gettext("It is published as a crux of this debate, in the name of who proposed it."),
            gettext("Nobody counts as agreeing with it before they mark it."),
        ]
    said = {
        "label": one.statement.label,
        "to": one.to.label if one.to else "",
        "one": kinds.one(one.becomes) if one.becomes else "",
    }
    return [words % said for words in (*_does(ProposalKind(one.kind)), _undone())]


def _does(kind: ProposalKind) -> tuple[str, ...]:
    if kind == ProposalKind.RETYPE:
        return (
            gettext("%(label)s is %(one)s from then on."),
            gettext("Its words, its answers and its marks stay."),
        )
    if kind == ProposalKind.SPLIT:
        return (
            gettext("The marked words leave %(label)s and stand beside or under it, as %(one)s."),
            gettext(
                "%(label)s keeps its place, its answers and its marks, which ask for another look."
                " The new part has the same author, and begins without marks."
            ),
        )
    if kind == ProposalKind.LINK:
        return (
            gettext(
                "%(label)s counts as %(one)s to %(to)s as well, wherever it is worked out what"
                " stands."
            ),
            gettext("Both stay where they are, with their answers and marks."),
        )
    return (
        gettext("%(label)s and %(to)s count as one wherever it is worked out what stands."),
        gettext("Both keep their words, their answers and their marks."),
    )


def _undone() -> str:
    return gettext("Who looks after the debate can undo it.")
