"""The thread page of large debates: its cost, its order, and that everything can be reached."""

from __future__ import annotations

import re
import sys
from io import StringIO
from urllib.parse import urljoin

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from debate.actions import statements as actions
from debate.models import Debate, Statement
from debate.models.statements import DEPTH_MAX
from debate.selectors import threads
from debate.selectors.rows import Row
from debate.selectors.threads import PAGE, Thread
from debate.selectors.trees import Tree

pytestmark = pytest.mark.django_db

SHOWN = re.compile(r'<article class="statement[^>]* id="statement-(\d+)"')
FOLLOWED = re.compile(r'<a class="(?:continue|button button-quiet)" href="(/[^"#]*)"')


def filled(statements: int, depth: int, slug: str = "filled") -> Debate:
    call_command("fill", statements=statements, depth=depth, slug=slug, stdout=StringIO())
    return Debate.objects.get(slug=slug)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def shown(tree: Tree) -> list[Statement]:
    return [row.statement for row in tree.rows if not row.is_ghost]


def row_of(statement: Statement, thread: Thread) -> Row:
    rows = [row for tree in thread.positions for row in tree.rows]
    return next(row for row in rows if row.id == statement.pk)


def end_of_line(debate: Debate) -> Statement:
    return debate.statements.order_by("-depth")[0]


def test_the_first_page_takes_as_many_queries_in_a_small_debate_as_in_a_large_one(
    client: Client, alice: User
) -> None:
    """At most 12, for visitors and for who is signed in."""
    filled(100, 50, "small")
    filled(2_000, 300, "large")
    visitor, member = Client(), client
    member.force_login(alice)
    for reader in (visitor, member):
        counts = []
        for slug in ("small", "large"):
            with CaptureQueriesContext(connection) as queries:
                page(reader, f"/d/{slug}/")
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 12


def test_the_first_page_has_at_most_fifty_statements(client: Client) -> None:
    filled(300, 60)
    assert 40 < len(set(SHOWN.findall(page(client, "/d/filled/")))) <= PAGE


def test_every_statement_is_reached_by_following_the_links_of_the_page(client: Client) -> None:
    debate = filled(300, 60)
    waiting, seen = ["/d/filled/"], set[str]()
    found: set[int] = set()
    while waiting:
        address = waiting.pop()
        html = page(client, address)
        seen.add(address)
        found.update(int(pk) for pk in SHOWN.findall(html))
        waiting.extend({urljoin(address, at) for at in FOLLOWED.findall(html)} - seen)
    assert found == set(debate.statements.values_list("pk", flat=True))


def test_rows_come_depth_first(client: Client) -> None:
    debate = filled(300, 60)
    made = threads.thread(debate, AnonymousUser())
    for tree in made.positions:
        paths = [bytes(statement.path) for statement in shown(tree)]
        assert paths == sorted(paths)
        assert all(path.startswith(bytes(tree.root.statement.path)) for path in paths)


def test_a_page_draws_the_longest_line_there_can_be_without_recursion(client: Client) -> None:
    deepest = end_of_line(filled(1_100, DEPTH_MAX))
    assert deepest.depth == DEPTH_MAX
    for once in ("/d/filled/", f"/s/{deepest.parent_id}/"):
        page(client, once)  # what is loaded once may go deep
    limit, frames = sys.getrecursionlimit(), 0
    frame = sys._getframe()
    while frame := frame.f_back:  # type: ignore[assignment]  # None ends the loop
        frames += 1
    sys.setrecursionlimit(frames + 150)
    try:
        assert f"statement-{deepest.pk}" in page(client, f"/s/{deepest.pk}/")
    finally:
        sys.setrecursionlimit(limit)


def test_the_page_of_a_deep_statement_leaves_out_the_middle_of_its_line() -> None:
    deepest = end_of_line(filled(700, 300))
    tree = threads.under(deepest, AnonymousUser())
    assert len(tree.line) == threads.LINE
    assert tree.line[0].statement.parent_id is None
    assert tree.skipped == 300 - threads.LINE
    assert tree.line[-1].id == deepest.parent_id


def test_a_part_that_begins_deep_inside_shows_the_line_above_as_ghosts() -> None:
    debate = filled(300, 60)
    after = debate.statements.filter(depth=4, reply_count__gt=0).order_by("path")[0]
    root = debate.statements.get(pk=after.root_id or after.pk)
    tree = threads.under(root, AnonymousUser(), after=after.pk)
    ghosts = [row for row in tree.rows if row.is_ghost]
    first = shown(tree)[0]
    assert [ghost.depth for ghost in ghosts] == list(range(1, first.depth))
    assert ghosts[-1].id == first.parent_id


def test_what_is_continued_must_stand_under_the_statement() -> None:
    debate = filled(100, 20)
    first, second = debate.statements.filter(parent=None).order_by("path")
    other = second.replies.all()[0]
    with pytest.raises(Statement.DoesNotExist):
        threads.under(first, AnonymousUser(), after=other.pk)


def test_a_hidden_row_keeps_its_place_and_shows_no_words(client: Client, mara: User) -> None:
    debate = filled(100, 20)
    root = debate.statements.filter(kind="position").order_by("pk")[0]
    hidden = root.replies.order_by("pk")[0]
    Statement.objects.filter(pk=hidden.pk).update(hidden_at=timezone.now(), status="hidden")
    row = row_of(hidden, threads.thread(debate, AnonymousUser()))
    assert (row.shown, row.author, str(row.body), row.gone) == (False, None, "", "hidden")
    assert row_of(hidden, threads.thread(debate, mara)).shown


def test_a_private_debate_is_not_there_for_a_stranger(client: Client) -> None:
    filled(20, 5)
    page(client, "/d/filled/")
    Debate.objects.update(visibility="private")
    assert client.get("/d/filled/").status_code == 404


def test_visitors_see_a_withdrawal_at_once(client: Client) -> None:
    """The page is kept for them only until something changes."""
    debate = filled(100, 20)
    said = debate.statements.filter(parent__parent=None, depth=1).order_by("pk")[0]
    assert said.body_html in page(client, "/d/filled/")
    actions.withdraw(said, by=said.author)
    assert said.body_html not in page(client, "/d/filled/")
