"""The history: every event in words, in pages, and nobody named who is not to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import cruxes, marks, moderation, reliances, statements
from debate.models import Debate, Statement
from debate.models.events import EventKind
from debate.rules import Viewer
from debate.selectors import events
from debate.selectors.events import Line
from debate.selectors.listings import Cut
from tests import factories

pytestmark = pytest.mark.django_db

VISITOR = AnonymousUser()
Act = Callable[[], object]


def lines(debate: Debate, viewer: Viewer = VISITOR, **asked: Any) -> list[Line]:
    days = events.history(debate, viewer, **asked).days
    return [line for day in days for line in day.lines]


def said(line: Line) -> str:
    """A line as it is read."""
    who = line.person.name if line.person else "Somebody"
    what = line.statement.label if line.statement else ""
    return line.phrase.format(who=who, what=what, link=line.link[0] if line.link else "")


def newest(debate: Debate, viewer: Viewer = VISITOR) -> str:
    return said(lines(debate, viewer)[0])


@pytest.fixture
def claim(debate: Debate, alice: User) -> Statement:
    position = debate.statements.get(author=alice)
    return statements.reply(position, by=alice, kind="support", body="Readers bring books back.")


def test_every_event_is_told_in_words(
    debate: Debate, claim: Statement, alice: User, bob: User, mara: User
) -> None:
    assert newest(debate) == "Alice published S1, a support to P1"
    statements.edit(claim, by=alice, body="They do.", revision=1, reason="Said more plainly")
    assert newest(debate) == "Alice edited S1 (Said more plainly): what changed"
    marks.mark(claim, by=bob, truth="agree", bears="no")
    assert newest(debate) == "Bob marked S1: agree, does not bear"
    change = claim.marks.get().changes.get().pk
    marks.undo(claim, by=bob, change=change)
    assert newest(debate) == "Bob undid a mark on S1: now no mark"
    marks.mark(claim, by=bob, truth="agree")
    marks.mark(claim, by=bob, truth="")
    assert newest(debate) == "Bob cleared their mark on S1"
    marks.mark(claim, by=bob, truth="disagree")
    marks.explain(claim, by=bob, because="P1")
    assert newest(debate) == "Bob changed their mind on S1 because of P1"
    marks.explain(claim, by=bob, because="")
    assert newest(debate) == "Bob took back what changed their mind on S1"
    crux = cruxes.put_forward(debate, by=bob, name="It comes back", body="Books come back.")
    assert newest(debate) == "Bob published C1, a crux"
    position = debate.statements.get(author=bob, kind="position")
    reliances.rely(position, by=bob, claim=crux, words="would give it up")
    assert newest(debate) == "Bob declared a reliance on C1 for P2"
    reliances.release(position, by=bob, claim=crux)
    assert newest(debate) == "Bob took back a reliance on C1 for P2"
    for person in (alice, bob):
        marks.mark(crux, by=person, truth="agree")
    assert newest(debate) == "C1 was settled"
    cruxes.drop(crux, by=bob, reason="A matter of words.")
    assert newest(debate) == "Bob dropped C1"
    cruxes.take_up(crux, by=bob)
    assert newest(debate) == "Bob took up C1 again"
    moderation.hide(claim, by=mara, reason="Rude.")
    assert newest(debate) == "Mara hid S1: the moderation log says why"
    moderation.restore(claim, by=mara, reason="Not so rude.")
    assert newest(debate) == "Mara restored S1"


def withdraw(claim: Statement, alice: User, mara: User) -> None:
    statements.withdraw(claim, by=alice)


def hide(claim: Statement, alice: User, mara: User) -> None:
    moderation.hide(claim, by=mara, reason="Rude.")


@pytest.mark.parametrize("go", [withdraw, hide])
def test_nobody_is_named_on_what_is_gone(  # whose words, who marks them, why they were edited
    debate: Debate,
    claim: Statement,
    alice: User,
    bob: User,
    mara: User,
    go: Callable[[Statement, User, User], None],
) -> None:
    statements.edit(claim, by=alice, body="They do.", revision=1, reason="I was wrong")
    marks.mark(claim, by=bob, truth="disagree", bears="no")
    go(claim, alice, mara)
    told = [said(line) for line in lines(debate, bob) if line.statement == claim]
    assert set(told) - {"Somebody withdrew S1", "Mara hid S1: the moderation log says why"} == {
        "Somebody marked S1",
        "Somebody edited S1",
        "Somebody published S1, a support to P1",
    }
    assert all("Alice" not in line for line in told)
    for viewer in (alice, mara):
        assert any(line.startswith("Alice edited") for line in map(said, lines(debate, viewer)))
    for one in events.listed(debate, bob, Cut(100)).rows:
        if one.statement == claim and one.event.kind != EventKind.STATEMENT_HIDDEN:
            assert (one.actor, one.data, one.reason) == (None, {}, "")


def test_looking_for_a_person_does_not_tell_what_was_theirs(
    debate: Debate, claim: Statement, alice: User, bob: User, mara: User
) -> None:
    marks.mark(claim, by=bob, truth="disagree")
    before = len(lines(debate, by="alice"))
    assert said(lines(debate, by="bob")[0]) == "Bob marked S1: disagree"
    moderation.hide(claim, by=mara, reason="Rude.")
    assert all(line.statement != claim for line in lines(debate, by="alice"))
    assert all(line.statement != claim for line in lines(debate, by="bob"))
    assert [said(line) for line in lines(debate, by="mara")] == [
        "Mara hid S1: the moderation log says why"
    ]
    assert len(lines(debate, alice, by="alice")) == before
    assert lines(debate, by="nobody") == []


def test_a_reliance_for_a_position_that_is_gone_names_nobody(
    debate: Debate, claim: Statement, alice: User, bob: User, mara: User
) -> None:
    position = debate.statements.get(author=bob, kind="position")
    reliances.rely(position, by=bob, claim=claim, words="would give it up")
    assert said(lines(debate, by="bob")[0]).startswith("Bob declared")
    statements.withdraw(position, by=bob)
    told = [said(line) for line in lines(debate, alice)]
    assert "Somebody declared a reliance on S1" in told
    assert lines(debate, alice, by="bob") == []


def test_a_crux_that_a_withdrawal_settles_does_not_tell_who_withdrew(
    debate: Debate, alice: User, bob: User, charlie: User
) -> None:
    crux = cruxes.put_forward(debate, by=charlie, name="It comes back", body="It comes back.")
    third = factories.PositionFactory.create(debate=debate, author=charlie, name="Neither")
    for person, truth in ((alice, "agree"), (bob, "agree"), (charlie, "disagree")):
        marks.mark(crux, by=person, truth=truth)
    statements.withdraw(third, by=charlie)
    first, second, *_ = lines(debate, alice)
    assert (said(first), said(second)) == ("C1 was settled", "Somebody withdrew P3")
    newest = events.listed(debate, alice, Cut(100)).rows[-1]
    assert (newest.event.kind, newest.actor) == (EventKind.CRUX_SETTLED, None)
    assert [said(line) for line in lines(debate, by="charlie")][-1].startswith("Charlie")
    assert "C1 was settled" not in map(said, lines(debate, by="charlie"))


def test_only_moderators_read_who_reported(
    debate: Debate, claim: Statement, bob: User, charlie: User, mara: User
) -> None:
    report = moderation.report(claim, by=charlie, reason="spam", note="")
    moderation.dismiss(report, by=mara, reason="It is none.")
    for viewer in (VISITOR, bob, charlie):
        assert "report" not in " ".join(map(said, lines(debate, viewer)))
        assert lines(debate, viewer, kind="statement.reported") == []
        kinds = {one.event.kind for one in events.listed(debate, viewer, Cut(100)).rows}
        assert not kinds & {"statement.reported", "report.dismissed"}
    told = list(map(said, lines(debate, mara)))
    assert told[:2] == ["Mara dismissed a report on S1", "Charlie reported S1"]


def test_a_cause_that_is_gone_is_not_named(
    debate: Debate, claim: Statement, alice: User, bob: User
) -> None:
    marks.mark(claim, by=bob, truth="agree")
    marks.mark(claim, by=bob, truth="disagree")
    cause = statements.reply(claim, by=alice, kind="remark", body="Not in winter.")
    marks.explain(claim, by=bob, because=cause.label)
    statements.withdraw(cause, by=alice)
    told = list(map(said, lines(debate, bob)))
    assert "Bob changed their mind on S1" in told
    listed = [one for one in events.listed(debate, bob, Cut(100)).rows if "because" in one.data]
    assert listed == []


def test_pages_go_down_by_number_and_days_are_those_of_utc(debate: Debate, alice: User) -> None:
    for number in range(1, 121):
        factories.EventFactory.create(debate=debate, number=number, actor=alice)
    numbers, before = [], None
    while True:
        page = events.history(debate, VISITOR, before=before)
        numbers += [line.number for day in page.days for line in day.lines]
        if page.older is None:
            break
        before = page.older
    assert numbers == list(range(120, 0, -1))


def test_programs_follow_events_by_number(debate: Debate, alice: User) -> None:
    for number in range(1, 8):
        factories.EventFactory.create(debate=debate, number=number, actor=alice)
    part = events.listed(debate, VISITOR, Cut(3, after=2))
    assert ([one.event.number for one in part.rows], part.has_next) == ([3, 4, 5], True)
    part = events.listed(debate, VISITOR, Cut(3, after=7))
    assert (part.rows, part.has_next) == ([], False)


def test_the_history_takes_a_fixed_number_of_queries(
    debate: Debate, claim: Statement, alice: User, bob: User
) -> None:
    statements.edit(claim, by=alice, body="They do.", revision=1, reason="Shorter")

    def count(viewer: Viewer) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as history:
            events.history(debate, viewer)
        with CaptureQueriesContext(connection) as listed:
            events.listed(debate, viewer, Cut(100))
        return len(history), len(listed)

    few = count(alice)
    for _ in range(40):
        made = statements.reply(claim, by=bob, kind="support", body="Because.")
        marks.mark(made, by=alice, truth="agree")
    statements.edit(made, by=bob, body="Because!", revision=1, reason="Louder")
    assert count(alice) == few
    assert few[0] <= 8
    assert few[1] <= 3
