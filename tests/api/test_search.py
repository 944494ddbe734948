"""Searching by the API."""

from __future__ import annotations

from accounts.models import User
from debate.models import Debate, Statement
from tests import factories
from tests.api.conftest import Enter, fits
from tests.hostile import QUERIES


def test_statements_are_found_with_an_excerpt(
    enter: Enter, debate: Debate, hers: Statement
) -> None:
    found = enter().read("search/?q=asked")
    fits("SearchHitPage", found)
    [hit] = found["results"]
    assert (hit["statement"]["id"], hit["debate"], hit["person"]) == (hers.pk, None, None)
    hit = enter().read("search/?q=due%20date&what=statements")["results"][0]
    assert hit["excerpt_html"] == "Lending works without a <mark>due</mark> <mark>date</mark>."


def test_debates_and_people_are_found_as_their_own_sorts(
    enter: Enter, debate: Debate, alice: User
) -> None:
    found = enter().read("search/?q=library&what=debates")
    fits("SearchHitPage", found)
    assert [hit["debate"]["slug"] for hit in found["results"]] == [debate.slug]
    found = enter().read("search/?q=alice&what=people")
    fits("SearchHitPage", found)
    assert [hit["person"]["username"] for hit in found["results"]] == ["alice"]


def test_filters_are_parameters_or_part_of_the_query(
    enter: Enter, debate: Debate, hers: Statement, claim: Statement
) -> None:
    client = enter()

    def ids(query: str) -> list[int]:
        return [hit["statement"]["id"] for hit in client.read(f"search/?{query}")["results"]]

    assert ids("by=alice&kind=support") == ids("q=by:alice%20kind:support") == [claim.pk]
    assert ids(f"in={debate.slug}&q=asked") == [hers.pk]
    assert ids("q=asked&bots=hide") == [hers.pk]
    assert ids('q="asked&by=alice') == [hers.pk]
    assert ids("is=bot") == ids("") == []


def test_pages_follow_each_other_by_cursors(enter: Enter, hers: Statement) -> None:
    for n in range(7):
        factories.RemarkFactory.create(parent=hers, body=f"Shelf {n}.")
    client = enter()
    seen, address = [], "search/?q=shelf&limit=3"
    while address:
        page = client.read(address)
        seen += [hit["statement"]["id"] for hit in page["results"]]
        address = (page["next"] or "").partition("/api/v1/")[2]
    assert len(seen) == len(set(seen)) == 7


def test_what_cannot_be_looked_for_is_malformed(enter: Enter, db: None) -> None:
    client = enter()
    for query in ("kind=nothing", "what=x", "q=a&cursor=x", "q=a&x=1"):
        assert client.send("GET", f"search/?{query}").status_code == 400, query
    for query in ("q=kind:nothing", "q=-a"):
        assert client.send("GET", f"search/?{query}").status_code == 422, query
    told = client.send("GET", "search/?q=-fee").json()["errors"]["q"][0]
    assert told == {
        "message": "Say also what to look for, not only what to leave out.",
        "code": "query",
    }


def test_hostile_queries_are_answered_or_refused(enter: Enter, claim: Statement) -> None:
    client = enter()
    for typed in QUERIES:
        for name in ("q", "by", "in"):
            answer = client.get("/api/v1/search/", {name: typed})
            assert answer.status_code in (200, 400, 422), (name, typed[:50])


def test_only_a_debates_people_find_what_is_said_in_private(
    enter: Enter, bob: User, charlie: User, mara: User
) -> None:
    debate = factories.DebateFactory.create(visibility="private", question="A canary?")
    said = factories.PositionFactory.create(debate=debate, author=bob, body="A canary.")
    factories.ParticipationFactory.create(debate=debate, person=bob)
    for what in ("statements", "debates"):
        for one in (None, charlie, mara):
            assert enter(one).read(f"search/?q=canary&what={what}")["results"] == []
        assert len(enter(bob).read(f"search/?q=canary&what={what}")["results"]) == 1
    hit = enter(bob).read("search/?q=canary")["results"][0]
    assert hit["statement"]["id"] == said.pk
