"""A debate as the reasoning sees it: claims, edges and marks, without a word of anybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from accounts.models import Kind as AccountKind
from debate.models import Debate, Mark, Reliance, Statement
from debate.models.cruxes import MOVES
from debate.models.marks import Bears, Truth
from debate.models.statements import (
    AUTHOR_AGREES,
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
BEARS = {Bears.YES.value: 1, Bears.NO.value: -1}


@dataclass(frozen=True, slots=True)
class Arguments:
    """The graph of a debate, its claims under their labels and its people under their ids.

    `event`: the number of an event that it is not older than. `ids`: the statement of each label.
    `granted`: the labels of what somebody has conceded, in words.
    """

    event: int
    graph: Graph
    ids: dict[str, int]
    granted: list[str]


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


class Marked(NamedTuple):
    """A mark on a statement that is not gone."""

    statement: int
    person: int
    person_kind: str
    truth: str
    bears: str


def arguments(debate_id: int) -> Arguments:
    """The graph of a debate as it is; raises Debate.DoesNotExist. Four queries.

    The number of the event is read first, so that nothing up to it is missing.
    """
    event = Debate.objects.values_list("event_count", flat=True).get(pk=debate_id)
    said, marked = _said(debate_id), _marked(debate_id)
    label = {one.pk: one.label for one in said}
    links = [one for one in said if one.kind in (Kind.SUPPORT, Kind.OBJECTION)]
    place = {one.pk: number for number, one in enumerate(links)}
    graph = build(
        [_claim(one) for one in said if one.kind in CLAIMS],
        [_edge(one, label, place) for one in links],
        marks=_truths(said, marked, label),
        bearings=[
            (str(m.person), place[m.statement], BEARS[m.bears])
            for m in marked
            if m.bears and m.statement in place
        ],
        reliances=list(_relied(debate_id, said, label)),
        points=list(_points(said, label)),
        taking_part=_taking_part(said, marked),
    )
    conceded = {one.parent for one in said if one.kind == Kind.CONCESSION}
    granted = [one.label for one in said if one.pk in conceded]
    return Arguments(event, graph, {one.label: one.pk for one in said}, granted)


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


def _edge(one: Said, label: dict[int, str], place: dict[int, int]) -> Edge:
    """What a support or objection does; its target is '' where what it is put to is gone."""
    parent = one.parent or 0
    if one.on == On.RELEVANCE:
        return Edge(one.label, place.get(parent, ""), "undercuts")
    kind = "supports" if one.kind == Kind.SUPPORT else "objects"
    return Edge(one.label, label.get(parent, ""), kind)


def _truths(
    said: Sequence[Said], marked: Sequence[Marked], label: dict[int, str]
) -> Iterator[tuple[str, str, int]]:
    """The marks about truth: authors agree with what they say, unless they mark it otherwise."""
    for one in said:
        if one.kind in AUTHOR_AGREES and not one.is_bots:
            yield str(one.author), one.label, AGREE
    for mark in marked:
        if mark.truth and mark.statement in label:
            yield str(mark.person), label[mark.statement], VALUES[mark.truth]


def _relied(debate_id: int, said: Sequence[Said], label: dict[int, str]) -> Iterator[Relied]:
    dropped = {one.pk for one in said if one.crux_state == CruxState.DROPPED}
    there = Reliance.objects.filter(position__debate=debate_id).by_holders().order_by("pk")
    columns = ("person_id", "position_id", "claim_id", "now", "otherwise")
    for person, position, claim, now, otherwise in there.values_list(*columns):
        names = label.get(position, ""), label.get(claim, "")
        if now is None:
            yield Relied(str(person), *names, moves=claim not in dropped)
        else:
            moves = claim not in dropped and abs(now - otherwise) >= MOVES
            yield Relied(str(person), *names, now, otherwise, moves)


def _points(said: Sequence[Said], label: dict[int, str]) -> Iterator[Point]:
    for one in said:
        if one.status == Status.OPEN:
            author = "" if one.is_bots else str(one.author)
            yield Point(one.label, author, label.get(one.parent or 0, ""))


def _taking_part(said: Sequence[Said], marked: Sequence[Marked]) -> int:
    """How many people have written or marked what is not gone; imported speakers are not here."""
    wrote = {one.author for one in said if one.author_kind == AccountKind.PERSON}
    return len(wrote | {m.person for m in marked if m.person_kind == AccountKind.PERSON})
