"""The people of a debate: who looks after it, who takes part, who is suspended there.

Who facilitates and who is suspended, all may read who read the debate; who takes part, only its
own people and moderators; links to join by, only who looks after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from debate import rules
from debate.models import Debate, Invitation, Participation, Suspension
from debate.models.debates import Role
from debate.rules import Viewer
from debate.selectors import gathering, invitations, listings
from debate.selectors.heads import Head
from debate.selectors.listings import Cut, Part
from debate.selectors.rows import Person, person

FACILITATORS = 100
SUSPENDED = 100
PAGE = 100
FACILITATOR = Role.FACILITATOR


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with a role."""

    person: Person
    part: Participation


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody who is suspended here, why, and until when."""

    person: Person
    suspension: Suspension


@dataclass(frozen=True, slots=True)
class People:
    """The people of a debate as the viewer may know them; `participants` None: they may not.

    `further` leads to the participants after these. `own` is the viewer's role.
    """

    head: Head
    facilitators: list[Member]
    participants: list[Member] | None
    further: int | None
    suspended: list[Held]
    invitations: Sequence[Invitation]
    own: str
    looks_after: bool


def people(debate: Debate, viewer: Viewer, after: int = 0) -> People:
    """The page of a debate's people; `after`: where participants go on. 20 queries at most."""
    own = role_of(debate, viewer)
    looks_after = isinstance(viewer, User) and bool(rules.may_look_after(debate, viewer))
    part = members(debate, viewer, own, Cut(PAGE, after=after or None))
    facilitators, rest = facilitators_of(debate), [r for r in part.rows if r.role != FACILITATOR]
    held = suspensions(debate)
    shown = {one.person_id for one in (*facilitators, *rest)} | {one.person_id for one in held}
    gathered = gathering.gather(debate, viewer, people=shown)
    letters = gathered.reading.letters

    def member(one: Participation) -> Member:
        return Member(person(one.person, letters), one)

    return People(
        head=gathered.head,
        facilitators=[member(one) for one in facilitators],
        participants=[member(one) for one in rest] if may_read_all(viewer, own) else None,
        further=part.rows[-1].pk if part.has_next else None,
        suspended=[Held(person(one.person, letters), one) for one in held],
        invitations=invitations.invitations(debate) if looks_after else [],
        own=own,
        looks_after=looks_after,
    )


def role_of(debate: Debate, viewer: Viewer) -> str:
    """The viewer's role in the debate, empty where there is none. One query, none for visitors."""
    if viewer.pk is None:
        return ""
    roles = debate.participations.filter(person=viewer.pk).values_list("role", flat=True)
    return roles.first() or ""


def may_read_all(viewer: Viewer, own: str) -> bool:
    """Whether the viewer may know who takes part, not only who facilitates."""
    return bool(own) or rules.may_moderate(viewer)


def facilitators_of(debate: Debate) -> list[Participation]:
    """Who looks after the debate, in the order of their coming. One query."""
    found = debate.participations.filter(role=FACILITATOR).select_related("person__owner")
    return list(found.order_by("pk")[:FACILITATORS])


def members(debate: Debate, viewer: Viewer, own: str, cut: Cut) -> Part[Participation]:
    """Those with a role whom the viewer may know of; the cut's key is an id. One query."""
    found = debate.participations.select_related("person__owner")
    if not may_read_all(viewer, own):
        found = found.filter(role=FACILITATOR)
    return listings.portion(found, "id", cut)


def suspensions(debate: Debate) -> list[Suspension]:
    """The suspensions in force, the newest first. One query."""
    found = debate.suspensions.in_force().select_related("person__owner", "suspended_by")
    return list(found.order_by("-pk")[:SUSPENDED])


def member(debate: Debate, username: str, viewer: Viewer) -> User:
    """The person of this name who takes part in the debate, as far as the viewer may know.

    Raises Participation.DoesNotExist. Two queries.
    """
    own = role_of(debate, viewer)
    found = debate.participations.select_related("person__owner")
    if not may_read_all(viewer, own):
        found = found.filter(role=FACILITATOR)
    return found.get(person__username=username).person
