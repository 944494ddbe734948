"""What a filter finds, and that it tells nothing of what is gone."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User
from debate.models import Debate, Statement
from debate.selectors.filters import PAGE, Matches, Wanted, matches
from debate.selectors.orders import OLDEST, ORDERS, Order
from tests import factories

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def ids(found: Matches) -> list[int]:
    return [match.row.id for match in found.found]


def find(debate: Debate, viewer: User | AnonymousUser = VISITOR, **wanted: str) -> list[int]:
    return ids(matches(debate, viewer, Wanted(**wanted)))


def test_kind_status_side_person_and_bots_narrow_what_is_found(
    claim: Statement, alice: User, bob: User, rob: User
) -> None:
    debate = claim.debate
    no = factories.ObjectionFactory.create(parent=claim, author=bob)
    ask = factories.QuestionFactory.create(parent=no, author=alice)
    bot = factories.SupportFactory.create(parent=claim, author=rob)
    first, second = debate.statements.filter(kind="position").order_by("path")
    assert find(debate, kind="objection") == [no.pk]
    assert find(debate, status="open") == [ask.pk]
    assert find(debate, status="asked about") == [no.pk]
    assert find(debate, status="open", kind="question") == [ask.pk]
    assert find(debate, side="a") == [first.pk, claim.pk, ask.pk]
    assert find(debate, side="b", kind="objection") == [no.pk]
    assert find(debate, side="q") == []
    assert find(debate, person="bob") == find(debate, person="Bob") == [no.pk, second.pk]
    assert bot.pk in find(debate)
    assert bot.pk not in find(debate, bots="hide")


def test_a_match_comes_with_its_line_where_it_does_not_follow_it(
    claim: Statement, bob: User
) -> None:
    debate = claim.debate
    no = factories.ObjectionFactory.create(parent=claim, author=bob)
    factories.QuestionFactory.create(parent=no)
    factories.QuestionFactory.create(parent=no)
    found = matches(debate, VISITOR, Wanted(kind="question")).found
    assert [[row.id for row in match.line] for match in found] == [[claim.parent_id, no.pk], []]
    found = matches(debate, VISITOR, Wanted(bots="hide")).found
    assert not any(match.line for match in found)


@pytest.mark.parametrize("gone", ["hidden_at", "withdrawn_at"])
def test_no_filter_tells_who_wrote_what_is_gone(
    claim: Statement, rob: User, mara: User, bob: User, gone: str
) -> None:
    debate = claim.debate
    no = factories.ObjectionFactory.create(parent=claim, author=bob, body="Secret words.")
    bot = factories.ObjectionFactory.create(parent=claim, author=rob)
    for one in (no, bot):
        Statement.objects.filter(pk=one.pk).update(**{gone: timezone.now()})
    assert find(debate, kind="objection", person="bob") == []
    assert find(debate, kind="objection", side="b") == []
    assert find(debate, kind="objection", bots="hide") == [no.pk, bot.pk]
    assert find(debate, bob, kind="objection", person="bob") == [no.pk]
    assert find(debate, mara, kind="objection", side="b") == [no.pk]
    row = matches(debate, VISITOR, Wanted(kind="objection")).found[0].row
    assert (row.author, str(row.body)) == (None, "")


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_pages_follow_each_other_without_gaps_or_repeats(claim: Statement, order: Order) -> None:
    author = claim.author
    for number in range(PAGE + 20):
        kind = factories.ObjectionFactory if number % 3 else factories.RemarkFactory
        one = kind.create(parent=claim, author=author)
        if number % 7 == 0:
            factories.QuestionFactory.create(parent=one, author=author)
    first = matches(claim.debate, VISITOR, Wanted(person="alice"), order)
    assert (len(first.found), first.more) == (PAGE, ids(first)[-1])
    second = matches(claim.debate, VISITOR, Wanted(person="alice"), order, first.more)
    every = claim.debate.statements.filter(author=author)

    def key(one: Statement) -> Any:
        return bytes(one.path) if order is OLDEST else order.key(one, one.reply_count)

    assert [*ids(first), *ids(second)] == [one.pk for one in sorted(every, key=key)]
    assert (first.count, second.count, second.more) == (every.count(), None, None)
