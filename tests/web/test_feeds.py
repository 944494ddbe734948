"""Atom feeds: what is public, and nothing else."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from debate.actions import moderation, statements
from debate.models import Debate, Statement
from tests import factories

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
CANARY = "canary-of-words"


@pytest.fixture
def said(claim: Statement, bob: User) -> Statement:
    return statements.reply(claim, by=bob, kind="remark", body=f"So the **{CANARY}** is.")


def feeds(said: Statement) -> tuple[str, ...]:
    return (f"/d/{said.debate.slug}/feed/", f"/s/{said.parent_id}/feed/", "/u/bob/feed/")


def entries(client: Client, feed: str) -> list[ET.Element]:
    answer = client.get(feed)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(answer.content).findall(f"{ATOM}entry")


def test_a_feed_tells_what_was_said_by_whom_and_where(client: Client, said: Statement) -> None:
    for feed in feeds(said):
        newest = entries(client, feed)[0]
        text = ET.tostring(newest, encoding="unicode")
        assert "Bob remarks on S1 in S2" in text
        assert f"http://testserver/s/{said.pk}/" in text
        assert f"&lt;strong&gt;{CANARY}" in text


def test_a_feed_of_a_sub_thread_has_what_is_below_alone(
    client: Client, said: Statement, hers: Statement, bob: User
) -> None:
    statements.reply(hers, by=bob, kind="remark", body="Beside it.")
    deeper = statements.reply(said, by=bob, kind="remark", body="Deeper.")
    found = entries(client, f"/s/{said.parent_id}/feed/")
    links = [one.find(f"{ATOM}link").attrib["href"] for one in found]  # type: ignore[union-attr]  # has one
    assert links == [f"http://testserver/s/{one.pk}/" for one in (deeper, said)]


def test_what_is_gone_is_in_no_feed(client: Client, said: Statement, mara: User) -> None:
    for go in ("hide", "withdraw"):
        if go == "hide":
            moderation.hide(said, by=mara, reason="Rude.")
        else:
            moderation.restore(said, by=mara, reason="Not so.")
            assert all(CANARY in client.get(feed).content.decode() for feed in feeds(said))
            statements.withdraw(said, by=said.author)
        for feed in feeds(said):
            text = client.get(feed).content.decode()
            assert CANARY not in text
            assert f"/s/{said.pk}/" not in text


@pytest.mark.parametrize("visibility", ["unlisted", "private"])
def test_there_are_no_feeds_of_what_is_not_public_whoever_asks(
    visibility: str, client: Client, said: Statement, bob: User
) -> None:
    factories.ParticipationFactory.create(debate=said.debate, person=bob)
    Debate.objects.update(visibility=visibility)
    client.force_login(bob)
    debate, statement, person = feeds(said)
    assert client.get(debate).status_code == client.get(statement).status_code == 404
    assert entries(client, person) == []
    assert CANARY not in client.get(person).content.decode()


def test_a_feed_that_is_known_is_not_sent_again(client: Client, said: Statement) -> None:
    for feed in feeds(said):
        first = client.get(feed)
        by_tag = client.get(feed, headers={"If-None-Match": first.headers["ETag"]})
        assert (by_tag.status_code, by_tag.content) == (304, b"")
        since = {"If-Modified-Since": first.headers["Last-Modified"]}
        assert client.get(feed, headers=since).status_code == 304
        assert client.get(feed).headers["ETag"] == first.headers["ETag"]
    statements.edit(said, by=said.author, body="Otherwise.", revision=1)
    for feed in feeds(said):
        assert (
            client.get(feed, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
        )


def test_an_empty_feed_is_the_same_each_time(client: Client, charlie: User) -> None:
    first = client.get("/u/charlie/feed/")
    assert entries(client, "/u/charlie/feed/") == []
    charlie.date_joined = timezone.now()
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/u/charlie/feed/", headers=known).status_code == 304


def test_pages_lead_to_their_feeds_where_there_are_any(client: Client, said: Statement) -> None:
    pages = {
        f"/d/{said.debate.slug}/": f"/d/{said.debate.slug}/feed/",
        f"/s/{said.parent_id}/": f"/s/{said.parent_id}/feed/",
        "/u/bob/": "/u/bob/feed/",
    }
    link = '<link rel="alternate" type="application/atom+xml" href="{}"'
    for page, feed in pages.items():
        assert link.format(feed) in client.get(page).content.decode()
    Debate.objects.update(visibility="unlisted")
    assert "atom+xml" not in client.get(f"/d/{said.debate.slug}/").content.decode()
    assert "atom+xml" not in client.get(f"/s/{said.parent_id}/").content.decode()


def test_who_has_left_has_no_feed_and_a_feed_takes_few_queries(
    client: Client, said: Statement, django_assert_max_num_queries: object
) -> None:
    assert client.get("/u/_1/feed/").status_code == 404
    with django_assert_max_num_queries(2):  # type: ignore[operator]  # pytest-django's
        client.get(f"/d/{said.debate.slug}/feed/")


def test_a_sign_that_xml_forbids_breaks_no_feed(client: Client, said: Statement) -> None:
    Statement.objects.filter(pk=said.pk).update(body_html="<p>So\uffff it is.</p>")
    for feed in feeds(said):
        assert "So it is." in ET.tostring(entries(client, feed)[0], encoding="unicode")


def test_each_act_of_the_moderation_log_says_when_and_by_whom(
    client: Client, said: Statement, mara: User
) -> None:
    moderation.hide(said, by=mara, reason="Rude.")
    [entry] = entries(client, "/moderation/feed/")
    assert entry.findtext(f"{ATOM}updated")
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == mara.name
