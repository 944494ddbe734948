"""What deleting one's account touches, told before one does it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import User
from debate.models import Debate, Mark, Participation, Statement
from debate.models.debates import Role, Visibility
from debate.selectors.exports import accounts_of


@dataclass(frozen=True, slots=True)
class Parting:
    """How much a person and their bots said, and the private debates that nobody else leads."""

    statements: int
    marks: int
    bots: int
    alone: list[tuple[Debate, int]]
    """Each with the number of its other people."""


def parting(person: User) -> Parting:
    """What goes with the person. 4 queries."""
    ids = accounts_of(person)
    there = Statement.objects.filter(author__in=ids, withdrawn_at=None)
    given = Mark.objects.filter(person=person).exclude(truth="", bears="")
    return Parting(there.count(), given.count(), len(ids) - 1, _alone(person))


def _alone(person: User) -> list[tuple[Debate, int]]:
    """The private debates that the person alone looks after."""
    led = Participation.objects.filter(debate=OuterRef("pk"), role=Role.FACILITATOR)
    found = Debate.objects.filter(
        Exists(led.filter(person=person)),
        ~Exists(led.exclude(person=person)),
        visibility=Visibility.PRIVATE,
    )
    others = Count("participations", filter=~Q(participations__person=person))
    counted = found.annotate(others=others).order_by("pk")
    return [(debate, vars(debate)["others"]) for debate in counted]
