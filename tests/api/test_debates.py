from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from debate.models import Debate, Statement
from tests import factories
from tests.api.conftest import Enter, fits

START: dict[str, Any] = {
    "question": "Should trams be free?",
    "positions": [
        {"name": "Free", "body": "They should be."},
        {"name": "Paid", "body": "They should cost something."},
    ],
}


def test_a_person_starts_a_debate_and_finds_it_in_the_list(bob: User, enter: Enter) -> None:
    client = enter(bob)
    made = client.send("POST", "debates/", START)
    assert made.status_code == 201
    said = made.json()
    fits("WholeDebateOut", said)
    assert made["Location"] == said["links"]["self"]
    assert [p["name"] for p in said["positions"]] == ["Free", "Paid"]
    assert said == enter().read(f"debates/{said['slug']}/")
    listed = enter().read("debates/")
    fits("DebatePage", listed)
    assert [debate["slug"] for debate in listed["results"]] == [said["slug"]]


def test_a_debate_that_cannot_start_says_why_field_by_field(bob: User, enter: Enter) -> None:
    client = enter(bob)
    answer = client.send("POST", "debates/", {**START, "question": " ", "positions": []})
    assert answer.status_code == 422
    assert sorted(answer.json()["errors"]) == ["positions", "question"]
    shapeless = {**START, "positions": [START["positions"][0], {"name": "Paid"}]}
    answer = client.send("POST", "debates/", shapeless)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["positions.1.body"])
    assert Debate.objects.count() == 0


def test_a_bot_starts_a_debate_only_if_it_says_how(rob: User, enter: Enter) -> None:
    bot = enter(rob)
    refused = bot.send("POST", "debates/", START)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["generated_by"])
    made = bot.send("POST", "debates/", {**START, "generated_by": "model"})
    assert made.json()["positions"][0]["generated_by"] == "model"


@pytest.mark.parametrize("part", ["", "statements/", "turns/", "cruxes/"])
def test_a_private_debate_is_nowhere_but_for_its_people(
    part: str, claim: Statement, alice: User, bob: User, enter: Enter
) -> None:
    debate = claim.debate
    factories.ParticipationFactory.create(debate=debate, person=alice)
    Debate.objects.update(visibility="private")
    path = f"debates/{debate.slug}/{part}"
    assert enter(alice).send("GET", path).status_code == 200
    assert enter(alice).read("debates/")["results"] != []
    for client in (enter(), enter(bob)):
        assert client.send("GET", path).status_code == 404
        assert client.read("debates/")["results"] == []


def test_no_statement_of_a_private_debate_can_be_found(
    claim: Statement, bob: User, enter: Enter
) -> None:
    Debate.objects.update(visibility="private")
    client, own = enter(bob), f"statements/{claim.pk}/"
    for method, path in (
        ("GET", own),
        ("PATCH", own),
        ("DELETE", own),
        ("POST", f"{own}replies/"),
        ("GET", f"{own}mark/"),
        ("PUT", f"{own}mark/"),
        ("GET", f"{own}revisions/"),
        ("POST", f"{own}reports/"),
    ):
        answer = client.send(method, path, None if method == "GET" else {})
        assert answer.status_code == 404, (method, path)


def test_debates_come_in_pages(bob: User, enter: Enter) -> None:
    made = [factories.DebateFactory.create(starter=bob).slug for _ in range(5)]
    page, seen = enter().read("debates/?limit=2"), []
    while True:
        seen += [debate["slug"] for debate in page["results"]]
        factories.DebateFactory.create(starter=bob)
        if page["next"] is None:
            break
        page = enter().read(page["next"].split("/api/v1/")[1])
    assert seen == made[::-1]


def test_turns_are_listed_with_what_can_be_read_of_them(
    claim: Statement, alice: User, enter: Enter
) -> None:
    path = f"debates/{claim.debate.slug}/turns/"
    turns = enter().read(path)
    fits("TurnPage", turns)
    assert [turn["number"] for turn in turns["results"]] == [1, 2, 3]
    assert turns["results"][2]["author"]["username"] == "alice"
    assert turns["results"][2]["statements"] == [claim.pk]
    enter(alice).send("DELETE", f"statements/{claim.pk}/")
    last = enter().read(path)["results"][2]
    assert (last["author"], last["statements"]) == (None, [])


def test_cruxes_come_with_stances_and_reliances(
    debate: Debate, alice: User, bob: User, enter: Enter
) -> None:
    crux = factories.CruxFactory.create(debate=debate, author=bob)
    first, second = debate.statements.filter(kind="position").order_by("id")
    for position, truth in ((first, "agree"), (second, "disagree")):
        factories.MarkFactory.create(statement=crux, person=position.author, truth=truth)
        factories.RelianceFactory.create(position=position, claim=crux)
    found = enter().read(f"debates/{debate.slug}/cruxes/")
    fits("CruxPage", found)
    [row] = found["results"]
    assert (row["statement"]["id"], row["state"], row["double"]) == (crux.pk, "live", True)
    assert [(s["position"], s["verdict"]) for s in row["stances"]] == [
        (first.pk, "agree"),
        (second.pk, "disagree"),
    ]
    assert [r["person"]["username"] for r in row["reliances"]] == ["alice", "bob"]
