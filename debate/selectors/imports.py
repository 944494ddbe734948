"""The imports of a person, and the debates they brought in before."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from debate.models import Debate, Import
from debate.models.imports import ImportState

STANDS = timedelta(minutes=10)
"""An import that has not got on for so long is taken to have stopped."""
KEPT = timedelta(days=7)
"""How long a file waits for its person to say that it is brought in."""
SHOWN = 20


def imported(pk: int, person: User) -> Import:
    """One of the person's imports; raises Import.DoesNotExist. One query."""
    return Import.objects.select_related("debate", "into").get(pk=pk, person=person.pk)


def latest(person: User) -> list[Import]:
    """The person's latest imports, without files. One query."""
    found = Import.objects.filter(person=person).select_related("debate").order_by("-pk")
    return list(found.defer("data", "told", "people")[:SHOWN])


def is_stuck(made: Import) -> bool:
    """Whether nobody works on it any more though it is not done."""
    return made.is_under_way and made.moved_at < timezone.now() - STANDS


def targets(person: User) -> list[Debate]:
    """The debates that the person has brought in, the latest first. One query."""
    done = Import.objects.filter(person=person, state=ImportState.DONE).exclude(debate=None)
    seen = Debate.objects.visible_to(person).filter(imports__in=done).distinct()
    return list(seen.order_by("-pk")[:SHOWN])


def target(slug: str, person: User) -> Debate:
    """One of those; raises Debate.DoesNotExist. One query."""
    done = Import.objects.filter(person=person, state=ImportState.DONE)
    return Debate.objects.visible_to(person).filter(imports__in=done).distinct().get(slug=slug)


def brought_before(made: Import) -> Debate | None:
    """The debate that came of the same file or source before; None where there is none."""
    before = Import.objects.filter(
        person=made.person_id, state=ImportState.DONE, found_as=made.found_as
    )
    found = before.exclude(debate=None).select_related("debate").order_by("-pk").first()
    return found.debate if found else None


def people_of(debate: Debate | None) -> dict[str, int]:
    """The accounts of a debate's speakers by what their source calls them. One query."""
    if debate is None:
        return {}
    done = Import.objects.filter(debate=debate, state=ImportState.DONE).order_by("pk")
    found: dict[str, int] = {}
    for people in done.values_list("people", flat=True):
        found |= people
    return found
