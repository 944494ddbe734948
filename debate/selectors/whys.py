"""Why a statement stands where it does, and what if it were settled: for pages and programs.

Both are worked out from the debate as it is now, and nothing is stored. What is told names only
statements that are there for everybody: what is hidden or withdrawn is in no graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy

from debate.models import Analysis, Statement
from debate.reasoning import results, supposing
from debate.reasoning.because import because
from debate.reasoning.supposing import Worked
from debate.selectors import reasons
from debate.selectors.arguments import Arguments, arguments
from debate.text import plain

WORDS = 110
IF = {
    "settled_in": gettext_lazy("If {label} stood"),
    "settled_out": gettext_lazy("If {label} did not stand"),
    "seconded": gettext_lazy("If somebody seconded {label}"),
    "beside": gettext_lazy("If people said that {label} does not bear"),
}
"""What would have to change."""


@dataclass(frozen=True, slots=True)
class Said:
    """A claim that is named: its id, its kind, its first words."""

    pk: int
    kind: str
    words: str


@dataclass(slots=True)
class Told:
    """What was worked out of one statement, up to the event; None for what is no claim.

    `said`: the claims that it names, by their labels; `same_as`: the one it was merged with.
    """

    statement: Statement
    event: int
    found: dict[str, Any] | None
    said: dict[str, Said] = field(default_factory=dict)
    same_as: str = ""

    @property
    def ids(self) -> dict[str, int]:
        """The ids of the claims that are named."""
        return {label: one.pk for label, one in self.said.items()}


@dataclass(frozen=True, slots=True)
class _Case:
    read: Arguments
    groups: dict[str, Any] | None
    cruxes: dict[str, Any]


def why(statement: Statement) -> Told:
    """Where label and strength of a statement come from, and what would change them. 6 queries.

    `found` is as `because` has it, with `cruxes`: what the stored analysis knows of the claim as a
    crux, and `declared`: whether people rely on it ('double', 'relied').
    """
    case = _read(statement)
    number = _number(case.read, statement)
    if number is None:
        return _of_none(case, statement)
    graph = case.read.graph
    grouped = supposing.grouped(graph, case.groups)
    done = supposing.worked(graph, grouped)
    told = results.claims(graph, done.standing, done.flow, done.w, done.s, grouped)
    found = because(done, number, told[statement.label]) | _as_crux(case, statement.label)
    return Told(statement, case.read.event, found, _said(case.read, _named(found)))


def what_if(statement: Statement, settled: str) -> Told:
    """What would move if the statement were settled, 'in' or 'out'. 6 queries."""
    case = _read(statement)
    number = _number(case.read, statement)
    if number is None:
        return _of_none(case, statement)
    grouped = supposing.grouped(case.read.graph, case.groups)
    before: Worked = supposing.worked(case.read.graph, grouped)
    found = supposing.what_if(before, number, settled, grouped)
    return Told(statement, case.read.event, found, _said(case.read, _named(found)))


def _of_none(case: _Case, statement: Statement) -> Told:
    """What is told of what is no claim of its own."""
    same = case.read.merged.get(statement.label, "")
    said = _said(case.read, {same}) if same else {}
    return Told(statement, case.read.event, None, said, same)


def _read(statement: Statement) -> _Case:
    """The debate as it is, and what the last analysis found of groups and cruxes. 5 queries."""
    stored = Analysis.objects.filter(debate=statement.debate_id)
    parts = stored.values_list(F("result__groups"), F("result__cruxes")).first()
    groups, cruxes = parts or (None, None)
    return _Case(arguments(statement.debate_id), groups, cruxes or {})


def _number(read: Arguments, statement: Statement) -> int | None:
    """The place of a statement among the claims, None where it is none, or gone."""
    if read.ids.get(statement.label) != statement.pk:
        return None
    claims = read.graph.claims
    return claims.index(statement.label) if statement.label in claims else None


def _as_crux(case: _Case, label: str) -> dict[str, Any]:
    there = set(case.read.graph.claims)
    found = [
        {name: value for name, value in one.items() if name != "statement"}
        for one in case.cruxes.get("computed", ())
        if one["claim"] == label and one["position"] in there
    ]
    kinds = ("double", "relied")
    declared = [
        kind for kind in kinds if label in {one["claim"] for one in case.cruxes.get(kind, ())}
    ]
    return {"cruxes": found, "declared": next(iter(declared), None)}


def _named(found: Any) -> set[str]:
    """All labels that a result names, wherever they stand in it."""
    named, waiting = set(), [found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            named |= {one[key] for key in ("claim", "position") if isinstance(one.get(key), str)}
            waiting += one.values()
        elif isinstance(one, list):
            named |= {part for part in one if isinstance(part, str)}
            waiting += one
    return named


def _said(read: Arguments, labels: Iterable[str]) -> dict[str, Said]:
    """The claims with these labels, with their first words. One query."""
    label_of = {read.ids[label]: label for label in labels if label in read.ids}
    there = Statement.objects.filter(pk__in=label_of, hidden_at=None, withdrawn_at=None)
    rows = there.values_list("pk", "kind", "body_html")
    return {label_of[pk]: Said(pk, kind, plain.excerpt(html, WORDS)) for pk, kind, html in rows}


# ---- in words
@dataclass(frozen=True, slots=True)
class If:
    """A change with a place for the claim's label, and what the label would be, in a word."""

    phrase: str
    label: str
    look: str
    word: str


def ifs(found: Mapping[str, Any]) -> list[If]:
    """The changes that would give a claim another label."""
    return [
        If(str(IF[one["how"]]), one["claim"], look(one["label"]), reasons.word(one["label"]))
        for one in found["changes"]
    ]


def look(label: str) -> str:
    """What a label is called in data attributes."""
    return reasons.LOOKS[label]


def is_sure(found: Mapping[str, Any]) -> bool:
    """Whether enough marks on a claim count for its strength to be told in numbers."""
    return reasons.counted(found) >= reasons.FEW and found["strength"] is not None
