"""Publishing in bulk comes to the same as publishing one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from accounts.models import User
from debate.actions import bulk, events, marks, statements
from debate.actions.bulk import Draft
from debate.actions.quotations import Words
from debate.management.commands import fill
from debate.models import Debate, Event, Mark, MarkChange, Quotation, Statement
from debate.models.events import EventKind
from debate.text.quotations import NotThere

pytestmark = pytest.mark.django_db

COUNTED = "position_count crux_count statement_count open_count turn_count event_count".split()
PLACED = (
    "kind on name body body_html revision depth status reply_count total open_total agree_count"
    " unsure_count disagree_count bears_count beside_count author parent__ordinal root__ordinal"
    " turn__number quotation__exact quotation__start quotation__prefix"
).split()


@pytest.fixture
def people(db: None) -> list[User]:
    return fill.writers()


def one_by_one(debate: Debate, drafts: Sequence[Draft]) -> None:
    """Publish drafts through the actions that people use."""
    made: list[Statement] = []
    for draft in drafts:
        if draft.answers is None:
            made.append(take(debate, draft))
        else:
            parent = Statement.objects.get(pk=made[draft.answers].pk)
            quote = Words(draft.quote) if draft.quote else None
            made.append(
                statements.reply(
                    parent,
                    by=draft.author,
                    kind=draft.kind,
                    body=draft.body,
                    on=draft.on,
                    quote=quote,
                )
            )
    for statement, draft in zip(made, drafts, strict=True):
        for verdict in draft.verdicts:
            marks.mark(statement, by=verdict.person, truth=verdict.truth, bears=verdict.bears)


def answer(parent: Statement, draft: Draft) -> Statement:
    return statements.reply(
        parent,
        by=draft.author,
        kind=draft.kind,
        body=draft.body,
        on=draft.on,
        quote=Words(draft.quote) if draft.quote else None,
    )


def take(debate: Debate, draft: Draft) -> Statement:
    debate.refresh_from_db()
    turn = statements.open_turn(debate, by=draft.author)
    made = statements.publish(
        debate, turn=turn, author=draft.author, kind=draft.kind, body=draft.body, name=draft.name
    )
    events.record(debate, EventKind.STATEMENT_PUBLISHED, by=draft.author, statement=made)
    events.save_counters(debate)
    return made


def rows(debate: Debate) -> list[tuple[Any, ...]]:
    return list(debate.statements.order_by("pk").values_list("ordinal", *PLACED))


def marked(debate: Debate) -> list[tuple[Any, ...]]:
    found = Mark.objects.filter(statement__debate=debate)
    fields = ("statement__ordinal", "person", "truth", "bears", "revision")
    return sorted(found.values_list("statement__kind", *fields))


def happened(debate: Debate) -> list[tuple[Any, ...]]:
    fields = ("number", "kind", "actor", "statement__ordinal", "statement__kind", "data")
    return list(debate.events.values_list(*fields))


def test_a_debate_made_in_bulk_equals_one_made_one_by_one(people: list[User]) -> None:
    drafts = fill.drafts(people, 120, depth=20, seed=3)
    whole = bulk.publish(fill.start("whole", people[0]), drafts)
    single = fill.start("single", people[0])
    one_by_one(single, drafts)
    single.refresh_from_db()
    assert rows(whole) == rows(single)
    assert marked(whole) == marked(single)
    assert happened(whole) == happened(single)
    stored = Debate.objects.get(pk=whole.pk)
    for counted in COUNTED:
        assert getattr(stored, counted) == getattr(whole, counted) == getattr(single, counted)


def test_the_debate_that_is_compared_has_all_kinds_and_all_statuses(people: list[User]) -> None:
    """Otherwise the comparison would show less than it seems to."""
    drafts = fill.drafts(people, 120, depth=20, seed=3)
    made = bulk.publish(fill.start("whole", people[0]), drafts)
    statuses = set(made.statements.values_list("status", flat=True))
    assert statuses == {
        "",
        "open",
        "answered",
        "asked about",
        "granted",
        "granted without bearing",
    }
    assert made.statements.values("kind").distinct().count() == 8
    assert Quotation.objects.filter(statement__debate=made).count() > 5
    assert MarkChange.objects.filter(mark__statement__debate=made).count() > 50


def test_every_mark_has_its_history_and_its_event(people: list[User]) -> None:
    made = bulk.publish(fill.start("whole", people[0]), fill.drafts(people, 60, 5, seed=1))
    changes = MarkChange.objects.filter(mark__statement__debate=made)
    assert changes.count() == made.events.filter(kind="mark.set").count()
    latest = {change.mark_id: (change.truth, change.bears) for change in changes.order_by("pk")}
    assert latest == {
        mark.pk: (mark.truth, mark.bears) for mark in Mark.objects.filter(statement__debate=made)
    }


def test_the_database_places_what_is_published_in_bulk(people: list[User]) -> None:
    made = bulk.publish(fill.start("whole", people[0]), fill.drafts(people, 60, 30, seed=1))
    for statement in made.statements.select_related("parent"):
        above = bytes(statement.parent.path) if statement.parent else b"\x00"
        assert bytes(statement.path) == above + statement.pk.to_bytes(4, "big")


def test_a_quotation_that_is_not_there_leaves_nothing_behind(people: list[User]) -> None:
    debate = fill.start("whole", people[0])
    first = Draft(people[0], "position", "Keep four weeks.", fill.BEGUN, name="Keep")
    quoting = Draft(people[1], "remark", "So.", fill.BEGUN, answers=0, quote="five weeks")
    with pytest.raises(NotThere):
        bulk.publish(debate, [first, quoting])
    assert not debate.statements.exists()
    assert Event.objects.filter(debate=debate).count() == 1
