"""A person's ledger: what awaits them, the minds they changed, and the times they changed theirs.

Of debates that a list may show the viewer, and of what is there: nothing hidden or withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, QuerySet, Window
from django.db.models.functions import Lag

from accounts.models import User
from debate.models import Debate, MarkChange, Statement
from debate.models.marks import Truth
from debate.models.statements import Kind, Status
from debate.rules import Viewer
from debate.selectors import people, rows, sides
from debate.selectors.marks import DECIDED
from debate.selectors.rows import Person
from debate.text import plain

OPEN = (Kind.OBJECTION, Kind.QUESTION)
READ = ("mark__person__owner", "mark__statement__debate", "because__author")
WORDS = 160


@dataclass(frozen=True, slots=True)
class Change:
    """A change of mind: whose, on what, from which verdict to which, and why if they say it."""

    key: int
    person: Person
    on: Statement
    words: str
    debate: Debate
    before: str
    after: str
    because: Statement | None
    when: str
    when_iso: str


def waiting(person: User, viewer: Viewer) -> QuerySet[Statement]:
    """The open objections and questions put to what a person wrote or holds. 2 queries before it.

    Those that wait longest have the lowest ids.
    """
    known = list(people.debates(person, viewer).values_list("pk", flat=True))
    held = Statement.objects.filter(pk__in=sides.held_by(person.pk, *known))
    wrote = Statement.objects.filter(author=person, debate__in=known, **people.THERE)
    parents = wrote.order_by().values("pk").union(held.order_by().values("pk"))
    put = Statement.objects.filter(parent__in=parents, status=Status.OPEN, kind__in=OPEN)
    return put.exclude(author=person)


def changed_by(person: User, viewer: Viewer) -> QuerySet[MarkChange]:
    """Changes of other people's minds that they put down to this person's statements.

    As on a statement's page: each person once for each statement they changed it about.
    """
    said = people.statements(person, viewer).values("pk")
    found = _there(MarkChange.objects.filter(because__in=said)).exclude(mark__person=person)
    latest = found.order_by("mark", "because", "-id").distinct("mark", "because")
    return MarkChange.objects.filter(pk__in=latest.values("pk"))


def changes_of(person: User, viewer: Viewer) -> QuerySet[MarkChange]:
    """The changes that took a mark of the person's from one side to the other."""
    listed = people.debates(person, viewer).values("pk")
    own = MarkChange.objects.filter(
        mark__person=person, mark__statement__debate__in=listed, truth__in=DECIDED
    )
    placed = _there(own).annotate(before=Window(Lag("truth"), partition_by="mark", order_by="id"))
    crossed = placed.filter(before__isnull=False).exclude(before=F("truth"))
    return MarkChange.objects.filter(pk__in=crossed.values("pk"))


def _there(found: QuerySet[MarkChange]) -> QuerySet[MarkChange]:
    """Without those undone, and those about what is gone from sight."""
    return found.filter(
        undone_at=None, mark__statement__hidden_at=None, mark__statement__withdrawn_at=None
    )


def read(found: QuerySet[MarkChange]) -> QuerySet[MarkChange]:
    """The changes with all that `shown` tells of them: one query."""
    return found.select_related(*READ)


def shown(found: Iterable[MarkChange]) -> list[Change]:
    """Changes that were read, made ready for a page. No query."""
    return [_shown(change) for change in found]


def _shown(change: MarkChange) -> Change:
    on, cause = change.mark.statement, change.because
    return Change(
        key=change.pk,
        person=rows.person(change.mark.person, {}),
        on=on,
        words=on.name or plain.excerpt(on.body_html, WORDS),
        debate=on.debate,
        before=Truth.DISAGREE if change.truth == Truth.AGREE else Truth.AGREE,
        after=change.truth,
        because=None if cause is None or cause.is_gone else cause,
        when=rows.short_date(change.changed_at),
        when_iso=change.changed_at.isoformat(timespec="seconds"),
    )
