"""The orders of a thread: what comes first, that all is reached, and what it costs."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import statements
from debate.models import Debate, Statement
from debate.selectors import threads
from debate.selectors.orders import DISCUSSED, NEWEST, OLDEST, OPEN, ORDERS, Order
from debate.selectors.threads import PAGE
from tests import factories

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def filled(statements: int = 600, depth: int = 60) -> Debate:
    call_command("fill", statements=statements, depth=depth, slug="filled", stdout=StringIO())
    return Debate.objects.get(slug="filled")


def key_of(order: Order, one: Statement) -> tuple[int, ...]:
    under = Statement.objects.filter(debate=one.debate_id, path__gt=bytes(one.path))
    return order.key(one, under.filter(path__lt=bytes(one.path) + b"\xff").count())


def first_level(debate: Debate, order: Order) -> list[Statement]:
    tree = threads.thread(debate, VISITOR, order).positions[0]
    return [row.statement for row in tree.rows if row.depth == 1]


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_the_replies_of_a_position_come_in_the_order(order: Order) -> None:
    debate = filled()
    position = debate.statements.filter(kind="position").order_by("path")[0]
    wanted = sorted(position.replies.all(), key=lambda one: key_of(order, one))
    shown = first_level(debate, order)
    assert shown
    assert [one.pk for one in shown] == [one.pk for one in wanted[: len(shown)]]


@pytest.mark.parametrize("order", [DISCUSSED, NEWEST, OPEN], ids=lambda order: order.name)
def test_siblings_deeper_down_come_in_the_order_too_and_under_their_parent(order: Order) -> None:
    thread = threads.thread(filled(), VISITOR, order)
    for tree in thread.positions:
        line: list[Statement] = []
        last: dict[int | None, Statement] = {}
        for row in tree.rows:
            line = [*line[: row.depth - 1], row.statement]
            parent = line[-2].pk if line[1:] else tree.root.id
            assert row.statement.parent_id == parent
            before = last.get(row.statement.parent_id)
            if before is not None and order is not DISCUSSED:
                assert order.key(before, 0) < order.key(row.statement, 0)
            last[row.statement.parent_id] = row.statement


@pytest.mark.parametrize("order", [DISCUSSED, NEWEST, OPEN], ids=lambda order: order.name)
def test_what_comes_behind_follows_without_a_gap(order: Order) -> None:
    debate = filled()
    root = debate.statements.filter(kind="position").order_by("path")[0]
    seen = [one.pk for one in first_level(debate, order)]
    after = threads.thread(debate, VISITOR, order).positions[0].more
    while after:
        tree = threads.behind(Statement.objects.get(pk=after), root, VISITOR, order)
        assert len(tree.rows) <= PAGE
        seen += [row.id for row in tree.rows if row.depth == 1]
        after = tree.more
    assert seen == [
        one.pk for one in sorted(root.replies.all(), key=lambda one: key_of(order, one))
    ]


def test_a_reply_cut_short_says_behind_what_it_goes_on() -> None:
    debate = filled()
    thread = threads.thread(debate, VISITOR, DISCUSSED)
    cuts = [row.cut for tree in thread.positions for row in tree.rows if row.cut]
    assert cuts
    for reply, after in cuts:
        rest = threads.under(reply, VISITOR, after=after)
        assert [row for row in rest.rows if not row.is_ghost]


def test_open_comes_before_what_is_asked_about_and_the_rest(claim: Statement, bob: User) -> None:
    def said(parent: Statement, kind: str, on: str = "") -> Statement:
        return statements.reply(parent, by=bob, kind=kind, on=on, body="So it is.")

    quiet = said(claim, "remark")
    asked = said(claim, "support")
    said(asked, "question")
    still = said(claim, "objection", "truth")
    for one in (quiet, asked, still):
        one.refresh_from_db()
    assert [OPEN.key(one, 0)[0] for one in (still, asked, quiet)] == [0, 1, 2]


def test_a_debate_that_fits_a_page_is_shown_whole_in_every_order() -> None:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    for order in ORDERS.values():
        thread = threads.thread(debate, VISITOR, order)
        assert {row.id for row in thread.rows} == set(
            debate.statements.values_list("pk", flat=True)
        ), order.name
        assert not [row for row in thread.rows if row.cut]
        assert not [tree for tree in thread.positions if tree.more]


def test_the_most_discussed_of_what_was_read_comes_first_deeper_down(claim: Statement) -> None:
    quiet = factories.RemarkFactory.create(parent=claim)
    talked = factories.RemarkFactory.create(parent=claim)
    inner = factories.RemarkFactory.create(parent=talked)
    factories.RemarkFactory.create(parent=inner)
    asked = factories.RemarkFactory.create(parent=claim)
    factories.RemarkFactory.create(parent=asked)
    thread = threads.thread(claim.debate, VISITOR, DISCUSSED)
    shown = [row.id for row in thread.positions[0].rows if row.depth == 2]
    assert shown == [talked.pk, asked.pk, quiet.pk]


def test_an_order_takes_one_query_more_whatever_the_size() -> None:
    small = filled(60, 10)
    call_command("fill", statements=1500, depth=200, slug="large", stdout=StringIO())
    large = Debate.objects.get(slug="large")
    counts = []
    for debate in (small, large):
        for order in (OLDEST, NEWEST):
            with CaptureQueriesContext(connection) as queries:
                threads.thread(debate, VISITOR, order)
            counts.append(len(queries))
    assert counts == [counts[0], counts[0] + 1] * 2
