"""Open points: whose turn it is, the rest by whom they await, pages, and whom they do not name."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from debate.actions import marks, statements
from debate.models import Debate, Statement
from debate.selectors import points
from debate.selectors.listings import Cut
from debate.selectors.points import Asked, OpenPoints
from tests import factories

pytestmark = pytest.mark.django_db

VISITOR = AnonymousUser()
ALL = Asked()


def mine(found: OpenPoints) -> list[int]:
    return [point.row.id for point in found.mine]


def others(found: OpenPoints) -> list[int]:
    return [point.row.id for group in found.others for point in group.points]


def test_what_was_put_to_what_one_wrote_or_holds_is_ones_turn(
    debate: Debate, hers: Statement, claim: Statement, alice: User, bob: User, charlie: User
) -> None:
    to_position = factories.ObjectionFactory.create(parent=hers, author=bob)
    to_claim = factories.QuestionFactory.create(parent=claim, author=bob)
    to_bob = factories.QuestionFactory.create(
        parent=debate.statements.get(author=bob, kind="position"), author=charlie
    )
    found = points.open_points(debate, alice, ALL)
    assert (mine(found), others(found)) == ([to_position.pk, to_claim.pk], [to_bob.pk])
    found = points.open_points(debate, charlie, ALL)
    assert (mine(found), len(others(found))) == ([], 3)
    marks.mark(hers, by=charlie, truth="agree")
    found = points.open_points(debate, charlie, ALL)
    assert (mine(found), others(found)) == ([to_position.pk], [to_claim.pk, to_bob.pk])
    assert found.mine[0].to is not None
    assert found.mine[0].to.label == hers.label


def test_what_one_asks_oneself_is_nobodys_turn(
    debate: Debate, hers: Statement, bob: User, charlie: User
) -> None:
    marks.mark(hers, by=charlie, truth="agree")
    asked = factories.QuestionFactory.create(parent=hers, author=charlie)
    found = points.open_points(debate, charlie, ALL)
    assert (mine(found), others(found)) == ([], [asked.pk])


def test_the_rest_is_grouped_by_whom_it_awaits(
    debate: Debate, hers: Statement, alice: User, bob: User, charlie: User
) -> None:
    his = debate.statements.get(author=bob)
    for parent, author in ((hers, bob), (his, alice), (hers, charlie)):
        factories.QuestionFactory.create(parent=parent, author=author)
    groups = points.open_points(debate, VISITOR, ALL).others
    found = [(group.person.name, len(group.points)) for group in groups if group.person]
    assert found == [("Alice", 2), ("Bob", 1)]


def test_what_is_met_granted_or_gone_is_not_open(
    debate: Debate, hers: Statement, alice: User, bob: User
) -> None:
    asked = factories.QuestionFactory.create(parent=hers, author=bob)
    objected = factories.ObjectionFactory.create(parent=hers, author=bob)
    gone = factories.ObjectionFactory.create(parent=hers, author=bob)
    assert mine(points.open_points(debate, alice, ALL)) == [asked.pk, objected.pk, gone.pk]
    statements.reply(asked, by=alice, kind="answer", body="Two months.")
    marks.mark(objected, by=alice, truth="agree")
    statements.withdraw(gone, by=bob)
    found = points.open_points(debate, alice, ALL)
    assert (mine(found), others(found)) == ([], [])


def test_points_put_to_what_is_gone_name_nobody(
    debate: Debate, claim: Statement, alice: User, bob: User, mara: User
) -> None:
    asked = factories.QuestionFactory.create(parent=claim, author=bob)
    Statement.objects.filter(pk=claim.pk).update(hidden_at=timezone.now(), status="hidden")
    [group] = points.open_points(debate, bob, ALL).others
    to = group.points[0].to
    assert group.person is None
    assert to
    assert (to.author, to.words, to.gone) == (None, "", "hidden")
    assert mine(points.open_points(debate, alice, ALL)) == [asked.pk]
    [listed] = points.listed(debate, bob, ALL, Cut(10)).rows
    assert (listed.statement, listed.person) == (asked, None)
    [listed] = points.listed(debate, mara, ALL, Cut(10)).rows
    assert listed.person == alice


def test_they_can_be_filtered_by_kind_and_by_side(
    debate: Debate, hers: Statement, alice: User, bob: User, charlie: User
) -> None:
    his = debate.statements.get(author=bob)
    asked = factories.QuestionFactory.create(parent=hers, author=bob)
    objected = factories.ObjectionFactory.create(parent=hers, author=bob)
    to_bob = factories.ObjectionFactory.create(parent=his, author=alice)

    def found(**fields: Any) -> list[int]:
        return others(points.open_points(debate, VISITOR, Asked(**fields)))

    assert found(kind="question") == [asked.pk]
    assert found(kind="objection") == [objected.pk, to_bob.pk]
    assert found(side=hers.pk) == [asked.pk, objected.pk]
    assert found(side=his.pk, kind="objection") == [to_bob.pk]
    assert found(side=his.pk, kind="question") == []
    assert found(awaits="me") == []


@pytest.mark.parametrize("gone", ["hidden_at", "withdrawn_at"])
def test_a_side_does_not_tell_who_wrote_what_is_gone(
    debate: Debate,
    hers: Statement,
    claim: Statement,
    alice: User,
    bob: User,
    mara: User,
    gone: str,
) -> None:
    asked = factories.QuestionFactory.create(parent=claim, author=bob)
    Statement.objects.filter(pk=claim.pk).update(**{gone: timezone.now()})

    def found(viewer: Any, **fields: Any) -> list[int]:
        return [one.id for one in points.find(claim.debate, viewer, Asked(**fields), most=9)]

    assert found(VISITOR) == [asked.pk]
    assert found(VISITOR, side=hers.pk) == []
    assert found(bob, side=hers.pk) == []
    assert found(alice, side=hers.pk) == [asked.pk]
    assert found(mara, side=hers.pk) == [asked.pk]


def test_pages_show_every_point_once_ones_own_turn_first(
    debate: Debate, hers: Statement, alice: User, bob: User
) -> None:
    his = debate.statements.get(author=bob)
    size = points.PAGE
    put = [factories.QuestionFactory.create(parent=hers, author=bob).pk for _ in range(size + 9)]
    rest = [factories.QuestionFactory.create(parent=his, author=alice).pk for _ in range(size + 5)]
    first = points.open_points(debate, alice, ALL)
    assert (mine(first), others(first)) == (put[:size], [])
    assert (first.more_mine, first.more_others) == (put[size - 1], 0)
    more = points.open_points(debate, alice, Asked(awaits="me", after=put[size - 1]))
    assert (mine(more), others(more), more.more_mine) == (put[size:], [], None)
    begun = points.open_points(debate, alice, Asked(awaits="others"))
    assert (mine(begun), others(begun)) == ([], rest[:size])
    assert begun.more_others == rest[size - 1]
    end = points.open_points(debate, alice, Asked(awaits="others", after=rest[size - 1]))
    assert (others(end), end.more_others) == (rest[size:], None)


def test_programs_list_them_onwards_and_back(debate: Debate, hers: Statement, bob: User) -> None:
    put = [factories.QuestionFactory.create(parent=hers, author=bob).pk for _ in range(7)]

    def page(cut: Cut) -> tuple[list[int], bool, bool]:
        part = points.listed(debate, VISITOR, ALL, cut)
        return [row.statement.pk for row in part.rows], part.has_next, part.has_previous

    assert page(Cut(3)) == (put[:3], True, False)
    assert page(Cut(3, after=put[2])) == (put[3:6], True, True)
    assert page(Cut(3, before=put[3])) == (put[:3], True, False)
    assert page(Cut(3, before=put[5])) == (put[2:5], True, True)
    assert page(Cut(3, after=put[5])) == (put[6:], False, True)


def test_the_seed_has_the_nine_open_points_of_its_map(alice: User) -> None:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    [group] = points.open_points(debate, VISITOR, ALL).others
    labels = {point.row.label for point in group.points}
    assert labels == {"S11", "S13", "S23", "S24", "S26", "S30", "S32", "S33", "S35"}
    assert group.person
    holder = User.objects.get(username=group.person.username)
    assert len(points.open_points(debate, holder, ALL).mine) == 9


def test_open_points_take_as_many_queries_in_a_large_debate_as_in_a_small_one(
    alice: User,
) -> None:
    counts = []
    for slug, size in (("small", 100), ("large", 1_500)):
        call_command("fill", statements=size, depth=50, slug=slug, stdout=StringIO())
        debate = Debate.objects.get(slug=slug)
        for viewer in (alice, debate.starter):
            with CaptureQueriesContext(connection) as queries:
                points.open_points(debate, viewer, ALL)
            counts.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            points.listed(debate, alice, ALL, Cut(50))
        assert len(queries) <= 5
    assert len(set(counts)) == 1
    assert counts[0] <= 10
