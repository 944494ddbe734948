"""The status of a statement: the first that fits, in the design's order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from accounts.models import User
from debate.actions import moderation, statements, statuses
from debate.actions.statuses import Facts
from debate.models import Debate, Statement
from tests import factories

NOTHING = Facts(
    id=1,
    parent_id=None,
    root_id=None,
    kind="objection",
    status="",
    hidden=False,
    withdrawn=False,
    granted_beside=False,
    granted=False,
    answered=False,
    asked_about=False,
)
ORDER = (
    ("hidden", "hidden"),
    ("withdrawn", "withdrawn"),
    ("granted_beside", "granted without bearing"),
    ("granted", "granted"),
    ("answered", "answered"),
    ("asked_about", "asked about"),
)


@pytest.mark.parametrize("index", range(len(ORDER)))
def test_the_first_status_that_fits_is_the_status(index: int) -> None:
    fact, status = ORDER[index]
    only: dict[str, Any] = {fact: True}
    and_all_after: dict[str, Any] = {name: True for name, _ in ORDER[index:]}
    assert statuses.status_of(replace(NOTHING, **only)) == status
    assert statuses.status_of(replace(NOTHING, **and_all_after)) == status


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("objection", "open"),
        ("question", "open"),
        ("position", ""),
        ("crux", ""),
        ("support", ""),
        ("answer", ""),
        ("clarification", ""),
        ("concession", ""),
        ("remark", ""),
    ],
)
def test_only_objections_and_questions_are_open(kind: str, status: str) -> None:
    assert statuses.status_of(replace(NOTHING, kind=kind)) == status


def test_what_is_not_there_has_no_facts(db: None) -> None:
    with pytest.raises(Statement.DoesNotExist):
        statuses.facts_of(0)


def _statuses(*rows: Statement) -> list[str]:
    return [Statement.objects.get(pk=row.pk).status for row in rows]


def test_ones_own_objection_answers_nothing(claim: Statement, alice: User) -> None:
    factories.ObjectionFactory.create(parent=claim, author=alice)
    assert _statuses(claim) == [""]


def test_an_answered_question_is_about_nothing_open(
    claim: Statement, alice: User, bob: User, charlie: User
) -> None:
    """A question to a question makes the first one 'asked about', no longer open."""
    first = statements.reply(claim, by=bob, kind="question", body="Which?")
    second = statements.reply(first, by=charlie, kind="question", body="Which which?")
    assert _statuses(claim, first, second) == ["", "asked about", "open"]
    statements.reply(second, by=bob, kind="answer", body="This one.")
    assert _statuses(claim, first, second) == ["asked about", "open", "answered"]
    statements.reply(first, by=alice, kind="answer", body="All.")
    assert _statuses(claim, first, second) == ["", "answered", "answered"]


def test_hiding_climbs_as_far_as_it_changes_anything(
    claim: Statement, alice: User, bob: User, mara: User
) -> None:
    question = statements.reply(claim, by=bob, kind="question", body="Which?")
    answer = statements.reply(question, by=alice, kind="answer", body="All.")
    moderation.hide(answer, by=mara, reason="Attack.")
    assert _statuses(claim, question, answer) == ["asked about", "open", "hidden"]
    assert Debate.objects.get(pk=claim.debate_id).open_count == 1
    moderation.restore(answer, by=mara, reason="Fair.")
    assert _statuses(claim, question, answer) == ["", "answered", ""]
    assert Debate.objects.get(pk=claim.debate_id).open_count == 0
