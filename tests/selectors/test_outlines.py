"""A debate as it is told to formats: how its parts are found."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from debate.models import Debate, Link
from debate.selectors import outlines

pytestmark = pytest.mark.django_db
STATEMENTS, LINKS = 400, 20


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def link(debate: Debate, many: int) -> None:
    """Link statements of a debate, each to some of the next ones."""
    said = [*debate.statements.order_by("pk")]
    pairs = ((one, other) for n in range(1, 9) for one, other in zip(said, said[n:], strict=False))
    found = islice(pairs, many)
    Link.objects.bulk_create(Link(statement=one, to=other, kind="part") for one, other in found)


def test_links_of_a_new_debate_are_found_without_trying_each_statement_with_each() -> None:
    """What PostgreSQL knows of its tables is older than the debate."""
    call_command("fill", slug="known", statements=STATEMENTS, verbosity=0)
    link(Debate.objects.get(slug="known"), 2_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE debate_statement, debate_link")
    call_command("fill", slug="new", statements=STATEMENTS, verbosity=0)
    debate = Debate.objects.get(slug="new")
    link(debate, LINKS)
    told = outlines.outline(debate)
    with CaptureQueriesContext(connection) as queries:
        assert len(list(told.links)) == LINKS
    [query] = queries
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
        [([found],)] = cursor.fetchall()
    assert max(one["Actual Loops"] for one in nodes(found["Plan"])) <= STATEMENTS + 2
