"""By a program: starting a debate with all it can say, changing it, its state, topics."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from debate.actions import topics
from debate.models import Debate, Statement
from tests import factories
from tests.api.conftest import Enter, fits
from tests.api.test_debates import START

TERMS = [{"term": "Free", "meaning": "Paid for by taxes."}]
FULL: dict[str, Any] = {
    **START,
    "background": "In *towns*.",
    "terms": TERMS,
    "topics": ["Trams", "Towns"],
    "visibility": "unlisted",
    "bots": "propose",
}


@pytest.fixture
def own(debate: Debate, alice: User) -> Debate:
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    return debate


def test_a_debate_starts_with_all_it_can_say(bob: User, enter: Enter) -> None:
    topics.known(["Trams", "Towns"])
    said = enter(bob).send("POST", "debates/", FULL).json()
    fits("WholeDebateOut", said)
    for name in ("background", "terms", "topics", "visibility", "bots"):
        assert said[name] == FULL[name]
    private = enter(bob).send("POST", "debates/", {**START, "visibility": "private"})
    assert private.status_code == 201
    assert enter().send("GET", f"debates/{private.json()['slug']}/").status_code == 404


def test_a_bot_starts_no_private_debate_and_makes_no_topic(rob: User, enter: Enter) -> None:
    for wrong in ({"visibility": "private"}, {"topics": ["Trams"]}):
        sent = {**START, **wrong, "generated_by": "model"}
        refused = enter(rob).send("POST", "debates/", sent)
        assert (refused.status_code, list(refused.json()["errors"])) == (422, list(wrong))
    assert not Debate.objects.exists()


def test_what_is_wrong_with_terms_is_said_by_index(bob: User, enter: Enter) -> None:
    sent = {**START, "terms": [*TERMS, {"term": "Tram", "meaning": " "}]}
    refused = enter(bob).send("POST", "debates/", sent)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["terms.1.meaning"])
    refused = enter(bob).send("POST", "debates/", {**START, "terms": [{"term": "Tram"}]})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["terms.0.meaning"])


def test_only_what_is_sent_is_changed_and_the_events_tell_it(
    own: Debate, alice: User, bob: User, enter: Enter
) -> None:
    path = f"debates/{own.slug}/"
    said = enter(alice).send("PATCH", path, {"terms": TERMS, "bots": "none"}).json()
    assert (said["terms"], said["bots"], said["question"]) == (TERMS, "none", own.question)
    enter(alice).send("PATCH", path, {"terms": []})
    [first, second] = enter().read(f"{path}events/?kind=debate.changed")["results"]
    fits("EventOut", first)
    assert first["changed"] == [
        {"field": "terms", "before": ""},
        {"field": "bots", "before": None},
    ]
    assert second["changed"] == [{"field": "terms", "before": "Free: Paid for by taxes."}]
    assert enter(bob).send("PATCH", path, {"bots": "write"}).status_code == 403
    assert enter(alice).send("PATCH", path, {"state": "closed"}).status_code == 400


def test_a_state_is_set_and_an_archive_refuses_every_write(
    own: Debate, claim: Statement, alice: User, enter: Enter
) -> None:
    client, path = enter(alice), f"debates/{own.slug}/"
    sent = {"state": "archived", "outcome": "Both grant it."}
    said = client.send("PUT", f"{path}state/", sent).json()
    assert (said["state"], said["outcome"]) == ("archived", "Both grant it.")
    assert client.send("PUT", f"{path}state/", sent).status_code == 409
    point = {"kind": "remark", "body": "So."}
    for method, at, body in (
        ("PATCH", path, {"question": "Else?"}),
        ("PATCH", path, {"visibility": "unlisted"}),
        ("POST", f"{path}cruxes/", {"name": "A", "body": "B"}),
        ("POST", f"{path}turns/", {"points": [{"to": claim.pk, **point}]}),
        ("POST", f"statements/{claim.pk}/replies/", point),
        ("PATCH", f"statements/{claim.pk}/", {"body": "Else.", "revision": 1}),
        ("DELETE", f"statements/{claim.pk}/", {}),
        ("PUT", f"statements/{claim.parent_id}/mark/", {"truth": "agree"}),
        ("PUT", f"statements/{claim.parent_id}/name/", {"name": "So"}),
        ("PUT", f"statements/{claim.pk}/reliance/", {"position": claim.parent_id, "words": "x"}),
    ):
        refused = client.send(method, at, body)
        assert refused.status_code == 403, at
        assert "archived: it can only be read" in refused.json()["detail"], at
    said = client.send("PUT", f"{path}state/", {"state": "open"}).json()
    assert (said["state"], said["outcome"]) == ("open", None)


def test_a_position_is_named_by_its_author(his: Statement, bob: User, enter: Enter) -> None:
    path = f"statements/{his.pk}/name/"
    said = enter(bob).send("PUT", path, {"name": "Keep five weeks"}).json()
    fits("StatementOut", said)
    assert said["name"] == "Keep five weeks"
    assert enter(bob).send("PUT", path, {"name": " "}).status_code == 422


def test_the_list_is_sorted_narrowed_and_paged(alice: User, enter: Enter) -> None:
    names = topics.known(["Trams"])
    for number in range(5):
        factories.DebateFactory.create(slug=f"d{number}", statement_count=number % 3, topics=names)
    path = "debates/?sort=statements&topic=trams&state=open&limit=2"
    first = enter().read(path)
    assert [one["slug"] for one in first["results"]] == ["d2", "d4"]
    second = enter().read(first["next"].split("/api/v1/")[1])
    assert [one["slug"] for one in second["results"]] == ["d1", "d3"]
    back = enter().read(second["previous"].split("/api/v1/")[1])
    assert back["results"] == first["results"]
    assert enter().send("GET", "debates/?topic=buses").status_code == 404
    assert enter().send("GET", "debates/?sort=loudest").status_code == 400
    assert enter().send("GET", "debates/?whose=yours").status_code == 401
    assert enter(alice).read("debates/?whose=yours")["results"] == []


def test_topics_are_listed_with_what_is_there_for_the_reader(bob: User, enter: Enter) -> None:
    names = topics.known(["Trams", "Books"])
    factories.DebateFactory.create(topics=names)
    private = factories.DebateFactory.create(topics=names[:1], visibility="private")
    factories.ParticipationFactory.create(debate=private, person=bob)
    listed = enter().read("topics/")
    fits("TopicPage", listed)
    assert [(one["slug"], one["debates"]) for one in listed["results"]] == [
        ("trams", 1),
        ("books", 1),
    ]
    one = enter(bob).read("topics/trams/")
    assert one["debates"] == 2
    found = enter(bob).read(one["links"]["debates"].split("/api/v1/")[1])
    assert len(found["results"]) == 2
    assert enter().send("GET", "topics/buses/").status_code == 404
