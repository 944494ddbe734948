"""What a debate has for one person: questions by what their answer tells, and what awaits them."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import analysis, marks, statements
from debate.models import Debate
from debate.reasoning import asking
from debate.selectors import yours
from tests import camps


@pytest.fixture(autouse=True)
def no_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn at random."""
    monkeypatch.setattr(asking, "EXPLORING", 0)


@pytest.fixture
def seed(db: None) -> Debate:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    analysis.refresh(debate.pk)
    return debate


def asked(debate: Debate, person: User) -> list[str]:
    return [row.label for row in yours.yours(debate, person).questions]


def test_who_has_marked_nothing_is_asked_what_tells_most(alice: User) -> None:
    made = camps.two_camps()
    first = asked(made.debate, alice)
    assert first[0] == made.said["hinge"].label
    assert made.said["shared"].label not in first


def test_what_is_marked_or_gone_or_one_s_own_is_not_asked(
    seed: Debate, alice: User, bob: User
) -> None:
    own = statements.reply(
        seed.statements.get(ordinal=5, kind="support"), by=alice, kind="support", body="So it is."
    )
    analysis.refresh(seed.pk)
    for _ in range(14):
        labels = asked(seed, alice)
        assert len(labels) == 3
        assert own.label not in labels
        statement = yours.yours(seed, alice).questions[0].statement
        marks.mark(statement, by=alice, truth="agree")
        assert statement.label not in asked(seed, alice)
    gone = yours.yours(seed, bob).questions[0].statement
    statements.withdraw(gone, by=gone.author)
    assert gone.label not in asked(seed, bob)


def test_the_order_stays_until_one_more_is_marked(seed: Debate, alice: User) -> None:
    assert asked(seed, alice) == asked(seed, alice)


def test_an_answer_that_tells_the_side_makes_others_tell_less(alice: User) -> None:
    made = camps.two_camps()
    told = (made.debate.analysis.result or {})["next"]
    hinge = made.said["hinge"].pk
    before = yours._worths(told, 0.5)
    likely = yours._likely(told, {hinge: "agree"})
    assert likely > 0.8
    assert yours._likely(told, {hinge: "disagree"}) < 0.2
    after = yours._worths(told, likely)
    idle = next(n for n, one in enumerate(told) if one["statement"] == made.said["idle0"].pk)
    assert after[idle] < before[idle]


def test_what_awaits_one_comes_by_how_much_hangs_on_it(
    seed: Debate, alice: User, bob: User
) -> None:
    position = seed.statements.get(ordinal=1, kind="position")
    marks.mark(position, by=alice, truth="agree")
    analysis.refresh(seed.pk)
    found = yours.yours(seed, alice)
    ranked = [one["point"] for one in (seed.analysis.result or {})["open"]]
    labels = [point.row.label for point in found.open]
    assert set(labels) == {"S13", "S30"}
    assert labels == sorted(labels, key=ranked.index)


def test_programs_are_told_the_same(seed: Debate, alice: User) -> None:
    told = yours.listed(seed, alice)
    assert [one.label for one in told["questions"]] == asked(seed, alice)
    assert told["open"] == told["again"] == []
    with CaptureQueriesContext(connection) as queries:
        yours.listed(seed, alice)
    assert len(queries) <= 9
