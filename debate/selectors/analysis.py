"""What the reasoning last found in a debate, as it is stored, with the people it names by id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from debate.models import Analysis, Debate


@dataclass(frozen=True, slots=True)
class Found:
    """The stored result, None before the first run. It holds all events up to `event`.

    `people`: by the ids that the result names them with.
    """

    event: int
    is_fresh: bool
    computed_at: datetime | None
    result: dict[str, Any] | None
    people: dict[str, User]


def analysis(debate: Debate) -> Found:
    """The latest analysis of a debate that the viewer may see. Two queries at most."""
    stored = Analysis.objects.filter(debate=debate.pk).first()
    if stored is None or stored.result is None:
        return Found(0, False, None, None, {})
    is_fresh = stored.event >= debate.event_count
    ids = named_in(stored.result)
    people = User.objects.select_related("owner").in_bulk(ids) if ids else {}
    by_id = {str(pk): person for pk, person in people.items()}
    return Found(stored.event, is_fresh, stored.computed_at, stored.result, by_id)


def named_in(result: dict[str, Any]) -> set[int]:
    """The accounts that a result names: in groups, and behind the cruxes that people declare."""
    named = set(result.get("groups", {}).get("of", {}))
    cruxes = result.get("cruxes", {})
    for one in (*cruxes.get("double", ()), *cruxes.get("relied", ())):
        named.update(one["people"])
    return {int(name) for name in named}
