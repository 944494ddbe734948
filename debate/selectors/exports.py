"""All that the tables know of a person, as rows to export, and how far an export is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models import Case, F, Q, QuerySet, When
from django.utils import timezone

from accounts.models import User
from debate import rules
from debate.models import Debate, Export, ExportPart
from debate.models.naming import SECTIONS, choices
from debate.models.personal import POLICIES
from debate.models.policies import Policy

KEPT = timedelta(hours=24)
"""How long the files of an export are there."""
STANDS = timedelta(minutes=10)
"""An export that has not got on for so long is taken to have stopped."""
CHUNK = 500
MINE = "of_export_"  # annotations may not be called as columns are


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one table that are a person's."""

    policy: Policy
    found: QuerySet[Any]

    @property
    def title(self) -> str:
        """What it is called."""
        return str(SECTIONS[self.policy.key])

    def count(self) -> int:
        """How many there are. One query."""
        return self.found.count()

    def rows(self) -> Iterator[dict[str, Any]]:
        """What is told of them, read piece by piece."""
        for row in self.found.iterator(chunk_size=CHUNK):
            yield {name.removeprefix(MINE): value for name, value in row.items()}

    def choices(self) -> dict[str, dict[Any, str]]:
        """What the values of its columns are called, of those that are chosen from a list."""
        policy, model = self.policy, apps.get_model(self.policy.model)
        told = f"{policy.told} {policy.seen} {policy.quoted}"
        found = {name: choices(model, lookup) for name, lookup in _columns(told)}
        return {name: words for name, words in found.items() if words}


def accounts_of(person: User) -> list[int]:
    """The ids of a person's account and of their bots'. One query."""
    return [person.pk, *person.bots.order_by("pk").values_list("pk", flat=True)]


def sections(person: User) -> list[Section]:
    """What is exported of a person and their bots, table by table. One query."""
    ids = accounts_of(person)
    return [Section(policy, _rows(policy, person, ids)) for policy in POLICIES if _told(policy)]


def _told(policy: Policy) -> bool:
    app = policy.model.split(".")[0]
    return bool(policy.key) and app in {config.label for config in apps.get_app_configs()}


def _rows(policy: Policy, person: User, ids: list[int]) -> QuerySet[Any]:
    """The rows as dictionaries: without words and names that the person may not see now."""
    seen = Q()
    if policy.within:
        visible = Debate.objects.visible_to(person).values("pk")
        seen = Q(**{f"{policy.within}__in": visible})
    told: dict[str, Any] = {name: F(lookup) for name, lookup in _columns(policy.told)}
    for name, lookup in _columns(policy.seen):
        told[name] = Case(When(seen, then=F(lookup)))
    for name, lookup in _columns(policy.quoted):
        own = Q(**{f"{policy.of}__author__in": ids})
        told[name] = Case(When((seen & _readable(policy.of, person)) | own, then=F(lookup)))
    named = {f"{MINE}{name}": value for name, value in told.items()}
    rows: QuerySet[Any] = apps.get_model(policy.model)._default_manager.all()
    rows = rows.filter(**{f"{policy.whose}__in": ids}).order_by("pk").annotate(**named)
    return rows.values(*named)


def _readable(of: str, person: User) -> Q:
    """`rules.may_read_text`, of a statement of others that is related so."""
    if rules.may_moderate(person):
        return Q()
    return Q(**{f"{of}__hidden_at": None, f"{of}__withdrawn_at": None})


def _columns(lookups: str) -> Iterator[tuple[str, str]]:
    for one in lookups.split():
        name, _, lookup = one.partition("=")
        yield name, lookup or name


# ---- how far it is
@dataclass(frozen=True, slots=True)
class Progress:
    """A person's export as their page tells of it; `until` is when its files go."""

    export: Export
    is_ready: bool
    is_stuck: bool
    percent: int
    until: Any

    @property
    def is_running(self) -> bool:
        """Whether one may wait for it."""
        return not self.is_ready and not self.is_stuck


def progress(person: User) -> Progress | None:
    """How far the person's export is; None where there is none, or none any more. One query."""
    export = Export.objects.filter(person=person).first()
    if export is None or is_past(export):
        return None
    return Progress(
        export,
        is_ready=export.finished_at is not None,
        is_stuck=is_stuck(export),
        percent=min(100 * export.done // max(export.total, 1), 100),
        until=export.finished_at + KEPT if export.finished_at else None,
    )


def is_past(export: Export) -> bool:
    """Whether the time of its files is over."""
    return export.finished_at is not None and export.finished_at < timezone.now() - KEPT


def is_stuck(export: Export) -> bool:
    """Whether nobody works on it any more though it is not done."""
    return export.finished_at is None and export.moved_at < timezone.now() - STANDS


def parts(person: User, form: str) -> list[int]:
    """The ids of the parts of a file that may be fetched now, in order. At most 2 queries."""
    told = progress(person)
    if told is None or not told.is_ready:
        return []
    found = told.export.parts.filter(format=form)
    return list(found.order_by("number").values_list("pk", flat=True))


def stream(parts: list[int], *, later: bool) -> Iterator[str] | AsyncIterator[str]:
    """The words of these parts, one of them in memory at a time; `later`, for an event loop."""
    return _later(parts) if later else (_text(part) for part in parts)


async def _later(parts: list[int]) -> AsyncIterator[str]:
    for part in parts:
        yield await asyncio.to_thread(_text_aside, part)


def _text_aside(part: int) -> str:
    """As `_text`, in a thread of its own, which gives its connection back."""
    try:
        return _text(part)
    finally:
        connections.close_all()


def _text(part: int) -> str:
    """The words of a part; none where it has been removed meanwhile."""
    return ExportPart.objects.filter(pk=part).values_list("text", flat=True).first() or ""
