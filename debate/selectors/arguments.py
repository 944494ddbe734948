"""A debate as the reasoning sees it: claims, edges and marks, without a word of anybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import nan
from typing import NamedTuple

from accounts.models import Kind as AccountKind
from debate.models import Debate, Link, Mark, Reliance, Statement
from debate.models.cruxes import MOVES
from debate.models.links import ARGUING, LinkKind
from debate.models.marks import Bears, Truth
from debate.models.statements import (
    AUTHOR_AGREES,
    BEARING,
    CLAIMS,
    LETTERS,
    CruxState,
    Kind,
    On,
    Status,
)
from debate.reasoning.graph import (
    AGREE,
    DISAGREE,
    UNSURE,
    Claim,
    Edge,
    Graph,
    Point,
    Relied,
    build,
)

VALUES = {Truth.AGREE.value: AGREE, Truth.UNSURE.value: UNSURE, Truth.DISAGREE.value: DISAGREE}
NO_WEIGHT = nan
"""One and the same, so that equal edges are equal."""
BEARS = {Bears.YES.value: 1, Bears.NO.value: -1}


@dataclass(frozen=True, slots=True)
class Arguments:
    """The graph of a debate, its claims under their labels and its people under their ids.

    `event`: the number of an event that it is not older than. `ids`: the statement of each label.
    `granted`: the labels of what somebody has conceded, in words. `merged`: of what says the same
    as a claim, by its own label, the label of the claim.
    """

    event: int
    graph: Graph
    ids: dict[str, int]
    granted: list[str]
    merged: dict[str, str]


class Said(NamedTuple):
    """A statement that is not gone, in the order of their numbers."""

    pk: int
    kind: str
    on: str
    ordinal: int
    parent: int | None
    author: int
    author_kind: str
    owner: int | None
    minds: int
    crux_state: str
    status: str

    @property
    def label(self) -> str:
        """As `Statement.label`."""
        return f"{LETTERS.get(Kind(self.kind), 'S')}{self.ordinal}"

    @property
    def is_bots(self) -> bool:
        """Whether a bot said it."""
        return self.author_kind == AccountKind.BOT

    @property
    def voice(self) -> str:
        """Whose voice it is: a bot speaks for its owner."""
        return str(self.owner if self.is_bots else self.author)


class Linked(NamedTuple):
    """A link between two statements."""

    statement_id: int
    to_id: int
    kind: str
    on: str


class Marked(NamedTuple):
    """A mark on a statement that is not gone."""

    statement: int
    person: int
    person_kind: str
    truth: str
    bears: str


def arguments(debate_id: int) -> Arguments:
    """The graph of a debate as it is; raises Debate.DoesNotExist. Five queries.

    The number of the event is read first, so that nothing up to it is missing. What was merged as
    a duplicate is one claim with what it says the same as; links are edges like replies.
    """
    event = Debate.objects.values_list("event_count", flat=True).get(pk=debate_id)
    said, marked, links = _said(debate_id), _marked(debate_id), _links(debate_id)
    same = _same(said, links)
    name = {one.pk: one.label for one in said}
    label = {pk: name[same.get(pk, pk)] for pk in name}
    claims = [one for one in said if one.kind in CLAIMS and one.pk not in same]
    edges, place = _edges(said, links, label)
    marked.sort(key=lambda mark: mark.statement not in same)  # of two marks the claim's own holds
    graph = build(
        [_claim(one) for one in claims],
        edges,
        marks=_truths(said, marked, label),
        bearings=_bearings(marked, place),
        reliances=_relied(debate_id, said, label, same),
        points=list(_points([one for one in said if one.pk not in same], label)),
        taking_part=_taking_part(said, marked),
    )
    conceded = {one.parent for one in said if one.kind == Kind.CONCESSION}
    granted = list(dict.fromkeys(label[one.pk] for one in said if one.pk in conceded))
    ids = {one.label: one.pk for one in said if one.pk not in same}
    return Arguments(event, graph, ids, granted, {name[pk]: label[pk] for pk in same})


def _links(debate_id: int) -> list[Linked]:
    found = Link.objects.filter(statement__debate=debate_id).exclude(kind=LinkKind.PART)
    return [Linked(*row) for row in found.order_by("pk").values_list(*Linked._fields)]


def _same(said: Sequence[Said], links: Sequence[Linked]) -> dict[int, int]:
    """What says the same as which claim or crux; never a position, nor what is gone."""
    claims = {one.pk for one in said if one.kind in CLAIMS and one.kind != Kind.POSITION}
    return {
        one.statement_id: one.to_id
        for one in links
        if one.kind == LinkKind.DUPLICATE and {one.statement_id, one.to_id} <= claims
    }


def _edges(
    said: Sequence[Said], links: Sequence[Linked], label: dict[int, str]
) -> tuple[list[Edge], dict[int, int]]:
    """What supports and objections do, and links, each once; and the edge of each statement."""
    replies = [one for one in said if one.kind in BEARING]
    place = {one.pk: number for number, one in enumerate(replies)}
    edges = [
        _edge(label[one.pk], one.kind, one.on, one.parent or 0, label, place) for one in replies
    ]
    edges += [
        _edge(label[link.statement_id], link.kind, link.on, link.to_id, label, place)
        for link in links
        if link.kind in ARGUING and link.statement_id in label
    ]
    first: dict[Edge, int] = {}
    once = [first.setdefault(edge, number) for number, edge in enumerate(edges)]
    kept = [
        edge._replace(target="") if once[number] < number else _onto(edge, once)
        for number, edge in enumerate(edges)
    ]
    return kept, {pk: once[number] for pk, number in place.items()}


def _onto(edge: Edge, once: Sequence[int]) -> Edge:
    """An undercut of an edge that is there twice is one of the first."""
    return edge._replace(target=once[edge.target]) if isinstance(edge.target, int) else edge


def _bearings(marked: Sequence[Marked], place: dict[int, int]) -> list[tuple[str, int, int]]:
    given = {
        (str(mark.person), place[mark.statement]): BEARS[mark.bears]
        for mark in marked
        if mark.bears and mark.statement in place
    }
    return [(person, edge, value) for (person, edge), value in given.items()]


def _said(debate_id: int) -> list[Said]:
    there = Statement.objects.filter(debate=debate_id, hidden_at=None, withdrawn_at=None)
    account = ("author_id", "author__kind", "author__owner_id")
    columns = ("pk", "kind", "on", "ordinal", "parent_id", *account)
    found = there.values_list(*columns, "changed_minds", "crux_state", "status")
    return [Said(*row) for row in found.order_by("ordinal", "pk")]


def _marked(debate_id: int) -> list[Marked]:
    there = Mark.objects.filter(
        statement__debate=debate_id, statement__hidden_at=None, statement__withdrawn_at=None
    )
    given = there.exclude(truth=Truth.NONE, bears=Bears.NONE)
    columns = ("statement_id", "person_id", "person__kind", "truth", "bears")
    return [Marked(*row) for row in given.values_list(*columns).order_by("pk")]


def _claim(one: Said) -> Claim:
    return Claim(
        one.label,
        author=one.voice,
        position=one.kind == Kind.POSITION,
        imported=one.author_kind == AccountKind.IMPORTED,
        bot=one.is_bots,
        minds=one.minds,
    )


def _edge(
    source: str, kind: str, on: str, to: int, label: dict[int, str], place: dict[int, int]
) -> Edge:
    """What a support or objection does; its target is '' where what it is put to is gone."""
    if on == On.RELEVANCE:
        return Edge(source, place.get(to, ""), "undercuts", NO_WEIGHT)
    target = label.get(to, "")
    does = "supports" if kind == Kind.SUPPORT else "objects"
    return Edge(source, target if target != source else "", does, NO_WEIGHT)


def _truths(
    said: Sequence[Said], marked: Sequence[Marked], label: dict[int, str]
) -> Iterator[tuple[str, str, int]]:
    """The marks about truth: authors agree with what they say, unless they mark it otherwise."""
    for one in said:
        if one.kind in AUTHOR_AGREES and not one.is_bots:
            yield str(one.author), label[one.pk], AGREE
    for mark in marked:
        if mark.truth and mark.statement in label:
            yield str(mark.person), label[mark.statement], VALUES[mark.truth]


def _relied(
    debate_id: int, said: Sequence[Said], label: dict[int, str], same: dict[int, int]
) -> list[Relied]:
    """What people rely on; of a person's words on what says the same those on the claim hold."""
    dropped = {one.pk for one in said if one.crux_state == CruxState.DROPPED}
    there = Reliance.objects.filter(position__debate=debate_id).by_holders().order_by("pk")
    columns = ("person_id", "position_id", "claim_id", "now", "otherwise")
    found: dict[tuple[str, str, str], Relied] = {}
    rows = sorted(there.values_list(*columns), key=lambda row: row[2] in same)
    for person, position, claim, now, otherwise in rows:
        names = str(person), label.get(position, ""), label.get(claim, "")
        moves = same.get(claim, claim) not in dropped
        if now is None:
            one = Relied(*names, moves=moves)
        else:
            one = Relied(*names, now, otherwise, moves and abs(now - otherwise) >= MOVES)
        found.setdefault(names, one)
    return list(found.values())


def _points(said: Sequence[Said], label: dict[int, str]) -> Iterator[Point]:
    for one in said:
        if one.status == Status.OPEN:
            author = "" if one.is_bots else str(one.author)
            yield Point(one.label, author, label.get(one.parent or 0, ""))


def _taking_part(said: Sequence[Said], marked: Sequence[Marked]) -> int:
    """How many people have written or marked what is not gone; imported speakers are not here."""
    wrote = {one.author for one in said if one.author_kind == AccountKind.PERSON}
    return len(wrote | {m.person for m in marked if m.person_kind == AccountKind.PERSON})
