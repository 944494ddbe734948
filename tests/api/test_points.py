from __future__ import annotations

import pytest

from accounts.models import User
from debate.models import Debate
from tests import factories
from tests.api.conftest import Enter, fits


def test_open_points_say_whom_they_await(
    debate: Debate, alice: User, bob: User, enter: Enter
) -> None:
    hers = debate.statements.get(author=alice)
    asked = factories.QuestionFactory.create(parent=hers, author=bob)
    factories.ObjectionFactory.create(parent=hers, author=bob)
    path = f"debates/{debate.slug}/open/"
    page = enter().read(f"{path}?kind=question")
    fits("OpenPointPage", page)
    [row] = page["results"]
    assert (row["statement"]["id"], row["awaits"]["username"], row["mine"]) == (
        asked.pk,
        "alice",
        False,
    )
    assert [row["mine"] for row in enter(alice).read(f"{path}?awaits=me")["results"]] == [True] * 2
    assert enter(bob).read(f"{path}?awaits=me")["results"] == []
    assert len(enter(bob).read(f"{path}?awaits=others&side={hers.pk}")["results"]) == 2


def test_open_points_are_listed_a_page_at_a_time(
    debate: Debate, alice: User, bob: User, enter: Enter
) -> None:
    hers = debate.statements.get(author=alice)
    put = [factories.QuestionFactory.create(parent=hers, author=bob).pk for _ in range(5)]
    client, path, seen = enter(), f"debates/{debate.slug}/open/?limit=2", list[int]()
    while path:
        page = client.read(path)
        seen += [row["statement"]["id"] for row in page["results"]]
        path = (page["next"] or "").partition("/api/v1/")[2]
    assert seen == put


@pytest.mark.parametrize("query", ["awaits=you", "kind=support", "side=x", "side=0", "cursor=x"])
def test_what_is_asked_wrongly_is_said(debate: Debate, enter: Enter, query: str) -> None:
    answer = enter().send("GET", f"debates/{debate.slug}/open/?{query}")
    assert (answer.status_code, list(answer.json()["errors"])) == (
        400,
        [query.split("=", maxsplit=1)[0]],
    )
