"""Bringing a debate up to date with a newer file of what it came from: nothing is doubled.

What the file calls a statement was kept with it, and finds it again; where the file only counts
its lines, who says it and the words do. What is new is published, what reads otherwise is edited,
in its speaker's name and in no other's; what is not in the file any more stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from debate import grammar
from debate.actions import (
    events,
    labels,
    marks,
    reliances,
    settling,
    speakers,
    statements,
    statuses,
    taking,
)
from debate.formats.outline import Link as Linked
from debate.formats.outline import Loss, Person, Point, Quote, Reading
from debate.formats.outline import Mark as Marked
from debate.formats.outline import Reliance as Relied
from debate.models import Debate, Link, Mark, Reliance, Statement, Turn
from debate.models.events import EventKind
from debate.models.links import LinkKind
from debate.models.statements import DEPTH_MAX, CruxState, Kind


def source_of(one: Person) -> str:
    """What the source of a debate calls somebody."""
    return one.source_id or one.username or one.name


def update(
    debate: Debate, reading: Reading, *, by: User, people: Mapping[str, int], now: datetime
) -> _Updating:
    """Bring the debate up to date; what cannot be is told in the reading. All or nothing.

    `people` are the accounts of its speakers by what the source calls them. Returns what was done.
    """
    with transaction.atomic():
        updating = _Updating(events.locked(debate.pk), reading, by, people, now)
        updating.run()
        events.save_counters(updating.debate)
    return updating


class _Updating:
    """One run: what is there, by what the file calls it."""

    def __init__(
        self, debate: Debate, reading: Reading, by: User, people: Mapping[str, int], now: datetime
    ) -> None:
        self.debate = debate
        self.reading = reading
        self.outline = reading.outline
        self.by = by
        self.now = now
        self.people = dict(people)
        self.counts: Counter[str] = Counter(new=0, changed=0, same=0, marks=0)
        found = Statement.objects.filter(debate=debate).select_related("author")
        self.there = {
            str(one.source[labels.IMPORTED]): one for one in found if labels.IMPORTED in one.source
        }
        self.said: dict[str, Statement] = {}
        self.turns: dict[tuple[int, int], Turn] = {}
        marked = Mark.objects.filter(statement__debate=debate)
        self.marks = {
            (statement, person): (truth, bears)
            for statement, person, truth, bears in marked.values_list(
                "statement", "person", "truth", "bears"
            )
        }

    def run(self) -> None:
        """Take the parts in the order in which they name each other."""
        self.accounts = self._accounts()
        points = list(self.outline.points)
        self.given = {point.key: point for point in points}
        moved = self._moved(points)
        elsewhere = {one.pk for one in moved.values()}
        for point in sorted(points, key=lambda one: one.number):
            known = moved.get(point.key) or self.there.get(point.source_id)
            if known is not None and (point.key in moved or known.pk not in elsewhere):
                self.said[point.key] = known
                self._compare(known, point)
        for point in points:
            if point.key not in self.said:
                self._add(point)
        for mark in self.outline.marks:
            self._mark(mark)
        for one in self.outline.reliances:
            self._rely(one)
        for link in self.outline.links:
            self._link(link)

    def _moved(self, points: Sequence[Point]) -> dict[str, Statement]:
        """What says the same as before under another name of the file's, by its key there.

        Such names are lines and places, which change when something is put in before them.
        """
        named = {point.source_id: point for point in points}
        saying = {(self._speaker(point), point.body): point for point in points if not point.gone}
        moved: dict[str, Statement] = {}
        for name, known in self.there.items():
            here = named.get(name)
            if here is not None and (here.gone or self._says(known, here)):
                continue
            point = saying.get((known.author_id, known.body))
            held = self.there.get(point.source_id) if point else None
            if point and not (held and self._says(held, point)):
                moved.setdefault(point.key, known)
        return moved

    def _speaker(self, point: Point) -> int:
        return self.accounts[point.person].pk

    def _says(self, known: Statement, point: Point) -> bool:
        return (known.author_id, known.body) == (self._speaker(point), point.body)

    def _link(self, link: Linked) -> None:
        where = f"{link.source[:60]} {link.target[:60]}"
        if link.source not in self.said or link.target not in self.said:
            self._lose("This link joins nothing that is here.", "link", where)
            return
        made = taking.linked(link, self.said, self.now)
        merges = made.kind == LinkKind.DUPLICATE
        ends = {"statement": made.statement, "to": made.to, "kind": made.kind}
        if merges and self._is_merged(made):
            self._lose("It says the same as another one already.", "link", where)
            return
        defaults = {"on": made.on, "created_at": made.created_at}
        _, is_new = Link.objects.get_or_create(**ends, defaults=defaults)
        if is_new:
            what = EventKind.STATEMENT_MERGED if merges else EventKind.STATEMENT_LINKED
            data = {"to": made.to.pk, "kind": made.kind, "on": made.on}
            events.record(self.debate, what, by=self.by, statement=made.statement, data=data)

    def _is_merged(self, link: Link) -> bool:
        """Whether either end says the same as another one: as two, and no more, they are one."""
        known = Link.objects.filter(kind=LinkKind.DUPLICATE)
        chained = Q(statement=link.to) | Q(to=link.statement)
        return known.filter(Q(statement=link.statement) & ~Q(to=link.to) | chained).exists()

    def _lose(self, why: str, what: str, where: str) -> None:
        self.reading.losses.append(Loss(why, what, where))

    def _accounts(self) -> dict[str, User]:
        """The accounts of all who speak, by key; new ones are made."""
        people = list(self.outline.people)
        known = User.objects.in_bulk(list(self.people.values()))
        found = {
            one.key: known[self.people[source_of(one)]]
            for one in people
            if self.people.get(source_of(one)) in known
        }
        made = speakers.made([one for one in people if one.key not in found])
        self.people |= {source_of(one): made[one.key].pk for one in people if one.key in made}
        return found | made

    # ---- statements
    def _compare(self, known: Statement, point: Point) -> None:
        """Edit what reads otherwise now, withdraw what has gone."""
        known.debate = self.debate
        if known.is_gone:
            if not point.gone:
                self._lose("It is gone here, and stays so.", "point", point.key)
        elif not point.gone and known.author_id != self._speaker(point):
            self._lose("Somebody else says this in the file: it stays.", "author", point.key)
            return
        elif point.gone:
            statements.take_back(self.debate, known, by=known.author)
            self.counts["changed"] += 1
        elif known.body != point.body:
            statements.reword(self.debate, known, by=known.author, body=point.body)
            self.counts["changed"] += 1
        else:
            self.counts["same"] += 1
        if (known.kind, known.on) != (point.kind, point.on) and not point.gone:
            self._lose("It is of another kind in the file: it stays.", "kind", point.key)
        parent = self.said.get(point.parent)
        if point.parent and (parent is None or parent.pk != known.parent_id):
            self._lose("It stands elsewhere in the file: it stays.", "point", point.key)

    def _add(self, point: Point) -> None:
        parent = self.said.get(point.parent)
        if point.gone or (point.parent and parent is None):
            self._lose("It is gone in the file, and was not here.", "point", point.key)
            return
        if parent is not None and (parent.depth >= DEPTH_MAX or parent.is_gone):
            self._lose("What it answers cannot be answered here.", "point", point.key)
            return
        author = self.accounts[point.person]
        fields: dict[str, Any] = {"on": point.on, "name": point.name}
        if point.kind == Kind.CRUX:
            fields["crux_state"] = CruxState.LIVE
        if parent is not None:
            parent.refresh_from_db(fields=["path", "depth", "root", "revision", "body_html"])
            fields["parent"] = parent
            quote = self._quote(point.quote, parent, point.parent, point.key)
            if quote is not None:
                fields["quotation"] = taking.quotation(parent, quote)
                fields["quotation"].save()
        turn = self._turn(point, author)
        statement = statements.publish(
            self.debate,
            turn=turn,
            author=author,
            kind=point.kind,
            body=point.body,
            generated_by=point.generated_by,
            created_at=point.at or turn.created_at,
            source={**point.note, labels.IMPORTED: point.source_id},
            **fields,
        )
        self.said[point.key] = statement
        what = EventKind.STATEMENT_PUBLISHED
        events.record(self.debate, what, by=author, statement=statement)
        if parent is not None:
            self._follow(point.kind, parent, author)
        settling.settle_after(self.debate, statement, by=author)
        self.counts["new"] += 1

    def _quote(self, quote: Quote | None, said: Statement, key: str, where: str) -> Quote | None:
        """The passage in the wording that the file has, by the number which that has here."""
        if quote is None:
            return None
        if said.body == self.given[key].body and quote.revision == self.given[key].revision:
            return replace(quote, revision=said.revision)
        self._lose("What it quotes reads otherwise here.", "quotation", where)
        return None

    def _follow(self, kind: str, parent: Statement, author: User) -> None:
        """What follows from an answer for what it answers."""
        parent.debate = self.debate
        if kind == Kind.CONCESSION and grammar.takes_truth(parent):
            marks.put(self.debate, parent, by=author, truth="agree")
        if kind in statuses.TELLING:
            statuses.refresh(self.debate, parent.pk)

    def _turn(self, point: Point, author: User) -> Turn:
        """The new turn in which the file has it."""
        key = (point.turn, author.pk)
        if key not in self.turns:
            at = {"created_at": point.at} if point.at else {}
            self.turns[key] = statements.open_turn(self.debate, by=author, **at)
        return self.turns[key]

    # ---- marks and reliances
    def _mark(self, marked: Marked) -> None:
        statement, person = self.said.get(marked.point), self.accounts[marked.person]
        if statement is None or statement.is_gone:
            return
        wanted = (marked.truth, marked.bears)
        if self.marks.get((statement.pk, person.pk)) == wanted:
            return
        quotation = None
        where = f"{marked.point[:60]} {marked.person[:60]}"
        quote = self._quote(marked.quote, statement, marked.point, where)
        if quote is not None:
            quotation = taking.quotation(statement, quote)
            quotation.save()
        statement.debate = self.debate
        marks.put(
            self.debate,
            statement,
            by=person,
            truth=marked.truth,
            bears=marked.bears,
            quotation=quotation,
            source=dict(marked.note),
        )
        statuses.refresh(self.debate, statement.pk)
        self.counts["marks"] += 1

    def _rely(self, one: Relied) -> None:
        position, claim = self.said.get(one.position), self.said.get(one.claim)
        if position is None or claim is None or position.is_gone or claim.is_gone:
            return
        person = self.accounts[one.person]
        known = Reliance.objects.filter(person=person, position=position, claim=claim)
        if not known.exists():
            fields = {"words": one.words, "now": one.now, "otherwise": one.otherwise}
            reliances.put(self.debate, position, by=person, claim=claim, **fields)
