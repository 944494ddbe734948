"""Home, the list of debates, topics: what stands there, what is asked for, what is empty."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from debate.actions import topics
from debate.models import Debate
from tests import factories

pytestmark = pytest.mark.django_db


def html(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_home_leads_a_newcomer_into_the_latest_debate(client: Client, debate: Debate) -> None:
    page = html(client, "/")
    assert "every reply answers exact words" in page
    for position in debate.statements.all():
        assert f'href="/s/{position.pk}/#answer"' in page
    assert f'href="/d/{debate.slug}/">Read it' in page


def test_home_shows_an_open_debate_first(client: Client, debate: Debate) -> None:
    factories.DebateFactory.create(question="Shut?", state="closed")
    page = html(client, "/")
    assert page.index(debate.question) < page.index("Shut?")


def test_a_list_is_asked_for_by_links_that_keep_the_rest(client: Client, debate: Debate) -> None:
    Debate.objects.update(topics=topics.known(["Books"]))
    page = html(client, "/d/?topic=books&sort=open&state=open")
    assert debate.question in page
    assert "1 debate<" in page
    assert 'href="/d/?topic=books&amp;state=closed&amp;sort=open"' in page
    assert 'href="/d/?topic=books&amp;state=open"' in page
    assert 'href="/d/?topic=books&amp;state=open&amp;sort=open" aria-current="true"' in page


def test_a_list_goes_on_behind_its_last_debate(client: Client) -> None:
    for number in range(23):
        factories.DebateFactory.create(question=f"Number {number}?")
    first = html(client, "/d/?sort=newest")
    assert "23 debates" in first and "Number 22?" in first and "Number 2?" not in first
    after = first.split("after=")[1].split('"')[0]
    page = html(client, f"/d/?sort=newest&after={after}")
    assert "Number 2?" in page and "Number 22?" not in page
    assert "From the first" in page
    html(client, "/d/?after=999999999", 404)
    html(client, "/d/?sort=nonsense&state=nonsense&after=x")
    html(client, "/d/?topic=nonsense", 404)
    html(client, "/topics/nonsense/", 404)
    html(client, "/topics/%00/", 404)


def test_empty_lists_say_what_to_do(client: Client, alice: User) -> None:
    assert "No debates yet" in html(client, "/d/")
    assert "No topics yet" in html(client, "/topics/")
    factories.DebateFactory.create()
    assert "None like that" in html(client, "/d/?state=archived")
    assert client.get("/d/?whose=yours").status_code == 302
    client.force_login(alice)
    assert "None of yours yet" in html(client, "/d/?whose=yours")


def test_topics_are_counted_and_described(client: Client, alice: User, bob: User) -> None:
    topics.known(["Unused"])
    names = topics.known(["Books", "C & D"])
    factories.DebateFactory.create(topics=names)
    private = factories.DebateFactory.create(topics=names[:1], visibility="private")
    factories.ParticipationFactory.create(debate=private, person=bob)
    page = html(client, "/topics/")
    assert 'href="/topics/c-d/">C &amp; D' in page
    assert "Unused" not in page
    assert "2 debates" not in page
    assert "0 debates" in html(client, "/topics/unused/")
    client.force_login(bob)
    assert "2 debates" in html(client, "/topics/")
    page = html(client, "/topics/books/")
    assert private.question in page and "Private" in page
