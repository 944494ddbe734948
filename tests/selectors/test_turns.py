"""The Exchange: turns in order, pages that miss and repeat nothing, and who is not named."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from debate.models import Debate, Statement, Turn
from debate.rules import Viewer
from debate.selectors import turns
from debate.selectors.turns import Exchange, Place
from tests import factories

pytestmark = pytest.mark.django_db

VISITOR = AnonymousUser()


def ids(page: Exchange) -> list[int]:
    return [row.id for turn in page.turns for point in turn.points for row in point.rows]


def onwards(debate: Debate, viewer: Viewer = VISITOR) -> list[Exchange]:
    pages = [turns.exchange(debate, viewer)]
    while pages[-1].later:
        pages.append(turns.exchange(debate, viewer, start=pages[-1].later))
    return pages


def said(debate: Debate, author: User, parent: Statement, *sizes: int) -> list[Turn]:
    """Turns of so many supports each."""
    made = []
    for size in sizes:
        turn = factories.TurnFactory.create(debate=debate, author=author)
        made.append(turn)
        for _ in range(size):
            factories.SupportFactory.create(debate=debate, parent=parent, author=author, turn=turn)
        Debate.objects.filter(pk=debate.pk).update(turn_count=turn.number)
    return made


def hide(statement: Statement) -> None:
    Statement.objects.filter(pk=statement.pk).update(hidden_at=timezone.now(), status="hidden")


def test_pages_onwards_and_back_show_every_statement_once(debate: Debate, alice: User) -> None:
    said(debate, alice, debate.statements.all()[0], 30, 30, 120, 1, 1, 49, 50, 3)
    pages = onwards(debate)
    everything = [pk for page in pages for pk in ids(page)]
    in_order = debate.statements.order_by("turn__number", "id").values_list("id", flat=True)
    assert everything == list(in_order)
    assert max(len(ids(page)) for page in pages) <= turns.PAGE
    back = [pages[-1]]
    while back[0].earlier:
        back.insert(0, turns.exchange(debate, VISITOR, before=back[0].earlier))
    assert [pk for page in back for pk in ids(page)] == everything
    assert max(len(ids(page)) for page in back) <= turns.PAGE


def test_what_comes_after_a_page_found_backwards_is_what_was_there_before(
    debate: Debate, alice: User
) -> None:
    said(debate, alice, debate.statements.all()[0], 20, 80, 40)
    for page in onwards(debate)[1:]:
        assert page.earlier
        before = turns.exchange(debate, VISITOR, before=page.earlier)
        assert before.later
        assert ids(turns.exchange(debate, VISITOR, start=before.later)) == ids(page)


def test_a_page_ends_between_turns_unless_one_alone_does_not_fit(
    debate: Debate, alice: User
) -> None:
    said(debate, alice, debate.statements.all()[0], 30, 30, 60)
    first, second, third, *_ = onwards(debate)
    assert [turn.number for turn in first.turns] == [1, 2, 3]
    assert [turn.number for turn in second.turns] == [4]
    assert ([turn.number for turn in third.turns], third.turns[0].count) == ([5], 50)


def test_a_page_may_begin_at_any_turn(debate: Debate, alice: User) -> None:
    said(debate, alice, debate.statements.all()[0], 1, 1)
    page = turns.exchange(debate, VISITOR, start=turns.place("3"))
    assert [turn.number for turn in page.turns] == [3, 4]
    assert page.earlier == Place(3)
    assert turns.exchange(debate, VISITOR, start=turns.place("99")).turns == []


@pytest.mark.parametrize("text", ["", "x", "-1", "1.", "1.x", "9" * 30])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no place"):
        turns.place(text)


def test_points_to_the_same_words_stand_together(debate: Debate, alice: User, bob: User) -> None:
    mine, his = debate.statements.order_by("id")
    turn = factories.TurnFactory.create(debate=debate, author=bob)
    made = {"debate": debate, "author": bob, "turn": turn}
    quotation = factories.QuotationFactory.create(statement=mine)
    factories.ObjectionFactory.create(parent=mine, **made)
    factories.QuestionFactory.create(parent=mine, **made)
    factories.SupportFactory.create(parent=mine, quotation=quotation, **made)
    factories.SupportFactory.create(parent=his, **made)
    points = turns.exchange(debate, VISITOR).turns[-1].points
    assert [len(point.rows) for point in points] == [2, 1, 1]
    assert [point.quote.text if point.quote else "" for point in points] == [
        "",
        "works without",
        "",
    ]
    assert [(point.to and point.to.label, point.turn) for point in points] == [
        ("P1", 1),
        ("P1", 1),
        ("P2", 2),
    ]


def test_a_turn_does_not_tell_whose_its_hidden_statement_is(
    debate: Debate, alice: User, bob: User, mara: User
) -> None:
    position = debate.statements.get(author=alice)
    [turn] = said(debate, alice, position, 2)
    kept, gone = turn.statements.order_by("id")
    hide(gone)
    assert gone.pk not in ids(turns.exchange(debate, bob))
    assert kept.pk in ids(turns.exchange(debate, bob))
    for viewer in (alice, mara):
        assert gone.pk in ids(turns.exchange(debate, viewer))


def test_a_turn_of_which_nothing_is_left_stands_without_a_name(
    debate: Debate, alice: User, bob: User
) -> None:
    position = debate.statements.get(author=alice)
    [turn] = said(debate, alice, position, 1)
    gone = turn.statements.get()
    factories.ObjectionFactory.create(parent=gone, author=bob)
    hide(gone)
    shown = turns.exchange(debate, VISITOR).turns
    tombstone = next(one for one in shown if one.number == turn.number)
    assert (tombstone.author, tombstone.points[0].rows[0].shown) == (None, False)
    [point] = next(one for one in shown if one.number == turn.number + 1).points
    assert point.to
    assert (point.to.author, point.to.words, point.to.name, point.turn) == (None, "", "", None)


def test_the_exchange_takes_as_many_queries_in_a_large_debate_as_in_a_small_one(
    alice: User,
) -> None:
    counts = []
    for slug, size in (("small", 100), ("large", 1_500)):
        call_command("fill", statements=size, depth=50, slug=slug, stdout=StringIO())
        debate = Debate.objects.get(slug=slug)
        with CaptureQueriesContext(connection) as queries:
            page = turns.exchange(debate, alice)
        assert len(ids(page)) == turns.PAGE
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 11
