"""Taking in a debate as a whole: all rows are worked out in memory, and each is written once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from debate import grammar
from debate.actions import bulk, events, labels, settling, speakers, statuses
from debate.actions.bulk import BATCH
from debate.formats.outline import Change, Dropped, Header, Outline, Person, Point, Quote
from debate.formats.outline import Link as Linked
from debate.formats.outline import Mark as Marked
from debate.models import (
    Debate,
    Drop,
    Event,
    Link,
    Mark,
    MarkChange,
    Participation,
    Quotation,
    Reliance,
    Revision,
    Statement,
    Turn,
)
from debate.models.debates import Role
from debate.models.events import EventKind
from debate.models.links import LinkKind
from debate.models.marks import Truth
from debate.models.statements import CruxState, Kind, On, Status
from debate.text import markdown

NOBODY = Person("", "Somebody")
"""In whose name the tombstones stand of what is gone: nobody is told whose words they were."""
GONE_BODY = "…"


def take(
    outline: Outline, *, by: User, fields: Mapping[str, Any], now: datetime, whole: bool
) -> tuple[Debate, dict[str, int]]:
    """Write a fitted outline as a new debate; returns it and the accounts made, by key.

    `fields` are Debate's; `whole` says that the outline has all marks, so that none follows from
    a concession. All or nothing.
    """
    with transaction.atomic():
        taking = _Taking(outline, by, fields, now, whole=whole)
        taking.run()
    return taking.debate, {key: one.pk for key, one in taking.people.items() if key}


class _Taking:
    """One run: the rows to be written."""

    def __init__(
        self, outline: Outline, by: User, fields: Mapping[str, Any], now: datetime, *, whole: bool
    ) -> None:
        self.outline = outline
        self.points: Sequence[Point] = list(outline.points)
        self.by = by
        self.whole = whole
        self.begun = begun(outline.header, self.points, now)
        self.fields = fields
        self.said: dict[str, Statement] = {}
        self.turns: dict[int, Turn] = {}
        self.quotations: list[Quotation] = []
        self.wordings: list[Revision] = []
        self.drops: list[Drop] = []
        self.marks: list[Mark] = []
        self.changes: list[MarkChange] = []
        self.reliances: list[Reliance] = []
        self.links: list[Link] = []
        self.events: list[Event] = []
        self.under: defaultdict[int, list[Statement]] = defaultdict(list)
        self.marks_of: defaultdict[int, list[Mark]] = defaultdict(list)

    def run(self) -> None:
        """Work everything out, and write it."""
        self.people = speakers.made([*self._all_people()])
        self.debate = Debate.objects.create(
            starter=self.by, created_at=self.begun, last_turn_at=self.begun, **self.fields
        )
        Participation.objects.create(debate=self.debate, person=self.by, role=Role.FACILITATOR)
        self._happened(EventKind.DEBATE_STARTED, self.by, None, self.begun, imported=True)
        self._take_turns()
        self._say()
        self._mark()
        self._rely()
        self._link()
        self._judge()
        self._write()
        self._settle()
        events.save_counters(self.debate)

    def _all_people(self) -> list[Person]:
        people = list(self.outline.people)
        gone = any(point.gone for point in self.points)
        return [*people, NOBODY] if gone else people

    def _link(self) -> None:
        self.links = [linked(one, self.said, self.begun) for one in self.outline.links]

    # ---- turns and statements
    def _take_turns(self) -> None:
        for turn in self.outline.turns:
            at = turn.at or self.begun
            self.turns[turn.number] = Turn(
                debate=self.debate,
                number=turn.number,
                author=self.people[turn.person],
                created_at=at,
            )
            self.debate.turn_count = max(self.debate.turn_count, turn.number)
            self.debate.last_turn_at = max(self.debate.last_turn_at, at)
        named = [turn.number for turn in self.outline.turns if turn.person]
        self.hiding = self.turns[min(named, default=min(self.turns))]

    def _say(self) -> None:
        ordinals = labels.ordinals(self.points)
        ids = bulk.reserved(len(self.points))
        for point in self.points:
            statement = self._statement(ids[point.number - 1], ordinals[point.key], point)
            self.said[point.key] = statement
            self._quote(statement, point)
            self._keep(statement, point)
            if statement.parent is not None:
                bulk.count_in(statement.parent, statement)
                self.under[statement.parent.pk].append(statement)
        for point in sorted(self.points, key=lambda one: one.number):
            statement = self.said[point.key]
            what = EventKind.STATEMENT_PUBLISHED
            self._happened(what, statement.author, statement, statement.created_at)
        self.debate.statement_count, self.debate.position_count, self.debate.crux_count = (
            labels.highest(self.said.values())
        )

    def _statement(self, pk: int, ordinal: int, point: Point) -> Statement:
        body = point.body if not point.gone else GONE_BODY
        turn = self._turn(point)
        at = point.at or (turn.created_at if turn else self.begun)
        is_crux = point.kind == Kind.CRUX
        return Statement(
            pk=pk,
            debate=self.debate,
            turn=turn,
            author=self.people[point.person],
            kind=point.kind,
            on=point.on,
            name=point.name,
            ordinal=ordinal,
            body=body,
            body_html=markdown.render(body),
            revision=point.revision,
            generated_by=point.generated_by,
            source={**point.note, labels.IMPORTED: point.source_id},
            parent=self.said[point.parent] if point.parent else None,
            created_at=at,
            edited_at=point.edited,
            hidden_at=at if point.gone == "hidden" else None,
            withdrawn_at=at if point.gone == "withdrawn" else None,
            crux_state=(CruxState.DROPPED if point.dropped else CruxState.LIVE) if is_crux else "",
        )

    def _turn(self, point: Point) -> Turn | None:
        """Its turn; what is gone and in none stands in one of which something is left.

        There it is not shown, and so does not come out with the turn either.
        """
        if point.turn:
            return self.turns[point.turn]
        return None if point.kind == Kind.CRUX else self.hiding

    def _quote(self, statement: Statement, point: Point) -> None:
        if point.quote is not None and statement.parent is not None:
            statement.quotation = self._quotation(statement.parent, point.quote)

    def _quotation(self, said: Statement, quote: Quote) -> Quotation:
        made = quotation(said, quote)
        self.quotations.append(made)
        return made

    def _keep(self, statement: Statement, point: Point) -> None:
        for one in point.wordings:
            self.wordings.append(
                Revision(
                    statement=statement,
                    number=one.number,
                    body=one.body,
                    body_html=markdown.render(one.body),
                    replaced_by=statement.author,
                    replaced_at=one.at or statement.created_at,
                    reason=one.reason,
                    generated_by=one.generated_by,
                )
            )
        if point.dropped is not None:
            self.drops.append(self._drop(statement, point.dropped))

    def _drop(self, crux: Statement, told: Dropped) -> Drop:
        at, by = told.at or crux.created_at, self.people[told.person]
        self._happened(EventKind.CRUX_DROPPED, by, crux, at, state=CruxState.DROPPED)
        return Drop(crux=crux, person=by, reason=told.reason, dropped_at=at)

    # ---- marks and reliances
    def _mark(self) -> None:
        for marked in self.outline.marks:
            self._put(self.said[marked.point], marked)
        if not self.whole:
            self._grant()
        for statement in self.said.values():
            bulk.count_marks(statement, self.marks_of[statement.pk])
        minds: defaultdict[int, set[int]] = defaultdict(set)
        for change in self.changes:
            if change.because is not None:
                minds[change.because.pk].add(change.mark.person_id)
        for statement in self.said.values():
            statement.changed_minds = len(minds[statement.pk])

    def _grant(self) -> None:
        """A concession sets its author's mark, where the file has none."""
        known = {(one.statement_id, one.person_id) for one in self.marks}
        for point in self.points:
            if point.kind != Kind.CONCESSION or point.gone:
                continue
            statement = self.said[point.key]
            parent = statement.parent
            key = (statement.parent_id or 0, statement.author_id)
            if parent and not parent.is_gone and grammar.takes_truth(parent) and key not in known:
                known.add(key)
                marked = Marked(point.parent, point.person, Truth.AGREE, at=statement.created_at)
                self._put(parent, marked)

    def _put(self, statement: Statement, marked: Marked) -> None:
        at = marked.at or statement.created_at
        mark = Mark(
            statement=statement,
            person=self.people[marked.person],
            truth=marked.truth,
            bears=marked.bears,
            revision=marked.revision,
            quotation=self._quotation(statement, marked.quote) if marked.quote else None,
            source=dict(marked.note),
            marked_at=at,
        )
        self.marks.append(mark)
        self.marks_of[statement.pk].append(mark)
        told = marked.changes or (Change(marked.truth, marked.bears, at, marked.revision),)
        for one in told:
            change = MarkChange(
                mark=mark,
                truth=one.truth,
                bears=one.bears,
                revision=one.revision,
                because=self.said[one.because] if one.because else None,
                changed_at=one.at or at,
            )
            self.changes.append(change)
        self.changes[-1].quotation = mark.quotation
        data = {"truth": marked.truth, "bears": marked.bears}
        self._happened(EventKind.MARK_SET, mark.person, statement, at, **data)

    def _rely(self) -> None:
        for one in self.outline.reliances:
            position, claim = self.said[one.position], self.said[one.claim]
            reliance = Reliance(
                person=self.people[one.person],
                position=position,
                claim=claim,
                words=one.words,
                now=one.now,
                otherwise=one.otherwise,
                created_at=one.at or self.begun,
            )
            self.reliances.append(reliance)
            what, at = EventKind.RELIANCE_DECLARED, reliance.created_at
            self._happened(what, reliance.person, claim, at, position=position.pk)

    def _happened(
        self,
        kind: EventKind,
        actor: User,
        statement: Statement | None,
        when: datetime,
        **data: Any,
    ) -> None:
        self.debate.event_count += 1
        self.events.append(
            Event(
                debate=self.debate,
                number=self.debate.event_count,
                kind=kind,
                actor=actor,
                statement=statement,
                created_at=when,
                data=data,
            )
        )

    # ---- what follows, and writing
    def _judge(self) -> None:
        """Work out every status, replies before what they answer."""
        for point in reversed(self.points):
            statement = self.said[point.key]
            told = bulk.facts(statement, self.under[statement.pk], self.marks_of[statement.pk])
            statement.status = statuses.status_of(told)
            if statement.status == Status.OPEN and statement.root is not None:
                statement.root.open_total += 1
                self.debate.open_count += 1

    def _write(self) -> None:
        """Write all rows, each after those whose id it needs."""
        Turn.objects.bulk_create(self.turns.values(), BATCH)
        Quotation.objects.bulk_create(self.quotations, BATCH)
        Statement.objects.bulk_create(self.said.values(), BATCH)
        Link.objects.bulk_create(self.links, BATCH)
        Revision.objects.bulk_create(self.wordings, BATCH)
        Mark.objects.bulk_create(self.marks, BATCH)
        MarkChange.objects.bulk_create(self.changes, BATCH)
        Reliance.objects.bulk_create(self.reliances, BATCH)
        Drop.objects.bulk_create(self.drops, BATCH)
        Event.objects.bulk_create(self.events, BATCH)

    def _settle(self) -> None:
        """Say which cruxes are settled, now that sides and stances can be read."""
        live = [one.pk for one in self.said.values() if one.crux_state == CruxState.LIVE]
        states = settling.states_of(self.debate, live)
        settled = [pk for pk, state in states.items() if state == CruxState.SETTLED]
        Statement.objects.filter(pk__in=settled).update(crux_state=CruxState.SETTLED)
        for pk in settled:
            events.record(
                self.debate,
                EventKind.CRUX_SETTLED,
                by=self.by,
                statement=Statement(pk=pk, debate=self.debate),
            )


def begun(header: Header, points: Sequence[Point], now: datetime) -> datetime:
    """When a debate began: as it says, else with the first that was said in it."""
    times = [point.at for point in points if point.at is not None]
    return header.at or min(times, default=now)


def linked(link: Linked, said: Mapping[str, Statement], begun: datetime) -> Link:
    """A relation beyond the tree, not stored yet."""
    is_against = link.kind == LinkKind.OBJECTION
    return Link(
        statement=said[link.source],
        to=said[link.target],
        kind=link.kind,
        on=(link.on or On.TRUTH) if is_against else "",
        created_at=link.at or begun,
    )


def quotation(said: Statement, quote: Quote) -> Quotation:
    """A passage of a statement, not stored yet."""
    return Quotation(
        statement=said,
        revision=quote.revision,
        exact=quote.exact,
        prefix=quote.prefix,
        suffix=quote.suffix,
        start=quote.start or 0,
        end=quote.end or 0,
    )
