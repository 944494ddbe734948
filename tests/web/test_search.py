"""Searching by the page and by the box."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import search as actions
from debate.models import Debate, Statement
from tests import factories
from tests.hostile import QUERIES

HTMX = {"HX-Request": "true"}


def read(client: Client, typed: str, **more: Any) -> str:
    answer = client.get("/search/", {"q": typed, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_debates_people_and_statements(
    client: Client, debate: Debate, claim: Statement, rob: User
) -> None:
    factories.RemarkFactory.create(
        parent=claim, author=rob, body="Alice is asked until she lends."
    )
    page = read(client, "lend")
    assert f'<a class="hit-name" href="/d/{debate.slug}/">' in page
    assert "Position P1: <mark>Lend</mark> until asked back" in page
    assert "Rob (bot)" in page
    people = read(client, "alice")
    assert '<a class="hit-name" href="/u/alice/"><mark>Alice</mark></a>' in people


def test_a_tab_shows_one_sort_alone(client: Client, debate: Debate) -> None:
    page = read(client, "lend", what="statements")
    assert 'id="found-statements"' in page
    assert 'id="found-debates"' not in page
    assert 'aria-current="true">Statements' in page


def test_pages_go_on_by_links(client: Client, hers: Statement) -> None:
    for n in range(45):
        factories.RemarkFactory.create(parent=hers, body=f"Shelf number {n}.")
    page = read(client, "shelf", what="statements")
    seen: list[str] = []
    for _ in range(3):
        seen += [part.split('"')[0] for part in page.split('class="hit-name" href="')[1:]]
        if ">More" not in page:
            break
        following = page.split(">More")[0].rsplit('href="', 1)[1].split('"')[0]
        page = client.get("/search/" + following.replace("&amp;", "&")).content.decode()
    assert len(seen) == len(set(seen)) == 45
    assert "Better matches" in page


def test_nothing_typed_shows_how_to_ask(client: Client, db: None) -> None:
    page = client.get("/search/").content.decode()
    assert "How to ask" in page
    assert "kind:objection" in page
    assert "Nothing found" not in page


def test_nothing_found_shows_how_to_ask_too(client: Client, debate: Debate) -> None:
    page = read(client, "zzzzz")
    assert "Nothing found" in page
    assert "How to ask" in page


def test_what_cannot_be_understood_comes_back_with_a_sentence(client: Client, db: None) -> None:
    answer = client.get("/search/", {"q": 'kind:nothing "<b>'})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "There is no kind:nothing. Use one of: position, crux" in page
    assert 'value="kind:nothing &#34;&lt;b&gt;"' in page


def test_the_box_gets_a_list_and_a_refusal_as_a_line(client: Client, debate: Debate) -> None:
    found = client.get("/search/", {"q": "lend", "what": "people"}, headers=HTMX)
    text = found.content.decode()
    assert "<html" not in text
    assert "results below" in text
    assert "<mark>Lend</mark>" in text
    refused = client.get("/search/", {"q": "kind:nothing"}, headers=HTMX)
    assert (refused.status_code, "Use one of" in refused.content.decode()) == (200, True)
    assert client.get("/search/", {"q": ""}, headers=HTMX).content.strip() == b""


def test_a_slip_is_told(client: Client, debate: Debate) -> None:
    actions.refresh()
    page = read(client, "lirbary")
    assert "Also looked for: library, as nobody has written “lirbary” in public." in page


def test_words_of_people_are_escaped_in_excerpts(client: Client, hers: Statement) -> None:
    factories.RemarkFactory.create(
        parent=hers, body="A shelf of \\<script\\>alert(1)\\</script\\>."
    )
    for headers in ({}, HTMX):
        text = client.get("/search/", {"q": "alert shelf"}, headers=headers).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt;" in text


def test_bots_are_left_out_for_who_hides_them(client: Client, hers: Statement, rob: User) -> None:
    factories.RemarkFactory.create(parent=hers, author=rob, body="A shelf.")
    assert "<mark>shelf</mark>" in read(client, "shelf")
    client.cookies["bots"] = "hide"
    assert "Nothing found" in read(client, "shelf")
    assert "<mark>shelf</mark>" in read(client, "shelf is:bot")


def test_the_page_takes_six_queries_at_most_and_the_box_too(
    client: Client, debate: Debate, claim: Statement, alice: User
) -> None:
    client.force_login(alice)
    for headers in ({}, HTMX):
        for typed in ("lend", "lirbary", "alice", "kind:support book", "zzzzz"):
            with CaptureQueriesContext(connection) as queries:
                client.get("/search/", {"q": typed}, headers=headers)
            assert len(queries) <= 6, typed


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "box"])
def test_hostile_queries_get_results_or_a_refusal(
    client: Client, debate: Debate, claim: Statement, headers: dict[str, str]
) -> None:
    actions.refresh()
    asked = 0
    for typed in QUERIES:
        answer = client.get("/search/", {"q": typed}, headers=headers)
        assert answer.status_code in (200, 400), typed[:50]
        assert b"<script>alert" not in answer.content
        asked += 1
    assert asked > 120
    for rest in (
        "after=x",
        "after=-1",
        "before=9999999999999999999",
        "after=0",
        "what=nothing",
        "a=%00",
    ):
        assert client.get(f"/search/?q=lend&{rest}", headers=headers).status_code == 200
    for raw in ("%ff%fe", "%00", "%ed%a0%80", "a%00b%ff"):
        assert client.get(f"/search/?q={raw}", headers=headers).status_code in (200, 400)


def test_people_are_found_without_the_words_that_are_excluded(client: Client, db: None) -> None:
    for name in ("Anna Smith", "Anna Jones"):
        factories.UserFactory.create(name=name)
    found = read(client, "anna -smith")
    assert "Jones" in found
    assert "Smith</" not in found
