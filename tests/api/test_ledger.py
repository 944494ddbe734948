"""The lists of a person, for programs: as on the pages, a page at a time."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from debate.actions import marks, statements
from debate.models import Debate, Statement
from tests import factories

pytestmark = pytest.mark.django_db


def read(client: Client, path: str) -> Any:
    answer = client.get(f"/api/v1/people/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_person_leads_to_their_lists(client: Client, alice: User) -> None:
    links = read(client, "alice/")["links"]
    assert set(links) == {"self", "statements", "debates", "open", "minds", "changes"}
    for link in links.values():
        assert client.get(link).status_code == 200


def test_what_awaits_somebody_comes_in_the_order_of_its_waiting(
    client: Client, claim: Statement, bob: User
) -> None:
    made = [
        statements.reply(claim, by=bob, kind="question", body=f"Why {n}?").pk for n in range(3)
    ]
    first = read(client, "alice/open/?limit=2")
    assert [one["id"] for one in first["results"]] == made[:2]
    rest = client.get(first["next"]).json()
    assert [one["id"] for one in rest["results"]] == made[2:]
    assert [one["id"] for one in client.get(rest["previous"]).json()["results"]] == made[:2]


def test_changes_of_mind_say_whose_and_why(
    client: Client, claim: Statement, alice: User, bob: User
) -> None:
    for truth in ("disagree", "agree"):
        marks.mark(claim, by=bob, truth=truth)
    reason = statements.reply(claim, by=alice, kind="support", body="It was tried.")
    marks.explain(claim, by=bob, because=reason.label)
    [mind] = read(client, "alice/minds/")["results"]
    assert read(client, "bob/changes/")["results"] == [mind]
    assert mind["person"]["username"] == "bob"
    assert mind | {"person": None, "changed_at": None} == {
        "person": None,
        "statement": claim.pk,
        "debate": claim.debate.slug,
        "before": "disagree",
        "after": "agree",
        "because": reason.pk,
        "changed_at": None,
    }


def test_debates_are_all_there_page_by_page(client: Client, alice: User) -> None:
    for _ in range(3):
        debate = factories.DebateFactory.create()
        factories.PositionFactory.create(debate=debate, author=alice)
    first = read(client, "alice/debates/?limit=2")
    rest = client.get(first["next"]).json()
    slugs = [one["debate"] for one in (*first["results"], *rest["results"])]
    assert slugs == list(Debate.objects.order_by("-pk").values_list("slug", flat=True))
    assert all(one["positions"] for one in first["results"])


@pytest.mark.parametrize("part", ["debates", "open", "minds", "changes"])
def test_a_person_who_is_not_there_has_no_lists(client: Client, db: None, part: str) -> None:
    assert client.get(f"/api/v1/people/nobody/{part}/").status_code == 404
