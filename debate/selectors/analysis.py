"""What the reasoning last found in a debate, as it is stored, with the people it names by id."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from debate.models import Analysis, Debate
from debate.selectors import loading

CLAIMS = """
    WITH stored AS MATERIALIZED (
        SELECT result->'claims' AS claims FROM debate_analysis WHERE debate_id = %s)
    SELECT label, claims->label FROM stored, unnest(%s::text[]) AS label
"""


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


@dataclass(frozen=True, slots=True)
class Parts:
    """Some parts of the stored result, by their keys; none before the first run."""

    event: int
    is_fresh: bool
    computed_at: datetime | None
    found: dict[str, Any]


def parts(debate: Debate, *keys: str) -> Parts:
    """These parts of the latest analysis: a large debate's is large. One query."""
    stored = Analysis.objects.filter(debate=debate.pk, result__isnull=False)
    row = stored.values_list("event", "computed_at", *(f"result__{key}" for key in keys)).first()
    if row is None:
        return Parts(0, False, None, {})
    event, computed_at, *found = row
    return Parts(
        event, event >= debate.event_count, computed_at, dict(zip(keys, found, strict=True))
    )


def claims(debate: Debate, labels: Collection[str]) -> dict[str, dict[str, Any]]:
    """What is stored of these claims, by label; of others nothing. One query."""
    found = loading.rows(CLAIMS, [debate.pk, list(labels)])
    return {label: json.loads(one) for label, one in found if one is not None}


def named_in(result: dict[str, Any]) -> set[int]:
    """The accounts that a result names: in groups, and behind the cruxes that people declare."""
    named = set(result.get("groups", {}).get("of", {}))
    cruxes = result.get("cruxes", {})
    for one in (*cruxes.get("double", ()), *cruxes.get("relied", ())):
        named.update(one["people"])
    return {int(name) for name in named}
