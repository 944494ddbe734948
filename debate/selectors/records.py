"""What moderators know of a person, and what stands beside what they judge."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from accounts.models import User
from debate.models import ModerationAct, PersonNote, Report, Statement
from debate.models.moderation import ReportState
from debate.selectors import moderation

LATEST = 20


@dataclass(frozen=True, slots=True)
class Record:
    """A person as moderators see them: what they said, what became of it, what was noted."""

    person: User
    said: int
    hidden: int
    upheld: int
    dismissed: int
    notes: int
    note: str


def records(people: Collection[int]) -> dict[int, Record]:
    """The records of these people. One query."""
    said = Statement.objects.filter(author=OuterRef("pk"))
    reported = Report.objects.filter(statement__author=OuterRef("pk"))
    notes = PersonNote.objects.filter(person=OuterRef("pk"))
    found = User.objects.filter(pk__in=people).annotate(
        said_n=_number(said, "author"),
        hidden_n=_number(said.filter(hidden_at__isnull=False), "author"),
        upheld_n=_number(reported.filter(state=ReportState.UPHELD), "statement__author"),
        dismissed_n=_number(reported.filter(state=ReportState.DISMISSED), "statement__author"),
        notes_n=_number(notes, "person"),
        note=Subquery(notes.order_by("-pk").values("text")[:1]),
    )
    return {
        one.pk: Record(
            one, one.said_n, one.hidden_n, one.upheld_n, one.dismissed_n, one.notes_n,
            one.note or "",
        )
        for one in found
    }  # fmt: skip


def _number(found: QuerySet[Any], of: str) -> Coalesce:
    """How many there are, as a column."""
    counted = found.order_by().values(of).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def beside(parents: Collection[int], most: int) -> dict[int, list[Statement]]:
    """The latest replies to each of these statements that can be read, newest first. One query."""
    there = Statement.objects.filter(parent__in=parents, hidden_at=None, withdrawn_at=None)
    place = Window(RowNumber(), partition_by=F("parent"), order_by=F("pk").desc())
    numbered = there.annotate(place=place).filter(place__lte=most)
    made: dict[int, list[Statement]] = {}
    for one in numbered.select_related("author__owner").order_by("-pk"):
        made.setdefault(one.parent_id or 0, []).append(one)
    return made


def notes(person: User) -> list[PersonNote]:
    """What moderators have noted on a person, the newest first. One query."""
    return list(PersonNote.objects.filter(person=person).select_related("author"))


def reports(person: User, viewer: User) -> list[Report]:
    """The latest reports of what a person said, in the reach of a moderator. One query."""
    found = Report.objects.filter(statement__author=person).order_by("-pk")
    return list(found.select_related("reporter", "statement", "decided_by")[:LATEST])


def acts(person: User, viewer: User) -> list[ModerationAct]:
    """The latest acts on a person or what they said, in the reach of a moderator. One query."""
    found = ModerationAct.objects.filter(Q(statement__author=person) | Q(person=person))
    reached = found.filter(moderation.acts_in_reach(viewer))
    return list(reached.select_related("statement", "moderator")[:LATEST])
