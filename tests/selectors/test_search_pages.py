"""Pages of what is found, and what is told of too much."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from debate.models import Statement
from debate.selectors import search
from debate.selectors.listings import Cut
from tests import factories

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()
ALL = Cut(50)


def test_pages_follow_each_other_without_gap_or_repeat(hers: Statement) -> None:
    for n in range(25):
        factories.RemarkFactory.create(parent=hers, body=f"Shelf {'shelf ' * (n % 5)}number {n}.")
    asked = search.ask("shelf", VISITOR)
    whole = [hit.key for hit in search.statements(asked, ALL).rows]
    first = search.statements(asked, Cut(10))
    second = search.statements(asked, Cut(10, after=first.rows[-1].key))
    third = search.statements(asked, Cut(10, after=second.rows[-1].key))
    assert [hit.key for part in (first, second, third) for hit in part.rows] == whole
    assert (first.count, first.has_previous, third.has_next) == (25, False, False)
    back = search.statements(asked, Cut(10, before=third.rows[0].key))
    assert [hit.key for hit in back.rows] == [hit.key for hit in second.rows]


def test_of_too_many_the_newest_are_ranked_and_the_count_says_so(
    hers: Statement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "RANKED", 3)
    made = [factories.RemarkFactory.create(parent=hers, body="One shelf.") for _ in range(6)]
    found = search.statements(search.ask("shelf", VISITOR), ALL)
    assert found.number == "3+"
    assert found.rows[0].row == made[-1]
