from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.models import Debate, Statement
from tests import factories
from tests.api.conftest import Client, Enter, fits


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as found:
        client.read(path)
    return len(found)


def test_an_answer_has_the_fields_that_are_asked_for(claim: Statement, enter: Enter) -> None:
    client = enter()
    answer = client.send("GET", f"statements/{claim.pk}/?fields=id,label")
    assert answer.json() == {"id": claim.pk, "label": claim.label}
    assert answer["Content-Type"] == "application/vnd.crux.part+json"
    listed = client.read(f"debates/{claim.debate.slug}/statements/?fields=id&limit=2")
    assert [list(row) for row in listed["results"]] == [["id"], ["id"]]
    assert "fields=id" in listed["next"]


def test_a_field_that_there_is_not_is_refused(claim: Statement, enter: Enter) -> None:
    for query in ("fields=id,words", "fields=", "expand=author", "expand=author.owner"):
        answer = enter().send("GET", f"statements/{claim.pk}/?{query}")
        [(name, [entry])] = answer.json()["errors"].items()
        assert (answer.status_code, name) == (400, query.split("=")[0])
        assert {"parent", "debate"} <= set(entry["allowed"])
    assert enter().send("PATCH", f"statements/{claim.pk}/?fields=id").status_code == 401


def test_what_a_row_names_is_put_in_its_place(claim: Statement, enter: Enter) -> None:
    client = enter()
    found = client.read(f"statements/{claim.pk}/?expand=parent,debate")
    fits("StatementOutPart", found)
    fits("StatementOut", found["parent"])
    assert found["parent"]["id"] == claim.parent_id
    assert found["debate"]["slug"] == claim.debate.slug
    some = client.read(f"statements/{claim.pk}/?expand=parent&fields=id")
    assert list(some) == ["id", "parent"]
    turns = client.read(f"debates/{claim.debate.slug}/turns/?expand=statements")
    fits("TurnPagePart", turns)
    assert [one["id"] for one in turns["results"][-1]["statements"]] == [claim.pk]
    position = client.read(f"statements/{claim.parent_id}/?expand=parent")
    assert position["parent"] is None


def test_what_is_expanded_costs_no_query_a_row(debate: Debate, enter: Enter) -> None:
    client, path = enter(), f"debates/{debate.slug}/statements/?expand=parent"
    position = debate.statements.get(name="Keep four weeks")
    factories.SupportFactory.create(parent=position)
    few = queries(client, path)
    for _ in range(12):
        factories.SupportFactory.create(parent=factories.SupportFactory.create(parent=position))
    assert queries(client, path) == few


def test_what_is_not_the_readers_to_see_stays_a_name(
    claim: Statement, bob: User, enter: Enter
) -> None:
    client = enter(bob)
    client.send("PUT", f"statements/{claim.pk}/mark/", {"truth": "agree"})
    shown = client.read("me/marks/?expand=statement,debate")["results"][0]
    assert shown["statement"]["body"] == claim.body
    Debate.objects.filter(pk=claim.debate_id).update(visibility="private")
    for row in client.read("me/marks/?expand=statement,debate")["results"]:
        assert (row["statement"], row["debate"]) == (claim.pk, claim.debate.slug)


def test_expanding_takes_a_hundred_rows_at_most(debate: Debate, enter: Enter) -> None:
    position = debate.statements.get(name="Keep four weeks")
    for _ in range(100):
        factories.SupportFactory.create(parent=position)
    path = f"debates/{debate.slug}/statements/?limit=1000&expand=parent"
    answer: Any = enter().send("GET", path)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["expand"])
